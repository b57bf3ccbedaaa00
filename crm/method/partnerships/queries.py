"""Reads of partnerships: the page of one, and those of a partner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from crm import clock
from crm.access.policy import Actor, Permission, can
from crm.accounts import queries as accounts
from crm.accounts.models import ClosingPeriod, Structure, User
from crm.interactions.models import Interaction
from crm.method.ageing import Stale, WorkedDays, stale
from crm.method.enums import STEP_NAMES, CardState
from crm.method.models import Initiative, Partnership, Transition
from crm.method.moves import queries as moves
from crm.method.moves.told import ToldMove, told
from crm.method.partnerships.models import (
    Action,
    BudgetLine,
    CoordinationSession,
    Evidence,
    Highlight,
    Indicator,
    Review,
    RoadmapItem,
)
from crm.method.prospecting import Exchange, Prospecting, next_step, prospecting, size_advice
from crm.partners.models import Contact, Follow, Need
from crm.partners.registry import Moment
from crm.reminders.models import Todo
from crm.reminders.workdays import WorkCalendar, days_off, read_weekdays
from crm.sentences import Sentence

#: How far back silence is counted: beyond, it is long anyway.
_FURTHEST = timedelta(days=550)


@dataclass(frozen=True, slots=True)
class PartnershipPage:
    """Everything that the page of a partnership shows besides the partnership, its project and its partner."""

    roadmap: Sequence[RoadmapItem]
    budget: Sequence[BudgetLine]
    evidence: Sequence[Evidence]
    sessions: Sequence[CoordinationSession]
    indicators: Sequence[Indicator]
    actions: Sequence[Action]
    reviews: Sequence[Review]
    highlights: Sequence[Highlight]
    needs: Sequence[Need]
    follow: Follow | None
    contacts: dict[int, str]
    prospecting: Prospecting
    advice: Sentence | None
    size_advice: tuple[Sentence, ...]
    stale: tuple[Stale, ...]
    next_todo: Todo | None
    known_by: list[str]


def page_of(session: Session, card: Partnership, *, actor: Actor, now: datetime) -> PartnershipPage:
    """The parts of a partnership, and what its step asks to look at. A constant number of queries."""

    def own(model: Any, *order: Any) -> Any:
        return session.scalars(select(model).where(model.partnership_id == card.id).order_by(*order, model.id)).all()

    today = clock.day_of(now)
    exchanges = exchanges_of(session, card.partner_id, card.structure_id)
    todo = next_todo(session, card.partner_id, card.structure_id)
    state = prospecting(exchanges, now=now, has_dated_todo=todo is not None)
    past = [one.held_at for one in exchanges if one.held_at <= now]
    return PartnershipPage(
        own(RoadmapItem, RoadmapItem.due_on.is_(None), RoadmapItem.due_on),
        own(BudgetLine),
        own(Evidence),
        own(CoordinationSession, CoordinationSession.held_on.desc()),
        own(Indicator),
        own(Action),
        own(Review, Review.held_on.desc()),
        own(Highlight, Highlight.held_on.desc()),
        session.scalars(
            select(Need)
            .where(Need.partner_id == card.partner_id, Need.structure_id == card.structure_id)
            .order_by(Need.id)
        ).all(),
        session.scalars(
            select(Follow).where(Follow.partner_id == card.partner_id, Follow.structure_id == card.structure_id)
        ).one_or_none(),
        contact_names(session, card, actor=actor),
        state,
        next_step(exchanges, state, size=card.partner.size, now=now),
        size_advice(card.partner.size),
        stale(
            state=card.state,
            paused_until=card.paused_until,
            has_dated_todo=todo is not None,
            last_exchange_on=clock.day_of(max(past)) if past else None,
            entered_on=clock.day_of(card.entered_at),
            today=today,
            worked=worked_days(session, card.structure_id, today),
            silent_after=moves.delays(session, card.structure_id)[card.step],
        ),
        todo,
        known_by(session, card),
    )


def known_by(session: Session, card: Partnership) -> list[str]:
    """The colleagues who exchanged with the partner, the latest first. One query."""
    statement = (
        select(User.first_name, User.last_name)
        .join(Interaction, Interaction.author_id == User.id)
        .where(
            Interaction.partner_id == card.partner_id,
            Interaction.structure_id == card.structure_id,
            Interaction.binned_at.is_(None),
        )
        .group_by(User.id, User.first_name, User.last_name)
        .order_by(func.max(Interaction.held_at).desc(), User.id)
        .limit(5)
    )
    return [f"{row.first_name} {row.last_name}" for row in session.execute(statement)]


def exchanges_of(session: Session, partner_id: int, structure_id: int) -> list[Exchange]:
    """The structure's exchanges with a partner, as prospecting reads them. One query."""
    rows = session.execute(
        select(Interaction.kind, Interaction.direction, Interaction.held_at).where(
            Interaction.partner_id == partner_id,
            Interaction.structure_id == structure_id,
            Interaction.cancelled_at.is_(None),
            Interaction.binned_at.is_(None),
        )
    )
    return [Exchange(*row) for row in rows]


