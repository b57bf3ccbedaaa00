"""Writes of what a partnership itself holds: preparation, agreement, pilots."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts import queries as accounts
from crm.errors import Conflict
from crm.method.enums import ActionState, ItemState
from crm.method.models import Initiative, Partnership
from crm.method.partnerships.models import Action, RoadmapItem
from crm.method.queries import OPEN
from crm.partners.models import Contact
from crm.partners.refusals import FieldRefused
from crm.wording import N_

STALE_PARTNERSHIP = N_("Ce partenariat a été modifié entre-temps.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipData:
    """A partnership as typed: see Partnership."""

    owner_id: int | None = None
    role: str = ""
    known_activity: str = ""
    known_needs: str = ""
    known_priorities: str = ""
    agreed_by_id: int | None = None
    agreed_by: str = ""
    agreed_on: date | None = None
    without_budget: bool = False
    shared_with: str = ""
    our_pilot_id: int | None = None
    their_pilot_id: int | None = None
    their_pilot: str = ""
    coordination: str = ""


def amend(
    session: Session, card: Partnership, data: PartnershipData, *, version: int | None, actor: Actor, now: datetime
) -> None:
    """Change a partnership read with `for_update`. Raises Conflict, FieldRefused, NotAllowed."""
    require(actor, Permission.PROJECT_EDIT, structure_id=card.structure_id)
    if version != card.version:
        raise Conflict(STALE_PARTNERSHIP, current=card.version)
    _check(session, card, data, actor, now)
    for name in PartnershipData.__slots__:
        setattr(card, name, getattr(data, name))
    card.updated_at = now
    session.flush()


def _check(session: Session, card: Partnership, data: PartnershipData, actor: Actor, now: datetime) -> None:
    people = {one.id for one in accounts.colleagues(session, actor=actor)}
    for name in ("owner_id", "our_pilot_id"):
        key = getattr(data, name)
        if key is not None and key != getattr(card, name) and key not in people:
            raise FieldRefused(N_("Cette personne n'est pas de votre structure."), field=name)
    for name in ("agreed_by_id", "their_pilot_id"):
        key = getattr(data, name)
        if key is None or key == getattr(card, name):
            continue
        known = select(Contact.id).where(Contact.id == key, Contact.partner_id == card.partner_id)
        if session.scalar(known) is None:
            raise FieldRefused(N_("Cette personne n'est pas un contact de ce partenaire."), field=name)
    if data.agreed_on is not None and data.agreed_on > clock.day_of(now):
        raise FieldRefused(N_("Cette date est à venir."), field="agreed_on")


def hand_over(session: Session, user_id: int, heir_id: int, *, actor: Actor, now: datetime) -> int:
    """
    Give what a leaver held in the actor's structure to a colleague: projects and partnerships under way, lines of
    roadmaps and actions still to be done; how many. What is over stays to their credit. Raises NotAllowed.
    """
    del now
    require(actor, Permission.ACCOUNT_ASSIST)
    ours = select(Partnership.id).where(Partnership.structure_id == actor.structure_id)
    projects = select(Initiative.id).where(Initiative.structure_id == actor.structure_id)
    under_way = Partnership.state.in_(OPEN)
    mine = Partnership.structure_id == actor.structure_id
    undone = RoadmapItem.state.in_((ItemState.TODO, ItemState.DOING))
    planned = Action.state.in_((ActionState.PLANNED, ActionState.LAUNCHED))
    held: list[tuple[Any, str, list[Any]]] = [
        (Initiative, "pilot_id", [Initiative.structure_id == actor.structure_id, Initiative.state.in_(OPEN)]),
        (Partnership, "owner_id", [mine, under_way]),
        (Partnership, "our_pilot_id", [mine, under_way]),
        (RoadmapItem, "ours_id", [RoadmapItem.partnership_id.in_(ours), undone]),
        (Action, "owner_id", [Action.initiative_id.in_(projects), planned]),
    ]
    number = 0
    for model, name, conditions in held:
        statement = select(model).where(getattr(model, name) == user_id, *conditions).order_by(model.id)
        rows = session.scalars(statement.with_for_update().execution_options(populate_existing=True)).all()
        for row in rows:
            setattr(row, name, heir_id)
        session.flush()
        number += len(rows)
    return number
