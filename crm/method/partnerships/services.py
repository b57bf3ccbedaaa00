"""Writes of what a partnership itself holds: preparation, agreement, pilots."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts import queries as accounts
from crm.errors import Conflict
from crm.method.models import Partnership
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
