"""What exchanges and things to do say of each partner of the list: those of the actor's structure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select

from crm.access.policy import Actor
from crm.clock import PARIS
from crm.interactions.listing.enums import DAYS, Planned, Silence
from crm.interactions.models import Interaction
from crm.partners.models import Partner
from crm.reminders.models import Todo


def silent(value: str, actor: Actor, today: date) -> ColumnElement[bool] | None:
    """The condition of a Silence; None for a value that is none."""
    if value not in set(Silence):
        return None
    held = exists().where(_held(actor, today))
    if value == Silence.NEVER:
        return ~held
    since = _beginning(today - timedelta(days=DAYS[Silence(value)]))
    lately = exists().where(_held(actor, today), Interaction.held_at >= since)
    # Who was never met is asked for by itself: they are many, and nobody let them down.
    return lately if value == Silence.RECENT else and_(held, ~lately)


def planned(value: str, actor: Actor, today: date) -> ColumnElement[bool] | None:
    """The condition of a Planned; None for a value that is none."""
    if value not in set(Planned):
        return None
    if value == Planned.LATE:
        return exists().where(_open(actor), Todo.due_on < today)
    some = exists().where(_open(actor))
    return some if value == Planned.SOMETHING else ~some


def last_exchange(actor: Actor, today: date) -> Any:
    """The instant of the latest exchange, those of today included, those to come left out."""
    statement = select(func.max(Interaction.held_at)).where(_held(actor, today))
    return statement.correlate(Partner).scalar_subquery()


def next_todo(actor: Actor, _today: date) -> Any:
    """The day of the first thing to do, late or not."""
    return select(func.min(Todo.due_on)).where(_open(actor)).correlate(Partner).scalar_subquery()


def _held(actor: Actor, today: date) -> ColumnElement[bool]:
    return and_(
        Interaction.partner_id == Partner.id,
        Interaction.structure_id == actor.structure_id,
        Interaction.binned_at.is_(None),
        Interaction.cancelled_at.is_(None),
        Interaction.held_at < _beginning(today + timedelta(days=1)),
    )


def _open(actor: Actor) -> ColumnElement[bool]:
    return and_(Todo.partner_id == Partner.id, Todo.structure_id == actor.structure_id, Todo.done_at.is_(None))


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS).astimezone(UTC)
