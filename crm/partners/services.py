"""Writes of partners, and of how a structure follows them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict
from crm.partners import registry
from crm.partners.enums import PartnerKind
from crm.partners.follow import services as follows
from crm.partners.follow.services import FollowData, edition
from crm.partners.models import Partner
from crm.partners.places import department_of
from crm.partners.queries import follow_of
from crm.partners.refusals import LikelyDuplicates, SameSiret
from crm.partners.registry import Draft, Resemblance
from crm.partners.search import search_key, sort_key
from crm.wording import N_

_STALE = N_("Cette fiche a été modifiée entre-temps.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerData:
    """
    The identity of a partner, already read: SIREN of 9 digits and SIRET of 14, phone in E.164, website in http(s).

    With a SIRET the SIREN may be left empty. `department` serves only when the postal code names none.
    """

    name: str
    kind: PartnerKind
    trade_name: str = ""
    siren: str = ""
    siret: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    department: str = ""
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    sector: str = ""


def create(
    session: Session,
    data: PartnerData,
    *,
    actor: Actor,
    now: datetime,
    follow: FollowData | None = None,
    confirmed: Collection[str] = frozenset(),
) -> Partner:
    """
    Create a partner, and the follow of the actor's structure (followed by the actor unless `follow` says otherwise).

    `confirmed`: public ids of the likely duplicates that a person said to be other companies. Raises SameSiret,
    LikelyDuplicates, FieldRefused, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    wanted = follow or FollowData(owner_id=actor.user_id)
    follows.refuse(session, None, wanted, actor=actor, now=now)
    _refuse_same_siret(session, data.siret, but=None)
    _refuse_likely_duplicates(session, data, actor, confirmed)
    partner = Partner(created_at=now)
    _fill(partner, data)
    try:
        with session.begin_nested():
            session.add(partner)
            session.flush()
    except IntegrityError:
        # Somebody else created it between our look and our insert: the index of live SIRETs said so.
        _refuse_same_siret(session, data.siret, but=None)
        raise
    if actor.structure_id is not None:
        follows.keep(session, partner, None, wanted, actor=actor, now=now)
    return partner


def update(
    session: Session,
    partner: Partner,
    data: PartnerData,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
    follow: FollowData | None = None,
) -> Partner:
    """
    Change a partner read with `for_update`, and its follow when given.

    `version` is what `edition` gave when the form was opened. Raises Conflict, SameSiret, FieldRefused, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    kept = follow_of(session, partner, actor=actor, for_update=True)
    if version != edition(partner, kept):
        raise Conflict(_STALE, current=edition(partner, kept))
    if follow is not None:
        follows.refuse(session, kept, follow, actor=actor, now=now)
    _refuse_same_siret(session, data.siret, but=partner.id)
    try:
        with session.begin_nested():
            _fill(partner, data)
            session.flush()
    except IntegrityError:
        _refuse_same_siret(session, data.siret, but=partner.id)
        raise
    if follow is not None and actor.structure_id is not None:
        follows.keep(session, partner, kept, follow, actor=actor, now=now)
    return partner


def _fill(partner: Partner, data: PartnerData) -> None:
    partner.name, partner.trade_name, partner.kind = data.name, data.trade_name, data.kind
    partner.siret = data.siret or None
    partner.siren = data.siret[:9] or data.siren or None
    partner.street, partner.postal_code, partner.city = data.street, data.postal_code, data.city
    partner.department = department_of(data.postal_code) or data.department
    partner.phone, partner.email, partner.website = data.phone, data.email, data.website
    partner.sector = data.sector
    partner.sort_key = sort_key(data.name)
    partner.search_key = search_key(
        names=[data.name, data.trade_name],
        city=data.city,
        postal_code=data.postal_code,
        siret=data.siret or data.siren,
        phones=[data.phone] if data.phone else [],
    )


def _refuse_same_siret(session: Session, siret: str, *, but: int | None) -> None:
    if not siret:
        return
    statement = select(Partner).where(
        Partner.siret == siret, Partner.binned_at.is_(None), Partner.id.is_distinct_from(but)
    )
    with session.no_autoflush:
        known = session.scalars(statement).first()
    if known is not None:
        raise SameSiret(Resemblance(known.public_id, known.name, known.city, reasons=(), certain=True))


def _refuse_likely_duplicates(session: Session, data: PartnerData, actor: Actor, confirmed: Collection[str]) -> None:
    draft = Draft(
        name=data.name,
        trade_name=data.trade_name,
        siren=data.siren,
        siret=data.siret,
        phone=data.phone or "",
        email=data.email or "",
        website=data.website or "",
        street=data.street,
        postal_code=data.postal_code,
        city=data.city,
        department=department_of(data.postal_code) or data.department,
    )
    found = registry.resemblances(session, draft, actor)
    if certain := [one for one in found if one.certain]:
        raise SameSiret(certain[0])
    if any(one.public_id not in confirmed for one in found):
        raise LikelyDuplicates(found)
