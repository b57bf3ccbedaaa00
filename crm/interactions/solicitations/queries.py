"""Reads of our requests: the recent ones to a partner, and how many this quarter."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, can
from crm.accounts.models import Structure, User
from crm.interactions.enums import Direction, Nature
from crm.interactions.models import Interaction
from crm.interactions.solicitations.rules import Request, Saturation, first_day_of_quarter, shortened
from crm.partners.models import Contact, Follow


def window(session: Session, *, actor: Actor) -> int:
    """How many days a request of the actor's structure counts as recent (a setting)."""
    return session.scalar(select(Structure.solicitation_days).where(Structure.id == actor.structure_id)) or 0


def requests_since(session: Session, partner_id: int, *, actor: Actor, now: datetime, days: int) -> list[Request]:
    """Our structure's requests to this partner since a little more than `days` days, for rules.recent_requests."""
    named = can(actor, Permission.CONTACT_READ)
    statement = (
        select(Interaction, User.first_name, User.last_name, Contact.first_name, Contact.last_name)
        .join(User, User.id == Interaction.author_id)
        .outerjoin(Contact, and_(Contact.id == Interaction.contact_id, Contact.binned_at.is_(None)))
        .where(
            Interaction.partner_id == partner_id,
            *_our_requests(actor.structure_id),
            Interaction.held_at >= now - timedelta(days=days + 1),
            Interaction.held_at <= now,
        )
        .order_by(Interaction.held_at.desc(), Interaction.id.desc())
    )
    return [
        Request(
            f"{first} {last}",
            interaction.author_id == actor.user_id,
            clock.day_of(interaction.held_at),
            f"{theirs_first or ''} {theirs_last or ''}".strip() if named else "",
            shortened(interaction.report),
        )
        for interaction, first, last, theirs_first, theirs_last in session.execute(statement)
    ]


def saturation(session: Session, partner_id: int, *, actor: Actor, now: datetime) -> Saturation:
    """How often our structure asked this partner something since the quarter began, and the most it wants to."""
    begins = _midnight(first_day_of_quarter(clock.day_of(now)))
    given = {"partner": partner_id, "structure": actor.structure_id, "begins": begins, "now": now}
    row = session.execute(_saturation(), given).one_or_none()
    return Saturation(row[0], row[1]) if row else Saturation(0, 0)


@cache
def _saturation() -> Select[int, int]:
    """How many requests the `structure` made to the `partner` from `begins` to `now`, and the most. Built once."""
    partner, structure = bindparam("partner", type_=Integer), bindparam("structure", type_=Integer)
    instant = Interaction.held_at.type
    made = (
        select(func.count())
        .where(
            Interaction.partner_id == partner,
            *_our_requests(structure),
            Interaction.held_at >= bindparam("begins", type_=instant),
            Interaction.held_at <= bindparam("now", type_=instant),
        )
        .scalar_subquery()
    )
    most = func.coalesce(Follow.solicitation_threshold, Structure.solicitation_threshold)
    return (
        select(made, most)
        .select_from(Structure)
        .outerjoin(Follow, and_(Follow.structure_id == Structure.id, Follow.partner_id == partner))
        .where(Structure.id == structure)
    )


def refusal_to_be_asked(session: Session, partner_id: int, *, actor: Actor) -> str | None:
    """Why nobody of the structure should ask this partner anything; None when somebody may. '' without a reason."""
    statement = select(Follow.do_not_solicit, Follow.do_not_solicit_reason).where(
        Follow.partner_id == partner_id, Follow.structure_id == actor.structure_id
    )
    row = session.execute(statement).one_or_none()
    return row.do_not_solicit_reason if row is not None and row.do_not_solicit else None


def _our_requests(structure_id: int | BindParameter[int] | None) -> tuple[ColumnElement[bool], ...]:
    return (
        Interaction.structure_id == structure_id,
        Interaction.direction == Direction.OURS,
        Interaction.nature == Nature.REQUEST,
        Interaction.binned_at.is_(None),
        Interaction.cancelled_at.is_(None),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.PARIS).astimezone(UTC)
