"""Writes of partners, and of how a structure follows them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict
from crm.partners import registry
from crm.partners.channel_lines import Channel
from crm.partners.enums import AddressKind, ChannelKind, PartnerKind, PartnerRoleKind
from crm.partners.follow import services as follows
from crm.partners.follow.services import FollowData, edition
from crm.partners.identity import queries as identity
from crm.partners.identity import services as lists
from crm.partners.identity.services import PostalAddress
from crm.partners.models import Partner
from crm.partners.places import department_of
from crm.partners.queries import follow_of
from crm.partners.reference.enums import SizeClass
from crm.partners.refusals import LikelyDuplicates, SameSiret, SiretInBin
from crm.partners.registry import Draft, Resemblance
from crm.partners.roles import services as roles
from crm.partners.search import search_key, sort_key
from crm.wording import N_

#: Columns that hold what was typed as it is.
_PLAIN = (
    "sector",
    "legal_form_code",
    "registration_number",
    "registered_on",
    "naf_code",
    "collective_agreement",
    "headcount_band",
    "size",
    "has_clauses",
    "is_csr_committed",
    "signatory",
    "signing_days",
    "parent_id",
)
#: What a partner has several of, kept apart from its columns.
_LISTS = frozenset({"former_names", "channels", "addresses", "trades", "roles"})
#: What other facts decide unless somebody says otherwise.
_WORKED_OUT = frozenset({"siren", "department", "commune_code"})
_STALE = N_("Cette fiche a été modifiée entre-temps.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerData:
    """
    The identity of a partner, already read: SIREN of 9 digits and SIRET of 14, phone in E.164, website in http(s).

    With a SIRET the SIREN may be left empty. `department` serves only when the postal code names none; without
    `commune_code` the town is looked up. `channels` come beside the main phone and e-mail. `roles`: those open today,
    None to leave them as they are.
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
    commune_code: str | None = None
    legal_form_code: str | None = None
    registration_number: str = ""
    registered_on: date | None = None
    naf_code: str | None = None
    collective_agreement: str = ""
    headcount_band: str | None = None
    size: SizeClass | None = None
    has_clauses: bool = False
    is_csr_committed: bool = False
    signatory: str = ""
    signing_days: int | None = None
    parent_id: int | None = None
    former_names: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    addresses: Mapping[AddressKind, PostalAddress] = field(default_factory=dict)
    trades: tuple[str, ...] = ()
    roles: frozenset[PartnerRoleKind] | None = None


def create(
    session: Session,
    data: PartnerData,
    *,
    actor: Actor,
    now: datetime,
    follow: FollowData | None = None,
    confirmed: Collection[str] = frozenset(),
    compared: bool = False,
) -> Partner:
    """
    Create a partner, and the follow of the actor's structure (followed by the actor unless `follow` says otherwise).

    `confirmed`: public ids of the likely duplicates that a person said to be other companies, and of the one in the
    bin that they do not want back. `compared`: an import, which compared each row with everybody, and with more than
    the form does. Raises SameSiret, SiretInBin, LikelyDuplicates, FieldRefused, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    wanted = follow or FollowData(owner_id=actor.user_id)
    follows.refuse(session, None, wanted, actor=actor, now=now)
    _refuse_same_siret(session, data.siret, but=None)
    if not compared:
        _refuse_binned_siret(session, data.siret, confirmed)
        _refuse_likely_duplicates(session, data, actor, confirmed)
    partner = Partner(created_at=now, former_names=[], channels=[], addresses=[], roles=[], trades=[])
    _fill(session, partner, data)
    _keep_lists(partner, data, clock.day_of(now))
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
    confirmed: Collection[str] = frozenset(),
) -> Partner:
    """
    Change a partner read with `for_update`, and its follow when given.

    `version` is what `edition` gave when the form was opened; `confirmed` as for `create`. Raises Conflict, SameSiret,
    SiretInBin, FieldRefused, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    kept = follow_of(session, partner, actor=actor, for_update=True)
    if version != edition(partner, kept):
        raise Conflict(_STALE, current=edition(partner, kept))
    if follow is not None:
        follows.refuse(session, kept, follow, actor=actor, now=now)
    _refuse_same_siret(session, data.siret, but=partner.id)
    if data.siret != (partner.siret or ""):
        _refuse_binned_siret(session, data.siret, confirmed)
    identity.load_lists(session, partner)
    try:
        with session.begin_nested():
            _fill(session, partner, data)
            # A list is no column: without this its change would not move the version of the form.
            if _keep_lists(partner, data, clock.day_of(now)) or session.is_modified(partner):
                partner.updated_at = now
            session.flush()
    except IntegrityError:
        _refuse_same_siret(session, data.siret, but=partner.id)
        raise
    if follow is not None and actor.structure_id is not None:
        follows.keep(session, partner, kept, follow, actor=actor, now=now)
    return partner


