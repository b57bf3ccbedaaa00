"""Setting the second factor up, asking for it, and taking it away."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts import totp
from crm.accounts.account import GUARDED_ROLES
from crm.accounts.devices.services import forget_others
from crm.accounts.models import Membership, OpenSession, RecoveryCode, User
from crm.accounts.sealing import Unsealable, seal, unseal
from crm.audit.services import note
from crm.errors import DomainError, NotAllowed, NotFound
from crm.wording import N_


class WrongCode(DomainError):
    """The code is none of that account, or was used already; which of the two is not said."""

    def __init__(self) -> None:
        super().__init__(N_("Ce code n'est pas le bon, ou a déjà servi. Attendez le suivant, puis réessayez."))


class Factor(StrEnum):
    """With what the second step was passed."""

    TOTP = "totp"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a telephone is given: the address that the QR code says, and the key in groups of four."""

    uri: str
    spaced_key: str


def candidate(sealed: str | None, *, key: str) -> str:
    """That sealed secret if it can be read, else a new one. Nothing is set up before one of its codes came back."""
    if sealed is not None:
        try:
            unseal(sealed, key=key)
        except Unsealable:
            sealed = None
    return sealed or seal(totp.secret_of(secrets.token_bytes(totp.SECRET_BYTES)), key=key)


def offer(user: User, sealed: str, *, key: str) -> Offer:
    """What the telephone of that person is given."""
    secret = unseal(sealed, key=key)
    return Offer(totp.uri(secret, user.email), totp.spaced(secret))


def person(session: Session, user_id: int) -> User:
    """The signed-in person."""
    return session.get_one(User, user_id)


def set_up(
    session: Session, user: User, sealed: str, typed: str, *, key: str, device_id: int | None, now: datetime
) -> list[str]:
    """
    Set the second factor up with a candidate, once a code of it was typed; the recovery codes, shown once.

    Every device but this one is forgotten and every other session ends: whoever knew the password alone is asked for
    a code. Raises WrongCode.
    """
    step = totp.matching_step(unseal(sealed, key=key), typed, now=now, last=None)
    if step is None:
        raise WrongCode
    user.totp_secret, user.totp_confirmed_at, user.totp_last_step = sealed, now, step
    session.flush()
    forget_others(session, user.id, but=device_id)
    elsewhere = sa.or_(OpenSession.device_id.is_(None), OpenSession.device_id != device_id)
    session.execute(sa.delete(OpenSession).where(OpenSession.user_id == user.id, elsewhere))
    note(session, "second_factor_set_up", object_type="users", object_id=user.id)
    return new_codes(session, user.id)


def new_codes(session: Session, user_id: int) -> list[str]:
    """Ten new recovery codes; the earlier ones open nothing any more."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [totp.recovery_code(secrets.token_bytes(totp.RECOVERY_BYTES)) for _ in range(totp.RECOVERY_CODES)]
    session.add_all([RecoveryCode(user_id=user_id, code_hash=totp.recovery_hash(code)) for code in codes])
    session.flush()
    note(session, "recovery_codes_made", object_type="users", object_id=user_id)
    return codes


def check(session: Session, user: User, typed: str, *, now: datetime, key: str) -> Factor:
    """
    Take a code of the telephone or a recovery code, each once only. Raises WrongCode.

    Both are taken by one UPDATE with its condition: of any number at once, one succeeds.
    """
    if _take_totp(session, user, typed, now=now, key=key):
        factor = Factor.TOTP
    elif _take_recovery(session, user.id, typed, now=now):
        factor = Factor.RECOVERY
    else:
        raise WrongCode
    note(session, "second_factor", object_type="users", object_id=user.id, reason=factor)
    return factor


def _take_totp(session: Session, user: User, typed: str, *, now: datetime, key: str) -> bool:
    if user.totp_secret is None:
        return False
    try:
        secret = unseal(user.totp_secret, key=key)
    except Unsealable:  # the installation's key was changed: recovery codes still open
        return False
    step = totp.matching_step(secret, typed, now=now, last=user.totp_last_step)
    if step is None:
        return False
    # Past the flush, which would give the account a new version at each sign-in and so refuse whoever is editing it;
    # the line of audit is the note of the second factor.
    taken = (
        sa.update(User)
        .where(
            User.id == user.id,
            User.totp_secret == user.totp_secret,
            sa.or_(User.totp_last_step.is_(None), User.totp_last_step < step),
        )
        .values(totp_last_step=step)
        .returning(User.id)
    )
    return session.connection().execute(taken).first() is not None


def _take_recovery(session: Session, user_id: int, typed: str, *, now: datetime) -> bool:
    taken = (
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == totp.recovery_hash(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return session.connection().execute(taken).first() is not None


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes still open."""
    left = sa.select(sa.func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalars(left).one()


def remove(session: Session, user: User, *, mandatory: bool) -> None:
    """Take one's own second factor away. Raises NotAllowed when it is mandatory for that person."""
    if mandatory:
        raise NotAllowed(N_("La double authentification est obligatoire pour la direction et l'administration."))
    _clear(session, user)
    note(session, "second_factor_removed", object_type="users", object_id=user.id)


def reset(session: Session, user: User, *, actor: Actor, now: datetime) -> None:
    """
    Take away the second factor of somebody who lost it; every session and device of theirs ends.

    A DIR does it for another person of the structure, the command line for anybody. Raises NotAllowed, NotFound.
    """
    require(actor, Permission.PEOPLE_MANAGE)
    if actor.user_id == user.id:
        raise NotAllowed(N_("Une autre personne de la direction doit le faire pour vous."))
    here = sa.select(Membership.id).where(Membership.user_id == user.id, Membership.structure_id == actor.structure_id)
    if actor.kind == "user" and session.scalars(here).first() is None:
        raise NotFound
    _clear(session, user)
    forget_others(session, user.id, but=None)
    session.execute(sa.delete(OpenSession).where(OpenSession.user_id == user.id))
    note(session, "second_factor_reset", object_type="users", object_id=user.id)


def _clear(session: Session, user: User) -> None:
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.flush()


def guarded(session: Session, user_id: int) -> bool:
    """Whether this person opens others' accounts in some structure."""
    held = sa.select(Membership.id).where(Membership.user_id == user_id, Membership.role.in_(GUARDED_ROLES))
    return session.scalars(held).first() is not None
