"""Reads of the administration: people, units and closing periods of the actor's structure, and of no other."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, Role
from crm.accounts.enums import LegalKind
from crm.accounts.models import ClosingPeriod, Membership, OpenSession, Structure, StructureLogo, Unit, User
from crm.accounts.queries import Colleague, colleagues
from crm.audit.models import AuditEvent
from crm.audit.queries import Change
from crm.errors import NotFound

Statement = TypeVar("Statement", bound=Select[Any])


class PersonState(StrEnum):
    """Where an account is."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """Somebody of the structure, as lists and their page show them. `seen_at` is in this structure."""

    id: int
    public_id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    state: PersonState
    has_totp: bool
    seen_at: datetime | None
    elsewhere: bool = False


def people(
    session: Session, *, actor: Actor, state: PersonState | None = None, role: Role | None = None
) -> list[PersonLine]:
    """The people of the actor's structure, by name. Three queries, however many they are."""
    rows = session.execute(
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.structure_id == actor.structure_id)
        .order_by(User.last_name, User.first_name, User.id)
    ).all()
    roles: dict[int, list[Role]] = {}
    for user, held in rows:
        roles.setdefault(user.id, []).append(held)
    seen = _last_seen(session, set(roles), actor=actor)
    lines = [
        _line(user, roles[user.id], seen_at=seen.get(user.id)) for user in {user.id: user for user, _ in rows}.values()
    ]
    return [line for line in lines if state in {None, line.state} and (role is None or role in line.roles)]


def person_line(session: Session, user: User, *, actor: Actor) -> PersonLine:
    """Somebody of the structure, with whether the account also serves elsewhere."""
    held = session.execute(select(Membership.structure_id, Membership.role).where(Membership.user_id == user.id)).all()
    here = [role for structure_id, role in held if structure_id == actor.structure_id]
    seen = _last_seen(session, {user.id}, actor=actor)
    elsewhere = any(structure_id != actor.structure_id for structure_id, _ in held)
    return _line(user, here, seen_at=seen.get(user.id), elsewhere=elsewhere)


