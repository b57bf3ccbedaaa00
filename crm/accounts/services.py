"""Sign-in and people's own settings."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, joinedload

from crm.access.policy import Actor, Role
from crm.accounts import passwords
from crm.accounts.account import Account
from crm.accounts.models import Membership, OpenSession, User
from crm.audit.services import note
from crm.errors import DomainError
from crm.wording import N_


class WrongCredentials(DomainError):
    """The e-mail and the password do not go together; which of the two is wrong is not said."""


def authenticate(session: Session, email: str, password: str) -> Account:
    """
    The account of that e-mail and password, in the first structure the person belongs to.

    Raises WrongCredentials, alike and in equal time for an unknown e-mail, a wrong password and a disabled account.
    """
    user = session.scalars(select(User).where(User.email == email.strip().lower())).first()
    right = passwords.verify(user.password_hash if user else None, password)
    memberships = _memberships(session, user.id) if user else []
    if user is None or not right or not user.active or not memberships:
        raise WrongCredentials(N_("Adresse e-mail ou mot de passe incorrect. Vérifiez les deux, puis réessayez."))
    structure = memberships[0].structure
    roles = frozenset(m.role for m in memberships if m.structure_id == structure.id)
    session.info["actor"] = Actor(user.id, user.name, structure.id, roles)
    note(session, "sign_in", object_type="users", object_id=user.id)
    return Account(
        user_id=user.id,
        public_id=user.public_id,
        name=user.name,
        language=user.language,
        structure_id=structure.id,
        structure_name=structure.name,
        roles=roles,
        has_totp=user.totp_confirmed_at is not None,
    )


def _memberships(session: Session, user_id: int) -> list[Membership]:
    return list(
        session.scalars(
            select(Membership)
            .options(joinedload(Membership.structure))
            .where(Membership.user_id == user_id)
            .order_by(Membership.id)
        )
    )


def set_language(session: Session, language: str, *, actor: Actor) -> None:
    """Keep the person's language."""
    user = session.get(User, actor.user_id)
    if user is not None:
        user.language = language


def add_user(
    session: Session,
    *,
    email: str,
    first_name: str,
    last_name: str,
    password: str | None,
    structure_id: int,
    roles: list[Role],
) -> User:
    """Create an account with its roles in one structure. Used by the command line and the demo data."""
    user = User(
        email=email.strip().lower(),
        first_name=first_name,
        last_name=last_name,
        password_hash=passwords.hash_password(password) if password else None,
        created_at=session.info["now"],
    )
    session.add(user)
    session.flush()
    session.add_all([Membership(user_id=user.id, structure_id=structure_id, role=role) for role in roles])
    session.flush()
    return user


def forget_sessions(session: Session, *, idle: timedelta, absolute: timedelta, now: datetime) -> None:
    """Delete the browser sessions that nobody can use any more: idle too long, or too old."""
    session.execute(
        delete(OpenSession).where(or_(OpenSession.seen_at <= now - idle, OpenSession.created_at <= now - absolute))
    )
