"""
A plan as it is kept between two pages: what would become of each row, in JSON.

Sentences keep their French original and their values, so that they are shown in the reader's language.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Protocol

from crm.imports.enums import Choice, Outcome
from crm.imports.facts import Facts
from crm.imports.mapping import Field, Mapping
from crm.imports.matches import Place, first, word_of
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
class StagedMatch:
    """Another that a row may be; named as in StagedRow."""

    like: str
    like_city: str
    like_id: str | None
    like_line: int | None
    reasons: tuple[Sentence, ...] = ()
    likelihood: Likelihood | None = None
    changes: tuple[Change, ...] = ()

    @property
    def word(self) -> str:
        """What the forms call it."""
        return word_of(Place(self.like_id, self.like_line))


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedRow:
    """
    One row of the file. `like`: whom it resembles, a partner (`like_id`, public) or an earlier row (`like_line`).

    `likelihood`: how sure that is; `certain`: one SIRET. `reasons` say why it is what it is, `notes` what was mended in
    it, `changes` what it would bring to the partner that it resembles, `others` the next ones. Of a history it is a
    company: how many exchanges it has (`count`), how many are written already (`known`), the first of them.
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
    others: tuple[StagedMatch, ...] = ()

    @property
    def word(self) -> str:
        """What the forms call the one that it resembles most."""
        return word_of(Place(self.like_id, self.like_line))

    def as_said(self, word: str | None) -> "StagedRow":
        """The same with whom somebody said that it is before the others."""
        best = StagedMatch(**{name: getattr(self, name) for name in _OF_MATCH})
        some = (best, *self.others)
        order = first([one.word for one in some], word) if word else None
        if order is None or order[0] == 0:
            return self
        told, *others = (some[place] for place in order)
        return replace(self, **{name: getattr(told, name) for name in _OF_MATCH}, others=tuple(others))

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What may be said of it."""
        return choices_for(self.outcome, certain=self.certain)

    @property
    def default(self) -> Choice:
        """What becomes of it when nobody says anything."""
        return default_choice(self.outcome, history=bool(self.count))


_OF_MATCH = tuple(one.name for one in fields(StagedMatch))


class _Target(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def public_id(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...


class _Match(Protocol):
    @property
    def target(self) -> _Target: ...
    @property
    def reasons(self) -> tuple[Sentence, ...]: ...
    @property
    def likelihood(self) -> Likelihood | None: ...
    @property
    def changes(self) -> tuple[Change, ...]: ...


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
    @property
    def others(self) -> Sequence[_Match]: ...


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
        others=tuple(
            StagedMatch(
                like=one.target.name,
                like_city=one.target.city,
                like_id=one.target.public_id,
                like_line=one.target.line,
                reasons=one.reasons,
                likelihood=one.likelihood,
                changes=one.changes,
            )
            for one in row.others
        ),
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
                # The release before reads the first four only.
                [row.like, row.like_city, row.like_id, row.like_line, [_dumped(one) for one in row.others]],
                _said(row.reasons),
                _said(row.notes),
                row.likelihood.value if row.likelihood else None,
                row.certain,
                _changes(row.changes),
                [[one.line, str(one.day), one.kind, one.who, one.text, _said(one.notes)] for one in row.exchanges],
                row.count,
                row.known,
            ]
            for row in rows
        ],
        ensure_ascii=False,
        default=str,
    )


def _said(sentences: Iterable[Sentence]) -> list[Any]:
    return [[said.msgid, dict(said.values)] for said in sentences]


def _changes(changes: Iterable[Change]) -> list[Any]:
    return [[one.field, one.old, one.new] for one in changes]


def _dumped(one: StagedMatch) -> list[Any]:
    likely = one.likelihood.value if one.likelihood else None
    return [
        one.like, one.like_city, one.like_id, one.like_line, _said(one.reasons), likely, _changes(one.changes)
    ]  # fmt: skip


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
        reasons=_sentences(reasons),
        notes=_sentences(notes),
        likelihood=Likelihood(likely) if likely else None,
        certain=certain,
        changes=_loaded(changes),
        exchanges=tuple(
            StagedExchange(
                line=at,
                day=date.fromisoformat(day),
                kind=kind,
                who=who,
                text=text,
                notes=_sentences(said),
            )
            for at, day, kind, who, text, said in exchanges
        ),
        count=count,
        known=known,
        others=tuple(_match(*one) for one in (like[4] if len(like) > 4 else ())),
    )


def _match(
    like: str, city: str, public_id: str | None, line: int | None, reasons: Any, likely: str | None, changes: Any
) -> StagedMatch:
    return StagedMatch(
        like=like,
        like_city=city,
        like_id=public_id,
        like_line=line,
        reasons=_sentences(reasons),
        likelihood=Likelihood(likely) if likely else None,
        changes=_loaded(changes),
    )


def _sentences(some: Any) -> tuple[Sentence, ...]:
    return tuple(Sentence(msgid, values) for msgid, values in some)


def _loaded(changes: Any) -> tuple[Change, ...]:
    return tuple(Change(field=field, old=old, new=new) for field, old, new in changes)


def dump_mapping(mapping: Mapping) -> str:
    """Which column is which fact, as text."""
    return json.dumps({field.value: place for field, place in mapping.fields.items()})


def load_mapping(text: str, headings: Iterable[str]) -> Mapping:
    """What `dump_mapping` wrote."""
    columns = {Field(name): int(place) for name, place in json.loads(text).items()}
    used = set(columns.values())
    unknown = tuple(heading for place, heading in enumerate(headings) if place not in used and heading.strip())
    return Mapping(columns, unknown)
