"""
What would become of each row of a file of partners; commit.py then writes it.

Rows are compared with the partners of the database and with the earlier rows of the file, so that a file tells
its own duplicates, and the same file again creates nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.dedupe import queries as dedupe
from crm.dedupe.keys import Key, keys
from crm.dedupe.normalise import Normal, normalise
from crm.dedupe.scoring import Likeness, Verdict
from crm.dedupe.variants import likenesses, under_each_name
from crm.imports import matches, queries
from crm.imports.colleagues import owner_of
from crm.imports.enums import Outcome
from crm.imports.facts import Facts, addresses, read_facts, with_owner, without_objectors
from crm.imports.kinds import kind_of
from crm.imports.mapping import Field
from crm.imports.proposals import Change, Held, Likelihood, changes_of, likelihood, marks_of, said_by
from crm.imports.reader import Sheet
from crm.imports.values import REVIEWED, Corrections, Value, corrected, counted, ordered, town_key
from crm.partners.contacts.queries import objecting_among
from crm.sentences import Sentence
from crm.wording import N_

_SAME_FACTS = Sentence(N_("mêmes informations"))
#: What says that a row is that partner; that it is not.
_IT, _NOT_IT = frozenset({Verdict.SAME, Verdict.LIKELY}), frozenset({Verdict.DIFFERENT, Verdict.GROUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom a row resembles: a partner of the database, or an earlier row of the file (`line`, from 1)."""

    name: str
    city: str
    public_id: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Another that a row may be, and what it would bring to it."""

    target: Target
    reasons: tuple[Sentence, ...]
    likelihood: Likelihood | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """
    What becomes of one row. `target`, `likelihood` and `reasons` stand when it resembles; `certain`: one SIRET.

    `changes`: what it would bring to the partner that it is, or may be. `others`: the next ones that it may be.
    """

    facts: Facts
    outcome: Outcome
    target: Target | None = None
    reasons: tuple[Sentence, ...] = ()
    likelihood: Likelihood | None = None
    certain: bool = False
    changes: tuple[Change, ...] = ()
    others: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole file, in its order. `values`: those of some columns, to be reviewed."""

    file: str
    rows: tuple[Planned, ...]
    values: Mapping[Field, tuple[Value, ...]] = field(default_factory=dict)

    @property
    def totals(self) -> Counter[Outcome]:
        """How many rows of each outcome."""
        return Counter(row.outcome for row in self.rows)