def next_todo(session: Session, partner_id: int, structure_id: int) -> Todo | None:
    """What is to be done first about a partner. One query."""
    return session.scalars(
        select(Todo)
        .where(Todo.partner_id == partner_id, Todo.structure_id == structure_id, Todo.done_at.is_(None))
        .order_by(Todo.due_on, Todo.id)
        .limit(1)
    ).one_or_none()


def worked_days(session: Session, structure_id: int, today: date) -> WorkedDays:
    """The days that the structure worked until today, far enough back to count a silence. Three queries."""
    first = today - _FURTHEST
    weekdays = session.scalars(select(Structure.working_days).where(Structure.id == structure_id)).one()
    closings = session.execute(
        select(ClosingPeriod.starts_on, ClosingPeriod.ends_on).where(
            ClosingPeriod.structure_id == structure_id, ClosingPeriod.ends_on >= first
        )
    )
    calendar = WorkCalendar(
        read_weekdays(weekdays), tuple((row[0], row[1]) for row in closings), days_off(session, first, today)
    )
    return WorkedDays(calendar, first, today)


def contact_names(session: Session, card: Partnership, *, actor: Actor) -> dict[int, str]:
    """Names of the people at the partner, by identifier; nobody for who may not read contacts. One query."""
    if not can(actor, Permission.CONTACT_READ):
        return {}
    people = session.scalars(select(Contact).where(Contact.partner_id == card.partner_id, Contact.binned_at.is_(None)))
    return {one.id: one.full_name for one in people}


@dataclass(frozen=True, slots=True)
class OfPartner:
    """A partnership as the page of its partner shows it."""

    partnership: Partnership
    title: str
    owner: str


def of_partner(session: Session, partner_id: int, *, actor: Actor) -> list[OfPartner]:
    """The partnerships of a partner with the actor's structure, those under way first. Two queries."""
    statement = (
        select(Partnership, Initiative.title)
        .join(Initiative, Initiative.id == Partnership.initiative_id)
        .where(
            Partnership.partner_id == partner_id,
            Partnership.structure_id == actor.structure_id,
            Partnership.state != CardState.WITHDRAWN,
        )
        .order_by(Partnership.state, Partnership.step.desc(), Partnership.id)
    )
    rows = session.execute(statement).all()
    names = accounts.names(session, {one.owner_id for one, _ in rows if one.owner_id is not None})
    return [OfPartner(one, title, names.get(one.owner_id or 0, "")) for one, title in rows]


@dataclass(frozen=True, slots=True)
class OneMove:
    """A move as the story of its partner tells it: of which partnership, in which project, by whom."""

    move: ToldMove
    step: str
    title: str
    public_id: str
    who: str


def moments(
    session: Session, partner_id: int, *, actor: Actor, before: tuple[datetime, int] | None, limit: int
) -> list[Moment]:
    """The moves of the partnerships of a partner, for its timeline. Two queries."""
    statement = (
        select(Transition, Initiative.title, Partnership.public_id)
        .join(Partnership, Partnership.id == Transition.partnership_id)
        .join(Initiative, Initiative.id == Partnership.initiative_id)
        .where(
            Partnership.partner_id == partner_id,
            Partnership.structure_id == actor.structure_id,
            Partnership.state != CardState.WITHDRAWN,
        )
        .options(selectinload(Transition.proofs))
        .order_by(Transition.at.desc(), Transition.id.desc())
        .limit(limit)
    )
    if before is not None:
        at, key = before
        statement = statement.where((Transition.at < at) | ((Transition.at == at) & (Transition.id < key)))
    rows = session.execute(statement).all()
    names = accounts.names(session, {one.by_id for one, _, _ in rows if one.by_id is not None})
    return [
        Moment(
            one.at, one.id, OneMove(told(one), STEP_NAMES[one.to_step], title, public_id, names.get(one.by_id or 0, ""))
        )
        for one, title, public_id in rows
    ]
