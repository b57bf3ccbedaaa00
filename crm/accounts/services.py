"""Sign-in, passwords, sessions and people's own settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from crm.access.policy import Actor, Role
from crm.accounts import passwords
from crm.accounts.account import GUARDED_ROLES, Account
from crm.accounts.devices.cookie import ENROLLED_FOR
from crm.accounts.devices.queries import known_device
from crm.accounts.devices.services import end_enrolments, forget_expired
from crm.accounts.enums import LinkPurpose
from crm.accounts.models import Device, Membership, OpenSession, SingleUseLink, User
from crm.accounts.throttle import services as throttle
from crm.audit.services import note
from crm.errors import DomainError
from crm.sentences import Sentence
from crm.wording import N_


class WrongCredentials(DomainError):
    """
    The e-mail and the password do not go together; which of the two is wrong is not said.

    `user_id` is for the audit: the account that was tried, if there is one.
    """

    def __init__(self, user_id: int | None) -> None:
        super().__init__(N_("Adresse e-mail ou mot de passe incorrect. Vérifiez les deux, puis réessayez."))
        self.user_id = user_id


class WrongPassword(DomainError):
    """The password of the signed-in person, asked again, is not the right one."""

    def __init__(self) -> None:
        super().__init__(N_("Ce n'est pas votre mot de passe. Réessayez."))


class WeakPassword(DomainError):
    """A new password that is not taken. `problems` says all that is to mend, the message the first of it."""

    def __init__(self, problems: tuple[Sentence, ...]) -> None:
        super().__init__(problems[0].msgid, **problems[0].values)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Entry:
    """A right e-mail and password: who it is, on which known device; whether a code is still asked."""

    account: Account
    device: Device | None
    needs_code: bool


def authenticate(session: Session, email: str, password: str, *, device_token: str, now: datetime) -> Entry:
    """
    The account of that e-mail and password. A code is still asked when there is a second factor and the device is new.

    Raises WrongCredentials, alike and in equal time for an unknown e-mail, a wrong password, an account without
    password, without structure or disabled: the hash is computed once in each case.
    """
    email = email.strip().lower()
    user = session.scalars(select(User).where(User.email == email)).first()
    right = passwords.verify(user.password_hash if user else None, password)
    account = account_of(session, user) if user is not None else None
    if user is None or account is None or not right:
        raise WrongCredentials(user.id if user else None)
    device = known_device(session, device_token, email=email, now=now)
    return Entry(account, device, needs_code=user.totp_confirmed_at is not None and device is None)


def account_of(session: Session, user: User) -> Account | None:
    """The account of that person in the first structure they belong to; None when disabled or without structure."""
    memberships = session.scalars(
        select(Membership)
        .options(joinedload(Membership.structure))
        .where(Membership.user_id == user.id)
        .order_by(Membership.id)
    ).all()
    if not user.active or not memberships:
        return None
    structure = memberships[0].structure
    return Account(
        user_id=user.id,
        public_id=user.public_id,
        name=user.name,
        language=user.language,
        structure_id=structure.id,
        structure_name=structure.name,
        structure_public_id=structure.public_id,
        roles=frozenset(one.role for one in memberships if one.structure_id == structure.id),
        has_totp=user.totp_confirmed_at is not None,
    )


def note_sign_in(session: Session, account: Account) -> None:
    """The line of audit of a sign-in, said by whom it was."""
    session.info["actor"] = Actor(account.user_id, account.name, account.structure_id, account.roles)
    note(session, "sign_in", object_type="users", object_id=account.user_id)


def awaited(session: Session, user_id: int, *, since: datetime) -> tuple[User, Account] | None:
    """
    Who gave the password at `since` and is asked for a code, if that still holds.

    None when the account was disabled, its password changed or its second factor taken away meanwhile.
    """
    user = session.get(User, user_id)
    account = account_of(session, user) if user is not None else None
    if user is None or account is None or user.totp_confirmed_at is None:
        return None
    changed = user.password_changed_at is not None and user.password_changed_at > since
    return None if changed else (user, account)


def check_password(session: Session, user_id: int, password: str) -> User:
    """The signed-in person, whose password was asked again. Raises WrongPassword."""
    user = session.get_one(User, user_id)
    if not passwords.verify(user.password_hash, password):
        raise WrongPassword
    return user


def set_password(session: Session, user: User, password: str, *, now: datetime) -> None:
    """
    Give a person a new password: every session of theirs ends, no phone is a field phone any more, and the links that
    would change the password again are dead. Raises WeakPassword.

    Whoever does it for themselves goes on with `session.renew()`.
    """
    if found := password_problems(session, user, password):
        raise WeakPassword(found)
    user.password_hash = passwords.hash_password(password)
    user.password_changed_at = now
    session.flush()
    end_sessions(session, user.id)
    end_enrolments(session, user.id)
    session.execute(
        update(SingleUseLink)
        .where(
            SingleUseLink.user_id == user.id,
            SingleUseLink.purpose == LinkPurpose.RESET,
            SingleUseLink.used_at.is_(None),
            SingleUseLink.expires_at > now,
        )
        .values(expires_at=now)
    )


def password_problems(session: Session, user: User, password: str) -> tuple[Sentence, ...]:
    """What keeps a new password from being taken for that person, by their roles and the names around them."""
    memberships = session.scalars(
        select(Membership).options(joinedload(Membership.structure)).where(Membership.user_id == user.id)
    ).all()
    return passwords.problems(
        password,
        guarded=any(one.role in GUARDED_ROLES for one in memberships),
        words=[user.first_name, user.last_name, user.email, *(one.structure.name for one in memberships)],
    )


def end_sessions(session: Session, user_id: int, *, but: bytes | None = None) -> int:
    """End the open sessions of a person, all but the one of that key; how many there were."""
    of_theirs = OpenSession.user_id == user_id
    ended = delete(OpenSession).where(of_theirs if but is None else and_(of_theirs, OpenSession.token_hash != but))
    count = len(session.scalars(ended.returning(OpenSession.id)).all())
    if count:
        note(session, "sessions_ended", object_type="users", object_id=user_id)
    return count


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
    """
    Delete what nobody can use any more: browser sessions idle too long or too old, devices no longer known, tries that
    count nowhere. The session of a field phone lives as long as its enrolment.
    """
    field_phones = select(Device.id).where(Device.enrolled_at > now - ENROLLED_FOR)
    session.execute(
        delete(OpenSession).where(
            or_(OpenSession.seen_at <= now - idle, OpenSession.created_at <= now - absolute),
            or_(OpenSession.device_id.is_(None), OpenSession.device_id.not_in(field_phones)),
        )
    )
    forget_expired(session, now=now)
    throttle.forget(session, now=now)
