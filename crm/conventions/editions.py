"""What people sign, as one value: kept when it is replaced, and compared with what replaced it. Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from crm.conventions.enums import ConventionKind, Side
from crm.wording import N_


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One article."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Promise:
    """One commitment; `due_on` as 2027-01-31, '' without a day."""

    side: Side
    wording: str
    due_on: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who signs; `signed_on` as 2027-01-31, '' before."""

    side: Side
    name: str
    capacity: str = ""
    signed_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that is signed. Days are texts, '' for none; numbers of months and euros, None for nothing."""

    kind: ConventionKind
    title: str
    purpose: str
    starts_on: str = ""
    ends_on: str = ""
    tacit_months: int = 0
    tacit_times: int | None = None
    notice_months: int = 0
    amount_granted: int | None = None
    clauses: tuple[ClauseText, ...] = ()
    commitments: tuple[Promise, ...] = ()
    signatories: tuple[Party, ...] = ()


def same_text(before: Content, after: Content) -> bool:
    """Whether both say the same, whoever has signed already."""
    return _unsigned(before) == _unsigned(after)


def _unsigned(content: Content) -> dict[str, Any]:
    return asdict(content) | {"signatories": [(one.side, one.name, one.capacity) for one in content.signatories]}


def write(content: Content) -> str:
    """As it is kept."""
    return json.dumps(asdict(content), ensure_ascii=False, sort_keys=True)


def read(text: str) -> Content:
    """What `write` was given. Raises ValueError, KeyError or TypeError for anything else."""
    kept = json.loads(text)
    return Content(
        **kept
        | {
            "kind": ConventionKind(kept["kind"]),
            "clauses": tuple(ClauseText(**one) for one in kept["clauses"]),
            "commitments": tuple(Promise(**one | {"side": Side(one["side"])}) for one in kept["commitments"]),
            "signatories": tuple(Party(**one | {"side": Side(one["side"])}) for one in kept["signatories"]),
        }
    )


def day(text: str) -> date | None:
    """A day of a content."""
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was changed. `label` is French and marked, or the title of an article (`is_title`)."""

    label: str
    before: str
    after: str
    is_title: bool = False


_SIMPLE = (
    ("title", N_("Titre")),
    ("purpose", N_("Objet")),
    ("starts_on", N_("Début")),
    ("ends_on", N_("Fin")),
    ("tacit_months", N_("Tacite reconduction (mois)")),
    ("tacit_times", N_("Nombre de reconductions")),
    ("notice_months", N_("Préavis (mois)")),
    ("amount_granted", N_("Montant accordé (euros)")),
)


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """What was changed from one version to the next: fields, articles by their title, commitments, signatories."""
    found = [
        Difference(label, _said(getattr(before, name)), _said(getattr(after, name)))
        for name, label in _SIMPLE
        if getattr(before, name) != getattr(after, name)
    ]
    if before.kind is not after.kind:
        found.insert(0, Difference(N_("Type de convention"), before.kind.label, after.kind.label))
    found += _articles(before.clauses, after.clauses)
    lists = (
        (N_("Engagements"), _promises(before.commitments), _promises(after.commitments)),
        (N_("Signataires"), _parties(before.signatories), _parties(after.signatories)),
    )
    found += [Difference(label, old, new) for label, old, new in lists if old != new]
    return tuple(found)


def _articles(before: Iterable[ClauseText], after: Iterable[ClauseText]) -> list[Difference]:
    old, new = _by_title(before), _by_title(after)
    titles = dict.fromkeys([*old, *new])
    return [
        Difference(title, old.get(title, ""), new.get(title, ""), is_title=True)
        for title in titles
        if old.get(title) != new.get(title)
    ]


def _by_title(clauses: Iterable[ClauseText]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in clauses:
        found[one.title] = f"{found[one.title]}\n{one.text}" if one.title in found else one.text
    return found


def _promises(promises: Iterable[Promise]) -> str:
    return "\n".join(f"{one.wording} ({one.due_on})" if one.due_on else one.wording for one in promises)


def _parties(parties: Iterable[Party]) -> str:
    return "\n".join(f"{one.name}, {one.capacity}" if one.capacity else one.name for one in parties)


def _said(value: object) -> str:
    return "" if value is None else str(value)
