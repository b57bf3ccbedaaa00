"""Reads of the trail of one partner: its identity, its contacts, and how the actor's own structure follows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, Subquery, and_, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can
from crm.accounts.models import Membership, Structure, User
from crm.audit import words
from crm.audit.models import AuditEvent
from crm.audit.words import Reference
from crm.partners.models import (
    Contact,
    ContactChannel,
    Follow,
    FollowTag,
    Need,
    Partner,
    PartnerAddress,
    PartnerChannel,
    PartnerName,
    PartnerRole,
    PartnerTrade,
)
from crm.partners.registry import Moment

#: Parts of a partner that bear its identifier.
_PARTS = (PartnerName, PartnerChannel, PartnerAddress, PartnerRole, PartnerTrade)
_SPOKEN = ("create", "update", "delete")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was done. `what` and `fields` are French, marked; `about` names whom, or is empty."""

    what: str
    fields: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Change:
    """All that one person did at once. `who` is a colleague, else their structure, else empty (the application)."""

    at: datetime
    who: str
    said: tuple[Said, ...]


def moments(
    session: Session, partner_id: int, *, actor: Actor, before: tuple[datetime, int] | None, limit: int
) -> list[Moment]:
    """
    The latest changes older than `before` (an instant and the greatest identifier of its lines). What one save wrote
    is one moment. Four queries, however many there are; nothing without the right.
    """
    if not can(actor, Permission.PARTNER_READ):
        return []
    lines = _lines(partner_id, actor)
    latest = func.max(lines.c.id)
    keys = (
        select(lines.c.at, lines.c.actor_id, lines.c.structure_id, latest.label("key"))
        .group_by(lines.c.at, lines.c.actor_id, lines.c.structure_id)
        .order_by(lines.c.at.desc(), latest.desc())
        .limit(limit)
    )
    if before is not None:
        keys = keys.having(tuple_(lines.c.at, latest) < tuple_(*_bound(before)))
    bursts = session.execute(keys).all()
    if not bursts:
        return []
    # Not the column itself: an import writes thousands of lines at one instant, whose index would be read whole.
    instant = func.coalesce(lines.c.at, lines.c.at)
    events = session.execute(
        select(AuditEvent)
        .where(AuditEvent.id.in_(select(lines.c.id).where(instant.in_({one.at for one in bursts}))))
        .order_by(AuditEvent.id)
    ).scalars()
    by_burst: dict[tuple[datetime, int | None, int | None], list[AuditEvent]] = {}
    for event in events:
        by_burst.setdefault((event.at, event.actor_id, event.structure_id), []).append(event)
    shown = [event for found in by_burst.values() for event in found]
    people, structures = _authors(session, shown, actor)
    contacts = {event.object_id for event in shown if event.object_type == "contacts" and event.object_id is not None}
    named = words.find(session, {"contacts": contacts}, actor)
    return [
        Moment(
            one.at,
            one.key,
            Change(
                at=one.at,
                who=people.get(one.actor_id) or structures.get(one.structure_id) or "",
                said=_said(by_burst[one.at, one.actor_id, one.structure_id], named),
            ),
        )
        for one in bursts
    ]


def _bound(before: tuple[datetime, int]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return literal(before[0], AuditEvent.at.type), literal(before[1], AuditEvent.id.type)


def _lines(partner_id: int, actor: Actor) -> Subquery:
    """Identifier, instant and author of each line about the partner that this actor may be told."""
    told = [
        _about(table, identifiers, since)
        for table, identifiers, since in _objects(partner_id, actor)
        if table.__tablename__ in words.tables()
    ]
    return union_all(*told).subquery()


def _about(
    table: Any, identifiers: Select[Any], since: ScalarSelect[Any]
) -> Select[int, datetime, int | None, int | None]:
    return select(AuditEvent.id, AuditEvent.at, AuditEvent.actor_id, AuditEvent.structure_id).where(
        AuditEvent.object_type == table.__tablename__,
        AuditEvent.object_id.in_(identifiers),
        AuditEvent.at >= since,
        AuditEvent.action.in_((*_SPOKEN, *words.acts())),
        AuditEvent.result == "done",
    )


def _objects(partner_id: int, actor: Actor) -> Iterable[tuple[Any, Select[Any], ScalarSelect[Any]]]:
    """
    The rows of each table that make up the partner for this actor, and since when they can have a story: SQLite gives
    the number of the last deleted row to the next one, whose story would begin with that of another.
    """
    merged = _with_merged(partner_id)
    born = select(func.min(Partner.created_at)).where(Partner.id.in_(merged)).scalar_subquery()
    yield Partner, merged, born
    for part in _PARTS:
        yield part, select(part.id).where(part.partner_id == partner_id), born
    follow = and_(Follow.partner_id == partner_id, Follow.structure_id == actor.structure_id)
    yield Follow, select(Follow.id).where(follow), born
    yield FollowTag, select(FollowTag.id).join(Follow, Follow.id == FollowTag.follow_id).where(follow), born
    yield Need, select(Need.id).where(Need.partner_id == partner_id, Need.structure_id == actor.structure_id), born
    if can(actor, Permission.CONTACT_READ):
        people = and_(Contact.partner_id == partner_id, Contact.binned_at.is_(None))
        met = select(Contact.created_at).where(Contact.id == AuditEvent.object_id).scalar_subquery()
        yield Contact, select(Contact.id).where(people), met
        channels = select(ContactChannel.id).join(Contact, Contact.id == ContactChannel.contact_id).where(people)
        yield ContactChannel, channels, select(func.min(Contact.created_at)).where(people).scalar_subquery()


def _with_merged(partner_id: int) -> Select[Any]:
    """The partner, and those that were merged into it: their story is its own now."""
    line = select(literal(partner_id).label("id")).cte("line", recursive=True)
    every = line.union(select(Partner.id).join(line, Partner.merged_into_id == line.c.id))
    return select(every.c.id)


def _authors(
    session: Session, events: list[AuditEvent], actor: Actor
) -> tuple[dict[int | None, str], dict[int | None, str]]:
    """Names of the authors who are of the actor's structure, and of the structures where the others were."""
    authors = {event.actor_id for event in events if event.structure_id == actor.structure_id}
    here = select(Membership.user_id).where(Membership.structure_id == actor.structure_id)
    people = session.execute(
        select(User.id, User.first_name, User.last_name).where(User.id.in_(authors), User.id.in_(here))
    )
    elsewhere = {event.structure_id for event in events if event.structure_id != actor.structure_id}
    places = session.execute(select(Structure.id, Structure.name).where(Structure.id.in_(elsewhere)))
    return {row.id: f"{row.first_name} {row.last_name}" for row in people}, {row.id: row.name for row in places}


def _said(events: list[AuditEvent], named: dict[tuple[str, int], Reference]) -> tuple[Said, ...]:
    """What these lines say, each thing once, in the order in which it was done."""
    found: dict[Said, None] = {}
    for event in events:
        fields = words.fields_said(event.action, event.object_type, event.fields or ())
        reference = named.get((event.object_type, event.object_id or 0))
        what = words.said(event.action, event.object_type)
        found[Said(what, fields, reference.label if reference else "")] = None
    # A part that changed bumps its partner's own row, of which there is then nothing more to say.
    telling = tuple(one for one in found if one.fields or not _is_bump(one))
    return telling or tuple(found)[:1]


def _is_bump(one: Said) -> bool:
    return one.what in {words.said("update", table) for table in ("partners", "follows", "contacts")}
