"""Writes of partners, of how a structure follows them, and of their contacts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.errors import Conflict
from crm.partners import registry
from crm.partners.enums import ContactRole, FollowStage, PartnerKind, Willingness
from crm.partners.models import Contact, Follow, Partner
from crm.partners.places import department_of
from crm.partners.queries import follow_of
from crm.partners.refusals import FieldRefused, LikelyDuplicates, SameSiret
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowData:
    """How the actor's structure follows the partner. `paused_until` is kept only while the stage is a pause."""

    stage: FollowStage = FollowStage.FOLLOWED
    owner_id: int | None = None
    willingness: Willingness | None = None
    paused_until: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactData:
    """Someone at a partner; phone in E.164."""

    last_name: str
    first_name: str = ""
    function: str = ""
    role: ContactRole | None = None
    phone: str | None = None
    email: str | None = None
    is_main: bool = False


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
    _refuse_follow(session, None, wanted, actor=actor, now=now)
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
        _keep_follow(session, partner, None, wanted, actor=actor)
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
        _refuse_follow(session, kept, follow, actor=actor, now=now)
    _refuse_same_siret(session, data.siret, but=partner.id)
    try:
        with session.begin_nested():
            _fill(partner, data)
            session.flush()
    except IntegrityError:
        _refuse_same_siret(session, data.siret, but=partner.id)
        raise
    if follow is not None and actor.structure_id is not None:
        _keep_follow(session, partner, kept, follow, actor=actor)
    return partner


def edition(partner: Partner, follow: Follow | None) -> int:
    """
    One number for what the partner's form shows: it grows whenever the identity or the structure's follow changes.

    Both versions only grow, so their sum tells that neither moved.
    """
    return partner.version + (follow.version if follow else 0)


def add_contact(session: Session, partner: Partner, data: ContactData, *, actor: Actor, now: datetime) -> Contact:
    """Add someone at a partner. The first one is the main contact."""
    require(actor, Permission.CONTACT_EDIT)
    contact = Contact(partner_id=partner.id, created_at=now)
    others = _others(session, partner.id, but=None)
    _fill_contact(contact, data, others)
    contact.is_main = data.is_main or not others
    session.add(contact)
    session.flush()
    return contact


def update_contact(
    session: Session, contact: Contact, data: ContactData, *, version: int | None, actor: Actor
) -> Contact:
    """Change a contact read with `for_update`. Raises Conflict, NotAllowed."""
    require(actor, Permission.CONTACT_EDIT)
    if version != contact.version:
        raise Conflict(_STALE, current=contact.version)
    _fill_contact(contact, data, _others(session, contact.partner_id, but=contact.id))
    session.flush()
    return contact


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


def _refuse_follow(session: Session, kept: Follow | None, data: FollowData, *, actor: Actor, now: datetime) -> None:
    """Refuse an owner from elsewhere (one who left stays until replaced), and a pause without an end to come."""
    same_owner = kept is not None and kept.owner_id == data.owner_id
    if data.owner_id is not None and data.owner_id != actor.user_id and not same_owner:
        known = {person.id for person in colleagues(session, actor=actor)}
        if data.owner_id not in known:
            message = N_("Cette personne ne fait pas partie de votre structure.")
            raise FieldRefused(message, field="owner")
    if data.stage is not FollowStage.PAUSED:
        return
    if data.paused_until is None:
        raise FieldRefused(N_("Dites jusqu'à quand dure la pause."), field="paused_until")
    same_end = kept is not None and kept.paused_until == data.paused_until
    if not same_end and data.paused_until <= clock.day_of(now):
        raise FieldRefused(N_("La fin de la pause doit être à venir."), field="paused_until")


def _keep_follow(session: Session, partner: Partner, kept: Follow | None, data: FollowData, *, actor: Actor) -> None:
    if kept is None:
        kept = Follow(partner_id=partner.id, structure_id=actor.structure_id)
        session.add(kept)
    kept.stage, kept.owner_id, kept.willingness = data.stage, data.owner_id, data.willingness
    kept.paused_until = data.paused_until if data.stage is FollowStage.PAUSED else None
    kept.source = data.source or kept.source or ""
    session.flush()


def _fill_contact(contact: Contact, data: ContactData, others: list[Contact]) -> None:
    contact.last_name, contact.first_name = data.last_name, data.first_name
    contact.function, contact.role = data.function, data.role
    contact.phone, contact.email = data.phone, data.email
    contact.is_main = data.is_main
    if data.is_main:
        for other in others:
            other.is_main = False


def _others(session: Session, partner_id: int, *, but: int | None) -> list[Contact]:
    statement = select(Contact).where(Contact.partner_id == partner_id, Contact.id.is_distinct_from(but))
    return list(session.scalars(statement))
