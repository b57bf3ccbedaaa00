"""Writes of the roadmap: the state of a line, the terms agreed on."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict
from crm.method.enums import ItemState
from crm.method.models import Partnership
from crm.method.partnerships.models import RoadmapItem
from crm.method.roadmap import queries
from crm.partners.models import Contact
from crm.partners.refusals import FieldRefused
from crm.wording import N_

STALE_ITEM = N_("Cette ligne a été modifiée entre-temps.")
STALE_TERMS = N_("Ce partenariat a été modifié entre-temps.")
NOT_THEIRS = N_("Cette personne n'est pas un contact de ce partenaire.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is agreed: by whom on their side, when; whether there is no budget; with which other structures."""

    agreed_by_id: int | None = None
    agreed_by: str = ""
    agreed_on: date | None = None
    without_budget: bool = False
    shared_with: str = ""


def set_state(
    session: Session,
    item: RoadmapItem,
    partnership: Partnership,
    state: ItemState,
    *,
    version: int | None,
    actor: Actor,
) -> ItemState:
    """
    Say how far a line read with `for_update` is; what it was before.

    `version` is that of the page where it was said: a line that somebody changed meanwhile raises Conflict.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=partnership.structure_id)
    before = item.state
    if before is state:
        return before
    if version != item.version:
        raise Conflict(STALE_ITEM, current=item.version)
    item.state = state
    session.flush()
    return before


def agree(
    session: Session, partnership: Partnership, terms: Terms, *, version: int | None, actor: Actor, now: datetime
) -> None:
    """Write the terms of a partnership read with `for_update`. Raises Conflict, FieldRefused, NotAllowed."""
    require(actor, Permission.PROJECT_EDIT, structure_id=partnership.structure_id)
    if version != partnership.version:
        raise Conflict(STALE_TERMS, current=partnership.version)
    _check(session, partnership, terms, now)
    partnership.agreed_by_id, partnership.agreed_by = terms.agreed_by_id, terms.agreed_by
    partnership.agreed_on = terms.agreed_on
    partnership.without_budget, partnership.shared_with = terms.without_budget, terms.shared_with
    partnership.updated_at = now
    session.flush()


def _check(session: Session, partnership: Partnership, terms: Terms, now: datetime) -> None:
    check_contact(session, partnership, terms.agreed_by_id, before=partnership.agreed_by_id, field="agreed_by_id")
    somebody = terms.agreed_by_id is not None or terms.agreed_by != ""
    if terms.agreed_on is not None and terms.agreed_on > clock.day_of(now):
        raise FieldRefused(N_("Cette date est à venir : l'accord est déjà donné, ou pas encore."), field="agreed_on")
    if terms.agreed_on is not None and not somebody:
        raise FieldRefused(N_("Dites aussi qui a donné l'accord."), field="agreed_by")
    if somebody and terms.agreed_on is None:
        raise FieldRefused(N_("Dites aussi quand l'accord a été donné."), field="agreed_on")
    if terms.without_budget and queries.has_budget(session, partnership.id):
        raise FieldRefused(
            N_("Il y a des lignes de budget : retirez-les d'abord, ou laissez cette case vide."),
            field="without_budget",
        )


def check_contact(
    session: Session, partnership: Partnership, key: int | None, *, before: int | None, field: str
) -> None:
    """Refuse somebody who is no contact of the partner; whoever was already named may stay. Raises FieldRefused."""
    if key is None or key == before:
        return
    known = select(Contact.id).where(
        Contact.id == key, Contact.partner_id == partnership.partner_id, Contact.binned_at.is_(None)
    )
    if session.scalar(known) is None:
        raise FieldRefused(NOT_THEIRS, field=field)
