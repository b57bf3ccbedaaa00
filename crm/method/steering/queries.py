"""Reads of how a partnership is steered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from crm.access.policy import Actor, Permission, require
from crm.accounts import queries as accounts
from crm.errors import NotFound
from crm.method.enums import ActionState
from crm.method.models import Partnership
from crm.method.partnerships.models import Action, CoordinationSession, Highlight, Indicator, Review
from crm.method.roadmap.queries import people, place_of


@dataclass(frozen=True, slots=True)
class SteeringPage:
    """Everything that the page shows besides the partnership. Names are '' for nobody."""

    our_pilot: str
    their_pilot: str
    sessions: Sequence[CoordinationSession]
    indicators: Sequence[Indicator]
    reviews: Sequence[Review]
    highlights: Sequence[Highlight]
    actions: Sequence[Action]
    first_launch: Action | None


def page_of(session: Session, partnership: Partnership, *, actor: Actor) -> SteeringPage:
    """The parts of one partnership. Eight queries."""
    require(actor, Permission.PROJECT_READ, structure_id=partnership.structure_id)
    key = partnership.id
    names = accounts.names(session, {partnership.our_pilot_id} if partnership.our_pilot_id is not None else set())
    contacts = people(session, {partnership.their_pilot_id}, actor=actor)
    actions = session.scalars(select(Action).where(Action.partnership_id == key).order_by(Action.id)).all()
    launched = [one for one in actions if one.launched_on is not None and one.state is not ActionState.CANCELLED]
    return SteeringPage(
        names.get(partnership.our_pilot_id or 0, ""),
        contacts.get(partnership.their_pilot_id or 0, "") or partnership.their_pilot,
        session.scalars(
            select(CoordinationSession)
            .where(CoordinationSession.partnership_id == key)
            .order_by(CoordinationSession.held_on.desc(), CoordinationSession.id.desc())
        ).all(),
        session.scalars(
            select(Indicator)
            .where(Indicator.partnership_id == key)
            .options(selectinload(Indicator.values))
            .order_by(Indicator.id)
        ).all(),
        session.scalars(
            select(Review).where(Review.partnership_id == key).order_by(Review.held_on.desc(), Review.id.desc())
        ).all(),
        session.scalars(
            select(Highlight)
            .where(Highlight.partnership_id == key)
            .order_by(Highlight.held_on.desc(), Highlight.id.desc())
        ).all(),
        actions,
        min(launched, key=lambda one: (one.launched_on, one.id), default=None),
    )


def get_indicator(
    session: Session, public_id: str, *, actor: Actor, for_update: bool = False
) -> tuple[Indicator, Partnership]:
    """
    The indicator of a partnership with its values, in the actor's structure; locked on demand. Three queries.

    Raises NotFound, also for one of a whole project.
    """
    require(actor, Permission.PROJECT_READ)
    statement = select(Indicator).where(Indicator.public_id == public_id).options(selectinload(Indicator.values))
    found = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if found is None or found.partnership_id is None:
        raise NotFound
    return found, place_of(session, found.partnership_id, actor=actor)