def _silent(_done: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of a file made comparable, and everybody that they may be: judging them asks nothing more."""

    file: str
    rows: tuple["_Reading", ...]
    index: "_Index"
    values: Mapping[Field, tuple[Value, ...]] = field(default_factory=dict)


def gather(
    session: Session, sheet: Sheet, *, file: str, actor: Actor, key: str, corrections: Corrections | None = None
) -> Gathered:
    """
    Read what the rows are compared with; the number of queries grows by thousands of keys, not by rows.

    `key` is the installation's secret, by which those who objected are known; `corrections` are read instead of what
    the file says. Raises NotAllowed.
    """
    require(actor, Permission.PARTNER_IMPORT)
    people = {one.id: one.name for one in colleagues(session, actor=actor)}
    read = [with_owner(read_facts(corrected(row, corrections or {})), people) for row in sheet.rows]
    objecting = objecting_among(session, frozenset().union(*(addresses(facts) for facts in read)), key=key)
    rows = tuple(_Reading.of(without_objectors(facts, objecting)) for facts in read)
    return Gathered(file, rows, _Index.of_database(session, rows), _values(session, sheet, people))


def judge(gathered: Gathered, watch: Callable[[int], None] = _silent) -> Plan:
    """What would become of each row; `watch` is told how many are judged. Asks nothing of the database."""
    judged = []
    for done, row in enumerate(gathered.rows, start=1):
        judged.append(gathered.index.judge(row))
        watch(done)
    return Plan(file=gathered.file, rows=tuple(judged), values=gathered.values)


def complete(session: Session, planned: Plan) -> Plan:
    """The same plan with what each row would bring to the partner that it resembles. A constant number of queries."""
    targets = [one for row in planned.rows for one in (row.target, *(other.target for other in row.others))]
    held = queries.held(session, {one.public_id for one in targets if one is not None and one.public_id})
    of_line: dict[int, Held] = {}
    rows = []
    for row in planned.rows:
        known = _known(row.target, held, of_line)
        if known is None:
            of_line[row.facts.line] = _held_by(row.facts)
            rows.append(row)
            continue
        siret = row.facts.draft.siret
        same_siret = bool(siret) and siret == known.facts.get("siret")
        others = () if same_siret else tuple(_completed(row.facts, other, held, of_line) for other in row.others)
        rows.append(replace(row, changes=changes_of(row.facts, known), certain=same_siret, others=others))
    return replace(planned, rows=tuple(rows))


def _known(target: Target | None, held: Mapping[str, Held], of_line: Mapping[int, Held]) -> Held | None:
    return None if target is None else held.get(target.public_id or "") or of_line.get(target.line or 0)


def _completed(facts: Facts, other: Match, held: Mapping[str, Held], of_line: Mapping[int, Held]) -> Match:
    known = _known(other.target, held, of_line)
    return other if known is None else replace(other, changes=changes_of(facts, known))


def as_said(row: Planned, word: str | None) -> Planned:
    """
    The same row resembling whom somebody said that it is (`word`, see matches.word_of) before the others. Somebody whom
    it no longer resembles is nobody: nothing is then written.
    """
    if word is None or row.target is None:
        return row
    best = Match(target=row.target, reasons=row.reasons, likelihood=row.likelihood, changes=row.changes)
    some = (best, *row.others)
    order = matches.first([matches.word_of(one.target) for one in some], word)
    if order is None:
        return replace(row, target=None, changes=(), others=())
    if order[0] == 0:
        return row
    told, *others = (some[place] for place in order)
    return replace(
        row,
        target=told.target,
        reasons=told.reasons,
        likelihood=told.likelihood,
        changes=told.changes,
        certain=False,
        others=tuple(others),
    )


def plan(
    session: Session, sheet: Sheet, *, file: str, actor: Actor, key: str, corrections: Corrections | None = None
) -> Plan:
    """Say what would become of each row. Writes nothing. Raises NotAllowed."""
    gathered = gather(session, sheet, file=file, actor=actor, key=key, corrections=corrections)
    return complete(session, judge(gathered))


def _held_by(facts: Facts) -> Held:
    """What a partner that a row creates will hold."""
    return Held(facts=said_by(facts), people=marks_of(facts.person) if facts.person else frozenset())


def _values(session: Session, sheet: Sheet, people: Mapping[int, str]) -> dict[Field, tuple[Value, ...]]:
    """The distinct values of the reviewed columns that the file has."""
    found = {}
    for column in REVIEWED:
        counts = counted(sheet.rows, column)
        if not counts:
            continue
        if column is Field.OWNER:
            known = {text for text in counts if owner_of(text, people) is not None}
        elif column is Field.KIND:
            known = {text for text in counts if kind_of(text) is not None}
        elif column is Field.CITY:
            towns = queries.known_towns(session, {town_key(text) for text in counts})
            known = set(counts) if towns is None else {text for text in counts if town_key(text) in towns}
        else:
            known = set(counts)
        found[column] = ordered(counts, known)
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """A row made comparable."""

    facts: Facts
    card: "_Seen"
    keys: frozenset[Key]

    @classmethod
    def of(cls, facts: Facts) -> "_Reading":
        given = dedupe.card_of(facts.draft)
        card = _Seen(normalise(given), tuple(normalise(one) for one in under_each_name(given)))
        return cls(facts, card, keys(card.whole) if facts.error is None else frozenset())


@dataclass(frozen=True, slots=True)
class _Seen:
    """A company whole, and under each of its names."""

    whole: Normal
    each: tuple[Normal, ...]


@dataclass(slots=True)
class _Index:
    """Everybody a row may be: `cards` and `targets` by number, below zero for the rows of the file."""

    holders: dict[Key, list[int]]
    cards: dict[int, _Seen]
    targets: dict[int, Target]
    of_file: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of_database(cls, session: Session, rows: Sequence[_Reading]) -> "_Index":
        holders = dedupe.partners_by_key(session, frozenset().union(*(row.keys for row in rows)))
        wanted = {near for row in rows for near in _near(row.keys, holders)}
        known = dedupe.known(session, wanted)
        return cls(
            holders,
            {number: _Seen(partner.card, partner.cards) for number, partner in known.items()},
            {
                number: Target(name=partner.name, city=partner.city, public_id=partner.public_id)
                for number, partner in known.items()
            },
        )

    def judge(self, row: _Reading) -> Planned:
        """What becomes of the row, among the partners and the rows before it."""
        facts = row.facts
        if facts.error is not None:
            return Planned(facts=facts, outcome=Outcome.WRONG, reasons=(facts.error,))
        some = self._near(row)
        if not some or some[0][1].verdict in _NOT_IT:
            self._add(row, Target(name=facts.draft.name, city=facts.draft.city, line=facts.line))
            return Planned(facts=facts, outcome=Outcome.NEW)
        likely = [self._match(*one) for one in some if one[1].verdict not in _NOT_IT]
        best, *others = matches.distinct((matches.word_of(one.target), one) for one in likely)
        is_same = some[0][1].verdict in _IT
        if is_same:
            # Its other name helps to recognise the rows that follow.
            self._add(row, best.target)
        return Planned(
            facts=facts,
            outcome=Outcome.SAME if is_same else Outcome.DOUBTFUL,
            target=best.target,
            reasons=best.reasons,
            likelihood=best.likelihood,
            others=tuple(others),
        )

    def _match(self, number: int, likeness: Likeness) -> Match:
        words = likelihood(likeness.probability, doubtful=likeness.verdict not in _IT)
        return Match(target=self.targets[number], reasons=likeness.reasons, likelihood=words)

    def _near(self, row: _Reading) -> list[tuple[int, Likeness]]:
        """Those of a row by number, the likeliest first."""
        some = (*_near(row.keys, self.holders), *_near(row.keys, self.of_file))
        near = [number for number in some if number in self.cards]
        # All at once: one by one, comparing costs ten times as much.
        compared = likenesses(row.card.each, [self.cards[number].each for number in near])
        found = [
            (number, _same_facts(likeness, row.card.whole, self.cards[number].whole))
            for number, likeness in zip(near, compared, strict=True)
        ]
        return sorted(found, key=lambda one: -one[1].probability)

    def _add(self, row: _Reading, target: Target) -> None:
        number = -len(self.cards) - 1
        self.cards[number], self.targets[number] = row.card, target
        for key in row.keys:
            self.of_file[key].append(number)


def _near(wanted: frozenset[Key], holders: dict[Key, list[int]]) -> list[int]:
    shared = {key: holders[key] for key in wanted if key in holders}
    return dedupe.shortlist(
        {key: holding for key, holding in shared.items() if not dedupe.is_crowded(key, len(holding))},
        dedupe.SHORTLIST,
    )


def _same_facts(likeness: Likeness, card: Normal, other: Normal) -> Likeness:
    # The same facts twice are one row sent twice, even when they are too few to recognise a partner by: otherwise
    # the same file again would ask about what it created itself.
    if card == other and likeness.verdict is not Verdict.SAME:
        return replace(likeness, probability=1.0, verdict=Verdict.SAME, reasons=(_SAME_FACTS,))
    return likeness
