"""Writes of actions: how far they are, which factors are there, which other partners take part."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict
from crm.method.actions.rules import Standing, moved
from crm.method.enums import ActionState
from crm.method.guide.queries import factors_of
from crm.method.partnerships.models import Action, ActionFactor, ActionPartner
from crm.method.parts.queries import Place
from crm.partners.models import Partner
from crm.partners.refusals import FieldRefused
from crm.wording import N_

STALE_ACTION = N_("Cette action a été modifiée entre-temps.")


def standing_of(action: Action) -> Standing:
    """How far an action is, as the rules need it."""
    return Standing(action.state, action.launched_on, action.ended_on)


def set_state(
    session: Session,
    action: Action,
    place: Place,
    wanted: ActionState,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Standing:
    """
    Say how far an action read with `for_update` is; how it stood before.

    `version` is that of the page where it was said: an action that somebody changed meanwhile raises Conflict.
    """
    before = standing_of(action)
    _stand(session, action, place, moved(before, wanted, clock.day_of(now)), version=version, actor=actor)
    return before


def put_back(
    session: Session, action: Action, place: Place, standing: Standing, *, version: int | None, actor: Actor
) -> None:
    """Undo a tap: the action stands as it did. Raises Conflict, NotAllowed."""
    _stand(session, action, place, standing, version=version, actor=actor)


def _stand(
    session: Session, action: Action, place: Place, standing: Standing, *, version: int | None, actor: Actor
) -> None:
    require(actor, Permission.PROJECT_ACT, structure_id=place.initiative.structure_id)
    if standing == standing_of(action):
        return
    if version != action.version:
        raise Conflict(STALE_ACTION, current=action.version)
    action.state, action.launched_on, action.ended_on = standing.state, standing.launched_on, standing.ended_on
    session.flush()


def tick(
    session: Session,
    action: Action,
    place: Place,
    met: Collection[str],
    *,
    version: int | None,
    actor: Actor,
) -> None:
    """
    Say which factors of success are there, by their words; those of the guide are copied the first time.

    `action` is read with `for_update`. Raises Conflict, NotAllowed.
    """
    require(actor, Permission.PROJECT_ACT, structure_id=place.initiative.structure_id)
    if version != action.version:
        raise Conflict(STALE_ACTION, current=action.version)
    known = {one.wording for one in action.factors}
    for one in action.factors:
        one.is_met = one.wording in met
    for wording in factors_of(session, place.initiative.structure_id, action.kind):
        if wording not in known:
            known.add(wording)
            action.factors.append(ActionFactor(wording=wording, is_met=wording in met))
    # The factors are rows of their own: without this a second editor would not be told.
    flag_modified(action, "created_at")
    session.flush()


def add_partner(session: Session, action: Action, place: Place, public_id: str, *, actor: Actor) -> Partner:
    """
    Another partner takes part in an action read with `for_update`; twice changes nothing.

    Raises FieldRefused for one that is gone, or is the partner of the action already; NotAllowed.
    """
    require(actor, Permission.PROJECT_ACT, structure_id=place.initiative.structure_id)
    partner = session.scalars(
        select(Partner).where(Partner.public_id == public_id, Partner.binned_at.is_(None))
    ).one_or_none()
    if partner is None:
        raise FieldRefused(N_("Ce partenaire n'existe plus : cherchez-le de nouveau."), field="q")
    if place.partnership is not None and place.partnership.partner_id == partner.id:
        raise FieldRefused(N_("L'action est déjà celle de ce partenaire."), field="q")
    if partner.id not in {one.partner_id for one in action.partners}:
        action.partners.append(ActionPartner(partner_id=partner.id))
        session.flush()
    return partner


def remove_partner(session: Session, action: Action, place: Place, public_id: str, *, actor: Actor) -> None:
    """A partner takes part no more; one that did not changes nothing. Raises NotAllowed."""
    require(actor, Permission.PROJECT_ACT, structure_id=place.initiative.structure_id)
    gone = session.scalar(select(Partner.id).where(Partner.public_id == public_id))
    for one in [one for one in action.partners if one.partner_id == gone]:
        action.partners.remove(one)
    session.flush()
