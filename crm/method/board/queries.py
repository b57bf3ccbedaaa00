"""What the board reads. A constant number of queries, whatever the number of cards; each structure sees its own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, union_all
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts.models import ClosingPeriod, Membership, Structure, Unit, User
from crm.interactions.models import Interaction
from crm.method.ageing import Stale, WorkedDays, days_between, stale
from crm.method.board.cards import Card
from crm.method.board.filters import DEPARTMENT, ME, NOBODY, Filters, Territory
from crm.method.enums import FIRST_OF_PARTNERSHIP, BudgetSide, CardState, ItemState, PlaceKind
from crm.method.models import Initiative, InitiativePlace, InitiativeUnit, Partnership
from crm.method.moves.queries import delays
from crm.method.partnerships.models import Action, BudgetLine, RoadmapItem
from crm.method.projects.models import StrategyAction
from crm.method.queries import OPEN
from crm.partners.models import Follow, Partner
from crm.partners.reference.models import Commune
from crm.reminders.models import Todo
from crm.reminders.workdays import WorkCalendar, days_off, read_weekdays

#: How far back silence is counted, in days for each day worked of the longest delay; never less than a year.
_DAYS_A_DAY_WORKED, _AT_LEAST = 2, 366


@dataclass(frozen=True, slots=True)
class Named:
    """A project, a person, a unit. `number` is its row, `key` its public id; `offered` by its filter, or only named."""

    number: int
    key: str
    name: str
    offered: bool = True


@dataclass(frozen=True, slots=True)
class Territories:
    """What the filter of territories offers: (kind, code, name) of projects, then codes of departments."""

    places: Sequence[tuple[PlaceKind, str, str]]
    departments: Sequence[str]


@dataclass(frozen=True, slots=True)
class Read:
    """
    What the board is drawn from.

    `totals`: cards of each step, filters aside; `cents`: the planned fundings of a card, in cents of euros.
    """

    cards: list[Card]
    totals: dict[int, int]
    cents: Callable[[Card], int]
    projects: list[Named]
    people: list[Named]
    units: list[Named]
    territories: Territories


def read(session: Session, filters: Filters, *, actor: Actor, now: datetime, today: date) -> Read:
    """Every card that the filters keep, those in pause included, and what the filters offer. Raises NotAllowed."""
    require(actor, Permission.PROJECT_READ)
    structure_id = actor.structure_id
    projects = [
        Named(row.id, row.public_id, row.title, row.state in OPEN)
        for row in session.execute(
            select(Initiative.id, Initiative.public_id, Initiative.title, Initiative.state)
            .where(Initiative.structure_id == structure_id)
            .order_by(func.lower(Initiative.title), Initiative.id)
        )
    ]
    people = [
        Named(row.id, row.public_id, f"{row.first_name} {row.last_name}", row.active)
        for row in session.execute(
            select(User.id, User.public_id, User.first_name, User.last_name, User.active)
            .where(User.id.in_(select(Membership.user_id).where(Membership.structure_id == structure_id)))
            .order_by(User.last_name, User.first_name, User.id)
        )
    ]
    cards = _partnerships(session, filters, actor, projects, people, now, today)
    cards += _projects(session, filters, actor, people, now)
    return Read(
        cards,
        _totals(session, structure_id),
        _cents(session, structure_id),
        projects,
        people,
        [Named(*row) for row in session.execute(_units(structure_id))],
        _territories(session, structure_id),
    )


def worked_days(session: Session, structure_id: int | None, first: date, last: date) -> WorkedDays:
    """What counts the days that a structure works, from `first` to `last`. Three queries."""
    weekdays = session.scalar(select(Structure.working_days).where(Structure.id == structure_id)) or ""
    closings = session.execute(
        select(ClosingPeriod.starts_on, ClosingPeriod.ends_on).where(
            ClosingPeriod.structure_id == structure_id, ClosingPeriod.starts_on <= last, ClosingPeriod.ends_on >= first
        )
    )
    periods = tuple((row.starts_on, row.ends_on) for row in closings)
    return WorkedDays(WorkCalendar(read_weekdays(weekdays), periods, days_off(session, first, last)), first, last)


def _partnerships(
    session: Session,
    filters: Filters,
    actor: Actor,
    projects: Sequence[Named],
    people: Sequence[Named],
    now: datetime,
    today: date,
) -> list[Card]:
    if 0 < filters.step < FIRST_OF_PARTNERSHIP:
        return []
    titles, names = {one.number: one.name for one in projects}, {one.number: one.name for one in people}
    ageing = _Ageing(session, actor, now, today)
    made = []
    for row in session.execute(_rows(filters, actor)):
        number, public_id, version, step, state, until, since, entered, project, owner, partner, name, will = row
        next_on, next_what = ageing.next_of(number, partner)
        why = ageing.why(step, state, until, entered, partner, has_dated_todo=next_on is not None)
        if filters.stale and not why:
            continue
        days, title, person = days_between(since, now), titles.get(project, ""), names.get(owner or 0, "")
        made.append(
            Card(
                *(number, public_id, version, False, step, name, project, title, partner, owner, person),
                *(state, until, since, days, will, why, next_on, next_what),
            )
        )
    return made


def _rows(filters: Filters, actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Partnership.id,
            Partnership.public_id,
            Partnership.version,
            Partnership.step,
            Partnership.state,
            Partnership.paused_until,
            Partnership.step_since,
            Partnership.entered_at,
            Partnership.initiative_id,
            Partnership.owner_id,
            Partner.id,
            Partner.name,
            Follow.willingness,
        )
        .join(Partner, Partner.id == Partnership.partner_id)
        .outerjoin(Follow, and_(Follow.partner_id == Partner.id, Follow.structure_id == actor.structure_id))
        .where(
            Partnership.structure_id == actor.structure_id,
            Partnership.state.in_(OPEN),
            Partner.binned_at.is_(None),
            *_asked_of_partnerships(filters, actor),
        )
    )


class _Ageing:
    """What is to be done about the partnerships of a board, and which are « à relancer ». Seven queries, once."""

    def __init__(self, session: Session, actor: Actor, now: datetime, today: date) -> None:
        self.today = today
        self.patience = delays(session, actor.structure_id or 0)
        back = max(_AT_LEAST, _DAYS_A_DAY_WORKED * max(self.patience.values()))
        self.worked = worked_days(session, actor.structure_id, today - timedelta(days=back), today)
        self.exchanges = _last_exchanges(session, actor, now)
        self.things = _next_things(session, actor)
        self.lines = _next_lines(session, actor)

    def next_of(self, number: int, partner: int) -> tuple[date | None, str]:
        """The first dated thing to do about that partner, or on the roadmap of that partnership."""
        thing, line = self.things.get(partner), self.lines.get(number)
        if thing is None or line is None:
            return thing or line or (None, "")
        return min(thing, line)

    def why(
        self,
        step: int,
        state: CardState,
        until: date | None,
        entered: datetime,
        partner: int,
        *,
        has_dated_todo: bool,
    ) -> tuple[Stale, ...]:
        """Why that partnership is « à relancer »; nothing when it is not."""
        last = self.exchanges.get(partner)
        return stale(
            state=state,
            paused_until=until,
            has_dated_todo=has_dated_todo,
            last_exchange_on=None if last is None else clock.day_of(last),
            entered_on=clock.day_of(entered),
            today=self.today,
            worked=self.worked,
            silent_after=self.patience[step],
        )


def _projects(session: Session, filters: Filters, actor: Actor, people: Sequence[Named], now: datetime) -> list[Card]:
    if filters.of_partnerships_only or filters.step >= FIRST_OF_PARTNERSHIP:
        return []
    names = {one.number: one.name for one in people}
    statement = select(
        Initiative.id,
        Initiative.public_id,
        Initiative.version,
        Initiative.step,
        Initiative.title,
        Initiative.pilot_id,
        Initiative.state,
        Initiative.paused_until,
        Initiative.step_since,
        Initiative.horizon_on,
    ).where(*_live_projects(actor.structure_id), *_asked_of_projects(filters, actor))
    return [
        Card(
            row.id,
            row.public_id,
            row.version,
            True,
            row.step,
            row.title,
            row.id,
            row.title,
            0,
            row.pilot_id,
            names.get(row.pilot_id or 0, ""),
            row.state,
            row.paused_until,
            row.step_since,
            days_between(row.step_since, now),
            None,
            (),
            row.horizon_on,
            "",
        )
        for row in session.execute(statement)
    ]


def _live_projects(structure_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return (
        Initiative.structure_id == structure_id,
        Initiative.state.in_(OPEN),
        Initiative.step < FIRST_OF_PARTNERSHIP,
        Initiative.is_portfolio.is_(False),
    )


def _totals(session: Session, structure_id: int | None) -> dict[int, int]:
    statement = union_all(
        select(Partnership.step, func.count())
        .join(Partner, Partner.id == Partnership.partner_id)
        .where(Partnership.structure_id == structure_id, Partnership.state.in_(OPEN), Partner.binned_at.is_(None))
        .group_by(Partnership.step),
        select(Initiative.step, func.count()).where(*_live_projects(structure_id)).group_by(Initiative.step),
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _cents(session: Session, structure_id: int | None) -> Callable[[Card], int]:
    """Planned fundings: of a partnership its own lines, of a project those that name no partnership."""
    statement = (
        select(BudgetLine.partnership_id, BudgetLine.initiative_id, func.sum(BudgetLine.planned_cents))
        .where(
            BudgetLine.side == BudgetSide.FUNDING,
            BudgetLine.initiative_id.in_(select(Initiative.id).where(Initiative.structure_id == structure_id)),
        )
        .group_by(BudgetLine.partnership_id, BudgetLine.initiative_id)
    )
    of_projects: dict[int, int] = {}
    of_partnerships: dict[int, int] = {}
    for partnership, project, cents in session.execute(statement):
        if partnership is None:
            of_projects[project] = int(cents or 0)
        else:
            of_partnerships[partnership] = int(cents or 0)
    return lambda card: (of_projects if card.is_project else of_partnerships).get(card.number, 0)


def _partners_on_the_board(actor: Actor) -> Select[Any]:
    return select(Partnership.partner_id).where(
        Partnership.structure_id == actor.structure_id, Partnership.state.in_(OPEN)
    )


def _last_exchanges(session: Session, actor: Actor, now: datetime) -> dict[int, datetime]:
    """The last exchange of the structure with each partner of its board."""
    statement = (
        select(Interaction.partner_id, func.max(Interaction.held_at))
        .where(
            Interaction.partner_id.in_(_partners_on_the_board(actor)),
            Interaction.structure_id == actor.structure_id,
            Interaction.held_at <= now,
            Interaction.cancelled_at.is_(None),
            Interaction.binned_at.is_(None),
        )
        .group_by(Interaction.partner_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _next_things(session: Session, actor: Actor) -> dict[int, tuple[date, str]]:
    """The first thing to do about each partner of the board."""
    statement = (
        select(Todo.partner_id, Todo.due_on, Todo.what)
        .where(
            Todo.structure_id == actor.structure_id,
            Todo.done_at.is_(None),
            Todo.partner_id.in_(_partners_on_the_board(actor)),
        )
        .order_by(Todo.due_on.desc(), Todo.id.desc())
    )
    return {row.partner_id: (row.due_on, row.what) for row in session.execute(statement)}


def _next_lines(session: Session, actor: Actor) -> dict[int, tuple[date, str]]:
    """The first dated line of each roadmap that nobody has finished."""
    statement = (
        select(RoadmapItem.partnership_id, RoadmapItem.due_on, RoadmapItem.what)
        .join(Partnership, Partnership.id == RoadmapItem.partnership_id)
        .where(
            Partnership.structure_id == actor.structure_id,
            Partnership.state.in_(OPEN),
            RoadmapItem.due_on.is_not(None),
            RoadmapItem.state.in_([ItemState.TODO, ItemState.DOING]),
        )
        .order_by(RoadmapItem.due_on.desc(), RoadmapItem.id.desc())
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(statement) if row[1] is not None}


def _asked_of_partnerships(filters: Filters, actor: Actor) -> Iterable[ColumnElement[bool]]:
    if filters.step:
        yield Partnership.step == filters.step
    if filters.owner:
        yield _owned(Partnership.owner_id, filters.owner, actor)
    if filters.size:
        yield Partner.size == filters.size
    if filters.project:
        yield Partnership.initiative_id.in_(_project(filters, actor))
    if filters.unit:
        yield Partnership.initiative_id.in_(_of_unit(filters, actor))
    if filters.action:
        aimed = select(StrategyAction.initiative_id).where(StrategyAction.kind == filters.action)
        done = select(Action.partnership_id).where(Action.kind == filters.action, Action.partnership_id.is_not(None))
        yield or_(Partnership.id.in_(done), Partnership.initiative_id.in_(aimed))
    if filters.territory:
        yield or_(_at_partner(filters.territory), Partnership.initiative_id.in_(_on_territory(filters)))


def _at_partner(wanted: Territory) -> ColumnElement[bool]:
    if wanted.kind == DEPARTMENT:
        return Partner.department == wanted.code
    if wanted.kind == PlaceKind.COMMUNE:
        return Partner.commune_code == wanted.code
    if wanted.kind == PlaceKind.EPCI:
        return Partner.commune_code.in_(select(Commune.insee_code).where(Commune.epci_code == wanted.code))
    return false()


def _asked_of_projects(filters: Filters, actor: Actor) -> Iterable[ColumnElement[bool]]:
    if filters.step:
        yield Initiative.step == filters.step
    if filters.owner:
        yield _owned(Initiative.pilot_id, filters.owner, actor)
    if filters.project:
        yield Initiative.id.in_(_project(filters, actor))
    if filters.unit:
        yield Initiative.id.in_(_of_unit(filters, actor))
    if filters.action:
        aimed = select(StrategyAction.initiative_id).where(StrategyAction.kind == filters.action)
        done = select(Action.initiative_id).where(Action.kind == filters.action)
        yield or_(Initiative.id.in_(aimed), Initiative.id.in_(done))
    if filters.territory:
        yield Initiative.id.in_(_on_territory(filters))


def _owned(column: Any, owner: str, actor: Actor) -> ColumnElement[bool]:
    if owner == NOBODY:
        return column.is_(None)  # type: ignore[no-any-return]  # either owner or pilot
    if owner == ME:
        return column == actor.user_id  # type: ignore[no-any-return]
    return column.in_(select(User.id).where(User.public_id == owner))  # type: ignore[no-any-return]


def _project(filters: Filters, actor: Actor) -> Select[Any]:
    return select(Initiative.id).where(
        Initiative.public_id == filters.project, Initiative.structure_id == actor.structure_id
    )


def _of_unit(filters: Filters, actor: Actor) -> Select[Any]:
    return (
        select(InitiativeUnit.initiative_id)
        .join(Unit, Unit.id == InitiativeUnit.unit_id)
        .where(Unit.public_id == filters.unit, Unit.structure_id == actor.structure_id)
    )


def _on_territory(filters: Filters) -> Select[Any]:
    """Projects that name this territory; for a department, those that name one of its communes."""
    statement = select(InitiativePlace.initiative_id)
    wanted = filters.territory
    if wanted is None:
        return statement.where(false())
    if wanted.kind == DEPARTMENT:
        communes = select(Commune.insee_code).where(Commune.department_code == wanted.code)
        return statement.where(InitiativePlace.kind == PlaceKind.COMMUNE, InitiativePlace.code.in_(communes))
    called = and_(InitiativePlace.code == "", InitiativePlace.name == wanted.code)
    return statement.where(InitiativePlace.kind == wanted.kind, or_(InitiativePlace.code == wanted.code, called))


def _units(structure_id: int | None) -> Select[int, str, str]:
    return select(Unit.id, Unit.public_id, Unit.name).where(Unit.structure_id == structure_id).order_by(Unit.name)


def _territories(session: Session, structure_id: int | None) -> Territories:
    """The places that projects name, and the departments of the partners on the board. Two queries."""
    places = session.execute(
        select(InitiativePlace.kind, InitiativePlace.code, InitiativePlace.name)
        .join(Initiative, Initiative.id == InitiativePlace.initiative_id)
        .where(Initiative.structure_id == structure_id)
        .distinct()
        .order_by(InitiativePlace.name, InitiativePlace.code)
    )
    departments = session.scalars(
        select(Partner.department)
        .join(Partnership, Partnership.partner_id == Partner.id)
        .where(Partnership.structure_id == structure_id, Partner.department != "", Partner.binned_at.is_(None))
        .distinct()
        .order_by(Partner.department)
    )
    return Territories([(row.kind, row.code, row.name) for row in places], list(departments))
