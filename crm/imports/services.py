"""
Imports partners: first what would become of each row, then the writes, in the transaction of whoever called.

Rows are compared with the partners of the database and with the earlier rows of the file, so that a file tells
its own duplicates, and the same file again creates nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.audit.services import note
from crm.dedupe import queries as dedupe
from crm.dedupe.keys import Key, keys
from crm.dedupe.normalise import Normal, normalise
from crm.dedupe.scoring import Likeness, Verdict, compare
from crm.imports import queries
from crm.imports.enums import Outcome
from crm.imports.facts import Facts, addresses, read_facts, without_objectors
from crm.imports.reader import Sheet
from crm.partners import services as partners
from crm.partners.contacts import services as contacts
from crm.partners.contacts.queries import objecting_among
from crm.partners.contacts.services import ContactData
from crm.partners.enums import FollowStage
from crm.partners.follow.services import FollowData
from crm.partners.models import Contact, Follow, Partner
from crm.sentences import Sentence
from crm.wording import N_

_AT_ONCE = 5_000
_SAME_FACTS = Sentence(N_("mêmes informations"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom a row resembles: a partner of the database, or an earlier row of the file (`line`, from 1)."""

    name: str
    city: str
    public_id: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What becomes of one row. `target` and `reasons` stand when it resembles, `error` when it is wrong."""

    facts: Facts
    outcome: Outcome
    target: Target | None = None
    reasons: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole file, in its order."""

    file: str
    rows: tuple[Planned, ...]

    @property
    def totals(self) -> Counter[Outcome]:
        """How many rows of each outcome."""
        return Counter(row.outcome for row in self.rows)


@dataclass(frozen=True, slots=True)
class Written:
    """A row that an import created, or a partner whose facts it changed (`before`: what they were, by name)."""

    line: int
    partner_id: int
    row: Any
    before: dict[str, Any] | None = None


