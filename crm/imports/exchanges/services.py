"""
What would become of a history of exchanges, company by company, then the writes.

The rows of one company are judged together, by the scorer that partners are imported with: a person answers once for
all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.audit.services import note
from crm.imports import services as companies
from crm.imports.colleagues import owner_of
from crm.imports.commit import Answers, Written, data_of
from crm.imports.enums import Choice, Outcome
from crm.imports.exchanges.facts import Exchange, read_exchange
from crm.imports.exchanges.report import mark_of, text_of
from crm.imports.exchanges.words import kind_of
from crm.imports.mapping import Field
from crm.imports.proposals import Likelihood, decided
from crm.imports.reader import Row, Sheet
from crm.imports.services import Planned
from crm.imports.values import Corrections, Value, corrected, counted, ordered
from crm.interactions import rules
from crm.interactions import services as interactions
from crm.interactions.enums import Nature
from crm.interactions.models import Interaction
from crm.interactions.services import InteractionData
from crm.partners import services as partners
from crm.partners.enums import FollowStage
from crm.partners.follow.services import FollowData
from crm.partners.models import Contact, Follow, Partner
from crm.partners.search import fold, sort_key

#: The columns whose values are reviewed.
REVIEWED = (Field.OWNER, Field.EXCHANGE_KIND, Field.CITY)
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company of the file and its exchanges, in the order of the file. `known`: lines of those already written."""

    planned: Planned
    exchanges: tuple[Exchange, ...]
    known: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The whole file: its companies, and the rows that cannot be read."""

    file: str
    companies: tuple[Company, ...]
    wrong: tuple[Exchange, ...]
    values: Mapping[Field, tuple[Value, ...]] = field(default_factory=dict)

    @property
    def totals(self) -> Counter[Outcome]:
        """How many companies of each outcome, and rows in error."""
        return Counter(one.planned.outcome for one in self.companies) + Counter({Outcome.WRONG: len(self.wrong)})


def _silent(_done: int) -> None:
    """Nobody watches."""


def plan(
    session: Session,
    sheet: Sheet,
    *,
    file: str,
    actor: Actor,
    now: datetime,
    key: str,
    corrections: Corrections | None = None,
    said: Mapping[int, str] | None = None,
) -> History:
    """
    Say what would become of each company. `said`: whom somebody said that the company of a line is. Writes nothing.
    Raises NotAllowed.
    """
    require(actor, Permission.PARTNER_IMPORT)
    people = {one.id: one.name for one in colleagues(session, actor=actor)}
    read = [
        read_exchange(corrected(row, corrections or {}), people=people, today=clock.day_of(now)) for row in sheet.rows
    ]
    groups: dict[tuple[str, ...], list[Exchange]] = defaultdict(list)
    for exchange in read:
        if exchange.error is None:
            groups[exchange.key].append(exchange)
    rows_by_line = {row.line: row for row in sheet.rows}
    firsts = tuple(_company_row(rows_by_line[some[0].line], corrections or {}) for some in groups.values())
    judged = companies.plan(session, Sheet(sheet.headings, sheet.mapping, firsts), file=file, actor=actor, key=key)
    planned = [
        companies.as_said(row, (said or {}).get(row.facts.line))
        for row in _recognised(session, [_alone(row) for row in judged.rows])
    ]
    return History(
        file=file,
        companies=tuple(_with_known(session, zip(planned, groups.values(), strict=True), actor)),
        wrong=tuple(one for one in read if one.error is not None),
        values=_values(sheet, people),
    )


def _alone(row: Planned) -> Planned:
    """A history changes no company."""
    return replace(row, changes=(), others=tuple(replace(one, changes=()) for one in row.others))


def commit(
    session: Session,
    history: History,
    *,
    actor: Actor,
    now: datetime,
    answers: Answers | None = None,
    watch: Callable[[int], None] = _silent,
) -> list[Written]:
    """
    Note the exchanges of the companies that are known, or said to be; what was written. Nothing is caught here.

    Of a doubtful company nobody answered for, and of an unknown one unless somebody has it created, nothing is written.
    Raises NotAllowed.
    """
    require(actor, Permission.PARTNER_IMPORT)
    require(actor, Permission.INTERACTION_LOG)
    writing = _Writing(session, history.file, answers or Answers(), actor, now)
    done = 0
    for company in history.companies:
        writing.write(company)
        done += len(company.exchanges)
        watch(done)
    count = sum(isinstance(one.row, Interaction) for one in writing.made)
    note(session, "import.exchanges", object_type="interactions", reason=f"{history.file[:100]}: {count}")
    return writing.made


def reported(history: History) -> Iterator[Planned]:
    """What is told of the file: each company, then each row that cannot be read."""
    yield from (one.planned for one in history.companies)
    for wrong in history.wrong:
        reasons = (wrong.error,) if wrong.error is not None else ()
        yield Planned(facts=replace(wrong.company, notes=wrong.notes), outcome=Outcome.WRONG, reasons=reasons)


def counted_exchanges(history: History, answers: Answers | None = None) -> int:
    """How many exchanges would be noted: those not written yet of the companies that are known, or said to be."""
    kept = [one for one in history.companies if decided_for(one.planned, answers or Answers()) is not Choice.ASIDE]
    return sum(len(one.exchanges) - len(one.known) for one in kept)


def decided_for(planned: Planned, answers: Answers) -> Choice:
    """What becomes of a company: an unknown one is not created unless somebody says so."""
    said = answers.choices.get(planned.facts.line)
    return decided(said, planned.outcome, certain=planned.certain, history=True)


@dataclass(slots=True)
class _Writing:
    session: Session
    file: str
    answers: Answers
    actor: Actor
    now: datetime
    made: list[Written] = field(default_factory=list)
    by_line: dict[int, Partner] = field(default_factory=dict)
    seen: set[tuple[int, str, str, str]] = field(default_factory=set)

    def write(self, company: Company) -> None:
        planned = company.planned
        choice = decided_for(planned, self.answers)
        if choice is Choice.ASIDE:
            return
        partner = self._create(planned) if choice is Choice.OTHER else self._known(planned)
        if partner is None:
            return
        self.by_line[planned.facts.line] = partner
        people = self._people(partner)
        already = company.known if choice is Choice.SAME else frozenset()
        for exchange in company.exchanges:
            self._log(partner, exchange, people, is_known=exchange.line in already)

    def _create(self, planned: Planned) -> Partner:
        follow = FollowData(stage=FollowStage.POOL, source=self.file[:200])
        data = data_of(planned.facts)
        made = partners.create(self.session, data, actor=self.actor, now=self.now, follow=follow, compared=True)
        self.made.append(Written(planned.facts.line, made.id, made))
        kept = self.session.scalars(select(Follow).where(Follow.partner_id == made.id)).one()
        self.made.append(Written(planned.facts.line, made.id, kept))
        return made

    def _known(self, planned: Planned) -> Partner | None:
        target = planned.target
        if target is None:
            return None
        if target.line is not None:
            return self.by_line.get(target.line)
        seen = None if self.answers.seen is None else self.answers.seen.get(planned.facts.line)
        if self.answers.seen is not None and (seen is None or seen.like != target.public_id):
            return None  # it resembles another than the one that was shown
        statement = select(Partner).where(Partner.public_id == target.public_id, Partner.binned_at.is_(None))
        return self.session.scalars(statement).one_or_none()

    def _people(self, partner: Partner) -> dict[str, str]:
        """Public ids of the people of a partner, by folded name; two of one name are nobody."""
        found: dict[str, set[str]] = defaultdict(set)
        statement = select(Contact.public_id, Contact.first_name, Contact.last_name)
        for row in self.session.execute(statement.where(Contact.partner_id == partner.id, Contact.binned_at.is_(None))):
            for name in (f"{row.first_name} {row.last_name}", f"{row.last_name} {row.first_name}", row.last_name):
                found[fold(name)].add(row.public_id)
        return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}

    def _log(self, partner: Partner, exchange: Exchange, people: Mapping[str, str], *, is_known: bool) -> None:
        met = people.get(fold(exchange.met)) if exchange.met else None
        text = text_of(exchange, is_met_known=met is not None)
        mark = (partner.id, *mark_of(exchange), fold(text))
        if is_known or mark in self.seen or exchange.day is None:
            return
        self.seen.add(mark)
        data = InteractionData(
            kind=exchange.kind,
            direction=exchange.direction,
            nature=Nature.FOLLOW_UP,
            held_at=min(rules.instant_in_paris(datetime.combine(exchange.day, exchange.hour)), self.now),
            report=text,
            contact=met,
        )
        author = replace(self.actor, user_id=exchange.author_id or self.actor.user_id)
        logged = interactions.log(self.session, partner, data, actor=author, now=self.now)
        self.made.append(Written(exchange.line, partner.id, logged))


def _company_row(row: Row, corrections: Corrections) -> Row:
    """What a row says of its company alone."""
    said = {name: text for name, text in corrected(row, corrections).values.items() if name in _OF_COMPANY}
    return Row(row.line, said)


_OF_COMPANY = frozenset(
    {
        *(Field.NAME, Field.TRADE_NAME, Field.SIRET, Field.SIREN, Field.STREET, Field.POSTAL_CODE, Field.CITY),
        *(Field.DEPARTMENT, Field.PHONE, Field.EMAIL, Field.WEBSITE),
    }
)


def _recognised(session: Session, rows: list[Planned]) -> list[Planned]:
    """A company that the file only names, when one partner alone bears that very name, is that one."""
    doubtful = {
        sort_key(row.target.name)
        for row in rows
        if row.outcome is Outcome.DOUBTFUL and row.target and fold(row.target.name) == fold(row.facts.draft.name)
    }
    alone: set[str] = set()
    wanted = sorted(doubtful)
    for start in range(0, len(wanted), _AT_ONCE):
        counted_names = (
            select(Partner.sort_key)
            .where(Partner.sort_key.in_(wanted[start : start + _AT_ONCE]), Partner.binned_at.is_(None))
            .group_by(Partner.sort_key)
            .having(func.count() == 1)
        )
        alone |= set(session.scalars(counted_names))
    return [
        replace(row, outcome=Outcome.SAME, likelihood=Likelihood.LIKELY)
        if row.outcome is Outcome.DOUBTFUL
        and row.target is not None
        and row.target.public_id is not None
        and fold(row.target.name) == fold(row.facts.draft.name)
        and sort_key(row.target.name) in alone
        else row
        for row in rows
    ]


def _with_known(session: Session, some: Iterator[tuple[Planned, list[Exchange]]], actor: Actor) -> Iterator[Company]:
    """Each company with the lines of its exchanges that are written already."""
    groups = list(some)
    written = _written(
        session, {row.target.public_id for row, _ in groups if row.target and row.target.public_id}, actor
    )
    for row, exchanges in groups:
        there = written.get(row.target.public_id or "", set()) if row.target else set()
        known = {
            one.line
            for one in exchanges
            # The text as it is written depends on whom the application knew then.
            if {(*mark_of(one), fold(text_of(one, is_met_known=known))) for known in (True, False)} & there
        }
        yield Company(planned=row, exchanges=tuple(exchanges), known=frozenset(known))


def _written(session: Session, public_ids: Collection[str], actor: Actor) -> dict[str, set[tuple[str, str, str]]]:
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    wanted = sorted(public_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        statement = (
            select(Partner.public_id, Interaction.held_at, Interaction.kind, Interaction.report)
            .join(Partner, Partner.id == Interaction.partner_id)
            .where(
                Partner.public_id.in_(wanted[start : start + _AT_ONCE]),
                Interaction.structure_id == actor.structure_id,
                Interaction.binned_at.is_(None),
            )
        )
        for row in session.execute(statement):
            found[row.public_id].add((str(clock.day_of(row.held_at)), row.kind.value, fold(row.report)))
    return found


def _values(sheet: Sheet, people: Mapping[int, str]) -> dict[Field, tuple[Value, ...]]:
    found = {}
    for column in REVIEWED:
        if counts := counted(sheet.rows, column):
            known: set[str] = set(counts)
            if column is Field.OWNER:
                known = {text for text in counts if owner_of(text, people) is not None}
            elif column is Field.EXCHANGE_KIND:
                known = {text for text in counts if kind_of(text, "") is not None}
            found[column] = ordered(counts, known)
    return found
