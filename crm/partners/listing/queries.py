"""Reads of the list of partners. Identity is everybody's; follows, owners and tags are those of one's structure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import Membership, User
from crm.partners import registry
from crm.partners.enums import Priority, Willingness
from crm.partners.listing.columns import Column, Row
from crm.partners.listing.enums import Following, Sort
from crm.partners.listing.filters import ME, NOBODY, Filters
from crm.partners.models import (
    Contact,
    ContactPost,
    Follow,
    FollowTag,
    Partner,
    PartnerRole,
    PartnerTrade,
    Tag,
)
from crm.partners.reference.models import Commune, CommunePostalCode, RomeTrade
from crm.partners.reference.queries import communes_matching
from crm.partners.search import LIKE_ESCAPE, like_pattern, search_tokens

#: Of a degree of latitude, on a sphere of 6,371 km.
_KM_A_DEGREE = 111.195
_INSEE_CODE_LENGTH = 5
Cursor = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Place:
    """A commune that `near` may mean. Without a position nothing can be near it."""

    insee_code: str
    name: str
    department_code: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Order:
    """Expressions of an order, all in the same direction, the last one unique; `shape`: types of a cursor."""

    by: tuple[Any, ...]
    shape: tuple[type, ...]
    latest_first: bool = False


def matching(session: Session, filters: Filters, actor: Actor, today: date) -> Select[int]:
    """
    A SELECT of the identifiers of the live partners that the filters keep, in no order. Two queries at most are sent,
    to know which commune `near` means. Raises NotAllowed.
    """
    require(actor, Permission.PARTNER_READ)
    return (
        select(Partner.id)
        .outerjoin(Follow, _is_followed_by(actor))
        .where(Partner.binned_at.is_(None), *_wanted(session, filters, actor, today))
    )


def count(session: Session, filters: Filters, actor: Actor, today: date) -> int:
    """How many partners the filters keep."""
    return session.scalar(select(func.count()).select_from(matching(session, filters, actor, today).subquery())) or 0


def rows(
    session: Session,
    filters: Filters,
    actor: Actor,
    today: date,
    *,
    columns: Sequence[Column] = (),
    after: Cursor | None = None,
    size: int = 50,
) -> list[Row]:
    """
    `size` rows after the cursor in the order of the filters, and one more when the list goes on.

    One query, and one for each list that `columns` read (tags, roles, trades, contacts), however many rows there are.
    `after` must have the shape of `order_of(filters.sort).shape`; what no row holds gives the first page.
    """
    order = order_of(filters.sort)
    extra = [(one, registered.show) for one, registered in _registered(columns, actor)]
    statement = (
        select(Partner, Follow, User, *order.by, *(one.subquery(actor, today) for one, _ in extra if one.subquery))
        .outerjoin(Follow, _is_followed_by(actor))
        .outerjoin(User, User.id == Follow.owner_id)
        .where(Partner.id.in_(matching(session, filters, actor, today)))
        .order_by(*((one.desc() for one in order.by) if order.latest_first else order.by))
        .limit(size + 1)
    )
    if after is not None and (beyond := _beyond(order, after)) is not None:
        statement = statement.where(beyond)
    found = [tuple(row) for row in session.execute(statement)]
    lists = _lists(session, [row[0].id for row in found], columns, actor, today)
    width = 3 + len(order.by)
    return [
        Row(
            partner=row[0],
            follow=row[1],
            owner=row[2].name if row[2] else None,
            cursor=tuple(_mark(part) for part in row[3:width]),
            extra={one.key: show(value) for (one, show), value in zip(extra, row[width:], strict=True)},
            **{name: values.get(row[0].id, ()) for name, values in lists.items() if name != "contact"},
            contact=next(iter(lists.get("contact", {}).get(row[0].id, ())), ""),
        )
        for row in found
    ]


def batches(
    session: Session, filters: Filters, actor: Actor, today: date, *, columns: Sequence[Column], size: int = 500
) -> Iterator[list[Row]]:
    """All the rows in their order, `size` at a time: for an export, which need not hold them all."""
    after: Cursor | None = None
    while True:
        found = rows(session, filters, actor, today, columns=columns, after=after, size=size)
        if found:
            yield found[:size]
        if len(found) <= size:
            return
        after = found[size - 1].cursor


def order_of(sort: Sort) -> Order:
    """How a sort is asked of the database, the same on both engines."""
    name = (Partner.sort_key, Partner.id)
    if sort is Sort.CITY:
        unknown = case((Partner.city_key == "", 1), else_=0)
        return Order((unknown, Partner.city_key, *name), (int, str, str, int))
    if sort is Sort.CHANGED:
        return Order((func.coalesce(Partner.updated_at, Partner.created_at), Partner.id), (str, int), latest_first=True)
    if sort is Sort.PRIORITY:
        return Order((_rank(Follow.priority, list(Priority)), *name), (int, str, int))
    if sort is Sort.WILLINGNESS:
        return Order((_rank(Follow.willingness, list(reversed(Willingness))), *name), (int, str, int))
    return Order(name, (str, int))


def places(session: Session, near: str) -> list[Place]:
    """The communes that these words may mean, the likeliest first, six at most."""
    if not near:
        return []
    if len(near) == _INSEE_CODE_LENGTH and not near.isalpha():
        known = session.scalars(select(Commune).where(Commune.insee_code == near.upper())).first()
        named = communes_matching(session, near, limit=6) if near.isdigit() else []
        # 92160 is a postal code for most, and an INSEE code for the links that we write ourselves.
        if known is not None and not named:
            return [_place(known)]
        return [_place(one) for one in named] or ([_place(known)] if known else [])
    return [_place(one) for one in communes_matching(session, near, limit=6)]


def owners(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """(public id, name) of the people of the structure, and of those who left and still own follows."""
    ours = select(Membership.user_id).where(Membership.structure_id == actor.structure_id)
    owning = select(Follow.owner_id).where(Follow.structure_id == actor.structure_id, Follow.owner_id.is_not(None))
    statement = (
        select(User.public_id, User.first_name, User.last_name)
        .where(or_(and_(User.active, User.id.in_(ours)), User.id.in_(owning)))
        .order_by(User.last_name, User.first_name, User.id)
    )
    return [(row.public_id, f"{row.first_name} {row.last_name}".strip()) for row in session.execute(statement)]


def tags(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """(public id, name) of the tags of the structure, in the order of their names."""
    statement = select(Tag.public_id, Tag.name).where(Tag.structure_id == actor.structure_id).order_by(Tag.key)
    return [(row.public_id, row.name) for row in session.execute(statement)]


def departments(session: Session) -> list[str]:
    """The codes of the départements where some partner is."""
    statement = select(Partner.department).where(Partner.binned_at.is_(None), Partner.department != "").distinct()
    return sorted(session.scalars(statement))


def found_by(token: str, actor: Actor) -> ColumnElement[bool]:
    """The condition that one word of a search finds the partner, by itself or by somebody met there."""
    pattern = like_pattern(token)
    found = Partner.search_key.like(pattern, escape=LIKE_ESCAPE)
    if not can(actor, Permission.CONTACT_READ):
        return found
    named = (Contact.binned_at.is_(None), Contact.search_key.like(pattern, escape=LIKE_ESCAPE))
    elsewhere = select(ContactPost.partner_id).join(Contact, Contact.id == ContactPost.contact_id).where(*named)
    return or_(found, Partner.id.in_(select(Contact.partner_id).where(*named)), Partner.id.in_(elsewhere))


def _is_followed_by(actor: Actor) -> ColumnElement[bool]:
    return and_(Follow.partner_id == Partner.id, Follow.structure_id == actor.structure_id)


def _wanted(session: Session, filters: Filters, actor: Actor, today: date) -> Iterator[ColumnElement[bool]]:
    yield from (found_by(token, actor) for token in search_tokens(filters.q))
    if filters.kinds:
        yield Partner.kind.in_(filters.kinds)
    if filters.sizes:
        yield Partner.size.in_(filters.sizes)
    if filters.department:
        yield Partner.department == filters.department
    if filters.roles:
        yield Partner.id.in_(select(PartnerRole.partner_id).where(_open_on(today), PartnerRole.role.in_(filters.roles)))
    if filters.trade:
        yield Partner.id.in_(select(PartnerTrade.partner_id).where(_is_trade(filters.trade)))
    if filters.near:
        yield _is_near(places(session, filters.near), filters.within)
    yield from _followed_so(filters, actor)
    for one in registry.list_filters():
        value = dict(filters.extra).get(one.key)
        if value and can(actor, one.permission) and (clause := one.clause(value, actor, today)) is not None:
            yield clause


def _followed_so(filters: Filters, actor: Actor) -> Iterator[ColumnElement[bool]]:
    if filters.following is Following.UNKNOWN:
        yield Follow.id.is_(None)
    elif filters.following is Following.DO_NOT_SOLICIT:
        yield Follow.do_not_solicit.is_(True)
    elif filters.following is not None:
        yield Follow.stage == filters.following.value
    if filters.owner == NOBODY:
        yield and_(Follow.id.is_not(None), Follow.owner_id.is_(None))
    elif filters.owner == ME:
        yield Follow.owner_id == actor.user_id
    elif filters.owner:
        yield Follow.owner_id == select(User.id).where(User.public_id == filters.owner).scalar_subquery()
    if filters.willingness:
        yield Follow.willingness.in_(filters.willingness)
    if filters.priorities:
        yield Follow.priority.in_(filters.priorities)
    for tag in filters.tags:
        of_ours = (Tag.public_id == tag, Tag.structure_id == actor.structure_id)
        yield Follow.id.in_(select(FollowTag.follow_id).join(Tag, Tag.id == FollowTag.tag_id).where(*of_ours))


def _open_on(today: date) -> ColumnElement[bool]:
    return and_(
        or_(PartnerRole.since.is_(None), PartnerRole.since <= today),
        or_(PartnerRole.until.is_(None), PartnerRole.until >= today),
    )


def _is_trade(text: str) -> ColumnElement[bool]:
    tokens = search_tokens(text)
    named = [RomeTrade.sort_key.like(like_pattern(token), escape=LIKE_ESCAPE) for token in tokens]
    by_name = PartnerTrade.rome_code.in_(select(RomeTrade.code).where(*named)) if named else false()
    return or_(PartnerTrade.rome_code == text.upper(), by_name)


def _is_near(found: list[Place], within: int) -> ColumnElement[bool]:
    """
    In a commune at most `within` km away as the crow flies, on a plane where a degree of longitude has the length that
    it has at the centre: at 200 km in France, less than 2 % off. Without a known commune the postal code answers.
    """
    if not found or found[0].latitude is None or found[0].longitude is None:
        return false()
    centre = found[0]
    latitude, longitude = float(found[0].latitude), float(found[0].longitude)
    north = (Commune.latitude - latitude) * _KM_A_DEGREE
    east = (Commune.longitude - longitude) * (_KM_A_DEGREE * math.cos(math.radians(latitude)))
    degrees = within / _KM_A_DEGREE
    near = or_(
        Commune.insee_code == centre.insee_code,
        and_(
            Commune.latitude.between(latitude - degrees, latitude + degrees),
            north * north + east * east <= float(within * within),
        ),
    )
    codes = select(CommunePostalCode.postal_code).join(Commune, Commune.id == CommunePostalCode.commune_id).where(near)
    return or_(
        Partner.commune_code.in_(select(Commune.insee_code).where(near)),
        and_(Partner.commune_code.is_(None), Partner.postal_code.in_(codes)),
    )


def _place(commune: Any) -> Place:
    return Place(commune.insee_code, commune.name, commune.department_code, commune.latitude, commune.longitude)


def _rank(column: Any, best_first: Sequence[Any]) -> ColumnElement[int]:
    """The place of a value in its order; those that have none, or that are not followed, come last."""
    return case(*((column == one, rank) for rank, one in enumerate(best_first)), else_=len(best_first))


def _beyond(order: Order, after: Cursor) -> ColumnElement[bool] | None:
    """After the cursor. It stands in an address: what no row holds would upset PostgreSQL, and is no cursor."""
    values: list[Any] = list(after)
    for place, value in enumerate(values):
        if isinstance(value, int) and not 0 <= value < 2**31:
            return None
        if isinstance(value, str) and not value.isprintable():
            return None
        if order.latest_first and place == 0:
            try:
                values[0] = datetime.fromisoformat(str(value))
            except ValueError:
                return None
            if values[0].tzinfo is None:
                return None
    bound = tuple_(*(literal(value, one.type) for one, value in zip(order.by, values, strict=True)))
    return tuple_(*order.by) < bound if order.latest_first else tuple_(*order.by) > bound


def _mark(part: Any) -> str | int:
    return part.isoformat() if isinstance(part, datetime) else part


def _registered(columns: Sequence[Column], actor: Actor) -> list[tuple[Column, registry.ListColumn]]:
    known = {one.key: one for one in registry.list_columns()}
    return [(one, known[one.key]) for one in columns if one.subquery and can(actor, one.permission)]


def _lists(
    session: Session, identifiers: Sequence[int], columns: Sequence[Column], actor: Actor, today: date
) -> dict[str, dict[int, tuple[Any, ...]]]:
    """What the columns read besides the row itself, by partner: one query each."""
    full_name = func.trim(Contact.first_name + " " + Contact.last_name)

    def still(model: type[Contact | ContactPost]) -> ColumnElement[bool]:
        return or_(model.left_on.is_(None), model.left_on > today)

    asked: dict[str, Any] = {
        "tags": select(Follow.partner_id, Tag.name)
        .join(FollowTag, FollowTag.follow_id == Follow.id)
        .join(Tag, Tag.id == FollowTag.tag_id)
        .where(Follow.partner_id.in_(identifiers), Follow.structure_id == actor.structure_id)
        .order_by(Tag.key),
        "roles": select(PartnerRole.partner_id, PartnerRole.role)
        .where(PartnerRole.partner_id.in_(identifiers), _open_on(today))
        .order_by(PartnerRole.id),
        "trades": select(PartnerTrade.partner_id, func.coalesce(RomeTrade.label, PartnerTrade.rome_code))
        .outerjoin(RomeTrade, RomeTrade.code == PartnerTrade.rome_code)
        .where(PartnerTrade.partner_id.in_(identifiers))
        .order_by(PartnerTrade.rome_code),
        "contact": select(Contact.partner_id, full_name)
        .where(Contact.partner_id.in_(identifiers), Contact.is_main, Contact.binned_at.is_(None), still(Contact))
        .union_all(
            select(ContactPost.partner_id, full_name)
            .join(Contact, Contact.id == ContactPost.contact_id)
            .where(ContactPost.partner_id.in_(identifiers), ContactPost.is_main)
            .where(Contact.binned_at.is_(None), still(ContactPost))
        ),
    }
    found: dict[str, dict[int, tuple[Any, ...]]] = {}
    for name in dict.fromkeys(one.reads for one in columns if one.reads and can(actor, one.permission)):
        held: dict[int, list[Any]] = {}
        for partner_id, value in session.execute(asked[name]) if identifiers else ():
            held.setdefault(partner_id, []).append(value)
        found[name] = {key: tuple(dict.fromkeys(values)) for key, values in held.items()}
    return found
