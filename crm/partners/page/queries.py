"""Reads of the page of one partner: its head, the changes that the trail kept, who is alike, the sites of its group."""

import math
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Float,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session, selectinload

from crm.access.policy import Actor, Permission, require
from crm.accounts.models import User
from crm.partners.enums import PartnerRoleKind
from crm.partners.models import Follow, Partner, PartnerRole, PartnerTrade
from crm.partners.page.enums import Likeness
from crm.partners.reference.models import Commune, HeadcountBand
from crm.partners.search import LIKE_ESCAPE, like_pattern

#: How many sites of the group, how many companies alike are named.
MOST_SITES = 8
MOST_SIMILAR = 5
#: Companies alike are near: this far, in kilometres, when the town is known; else in the same département.
NEAR = 30.0
_PARTNER, _STRUCTURE = bindparam("partner", type_=Integer), bindparam("structure", type_=Integer)
#: Of a degree of latitude, on a sphere of 6,371 km.
_KM_A_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class Head:
    """
    What the head of the page says besides the partner itself: how our structure follows it, with its tags, and the name
    of who does; the label of its headcount, or ''; the roles that are open that day.
    """

    follow: Follow | None
    owner: str | None
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
    given = {"partner": partner.id, "structure": actor.structure_id, "today": today}
    row = session.execute(_followed(), given).one_or_none()
    follow, first_name, last_name = row if row is not None else (None, None, None)
    band = (
        session.scalar(select(HeadcountBand.label).where(HeadcountBand.code == partner.headcount_band))
        if partner.headcount_band
        else None
    )
    held = set(session.scalars(_roles_held(), given))
    owner = f"{first_name} {last_name}" if first_name is not None else None
    return Head(follow, owner, band or "", tuple(role for role in PartnerRoleKind if role in held))


@cache
def _followed() -> Select[Follow, str, str]:
    """How the `structure` follows the `partner`, and the names of who does. This and the next are built once."""
    return (
        select(Follow, User.first_name, User.last_name)
        .outerjoin(User, User.id == Follow.owner_id)
        .where(Follow.partner_id == _PARTNER, Follow.structure_id == _STRUCTURE)
        .options(selectinload(Follow.tags))
    )


@cache
def _roles_held() -> Select[PartnerRoleKind]:
    today = bindparam("today", type_=PartnerRole.since.type)
    is_open = and_(
        or_(PartnerRole.since.is_(None), PartnerRole.since <= today),
        or_(PartnerRole.until.is_(None), PartnerRole.until >= today),
    )
    return select(PartnerRole.role).where(PartnerRole.partner_id == _PARTNER, is_open)


def sites(session: Session, partner: Partner, *, actor: Actor) -> list[Site]:
    """
    The other live establishments of the group: the parent, its other children, those of the partner, those of the
    same SIREN; the parent first, then by name. One more than `MOST_SITES` when there are more. One query.
    """
    require(actor, Permission.PARTNER_READ)
    given = {"partner": partner.id, "parent": partner.parent_id, "siren": partner.siren}
    statement = _sites(partner.parent_id is not None, bool(partner.siren))
    return [Site(**row._mapping) for row in session.execute(statement, given)]


@cache
def _sites(has_parent: bool, has_siren: bool) -> Select[Any]:
    parent, siren = bindparam("parent", type_=Integer), bindparam("siren", type_=Partner.siren.type)
    ties: list[ColumnElement[bool]] = [Partner.parent_id == _PARTNER]
    if has_parent:
        ties += [Partner.id == parent, Partner.parent_id == parent]
    if has_siren:
        ties.append(Partner.siren == siren)
    is_parent = Partner.id == parent if has_parent else literal(value=False)
    is_same = Partner.siren == siren if has_siren else literal(value=False)
    return (
        select(
            Partner.public_id,
            Partner.name,
            Partner.city,
            case((is_parent, True), else_=False).label("is_parent"),
            case((is_same, True), else_=False).label("is_same_company"),
        )
        .where(or_(*ties), Partner.id != _PARTNER, Partner.binned_at.is_(None))
        .order_by(case((is_parent, 0), else_=1), Partner.sort_key, Partner.id)
        .limit(MOST_SITES + 1)
    )


def similar(session: Session, partner: Partner, *, actor: Actor) -> list[Alike]:
    """
    The live companies near this one that do the same, the most alike first, then the nearest. Two queries at most.

    The same NAF code counts more than a common trade, that more than the same NAF division or sector; the same size
    tells two equals apart. Sites of its own group are left out: they have their panel.
    """
    require(actor, Permission.PARTNER_READ)
    here = _position(session, partner)
    known = _Known(
        naf=bool(partner.naf_code),
        sector=bool(partner.sector),
        size=partner.size is not None,
        siren=bool(partner.siren),
        parent=partner.parent_id is not None,
        department=bool(partner.department),
        place=here is not None,
    )
    latitude, longitude = here or (0.0, 0.0)
    given = {
        "partner": partner.id,
        "structure": actor.structure_id,
        "naf": partner.naf_code,
        "branch": like_pattern(partner.naf_code[:2])[1:] if partner.naf_code else None,
        "sector": partner.sector,
        "size": partner.size,
        "siren": partner.siren,
        "parent": partner.parent_id,
        "department": partner.department,
        "latitude": latitude,
        "longitude": longitude,
        "shrunk": _KM_A_DEGREE * math.cos(math.radians(latitude)),
    }
    return [
        Alike(
            public_id=row.public_id,
            name=row.name,
            city=row.city,
            likeness=Likeness(row.likeness),
            kilometres=None if row.distance is None else round(math.sqrt(row.distance)),
            is_ours=row.is_ours,
        )
        for row in session.execute(_alike(known), given)
    ]


