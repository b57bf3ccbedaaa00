"""Writes of how a partnership is steered: pilots, coordination body, values of indicators."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts import queries as accounts
from crm.errors import Conflict
from crm.method.models import Partnership
from crm.method.partnerships.models import Indicator, IndicatorValue
from crm.method.roadmap.services import STALE_TERMS, check_contact
from crm.partners.refusals import FieldRefused
from crm.wording import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilots:
    """Who follows the partnership on both sides, and the body in which they meet."""

    our_pilot_id: int | None = None
    their_pilot_id: int | None = None
    their_pilot: str = ""
    coordination: str = ""


def appoint(
    session: Session, partnership: Partnership, pilots: Pilots, *, version: int | None, actor: Actor, now: datetime
) -> None:
    """Name the pilots of a partnership read with `for_update`. Raises Conflict, FieldRefused, NotAllowed."""
    require(actor, Permission.PROJECT_EDIT, structure_id=partnership.structure_id)
    if version != partnership.version:
        raise Conflict(STALE_TERMS, current=partnership.version)
    ours = pilots.our_pilot_id
    known = {partnership.our_pilot_id, *(one.id for one in accounts.colleagues(session, actor=actor))}
    if ours is not None and ours not in known:
        raise FieldRefused(N_("Cette personne n'est pas de votre structure."), field="our_pilot_id")
    before = partnership.their_pilot_id
    check_contact(session, partnership, pilots.their_pilot_id, before=before, field="their_pilot_id")
    partnership.our_pilot_id, partnership.their_pilot_id = ours, pilots.their_pilot_id
    partnership.their_pilot, partnership.coordination = pilots.their_pilot, pilots.coordination
    partnership.updated_at = now
    session.flush()


def add_value(
    session: Session,
    indicator: Indicator,
    partnership: Partnership,
    on: date,
    value: str,
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> IndicatorValue:
    """
    Write what an indicator read with `for_update` was on a day. Raises FieldRefused, NotAllowed.

    Its form lists the values as well: whoever has it open is told that there is one more.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=partnership.structure_id)
    if on > clock.day_of(now):
        raise FieldRefused(N_("Cette date est à venir : une valeur se relève, elle ne se prévoit pas."), field="on")
    made = IndicatorValue(period=on.strftime("%d/%m/%Y"), value=value, note=note, created_at=now)
    indicator.values.append(made)
    flag_modified(indicator, "created_at")
    session.flush()
    return made
