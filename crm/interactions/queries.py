"""Reads of exchanges: the timeline of a partner, our recent requests, the company to choose before logging."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can
from crm.accounts.models import Structure, User
from crm.audit.words import Reference
from crm.interactions.documents.models import Document
from crm.interactions.enums import CallResult, Direction, InteractionKind, Nature
from crm.interactions.models import Interaction
from crm.partners.models import Contact, Follow, Partner
from crm.partners.registry import Moment
from crm.partners.search import LIKE_ESCAPE, like_pattern, search_tokens
from crm.reminders.models import Todo

#: How many companies are offered at once.
MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """
    One exchange as this actor may see it.

    Of another structure's exchange that was not shared, `is_open` is False and the text, the author and the
    contact are empty: they were not even read from the database.
    """

    public_id: str
    kind: InteractionKind
    held_at: datetime
    structure: str
    is_ours: bool
    is_open: bool
    shared: bool
    report: str
    author: str
    contact: str
    direction: Direction | None
    nature: Nature | None
    result: CallResult | None
    is_cancelled: bool
    is_to_come: bool
    documents: int


def moments(
    session: Session, partner_id: int, *, actor: Actor, before: tuple[datetime, int] | None, limit: int
) -> list[Moment]:
    """
    The latest exchanges of the collectif with this partner, older than `before` (an instant and an identifier), for
    the one timeline of its page. One query; nothing without the right.
    """
    if not can(actor, Permission.INTERACTION_READ):
        return []
    statement = _timeline(before is not None, can(actor, Permission.CONTACT_READ))
    given: dict[str, Any] = {"partner": partner_id, "structure": actor.structure_id, "most": limit}
    if before is not None:
        given |= {"instant": before[0], "line": before[1]}
    rows = session.execute(statement, given)
    return [Moment(row.held_at, row.id, _item(row, session.info["now"])) for row in rows]


def _item(row: Row[Any], now: datetime) -> TimelineItem:
    told = {key: value for key, value in row._mapping.items() if key != "id"}
    return TimelineItem(**told, is_to_come=row.held_at > now and not row.is_cancelled)


@cache
def _timeline(is_older: bool, with_contacts: bool) -> Select[Any]:
    """
    The `most` latest exchanges with the `partner` as the `structure` may see them; when `is_older` those before the
    exchange `line` of that `instant`. Built once.
    """
    ours = Interaction.structure_id == bindparam("structure", type_=Integer)
    is_open = or_(ours, Interaction.shared)
    named = is_open if with_contacts else false()
    full_name = func.trim(Contact.first_name + " " + Contact.last_name)
    statement = (
        select(
            Interaction.id,
            Interaction.public_id,
            Interaction.kind,
            Interaction.held_at,
            Structure.name.label("structure"),
            case((ours, True), else_=False).label("is_ours"),
            case((is_open, True), else_=False).label("is_open"),
            Interaction.shared,
            case((is_open, Interaction.report), else_="").label("report"),
            case((is_open, User.first_name + " " + User.last_name), else_="").label("author"),
            func.coalesce(case((named, full_name), else_=""), "").label("contact"),
            case((is_open, Interaction.direction), else_=None).label("direction"),
            case((is_open, Interaction.nature), else_=None).label("nature"),
            case((is_open, Interaction.result), else_=None).label("result"),
            case((Interaction.cancelled_at.is_not(None), True), else_=False).label("is_cancelled"),
            case((ours, _documents()), else_=0).label("documents"),
        )
        .join(Structure, Structure.id == Interaction.structure_id)
        .join(User, User.id == Interaction.author_id)
        .outerjoin(Contact, Contact.id == Interaction.contact_id)
        .where(Interaction.partner_id == bindparam("partner", type_=Integer), Interaction.binned_at.is_(None))
        .order_by(Interaction.held_at.desc(), Interaction.id.desc())
        .limit(bindparam("most", type_=Integer))
    )
    if is_older:
        before = (bindparam("instant", type_=Interaction.held_at.type), bindparam("line", type_=Integer))
        statement = statement.where(tuple_(Interaction.held_at, Interaction.id) < tuple_(*before))
    return statement


def structures_met(session: Session, identifiers: Collection[int]) -> dict[int, set[int]]:
    """The structures that had an exchange with each of these partners, in the bin or not: it keeps them out of it."""
    statement = select(Interaction.partner_id, Interaction.structure_id).distinct()
    found: dict[int, set[int]] = {}
    for row in session.execute(statement.where(Interaction.partner_id.in_(identifiers))):
        found.setdefault(row.partner_id, set()).add(row.structure_id)
    return found


def _documents() -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(Document.interaction_id == Interaction.id, Document.removed_at.is_(None))
        .correlate(Interaction)
        .scalar_subquery()
    )


def told_interactions(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names exchanges of the actor's structure: by the partner they were with."""
    if not can(actor, Permission.INTERACTION_READ) or not can(actor, Permission.PARTNER_READ):
        return {}
    statement = (
        select(Interaction.id, Partner.name, Interaction.public_id)
        .join(Partner, Partner.id == Interaction.partner_id)
        .where(
            Interaction.id.in_(identifiers),
            Interaction.structure_id == actor.structure_id,
            Interaction.binned_at.is_(None),
            Partner.binned_at.is_(None),
        )
    )
    return {row.id: Reference(row.name, "interactions.show", row.public_id) for row in session.execute(statement)}