def _position(session: Session, partner: Partner) -> tuple[float, float] | None:
    """Latitude and longitude of the partner's town, in degrees; None when it is not known."""
    if not partner.commune_code:
        return None
    place = select(Commune.latitude, Commune.longitude).where(Commune.insee_code == partner.commune_code)
    latitude, longitude = session.execute(place).first() or (None, None)
    return None if latitude is None or longitude is None else (latitude, longitude)


class _Known(NamedTuple):
    """What is known of a partner that is compared."""

    naf: bool
    sector: bool
    size: bool
    siren: bool
    parent: bool
    department: bool
    place: bool


@cache
def _alike(known: _Known) -> Select[Any]:
    """Companies like the `partner`, of which this is known; the values are to be given. Built once for each case."""
    reasons, (distance, near) = _likenesses(known), _distance(known)
    likeness = case(*((clause, literal(one.value)) for one, clause in reasons.items()))
    rank = case(*((clause, literal(rank)) for rank, clause in enumerate(reasons.values())))
    unlike_size = case((Partner.size == _given("size", Partner.size), 0), else_=1) if known.size else literal(0)
    of_group = [Partner.id == _PARTNER]
    if known.siren:
        of_group.append(and_(Partner.siren.is_not(None), Partner.siren == _given("siren", Partner.siren)))
    if known.parent:
        of_group.append(Partner.id == _given("parent", Partner.id))
    found = (
        select(
            Partner.id,
            *(Partner.public_id, Partner.name, Partner.city, Partner.sort_key),
            *(likeness.label("likeness"), rank.label("rank"), unlike_size.label("unlike"), distance.label("distance")),
        )
        .where(Partner.binned_at.is_(None), or_(*reasons.values()), near, ~or_(*of_group))
        .where(or_(Partner.parent_id.is_(None), Partner.parent_id != _PARTNER))
    )
    if known.place:
        found = found.outerjoin(Commune, Commune.insee_code == Partner.commune_code)
    # Whether they are ours is asked of the few that are shown, not of all that resemble.
    few = found.order_by(*_order(found.selected_columns)).limit(MOST_SIMILAR).subquery()
    ours = exists().where(Follow.partner_id == few.c.id, Follow.structure_id == _STRUCTURE)
    shown = (few.c.public_id, few.c.name, few.c.city, few.c.likeness, few.c.distance)
    return select(*shown, case((ours, True), else_=False).label("is_ours")).order_by(*_order(few.c))


def _order(of: Any) -> tuple[Any, ...]:
    return of.rank, of.unlike, of.distance.nulls_last(), of.sort_key, of.id


def _given(name: str, like: Any) -> BindParameter[Any]:
    return bindparam(name, type_=like.type)


def _likenesses(known: _Known) -> dict[Likeness, ColumnElement[bool]]:
    """What may be said of both, the strongest first. A trade is asked for even when the partner has none: it costs
    an index look-up, less than a query to know."""
    own = select(PartnerTrade.rome_code).where(PartnerTrade.partner_id == _PARTNER)
    shared = select(PartnerTrade.partner_id).where(PartnerTrade.rome_code.in_(own))
    reasons: dict[Likeness, ColumnElement[bool]] = {}
    if known.naf:
        reasons[Likeness.ACTIVITY] = Partner.naf_code == _given("naf", Partner.naf_code)
    reasons[Likeness.TRADE] = Partner.id.in_(shared)
    if known.naf:
        reasons[Likeness.BRANCH] = Partner.naf_code.like(_given("branch", Partner.naf_code), escape=LIKE_ESCAPE)
    if known.sector:
        reasons[Likeness.SECTOR] = Partner.sector == _given("sector", Partner.sector)
    return reasons


def _distance(known: _Known) -> tuple[ColumnElement[float | None], ColumnElement[bool]]:
    """The squared kilometres from the partner's town to that of the query, and what counts as near."""
    same_department: ColumnElement[bool] = literal(value=True)
    if known.department:
        same_department = Partner.department == _given("department", Partner.department)
    if not known.place:
        return cast(null(), Float), same_department
    north = (Commune.latitude - bindparam("latitude", type_=Float)) * _KM_A_DEGREE
    east = (Commune.longitude - bindparam("longitude", type_=Float)) * bindparam("shrunk", type_=Float)
    squared = north * north + east * east
    return squared, or_(squared <= NEAR * NEAR, and_(Commune.latitude.is_(None), same_department))
