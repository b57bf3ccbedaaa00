"""Reads of the trail of one partner: its identity, its contacts, and how the actor's own structure follows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, ScalarSelect, Select, and_, bindparam, func, select, tuple_, union_all
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


class _Burst(NamedTuple):
    """What one person did at once: when, the greatest identifier of its lines, who."""

    at: datetime
    key: int
    who: str


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
    is one moment. Two queries at most, however many there are; nothing without the right.
    """
    if not can(actor, Permission.PARTNER_READ):
        return []
    tables, acts = frozenset(words.tables()), frozenset(words.acts())
    statement = _latest(tables, acts, before is not None, can(actor, Permission.CONTACT_READ))
    given: dict[str, Any] = {"partner": partner_id, "structure": actor.structure_id, "most": limit}
    if before is not None:
        given |= {"instant": before[0], "line": before[1]}
    by_burst: dict[_Burst, list[Any]] = {}
    for event in session.execute(statement, given):
        who = f"{event.first_name} {event.last_name}" if event.first_name is not None else event.elsewhere or ""
        by_burst.setdefault(_Burst(event.at, event.key, who), []).append(event)
    events = chain.from_iterable(by_burst.values())
    contacts = {event.object_id for event in events if event.object_type == "contacts" and event.object_id is not None}
    named = words.find(session, {"contacts": contacts}, actor)
    return [
        Moment(
            one.at,
            one.key,
            Change(
                at=one.at,
                who=one.who,
                said=_said(by_burst[one], named),
            ),
        )
        for one in sorted(by_burst, key=lambda one: (one.at, one.key), reverse=True)
    ]


@cache
def _latest(tables: frozenset[str], acts: frozenset[str], is_older: bool, with_contacts: bool) -> Select[Any]:
    """
    The lines of the latest bursts, in the order in which they were written, with the key of their burst and its author:
    the name of who is of the `structure` and did it there, the structure of who did it elsewhere.

    `partner`, `structure` and `most` are to be given, and when `is_older` the `instant` and the `line` before which
    they are. Built once: writing this statement costs more than asking it.
    """
    told = [
        _about(table, identifiers, since)
        for table, identifiers, since in _objects(with_contacts)
        if table.__tablename__ in tables
    ]
    every = union_all(*told).subquery()
    # Asked once of all: each of these words is a value to be given, and twelve tables would be given each.
    spoken = every.c.action.in_((*_SPOKEN, *sorted(acts)))
    lines = select(every).where(spoken, every.c.result == "done").cte("lines")
    key = func.max(lines.c.id)
    bursts = (
        select(lines.c.at, lines.c.actor_id, lines.c.structure_id, key.label("key"))
        .group_by(lines.c.at, lines.c.actor_id, lines.c.structure_id)
        .order_by(lines.c.at.desc(), key.desc())
        .limit(bindparam("most", type_=Integer))
    )
    if is_older:
        instant, line = bindparam("instant", type_=AuditEvent.at.type), bindparam("line", type_=Integer)
        bursts = bursts.having(tuple_(lines.c.at, key) < tuple_(instant, line))
    latest = bursts.cte("latest")
    # Nobody and no structure are null: equal here.
    of_burst = and_(
        lines.c.at == latest.c.at,
        lines.c.actor_id.is_not_distinct_from(latest.c.actor_id),
        lines.c.structure_id.is_not_distinct_from(latest.c.structure_id),
    )
    structure = bindparam("structure", type_=Integer)
    colleagues = select(Membership.user_id).where(Membership.structure_id == structure)
    colleague = and_(User.id == latest.c.actor_id, User.id.in_(colleagues), latest.c.structure_id == structure)
    elsewhere = and_(Structure.id == latest.c.structure_id, Structure.id != structure)
    return (
        select(
            *(AuditEvent.at, AuditEvent.action, AuditEvent.object_type, AuditEvent.object_id, AuditEvent.fields),
            *(latest.c.key, User.first_name, User.last_name, Structure.name.label("elsewhere")),
        )
        .select_from(latest)
        .join(lines, of_burst)
        .join(AuditEvent, AuditEvent.id == lines.c.id)
        .outerjoin(User, colleague)
        .outerjoin(Structure, elsewhere)
        .order_by(AuditEvent.id)
    )


def _about(table: Any, identifiers: Select[Any], since: ScalarSelect[Any]) -> Select[*tuple[Any, ...]]:
    line = (AuditEvent.id, AuditEvent.at, AuditEvent.actor_id, AuditEvent.structure_id)
    return select(*line, AuditEvent.action, AuditEvent.result).where(
        AuditEvent.object_type == table.__tablename__,
        AuditEvent.object_id.in_(identifiers),
        AuditEvent.at >= since,
    )


def _objects(with_contacts: bool) -> Iterable[tuple[Any, Select[Any], ScalarSelect[Any]]]:
    """
    The rows of each table that make up the partner for this actor, and since when they can have a story: SQLite gives
    the number of the last deleted row to the next one, whose story would begin with that of another.
    """
    partner, structure = bindparam("partner", type_=Integer), bindparam("structure", type_=Integer)
    merged = _with_merged(partner)
    born = select(func.min(Partner.created_at)).where(Partner.id.in_(merged)).scalar_subquery()
    yield Partner, merged, born
    for part in _PARTS:
        yield part, select(part.id).where(part.partner_id == partner), born
    follow = and_(Follow.partner_id == partner, Follow.structure_id == structure)
    yield Follow, select(Follow.id).where(follow), born
    yield FollowTag, select(FollowTag.id).join(Follow, Follow.id == FollowTag.follow_id).where(follow), born
    yield Need, select(Need.id).where(Need.partner_id == partner, Need.structure_id == structure), born
    if with_contacts:
        people = and_(Contact.partner_id == partner, Contact.binned_at.is_(None))
        met = select(Contact.created_at).where(Contact.id == AuditEvent.object_id).scalar_subquery()
        yield Contact, select(Contact.id).where(people), met
        channels = select(ContactChannel.id).join(Contact, Contact.id == ContactChannel.contact_id).where(people)
        yield ContactChannel, channels, select(func.min(Contact.created_at)).where(people).scalar_subquery()


def _with_merged(partner: ColumnElement[int]) -> Select[Any]:
    """The partner, and those that were merged into it: their story is its own now."""
    line = select(partner.label("id")).cte("line", recursive=True)
    every = line.union(select(Partner.id).join(line, Partner.merged_into_id == line.c.id))
    return select(every.c.id)


def _said(events: list[Any], named: dict[tuple[str, int], Reference]) -> tuple[Said, ...]:
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