def todo_planned_with(session: Session, interaction: Interaction) -> Todo | None:
    """What was planned in the same breath as this exchange."""
    statement = (
        select(Todo)
        .where(
            Todo.partner_id == interaction.partner_id,
            Todo.created_by_id == interaction.author_id,
            Todo.created_at == interaction.created_at,
        )
        .order_by(Todo.id.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


@dataclass(frozen=True, slots=True)
class Company:
    """A company to choose. `met_at` is my last exchange held with it, `is_mine` whether the actor follows it."""

    public_id: str
    name: str
    city: str
    met_at: datetime | None
    is_mine: bool


def companies(session: Session, query: str, *, actor: Actor) -> tuple[list[Company], bool]:
    """
    The companies to offer before an exchange, and whether there are more than these twenty.

    With words typed: those that hold every word. Without: those the actor follows or lately had an exchange with.
    Mine first, then the most recently met by me, then by name. One query.
    """
    if not can(actor, Permission.PARTNER_READ):
        return [], False
    now = session.info["now"]
    met_at = _met_by_me(actor, now).label("met_at")
    mine = and_(Follow.owner_id.is_not(None), Follow.owner_id == actor.user_id)
    statement = (
        select(Partner.public_id, Partner.name, Partner.city, met_at, case((mine, 1), else_=0).label("mine"))
        .outerjoin(Follow, and_(Follow.partner_id == Partner.id, Follow.structure_id == actor.structure_id))
        .where(Partner.binned_at.is_(None))
        .limit(MOST_OFFERED + 1)
    )
    mine_first, latest_first = case((mine, 0), else_=1), met_at.desc().nulls_last()
    order: list[ColumnElement[Any]]
    if tokens := search_tokens(query):
        order = [mine_first, latest_first]
        held = (Partner.search_key.like(like_pattern(token), escape=LIKE_ESCAPE) for token in tokens)
        statement = statement.where(*held)
    else:
        order = [latest_first, mine_first]
        statement = statement.where(or_(mine, _met_by_me(actor, now).is_not(None)))
    rows = session.execute(statement.order_by(*order, Partner.sort_key, Partner.id)).all()
    found = [Company(row.public_id, row.name, row.city, row.met_at, bool(row.mine)) for row in rows]
    return found[:MOST_OFFERED], len(found) > MOST_OFFERED


def _met_by_me(actor: Actor, now: datetime) -> ScalarSelect[datetime]:
    return (
        select(func.max(Interaction.held_at))
        .where(
            Interaction.partner_id == Partner.id,
            Interaction.structure_id == actor.structure_id,
            Interaction.author_id == actor.user_id,
            Interaction.held_at <= now,
            Interaction.binned_at.is_(None),
            Interaction.cancelled_at.is_(None),
        )
        .correlate(Partner)
        .scalar_subquery()
    )