def set_facts(
    session: Session, partner: Partner, facts: Mapping[str, Any], *, updated_at: datetime | None, actor: Actor
) -> None:
    """
    Write some facts of the identity of a locked partner, by their names in PartnerData, the others staying.

    For who chose them one by one (an import, and its undo, which gives `updated_at` back too); follow and lists are not
    touched. Raises SameSiret, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    if "siret" in facts:
        _refuse_same_siret(session, facts["siret"] or "", but=partner.id)
    identity.load_lists(session, partner)
    names = (one.name for one in fields(PartnerData))
    held = {name: getattr(partner, name) for name in names if name not in _LISTS}
    held |= {"siren": partner.siren or "", "siret": partner.siret or ""} | dict(facts)
    data = PartnerData(
        **held,
        former_names=tuple(one.name for one in partner.former_names),
        channels=tuple(Channel(one.kind, one.value, one.label) for one in partner.channels),
    )
    with session.begin_nested():
        _fill(session, partner, data)
        for name in facts.keys() & _WORKED_OUT:
            setattr(partner, name, facts[name])
        partner.updated_at = updated_at
        session.flush()


def _fill(session: Session, partner: Partner, data: PartnerData) -> None:
    partner.name, partner.trade_name, partner.kind = data.name, data.trade_name, data.kind
    partner.siret = data.siret or None
    partner.siren = data.siret[:9] or data.siren or None
    partner.commune_code = data.commune_code or _commune(session, partner, data)
    partner.street, partner.postal_code, partner.city = data.street, data.postal_code, data.city
    partner.department = department_of(data.postal_code) or data.department
    partner.phone, partner.email, partner.website = data.phone, data.email, data.website
    for name in _PLAIN:
        setattr(partner, name, getattr(data, name))
    partner.sort_key = sort_key(data.name)
    others = [one.value for one in data.channels if one.kind is ChannelKind.PHONE]
    partner.search_key = search_key(
        names=[data.name, data.trade_name, *data.former_names],
        city=data.city,
        postal_code=data.postal_code,
        siret=data.siret or data.siren,
        phones=[data.phone, *others] if data.phone else others,
    )


def _commune(session: Session, partner: Partner, data: PartnerData) -> str | None:
    if (partner.city, partner.postal_code) == (data.city, data.postal_code):
        return partner.commune_code
    with session.no_autoflush:
        return identity.commune_code(session, data.city, data.postal_code)


def _keep_lists(partner: Partner, data: PartnerData, today: date) -> bool:
    """Keep what the partner has several of, its lists being loaded. True when that changed something."""
    changed = [
        lists.keep_names(partner, data.former_names),
        lists.keep_channels(partner, data.channels),
        lists.keep_addresses(partner, data.addresses),
        lists.keep_trades(partner, data.trades),
        data.roles is not None and roles.tick(partner, data.roles, today),
    ]
    return any(changed)


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


def _refuse_binned_siret(session: Session, siret: str, confirmed: Collection[str]) -> None:
    """One in the bin does not stand in the way, but its exchanges would be lost: a person decides."""
    known = identity.in_bin(session, siret) if siret else None
    if known is not None and known.public_id not in confirmed:
        raise SiretInBin(Resemblance(known.public_id, known.name, known.city, reasons=(), certain=False))


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
        other_names=data.former_names,
        other_phones=tuple(one.value for one in data.channels if one.kind is ChannelKind.PHONE),
        other_emails=tuple(one.value for one in data.channels if one.kind is ChannelKind.EMAIL),
    )
    found = registry.resemblances(session, draft, actor)
    if certain := [one for one in found if one.certain]:
        raise SameSiret(certain[0])
    if any(one.public_id not in confirmed for one in found):
        raise LikelyDuplicates(found)
