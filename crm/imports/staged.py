"""
A plan as it is kept between two pages: what would become of each row, in JSON.

Sentences keep their French original and their values, so that they are shown in the reader's language.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from crm.imports.enums import Choice, Outcome
from crm.imports.facts import Facts
from crm.imports.mapping import Field, Mapping
from crm.imports.proposals import Change, Likelihood, choices_for, default_choice
from crm.sentences import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedExchange:
    """One exchange of a company, as it would be noted."""

    line: int
    day: date
    kind: str
    who: str
    text: str
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedRow:
    """
    One row of the file. `like`: whom it resembles, a partner (`like_id`, public) or an earlier row (`like_line`).

    `likelihood`: how sure that is; `certain`: one SIRET. `reasons` say why it is what it is, `notes` what was mended in
    it, `changes` what it would bring to the partner that it resembles. Of a history it is a company: how many exchanges
    it has (`count`), how many are written already (`known`), the first of them.
    """

    line: int
    name: str
    city: str
    outcome: Outcome
    like: str = ""
    like_city: str = ""
    like_id: str | None = None
    like_line: int | None = None
    reasons: tuple[Sentence, ...] = ()
    notes: tuple[Sentence, ...] = ()
    likelihood: Likelihood | None = None
    certain: bool = False
    changes: tuple[Change, ...] = ()
    exchanges: tuple[StagedExchange, ...] = ()
    count: int = 0
    known: int = 0

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What may be said of it."""
        return choices_for(self.outcome, certain=self.certain)

    @property
    def default(self) -> Choice:
        """What becomes of it when nobody says anything."""
        return default_choice(self.outcome, history=bool(self.count))


class _Target(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def public_id(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...


class Judged(Protocol):
    """A row that was judged."""

    @property
    def facts(self) -> Facts: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def target(self) -> _Target | None: ...
    @property
    def reasons(self) -> tuple[Sentence, ...]: ...
    @property
    def likelihood(self) -> Likelihood | None: ...
    @property
    def certain(self) -> bool: ...
    @property
    def changes(self) -> tuple[Change, ...]: ...


def staged(row: Judged) -> StagedRow:
    """What is kept of a judged row."""
    target = row.target
    return StagedRow(
        line=row.facts.line,
        name=row.facts.draft.name,
        city=row.facts.draft.city,
        outcome=row.outcome,
        like=target.name if target else "",
        like_city=target.city if target else "",
        like_id=target.public_id if target else None,
        like_line=target.line if target else None,
        reasons=tuple(row.reasons),
        notes=tuple(row.facts.notes),
        likelihood=row.likelihood,
        certain=row.certain,
        changes=row.changes,
    )


def dump_rows(rows: Iterable[StagedRow]) -> str:
    """The rows as text."""
    return json.dumps(
        [
            [
                row.line,
                row.name,
                row.city,
                row.outcome.value,
                [row.like, row.like_city, row.like_id, row.like_line],
                [[said.msgid, dict(said.values)] for said in row.reasons],
                [[said.msgid, dict(said.values)] for said in row.notes],
                row.likelihood.value if row.likelihood else None,
                row.certain,
                [[one.field, one.old, one.new] for one in row.changes],
                [
                    [
                        one.line,
                        str(one.day),
                        one.kind,
                        one.who,
                        one.text,
                        [[n.msgid, dict(n.values)] for n in one.notes],
                    ]
                    for one in row.exchanges
                ],
                row.count,
                row.known,
            ]
            for row in rows
        ],
        ensure_ascii=False,
        default=str,
    )


def load_rows(text: str | None) -> list[StagedRow]:
    """The rows that `dump_rows` wrote; none when there is no text."""
    return [_row(*parts) for parts in json.loads(text or "[]")]


def _row(
    line: int,
    name: str,
    city: str,
    outcome: str,
    like: list[Any],
    reasons: Any,
    notes: Any,
    likely: str | None = None,
    certain: bool = False,
    changes: Any = (),
    exchanges: Any = (),
    count: int = 0,
    known: int = 0,
) -> StagedRow:
    # The last six were not written by the first release.
    return StagedRow(
        line=line,
        name=name,
        city=city,
        outcome=Outcome(outcome),
        like=like[0],
        like_city=like[1],
        like_id=like[2],
        like_line=like[3],
        reasons=tuple(Sentence(msgid, values) for msgid, values in reasons),
        notes=tuple(Sentence(msgid, values) for msgid, values in notes),
        likelihood=Likelihood(likely) if likely else None,
        certain=certain,
        changes=tuple(Change(field=field, old=old, new=new) for field, old, new in changes),
        exchanges=tuple(
            StagedExchange(
                line=at,
                day=date.fromisoformat(day),
                kind=kind,
                who=who,
                text=text,
                notes=tuple(Sentence(m, v) for m, v in said),
            )
            for at, day, kind, who, text, said in exchanges
        ),
        count=count,
        known=known,
    )


def dump_mapping(mapping: Mapping) -> str:
    """Which column is which fact, as text."""
    return json.dumps({field.value: place for field, place in mapping.fields.items()})


def load_mapping(text: str, headings: Iterable[str]) -> Mapping:
    """What `dump_mapping` wrote."""
    fields = {Field(name): int(place) for name, place in json.loads(text).items()}
    used = set(fields.values())
    unknown = tuple(heading for place, heading in enumerate(headings) if place not in used and heading.strip())
    return Mapping(fields, unknown)
