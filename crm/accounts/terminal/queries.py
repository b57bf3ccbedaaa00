"""What the command line shows of the accounts: all of them, whatever their structure."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Role
from crm.accounts.models import Membership, Structure, User


@dataclass(frozen=True, slots=True)
class Line:
    """An account, with its roles in each structure."""

    email: str
    name: str
    active: bool
    has_password: bool
    has_totp: bool
    roles: dict[str, list[Role]]


def people(session: Session) -> list[Line]:
    """Every account, by address."""
    lines = {
        user.id: Line(
            user.email,
            user.name,
            user.active,
            user.password_hash is not None,
            user.totp_confirmed_at is not None,
            {},
        )
        for user in session.scalars(select(User).order_by(User.email))
    }
    held = (
        select(Membership.user_id, Structure.name, Membership.role)
        .join(Structure, Structure.id == Membership.structure_id)
        .order_by(Structure.name, Membership.role)
    )
    for user_id, structure, role in session.execute(held):
        lines[user_id].roles.setdefault(structure, []).append(role)
    return list(lines.values())


def by_email(session: Session, email: str) -> User | None:
    """The account of that address."""
    return session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def left_without_director(session: Session, user: User) -> list[str]:
    """The structures of which that person is the last one who can sign in as a director."""
    director = (Membership.role == Role.DIRECTOR, User.active, User.password_hash.is_not(None))
    directed = (
        select(Structure)
        .join(Membership, Membership.structure_id == Structure.id)
        .where(Membership.user_id == user.id, Membership.role == Role.DIRECTOR)
        .order_by(Structure.id)
        # Whoever removes another director meanwhile waits, as in the administration.
        .with_for_update(of=Structure, key_share=True)
    )
    structures = session.scalars(directed).all()
    others = set(
        session.scalars(
            select(Membership.structure_id)
            .join(User, User.id == Membership.user_id)
            .where(Membership.structure_id.in_(_ids(structures)), Membership.user_id != user.id, *director)
        )
    )
    return [structure.name for structure in structures if structure.id not in others]


def _ids(structures: Iterable[Structure]) -> list[int]:
    return [structure.id for structure in structures]
