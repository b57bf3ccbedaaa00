"""Reads of structures and people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import GRANTS, Actor, Permission, Role
from crm.accounts.models import Membership, Structure, User


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of the actor's structure, as lists of choices need them."""

    id: int
    name: str


def colleagues(session: Session, *, actor: Actor, able: Permission | None = None) -> list[Colleague]:
    """The active people of the actor's structure, by name; those alone whose roles there let them do that."""
    belongs = select(Membership.user_id).where(Membership.structure_id == actor.structure_id)
    if able is not None:
        belongs = belongs.where(Membership.role.in_([role for role in Role if able in GRANTS.get(role, frozenset())]))
    statement = (
        select(User.id, User.first_name, User.last_name)
        .where(User.active, User.id.in_(belongs))
        .order_by(User.last_name, User.first_name, User.id)
    )
    return [Colleague(row.id, f"{row.first_name} {row.last_name}") for row in session.execute(statement)]


def names(session: Session, user_ids: set[int]) -> dict[int, str]:
    """Names of people by identifier."""
    rows = session.execute(select(User.id, User.first_name, User.last_name).where(User.id.in_(user_ids)))
    return {row.id: f"{row.first_name} {row.last_name}" for row in rows}


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who receives a digest: where, in which language, for which structures."""

    user_id: int
    name: str
    email: str
    language: str
    digest_at: time
    structure_ids: frozenset[int]


def digest_readers(session: Session) -> list[Reader]:
    """Every active person who wants a digest, with the structures they belong to."""
    rows = session.execute(
        select(User, Membership.structure_id)
        .join(Membership, Membership.user_id == User.id)
        .where(User.active, User.digest_at.is_not(None))
        .order_by(User.id)
    )
    people: dict[int, tuple[User, set[int]]] = {}
    for user, structure_id in rows:
        people.setdefault(user.id, (user, set()))[1].add(structure_id)
    return [
        Reader(user.id, user.name, user.email, user.language, user.digest_at, frozenset(structures))
        for user, structures in people.values()
        if user.digest_at is not None
    ]


def structure_by_name(session: Session, name: str) -> Structure | None:
    """The structure of exactly that name."""
    return session.scalars(select(Structure).where(Structure.name == name)).first()


def known_emails(session: Session, emails: Collection[str]) -> set[str]:
    """Those of these addresses that have an account."""
    return set(session.scalars(select(User.email).where(User.email.in_(emails))))


def structures(session: Session) -> list[Structure]:
    """Every structure of the collectif, oldest first."""
    return list(session.scalars(select(Structure).order_by(Structure.id)))
