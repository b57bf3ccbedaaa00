"""Reads of many partners taken over at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import NotFound
from crm.method.models import Initiative, Partnership
from crm.method.queries import OPEN
from crm.partners.listing.enums import BulkKind
from crm.partners.listing.models import BulkAction


def get_action(session: Session, public_id: str, *, actor: Actor) -> BulkAction:
    """The reprise of that public id in the actor's structure, locked. Raises NotFound."""
    require(actor, Permission.PROJECT_EDIT)
    statement = select(BulkAction).where(
        BulkAction.public_id == public_id,
        BulkAction.structure_id == actor.structure_id,
        BulkAction.kind == BulkKind.TAKE_OVER,
    )
    action = session.scalars(statement.with_for_update()).one_or_none()
    if action is None:
        raise NotFound
    return action


def in_portfolio(session: Session, *, actor: Actor) -> set[int]:
    """The partners that have an open partnership in the portfolio. One query."""
    statement = (
        select(Partnership.partner_id)
        .join(Initiative, Initiative.id == Partnership.initiative_id)
        .where(Partnership.structure_id == actor.structure_id, Initiative.is_portfolio, Partnership.state.in_(OPEN))
    )
    return set(session.scalars(statement))
