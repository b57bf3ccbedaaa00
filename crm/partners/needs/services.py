"""Writes of needs."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict, NotAllowed
from crm.partners.enums import NeedKind, NeedState
from crm.partners.models import Need, Partner
from crm.partners.refusals import FieldRefused
from crm.wording import N_

_STALE = N_("Ce besoin a été modifié entre-temps.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedData:
    """What a partner needs: for a day, or each year in a month (1 to 12), or nobody knows when; never both."""

    kind: NeedKind
    wording: str
    horizon_on: date | None = None
    season_month: int | None = None
    state: NeedState = NeedState.OPEN


def add_need(session: Session, partner: Partner, data: NeedData, *, actor: Actor, now: datetime) -> Need:
    """Write down what a partner needs. Raises FieldRefused, NotAllowed."""
    require(actor, Permission.PARTNER_EDIT)
    if actor.structure_id is None:
        raise NotAllowed
    need = Need(structure_id=actor.structure_id, partner_id=partner.id, author_id=actor.user_id, created_at=now)
    _fill(need, data)
    session.add(need)
    session.flush()
    return need


def update_need(session: Session, need: Need, data: NeedData, *, version: int | None, actor: Actor) -> Need:
    """Change a need read with `for_update`. Raises Conflict, FieldRefused, NotAllowed."""
    require(actor, Permission.PARTNER_EDIT, structure_id=need.structure_id)
    if version != need.version:
        raise Conflict(_STALE, current=need.version)
    _fill(need, data)
    session.flush()
    return need


def set_state(session: Session, need: Need, state: NeedState, *, version: int | None, actor: Actor) -> NeedState:
    """
    Say what became of a need read with `for_update`; what it was before.

    `version` is that of the page where it was said: a need that somebody changed meanwhile raises Conflict.
    """
    require(actor, Permission.PARTNER_EDIT, structure_id=need.structure_id)
    before = need.state
    if before is state:
        return before
    if version != need.version:
        raise Conflict(_STALE, current=need.version)
    need.state = state
    session.flush()
    return before


def _fill(need: Need, data: NeedData) -> None:
    if data.horizon_on is not None and data.season_month is not None:
        message = N_("Donnez une date ou un mois de chaque année, pas les deux.")
        raise FieldRefused(message, field="season_month")
    need.kind, need.wording, need.state = data.kind, data.wording, data.state
    need.horizon_on, need.season_month = data.horizon_on, data.season_month