def get_person(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> User:
    """The account of that identifier. Raises NotFound for somebody who has no role in the actor's structure."""
    here = select(Membership.user_id).where(Membership.structure_id == actor.structure_id)
    statement = select(User).where(User.public_id == public_id, User.id.in_(here))
    user = session.scalars(_locking(statement) if for_update else statement).one_or_none()
    if user is None:
        raise NotFound
    return user


def heirs(session: Session, *, actor: Actor, leaver_id: int) -> list[Colleague]:
    """Who may take somebody's work over: the active colleagues whose role lets them do what is to be done."""
    able = colleagues(session, actor=actor, able=Permission.TODO_DO_OWN)
    return [person for person in able if person.id != leaver_id]


def roles_changed(session: Session, user_id: int) -> Change | None:
    """Who last changed somebody's roles, and when (see services/people.py)."""
    row = session.execute(
        select(AuditEvent.actor_id, AuditEvent.at)
        .where(AuditEvent.object_type == "users", AuditEvent.object_id == user_id, AuditEvent.action == "roles_changed")
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()
    return None if row is None else Change(row.actor_id, row.at)


def get_structure(session: Session, *, actor: Actor, for_update: bool = False) -> Structure:
    """The actor's structure."""
    statement = select(Structure).where(Structure.id == actor.structure_id)
    structure = session.scalars(_locking(statement) if for_update else statement).one_or_none()
    if structure is None:
        raise NotFound
    return structure


def get_logo(session: Session, *, actor: Actor) -> StructureLogo | None:
    """The logo of the actor's structure, with its content."""
    return session.scalars(select(StructureLogo).where(StructureLogo.structure_id == actor.structure_id)).one_or_none()


def has_logo(session: Session, *, actor: Actor) -> bool:
    """Whether the actor's structure has a logo."""
    statement = select(StructureLogo.id).where(StructureLogo.structure_id == actor.structure_id)
    return session.scalars(statement).one_or_none() is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit in the tree: `depth` 0 for one without a parent, its children after it."""

    id: int
    public_id: str
    name: str
    legal_kind: LegalKind
    siret: str | None
    parent_id: int | None
    depth: int
    closed_at: datetime | None


def units(session: Session, *, actor: Actor) -> list[UnitLine]:
    """The units of the structure, each followed by its own, by name. One query."""
    statement = select(Unit).where(Unit.structure_id == actor.structure_id).order_by(Unit.name, Unit.id)
    rows = list(session.scalars(statement))
    by_parent: dict[int | None, list[Unit]] = {}
    for row in rows:
        by_parent.setdefault(row.parent_id, []).append(row)
    lines: list[UnitLine] = []
    pending = [(row, 0) for row in reversed(by_parent.get(None, []))]
    while pending:
        row, depth = pending.pop()
        lines.append(_unit_line(row, depth))
        pending += [(child, depth + 1) for child in reversed(by_parent.get(row.id, []))]
    return lines


def below(lines: Collection[UnitLine], unit_id: int) -> set[int]:
    """The unit itself and all that stand under it: none of them may become its parent."""
    found = {unit_id}
    for line in lines:  # parents come before their children
        if line.parent_id in found:
            found.add(line.id)
    return found


def get_unit(session: Session, public_id: str, *, actor: Actor) -> Unit:
    """A unit of the actor's structure. Raises NotFound."""
    statement = select(Unit).where(Unit.public_id == public_id, Unit.structure_id == actor.structure_id)
    unit = session.scalars(statement).one_or_none()
    if unit is None:
        raise NotFound
    return unit


def closings(session: Session, *, actor: Actor) -> list[ClosingPeriod]:
    """The closing periods of the structure, the first to come last."""
    statement = (
        select(ClosingPeriod)
        .where(ClosingPeriod.structure_id == actor.structure_id)
        .order_by(ClosingPeriod.starts_on, ClosingPeriod.ends_on, ClosingPeriod.id)
    )
    return list(session.scalars(statement))


def get_closing(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> ClosingPeriod:
    """A closing period of the actor's structure. Raises NotFound."""
    ours = ClosingPeriod.structure_id == actor.structure_id
    statement = select(ClosingPeriod).where(ClosingPeriod.public_id == public_id, ours)
    period = session.scalars(_locking(statement) if for_update else statement).one_or_none()
    if period is None:
        raise NotFound
    return period


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What stands behind each door of the settings."""

    people: int
    structure: Structure
    has_logo: bool
    open_units: int
    next_closing: ClosingPeriod | None


def overview(session: Session, *, actor: Actor, today: date) -> Overview:
    """What the first page of the settings says of each of its parts."""
    here = actor.structure_id
    active = select(func.count(func.distinct(Membership.user_id))).join(User, User.id == Membership.user_id)
    open_units = select(func.count(Unit.id)).where(Unit.structure_id == here, Unit.closed_at.is_(None))
    coming = (
        select(ClosingPeriod)
        .where(ClosingPeriod.structure_id == here, ClosingPeriod.ends_on >= today)
        .order_by(ClosingPeriod.starts_on, ClosingPeriod.id)
        .limit(1)
    )
    return Overview(
        people=session.scalars(active.where(Membership.structure_id == here, User.active)).one(),
        structure=get_structure(session, actor=actor),
        has_logo=has_logo(session, actor=actor),
        open_units=session.scalars(open_units).one(),
        next_closing=session.scalars(coming).one_or_none(),
    )


def _locking(statement: Statement) -> Statement:
    """
    The same, its rows locked and read afresh.

    Rows that others refer to: NO KEY, so that an insert elsewhere that names them does not wait, nor deadlock.
    """
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


def _line(user: User, roles: list[Role], *, seen_at: datetime | None, elsewhere: bool = False) -> PersonLine:
    state = PersonState.ACTIVE if user.password_hash else PersonState.INVITED
    return PersonLine(
        id=user.id,
        public_id=user.public_id,
        name=user.name,
        email=user.email,
        roles=tuple(role for role in Role if role in roles),
        state=state if user.active else PersonState.DISABLED,
        has_totp=user.totp_confirmed_at is not None,
        seen_at=seen_at,
        elsewhere=elsewhere,
    )


def _last_seen(session: Session, user_ids: set[int], *, actor: Actor) -> dict[int, datetime]:
    """When each was last here: the open sessions, else the sign-ins that the audit remembers."""
    seen: dict[int, datetime] = {}
    signed_in = (
        select(AuditEvent.object_id, func.max(AuditEvent.at))
        .where(
            AuditEvent.object_type == "users",
            AuditEvent.object_id.in_(user_ids),
            AuditEvent.action == "sign_in",
            AuditEvent.result == "done",
            AuditEvent.structure_id == actor.structure_id,
        )
        .group_by(AuditEvent.object_id)
    )
    in_session = (
        select(OpenSession.user_id, func.max(OpenSession.seen_at))
        .where(OpenSession.user_id.in_(user_ids), OpenSession.structure_id == actor.structure_id)
        .group_by(OpenSession.user_id)
    )
    for statement in (signed_in, in_session):
        for user_id, at in session.execute(statement):
            if user_id is not None:
                seen[user_id] = max(at, seen.get(user_id, at))
    return seen


def _unit_line(unit: Unit, depth: int) -> UnitLine:
    return UnitLine(
        id=unit.id,
        public_id=unit.public_id,
        name=unit.name,
        legal_kind=unit.legal_kind,
        siret=unit.siret,
        parent_id=unit.parent_id,
        depth=depth,
        closed_at=unit.closed_at,
    )
