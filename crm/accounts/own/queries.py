"""What a person may read of themselves: always by the actor's own identifier, never by one of the address."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can
from crm.accounts.devices.cookie import ENROLLED_FOR, Look, look_of
from crm.accounts.models import Device, Membership, OpenSession, Structure, User
from crm.accounts.own.trail import Act, Line, lines_of, objects_of
from crm.audit.models import AuditEvent
from crm.audit.words import Reference, find
from crm.errors import NotFound


def me(session: Session, *, actor: Actor, for_update: bool = False) -> User:
    """The actor's own account, locked when `for_update`."""
    statement = select(User).where(User.id == actor.user_id)
    user = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if user is None:
        raise NotFound
    return user


@dataclass(frozen=True, slots=True)
class Signed:
    """
    A place where a person is signed in. `look` is read from what the browser says of itself (`said`), which may be
    anything; `device` is the name of a known device; `mark` stands for it in addresses.
    """

    mark: str
    opened_at: datetime
    seen_at: datetime
    look: Look
    said: str
    device: str
    on_field_phone: bool
    current: bool


def mark_of(token_hash: bytes) -> str:
    """What stands for a session in addresses: neither the cookie nor what is stored of it can be had from it."""
    return hashlib.sha256(b"passerelle session " + token_hash).hexdigest()[:22]


def open_sessions(
    session: Session,
    *,
    actor: Actor,
    current: bytes,
    now: datetime,
    idle: timedelta,
    absolute: timedelta,
) -> list[Signed]:
    """The actor's live sessions, the present one (whose key is `current`) first, then the last seen."""
    ordinary = and_(OpenSession.seen_at > now - idle, OpenSession.created_at > now - absolute)
    rows = session.execute(
        select(OpenSession, Device.label, Device.enrolled_at)
        .outerjoin(Device, Device.id == OpenSession.device_id)
        .where(OpenSession.user_id == actor.user_id, or_(ordinary, Device.enrolled_at > now - ENROLLED_FOR))
        .order_by(OpenSession.seen_at.desc(), OpenSession.id.desc())
    )
    found = [
        Signed(
            mark=mark_of(kept.token_hash),
            opened_at=kept.created_at,
            seen_at=kept.seen_at,
            look=look_of(kept.browser),
            said=kept.browser,
            device=label or "",
            on_field_phone=enrolled_at is not None and enrolled_at > now - ENROLLED_FOR,
            current=kept.token_hash == current,
        )
        for kept, label, enrolled_at in rows
    ]
    return sorted(found, key=lambda one: not one.current)


def session_key(session: Session, mark: str, *, actor: Actor) -> bytes:
    """The key of the actor's session of that mark. Raises NotFound, for anybody else's too."""
    keys = session.scalars(select(OpenSession.token_hash).where(OpenSession.user_id == actor.user_id))
    for key in keys:
        if mark_of(key) == mark:
            return key
    raise NotFound


def trail(session: Session, *, actor: Actor, since: datetime, size: int, before: int | None = None) -> list[Act]:
    """
    What the actor did since that instant, in every structure, newest first: `size` acts, and one more when the list
    goes on. `before` is the identifier of the last act already shown.
    """
    if actor.user_id is None:
        return []
    statement = (
        select(AuditEvent)
        .where(AuditEvent.actor_id == actor.user_id, AuditEvent.at >= since)
        .order_by(AuditEvent.id.desc())
        .limit(size + 1)
    )
    if before is not None and 0 <= before < 2**31:
        statement = statement.where(AuditEvent.id < before)
    return [
        Act(
            id=event.id,
            at=event.at,
            action=event.action,
            object_type=event.object_type,
            object_id=event.object_id,
            fields=tuple(event.fields or ()),
            result=event.result,
            structure_id=event.structure_id,
        )
        for event in session.scalars(statement)
    ]


def told(session: Session, acts: list[Act], *, actor: Actor) -> list[Line]:
    """These acts in words, with the name of what the actor may still see: one query a table."""
    elsewhere = {act.structure_id for act in acts if act.structure_id not in {actor.structure_id, None}}
    names: dict[int, str] = {}
    if elsewhere:
        rows = session.execute(select(Structure.id, Structure.name).where(Structure.id.in_(elsewhere)))
        names = {row.id: row.name for row in rows}
    references = find(session, objects_of(acts), actor)
    return lines_of(acts, references=references, structures=names, here=actor.structure_id)


def structures_named(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """The structures that the actor belongs to, for the trail."""
    mine = select(Membership.structure_id).where(Membership.user_id == actor.user_id)
    rows = session.execute(
        select(Structure.id, Structure.name).where(Structure.id.in_(identifiers), Structure.id.in_(mine))
    )
    return {row.id: Reference(row.name) for row in rows}


def people_named(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """The people of the actor's structure, for the trail of whoever may read them."""
    if not can(actor, Permission.PEOPLE_READ):
        return {}
    here = select(Membership.user_id).where(Membership.structure_id == actor.structure_id)
    rows = session.execute(
        select(User.id, User.first_name, User.last_name).where(
            User.id.in_(identifiers), User.id.in_(here), User.id != actor.user_id
        )
    )
    return {row.id: Reference(f"{row.first_name} {row.last_name}") for row in rows}