def _silent(_done: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of a file made comparable, and everybody that they may be: judging them asks nothing more."""

    file: str
    rows: tuple["_Reading", ...]
    index: "_Index"


def gather(session: Session, sheet: Sheet, *, file: str, actor: Actor, key: str) -> Gathered:
    """
    Read what the rows are compared with; the number of queries grows by thousands of keys, not by rows.

    `key` is the installation's secret, by which those who objected are known. Raises NotAllowed.
    """
    require(actor, Permission.PARTNER_IMPORT)
    read = [read_facts(row) for row in sheet.rows]
    objecting = objecting_among(session, frozenset().union(*(addresses(facts) for facts in read)), key=key)
    rows = tuple(_Reading.of(without_objectors(facts, objecting)) for facts in read)
    return Gathered(file, rows, _Index.of_database(session, rows))


def judge(gathered: Gathered, watch: Callable[[int], None] = _silent) -> Plan:
    """What would become of each row; `watch` is told how many are judged. Asks nothing of the database."""
    judged = []
    for done, row in enumerate(gathered.rows, start=1):
        judged.append(gathered.index.judge(row))
        watch(done)
    return Plan(file=gathered.file, rows=tuple(judged))


def plan(session: Session, sheet: Sheet, *, file: str, actor: Actor, key: str) -> Plan:
    """Say what would become of each row. Writes nothing. Raises NotAllowed."""
    return judge(gather(session, sheet, file=file, actor=actor, key=key))


def carry_out(session: Session, sheet: Sheet, *, file: str, actor: Actor, now: datetime, key: str) -> Plan:
    """Plan and commit, one import at a time: two people sending one file at once create its partners once."""
    queries.wait_for_other_imports(session)
    planned = plan(session, sheet, file=file, actor=actor, key=key)
    commit(session, planned, actor=actor, now=now, key=key)
    return planned


def commit(
    session: Session,
    planned: Plan,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    others: Collection[int] = frozenset(),
    watch: Callable[[int], None] = _silent,
) -> list[Written]:
    """
    Create the new ones as *vivier*, and note the import in the audit; what was written, in the order of the file.

    `others`: the lines of doubtful rows that a person said to be other companies; they are created too. Nothing is
    caught here: whatever fails undoes the whole import. Raises SameSiret when somebody created one of them
    meanwhile, NotAllowed.
    """
    require(actor, Permission.PARTNER_IMPORT)
    follow = FollowData(stage=FollowStage.POOL, source=planned.file[:200])
    made: list[Written] = []
    for done, row in enumerate(planned.rows, start=1):
        wanted = row.outcome is Outcome.DOUBTFUL and row.facts.line in others
        if row.outcome is Outcome.NEW or wanted:
            data = _data_of(row.facts)
            partner = partners.create(session, data, actor=actor, now=now, follow=follow, compared=True)
            made.append(Written(row.facts.line, partner.id, partner))
            if contact := _add_person(session, partner, row.facts, actor=actor, now=now, key=key):
                made.append(Written(row.facts.line, partner.id, contact))
        watch(done)
    made += _follows(session, made, actor)
    totals = planned.totals
    told = ", ".join(f"{outcome.value} {totals[outcome]}" for outcome in Outcome)
    note(session, "import", object_type="partners", reason=f"{planned.file[:100]}: {told}")
    return made


def _follows(session: Session, made: Sequence[Written], actor: Actor) -> list[Written]:
    """How the structure follows what was created."""
    lines = {one.partner_id: one.line for one in made if isinstance(one.row, Partner)}
    keys = sorted(lines)
    found = []
    for start in range(0, len(keys), _AT_ONCE):
        statement = select(Follow).where(
            Follow.partner_id.in_(keys[start : start + _AT_ONCE]), Follow.structure_id == actor.structure_id
        )
        found += [Written(lines[row.partner_id], row.partner_id, row) for row in session.scalars(statement)]
    return found


def _add_person(
    session: Session, partner: Partner, facts: Facts, *, actor: Actor, now: datetime, key: str
) -> Contact | None:
    person = facts.person
    if person is None:
        return None
    data = ContactData(
        last_name=person.last_name,
        first_name=person.first_name,
        function=person.function,
        phone=person.phone or None,
        email=person.email or None,
        is_main=True,
    )
    return contacts.add_contact(session, partner, data, actor=actor, now=now, key=key)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A row made comparable."""

    facts: Facts
    card: Normal
    keys: frozenset[Key]

    @classmethod
    def of(cls, facts: Facts) -> "_Reading":
        card = normalise(dedupe.card_of(facts.draft))
        return cls(facts, card, keys(card) if facts.error is None else frozenset())


@dataclass(slots=True)
class _Index:
    """Everybody a row may be: `cards` and `targets` by number, below zero for the rows of the file."""

    holders: dict[Key, list[int]]
    cards: dict[int, Normal]
    targets: dict[int, Target]
    of_file: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of_database(cls, session: Session, rows: Sequence[_Reading]) -> "_Index":
        holders = dedupe.partners_by_key(session, frozenset().union(*(row.keys for row in rows)))
        wanted = {near for row in rows for near in _near(row.keys, holders)}
        known = dedupe.known(session, wanted)
        return cls(
            holders,
            {number: partner.card for number, partner in known.items()},
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
        best = self._best(row)
        if best is None or best[1].verdict in {Verdict.DIFFERENT, Verdict.GROUP}:
            self._add(row, Target(name=facts.draft.name, city=facts.draft.city, line=facts.line))
            return Planned(facts=facts, outcome=Outcome.NEW)
        number, likeness = best
        target = self.targets[number]
        is_same = likeness.verdict in {Verdict.SAME, Verdict.LIKELY}
        outcome = Outcome.SAME if is_same else Outcome.DOUBTFUL
        if is_same:
            # Its other name helps to recognise the rows that follow.
            self._add(row, target)
        return Planned(facts=facts, outcome=outcome, target=target, reasons=likeness.reasons)

    def _best(self, row: _Reading) -> tuple[int, Likeness] | None:
        near = (*_near(row.keys, self.holders), *_near(row.keys, self.of_file))
        found = [(number, _liken(row.card, self.cards[number])) for number in near if number in self.cards]
        return max(found, key=lambda one: one[1].probability, default=None)

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


def _liken(card: Normal, other: Normal) -> Likeness:
    likeness = compare(card, other)
    # The same facts twice are one row sent twice, even when they are too few to recognise a partner by: otherwise
    # the same file again would ask about what it created itself.
    if card == other and likeness.verdict is not Verdict.SAME:
        return replace(likeness, probability=1.0, verdict=Verdict.SAME, reasons=(_SAME_FACTS,))
    return likeness


def _data_of(facts: Facts) -> partners.PartnerData:
    draft = facts.draft
    return partners.PartnerData(
        name=draft.name,
        kind=facts.kind,
        trade_name=draft.trade_name,
        siren=draft.siren,
        siret=draft.siret,
        street=draft.street,
        postal_code=draft.postal_code,
        city=draft.city,
        department=draft.department,
        phone=draft.phone or None,
        email=draft.email or None,
        website=draft.website or None,
        sector=facts.sector,
    )
