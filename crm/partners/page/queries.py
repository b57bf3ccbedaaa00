"""Reads of the page of one partner: its head, the changes that the trail kept, who is alike, the sites of its group."""

import math
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Float, and_, case, cast, exists, literal, null, or_, select
from sqlalchemy.orm import Session, selectinload

from crm.access.policy import Actor, Permission, require
from crm.partners.enums import PartnerRoleKind
from crm.partners.models import Follow, Partner, PartnerRole, PartnerTrade
from crm.partners.page.enums import Likeness
from crm.partners.reference.models import Commune, HeadcountBand

#: How many sites of the group, how many companies alike are named.
MOST_SITES = 8
MOST_SIMILAR = 5
#: Companies alike are near: this far, in kilometres, when the town is known; else in the same département.
NEAR = 30.0
#: Of a degree of latitude, on a sphere of 6,371 km.
_KM_A_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class Head:
    """
    What the head of the page says besides the partner itself: how our structure follows it, with its tags; the label
    of its headcount, or ''; the roles that are open that day.
    """

    follow: Follow | None
    headcount: str
    roles: tuple[PartnerRoleKind, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """Another establishment of the same group."""

    public_id: str
    name: str
    city: str
    is_parent: bool
    is_same_company: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """A company that resembles. `kilometres`, between the two towns, is None when one of them is unknown."""

    public_id: str
    name: str
    city: str
    likeness: Likeness
    kilometres: int | None
    is_ours: bool


def head(session: Session, partner: Partner, *, actor: Actor, today: date) -> Head:
    """What the head of the page says: four queries at most."""
    require(actor, Permission.PARTNER_READ)
    follow = session.scalars(
        select(Follow)
        .where(Follow.partner_id == partner.id, Follow.structure_id == actor.structure_id)
        .options(selectinload(Follow.tags))
    ).one_or_none()
    band = (
        session.scalar(select(HeadcountBand.label).where(HeadcountBand.code == partner.headcount_band))
        if partner.headcount_band
        else None
    )
    is_open = and_(
        or_(PartnerRole.since.is_(None), PartnerRole.since <= today),
        or_(PartnerRole.until.is_(None), PartnerRole.until >= today),
    )
    held = set(session.scalars(select(PartnerRole.role).where(PartnerRole.partner_id == partner.id, is_open)))
    return Head(follow, band or "", tuple(role for role in PartnerRoleKind if role in held))


def sites(session: Session, partner: Partner, *, actor: Actor) -> list[Site]:
    """
    The other live establishments of the group: the parent, its other children, those of the partner, those of the
    same SIREN; the parent first, then by name. One more than `MOST_SITES` when there are more. One query.
    """
    require(actor, Permission.PARTNER_READ)
    ties: list[ColumnElement[bool]] = [Partner.parent_id == partner.id]
    if partner.parent_id is not None:
        ties += [Partner.id == partner.parent_id, Partner.parent_id == partner.parent_id]
    if partner.siren:
        ties.append(Partner.siren == partner.siren)
    is_parent = Partner.id == partner.parent_id if partner.parent_id is not None else literal(value=False)
    is_same = Partner.siren == partner.siren if partner.siren else literal(value=False)
    statement = (
        select(
            Partner.public_id,
            Partner.name,
            Partner.city,
            case((is_parent, True), else_=False).label("is_parent"),
            case((is_same, True), else_=False).label("is_same_company"),
        )
        .where(or_(*ties), Partner.id != partner.id, Partner.binned_at.is_(None))
        .order_by(case((is_parent, 0), else_=1), Partner.sort_key, Partner.id)
        .limit(MOST_SITES + 1)
    )
    return [Site(**row._mapping) for row in session.execute(statement)]


def similar(session: Session, partner: Partner, *, actor: Actor) -> list[Alike]:
    """
    The live companies near this one that do the same, the most alike first, then the nearest. Two queries at most.

    The same NAF code counts more than a common trade, that more than the same NAF division or sector; the same size
    tells two equals apart. Sites of its own group are left out: they have their panel.
    """
    require(actor, Permission.PARTNER_READ)
    reasons = _likenesses(partner)
    if not reasons:
        return []
    distance, near = _distance(session, partner)
    likeness = case(*((clause, literal(one.value)) for one, clause in reasons.items()))
    rank = case(*((clause, literal(rank)) for rank, clause in enumerate(reasons.values())))
    unlike_size = case((Partner.size == partner.size, 0), else_=1) if partner.size else literal(0)
    ours = exists().where(Follow.partner_id == Partner.id, Follow.structure_id == actor.structure_id)
    of_group = [Partner.id == partner.id]
    if partner.siren:
        of_group.append(and_(Partner.siren.is_not(None), Partner.siren == partner.siren))
    if partner.parent_id is not None:
        of_group.append(Partner.id == partner.parent_id)
    statement = (
        select(
            Partner.public_id,
            Partner.name,
            Partner.city,
            likeness.label("likeness"),
            distance.label("distance"),
            case((ours, True), else_=False).label("is_ours"),
        )
        .outerjoin(Commune, Commune.insee_code == Partner.commune_code)
        .where(Partner.binned_at.is_(None), or_(*reasons.values()), near, ~or_(*of_group))
        .where(or_(Partner.parent_id.is_(None), Partner.parent_id != partner.id))
        .order_by(rank, unlike_size, distance.nulls_last(), Partner.sort_key, Partner.id)
        .limit(MOST_SIMILAR)
    )
    return [
        Alike(
            public_id=row.public_id,
            name=row.name,
            city=row.city,
            likeness=Likeness(row.likeness),
            kilometres=None if row.distance is None else round(math.sqrt(row.distance)),
            is_ours=row.is_ours,
        )
        for row in session.execute(statement)
    ]


def _likenesses(partner: Partner) -> dict[Likeness, ColumnElement[bool]]:
    """What may be said of both, the strongest first. A trade is asked for even when the partner has none: it costs
    an index look-up, less than a query to know."""
    own = select(PartnerTrade.rome_code).where(PartnerTrade.partner_id == partner.id)
    shared = select(PartnerTrade.partner_id).where(PartnerTrade.rome_code.in_(own))
    reasons: dict[Likeness, ColumnElement[bool]] = {}
    if partner.naf_code:
        reasons[Likeness.ACTIVITY] = Partner.naf_code == partner.naf_code
    reasons[Likeness.TRADE] = Partner.id.in_(shared)
    if partner.naf_code:
        reasons[Likeness.BRANCH] = Partner.naf_code.startswith(partner.naf_code[:2], autoescape=True)
    if partner.sector:
        reasons[Likeness.SECTOR] = Partner.sector == partner.sector
    return reasons


def _distance(session: Session, partner: Partner) -> tuple[ColumnElement[float], ColumnElement[bool]]:
    """The squared kilometres from the partner's town to that of the query, and what counts as near."""
    here = (
        session.execute(
            select(Commune.latitude, Commune.longitude).where(Commune.insee_code == partner.commune_code)
        ).first()
        if partner.commune_code
        else None
    )
    same_department = Partner.department == partner.department if partner.department else literal(value=True)
    if here is None or here.latitude is None or here.longitude is None:
        return cast(null(), Float), same_department
    north = (Commune.latitude - here.latitude) * _KM_A_DEGREE
    east = (Commune.longitude - here.longitude) * (_KM_A_DEGREE * math.cos(math.radians(here.latitude)))
    squared = north * north + east * east
    return squared, or_(squared <= NEAR * NEAR, and_(Commune.latitude.is_(None), same_department))
