"""Reads of the list of partners. Identity is everybody's; follows, owners and tags are those of one's structure."""

import math
from collections import namedtuple
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import Membership, User
from crm.partners import registry
from crm.partners.enums import Priority, Willingness
from crm.partners.listing.besides.queries import lists, open_on
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
#: What every row tells of a partner and of its follow; the columns say what they need besides.
_OF_PARTNER = ("id", "public_id", "name", "kind", "trade_name")
_OF_FOLLOW = ("id",)
_WHOLE = tuple(tuple(dict.fromkeys(("id", *table.__table__.columns.keys()))) for table in (Partner, Follow))


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


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list: its rows, one more than asked when the list goes on; and how many the filters keep."""

    rows: list[Row]
    total: int


def matching(session: Session, filters: Filters, actor: Actor, today: date) -> Select[int]:
    """
    A SELECT of the identifiers of the live partners that the filters keep, in no order. Two queries at most are sent,
    to know which commune `near` means. Raises NotAllowed.
    """
    require(actor, Permission.PARTNER_READ)
    of_ours = list(_followed_so(filters, actor))
    statement = select(Partner.id)
    if of_ours:
        statement = statement.outerjoin(Follow, _is_followed_by(actor))
    return statement.where(Partner.binned_at.is_(None), *_wanted(session, filters, actor, today), *of_ours)


def count(session: Session, filters: Filters, actor: Actor, today: date) -> int:
    """How many partners the filters keep."""
    kept = matching(session, filters, actor, today)
    return session.scalar(kept.with_only_columns(func.count(Partner.id), maintain_column_froms=True)) or 0


def page(
    session: Session,
    filters: Filters,
    actor: Actor,
    today: date,
    *,
    columns: Sequence[Column],
    after: Cursor | None = None,
    size: int = 50,
) -> Found:
    """
    `rows`, and how many there are in all. What filters keep is looked for once, for both.

    Two queries at most, and those of `rows` for its lists.
    """
    if not filters.narrows:
        found = rows(session, filters, actor, today, columns=columns, after=after, size=size)
        return Found(found, session.scalar(_live_partners()) or 0)
    kept = matching(session, filters, actor, today).cte("kept")
    total = select(func.count()).select_from(kept).scalar_subquery()
    lines = _Lines(filters, actor, today, columns)
    statement = lines.statement(after).add_columns(total).join_from(Partner, kept, kept.c.id == Partner.id)
    held = [tuple(row) for row in session.execute(statement, lines.given(size))]
    if not held:
        return Found([], count(session, filters, actor, today) if after is not None else 0)
    return Found(lines.read(session, held), held[0][-1])


def rows(
    session: Session,
    filters: Filters,
    actor: Actor,
    today: date,
    *,
    columns: Sequence[Column] = (),
    whole: bool = False,
    after: Cursor | None = None,
    size: int = 50,
) -> list[Row]:
    """
    `size` rows after the cursor in the order of the filters, and one more when the list goes on.

    They hold what `columns` need, or with `whole` all that a partner and its follow have.
    One query, and one for each list that `columns` read (tags, roles, trades, contacts), however many rows there are.
    `after` must have the shape of `order_of(filters.sort).shape`; what no row holds gives the first page.
    """
    lines = _Lines(filters, actor, today, columns, whole=whole)
    if filters.narrows:
        statement = lines.statement(after).where(Partner.id.in_(matching(session, filters, actor, today)))
    else:
        require(actor, Permission.PARTNER_READ)
        statement = lines.statement(after, of_live=True)
    return lines.read(session, [tuple(row) for row in session.execute(statement, lines.given(size))])


def batches(
    session: Session,
    filters: Filters,
    actor: Actor,
    today: date,
    *,
    columns: Sequence[Column],
    whole: bool = False,
    size: int = 500,
) -> Iterator[list[Row]]:
    """All the rows in their order, `size` at a time: for an export, which need not hold them all."""
    after: Cursor | None = None
    while True:
        found = rows(session, filters, actor, today, columns=columns, whole=whole, after=after, size=size)
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
    found = session.execute(_owners(), {"structure": actor.structure_id})
    return [(public_id, f"{first_name} {last_name}".strip()) for public_id, first_name, last_name in found]


def tags(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """(public id, name) of the tags of the structure, in the order of their names."""
    return [(public_id, name) for public_id, name in session.execute(_tags(), {"structure": actor.structure_id})]


def departments(session: Session) -> list[str]:
    """The codes of the départements where some partner is: a look into the index for each, not for each partner."""
    return list(session.scalars(_departments()))


def _structure() -> Any:
    """The structure of the actor, to be given: what every page of the list asks is built once."""
    return bindparam("structure", type_=Integer)


@cache
def _owners() -> Select[str, str, str]:
    ours = select(Membership.user_id).where(Membership.structure_id == _structure())
    owning = select(Follow.id).where(Follow.structure_id == _structure(), Follow.owner_id == User.id).exists()
    return (
        select(User.public_id, User.first_name, User.last_name)
        .where(or_(and_(User.active, User.id.in_(ours)), owning))
        .order_by(User.last_name, User.first_name, User.id)
    )


@cache
def _tags() -> Select[str, str]:
    return select(Tag.public_id, Tag.name).where(Tag.structure_id == _structure()).order_by(Tag.key)


@cache
def _live_partners() -> Select[int]:
    return select(func.count(Partner.id)).where(Partner.binned_at.is_(None))


@cache
def _departments() -> Select[Any]:
    live = (Partner.binned_at.is_(None), Partner.department != "")
    code = select(func.min(Partner.department).label("code")).where(*live).cte("code", recursive=True)
    after = select(func.min(Partner.department)).where(*live, Partner.department > code.c.code).scalar_subquery()
    code = code.union_all(select(after).where(code.c.code.is_not(None)))
    return select(code.c.code).where(code.c.code.is_not(None)).order_by(code.c.code)


def found_by(token: str, actor: Actor) -> ColumnElement[bool]:
    """The condition that one word of a search finds the partner, by itself or by somebody met there."""
    pattern = like_pattern(token)
    found = Partner.search_key.like(pattern, escape=LIKE_ESCAPE)
    if not can(actor, Permission.CONTACT_READ):
        return found
    named = (Contact.binned_at.is_(None), Contact.search_key.like(pattern, escape=LIKE_ESCAPE))
    # The posts, which are few, are asked for their contacts: the other way round every contact is read twice.
    is_named = select(Contact.id).where(Contact.id == ContactPost.contact_id, *named).exists()
    people = union_all(select(Contact.partner_id).where(*named), select(ContactPost.partner_id).where(is_named))
    return or_(found, Partner.id.in_(people))


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
        yield Partner.id.in_(select(PartnerRole.partner_id).where(open_on(today), PartnerRole.role.in_(filters.roles)))
    if filters.trade:
        yield Partner.id.in_(select(PartnerTrade.partner_id).where(_is_trade(filters.trade)))
    if filters.near:
        yield _is_near(places(session, filters.near), filters.within)
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


class _Lines:
    """The SELECT of the rows of a list, and how its rows are read."""

    def __init__(
        self, filters: Filters, actor: Actor, today: date, columns: Sequence[Column], *, whole: bool = False
    ) -> None:
        self.actor, self.today, self.columns, self.sort = actor, today, columns, filters.sort
        self.order = order_of(filters.sort)
        self.extra = [(one, registered.show) for one, registered in _registered(columns, actor)]
        self.partner, self.follow = _WHOLE if whole else _needed(columns)

    def statement(self, after: Cursor | None, *, of_live: bool = False) -> Select[Any]:
        """In the order of the list, after the cursor, with what `given` says. Of all partners unless `of_live`."""
        statement = _ordered(self.sort, self.partner, self.follow, of_live)
        if self.extra:
            told = (one.subquery(self.actor, self.today) for one, _ in self.extra if one.subquery)
            statement = statement.add_columns(*told)
        beyond = _beyond(self.order, after) if after is not None else None
        return statement if beyond is None else statement.where(beyond)

    def given(self, size: int) -> dict[str, int | None]:
        """What the statement is to be executed with, for `size` rows and one more."""
        return {"structure": self.actor.structure_id, "most": size + 1}

    def read(self, session: Session, found: Sequence[tuple[Any, ...]]) -> list[Row]:
        """Its rows, with their lists: one query for each."""
        partner, follow = _record("PartnerCells", self.partner), _record("FollowCells", self.follow)
        owner = len(self.partner) + len(self.follow)
        cells = owner + 2 + len(self.order.by)
        held = lists(session, [row[0] for row in found], self.columns, self.actor, self.today)
        contacts = held.pop("contact", {})
        return [
            Row(
                partner=partner._make(row[: len(self.partner)]),
                follow=follow._make(row[len(self.partner) : owner]) if row[len(self.partner)] is not None else None,
                owner=f"{row[owner]} {row[owner + 1]}" if row[owner] is not None else None,
                cursor=tuple(_mark(part) for part in row[owner + 2 : cells]),
                extra={one.key: show(value) for (one, show), value in zip(self.extra, row[cells:], strict=False)},
                **{name: values.get(row[0], ()) for name, values in held.items()},
                contact=next(iter(contacts.get(row[0], ())), ""),
            )
            for row in found
        ]


@lru_cache(maxsize=200)
def _ordered(sort: Sort, partner: tuple[str, ...], follow: tuple[str, ...], of_live: bool) -> Select[Any]:
    """The rows of these columns in this order, for a `structure` and at `most` so many. Built once."""
    order = order_of(sort)
    statement = (
        select(
            *(getattr(Partner, name) for name in partner),
            *(getattr(Follow, name) for name in follow),
            User.first_name,
            User.last_name,
            *order.by,
        )
        .outerjoin(Follow, and_(Follow.partner_id == Partner.id, Follow.structure_id == _structure()))
        .outerjoin(User, User.id == Follow.owner_id)
        .order_by(*((one.desc() for one in order.by) if order.latest_first else order.by))
        .limit(bindparam("most", type_=Integer))
    )
    return statement.where(Partner.binned_at.is_(None)) if of_live else statement


def _needed(columns: Sequence[Column]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is read of a partner and of its follow, the identifier first."""
    of_partner = dict.fromkeys((*_OF_PARTNER, *(name for one in columns for name in one.partner)))
    return tuple(of_partner), tuple(dict.fromkeys((*_OF_FOLLOW, *(name for one in columns for name in one.follow))))


@lru_cache(maxsize=200)
def _record(name: str, fields: tuple[str, ...]) -> Any:
    """A row whose columns have names: whole entities would cost three times as much."""
    return namedtuple(name, fields)


def _mark(part: Any) -> str | int:
    return part.isoformat() if isinstance(part, datetime) else part


def _registered(columns: Sequence[Column], actor: Actor) -> list[tuple[Column, registry.ListColumn]]:
    known = {one.key: one for one in registry.list_columns()}
    return [(one, known[one.key]) for one in columns if one.subquery and can(actor, one.permission)]
