"""Reads of links and of those they are for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from crm.accounts.account import GUARDED_ROLES
from crm.accounts.enums import LinkPurpose
from crm.accounts.links.words import LONGEST_WORD, key_of
from crm.accounts.models import Membership, SingleUseLink, Structure, User


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page of a live link shows. `guarded`: the account opens others, its password is longer."""

    purpose: LinkPurpose
    first_name: str
    email: str
    new_email: str
    structure: str
    guarded: bool


def opened(session: Session, word: str, purposes: Collection[LinkPurpose], *, now: datetime) -> Opened | None:
    """The live link of that word, for its page; None when unknown, used, ended, or of another page."""
    link = live(session, word, purposes, now=now)
    if link is None:
        return None
    user = session.get(User, link.user_id) if link.user_id else None
    if user is None:
        return Opened(link.purpose, "", "", "", "", guarded=True)
    roles = session.scalars(select(Membership.role).where(Membership.user_id == user.id)).all()
    return Opened(
        link.purpose,
        user.first_name,
        user.email,
        link.new_email or "",
        latest_structure(session, user.id),
        guarded=not GUARDED_ROLES.isdisjoint(roles),
    )


def live(
    session: Session,
    word: str,
    purposes: Collection[LinkPurpose],
    *,
    now: datetime,
    for_update: bool = False,
) -> SingleUseLink | None:
    """
    The link of that word if it still serves. It is found by the hash alone: no comparison of words can be timed.

    A disabled account has no live link; the first link lives as long as nobody exists.
    """
    if not 0 < len(word) <= LONGEST_WORD:
        return None
    statement = (
        select(SingleUseLink)
        .outerjoin(User, User.id == SingleUseLink.user_id)
        .where(
            SingleUseLink.token_hash == key_of(word),
            SingleUseLink.purpose.in_(purposes),
            SingleUseLink.used_at.is_(None),
            SingleUseLink.expires_at > now,
            or_(User.active, SingleUseLink.purpose == LinkPurpose.FIRST_ACCOUNT),
        )
        .execution_options(populate_existing=True)
    )
    link = session.scalars(statement.with_for_update(of=SingleUseLink) if for_update else statement).one_or_none()
    if link is not None and link.purpose is LinkPurpose.FIRST_ACCOUNT and anybody(session):
        return None
    return link


def other_half(session: Session, link: SingleUseLink) -> SingleUseLink | None:
    """Of a change of address, the link sent to the other address."""
    other = LinkPurpose.EMAIL_NEW if link.purpose is LinkPurpose.EMAIL_OLD else LinkPurpose.EMAIL_OLD
    statement = select(SingleUseLink).where(
        SingleUseLink.user_id == link.user_id,
        SingleUseLink.purpose == other,
        SingleUseLink.new_email == link.new_email,
    )
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def to_send(session: Session, public_id: str, *, for_update: bool = False) -> SingleUseLink | None:
    """The link that a mail is for, unless it was used or forgotten meanwhile."""
    statement = select(SingleUseLink).where(
        SingleUseLink.public_id == public_id,
        SingleUseLink.send_to.is_not(None),
        SingleUseLink.used_at.is_(None),
    )
    return session.scalars(statement.with_for_update() if for_update else statement).one_or_none()


@dataclass(frozen=True, slots=True)
class ToSend:
    """A mail that a link waits for: to whom, in which language."""

    public_id: str
    purpose: LinkPurpose
    user_id: int
    recipient: str
    language: str


def waiting(session: Session) -> list[ToSend]:
    """The links whose mail has not left, oldest first."""
    return _to_send(session, SingleUseLink.sent_at.is_(None), SingleUseLink.used_at.is_(None))


def changed_addresses(session: Session) -> list[ToSend]:
    """The former addresses of those whose change of address was carried out."""
    new = aliased(SingleUseLink)
    carried_out = exists().where(
        new.user_id == SingleUseLink.user_id,
        new.purpose == LinkPurpose.EMAIL_NEW,
        new.new_email == SingleUseLink.new_email,
        new.used_at.is_not(None),
    )
    return _to_send(
        session,
        SingleUseLink.purpose == LinkPurpose.EMAIL_OLD,
        SingleUseLink.used_at.is_not(None),
        SingleUseLink.new_email == User.email,
        carried_out,
    )


def _to_send(session: Session, *conditions: object) -> list[ToSend]:
    rows = session.execute(
        select(SingleUseLink, User.id, User.language)
        .join(User, User.id == SingleUseLink.user_id)
        .where(SingleUseLink.send_to.is_not(None), *conditions)  # type: ignore[arg-type]  # SQL conditions
        .order_by(SingleUseLink.id)
    )
    return [
        ToSend(link.public_id, link.purpose, user_id, link.send_to or "", language) for link, user_id, language in rows
    ]


def can_sign_in(session: Session, email: str) -> User | None:
    """The account of that address, if it is open and belongs to a structure."""
    belonging = exists().where(Membership.user_id == User.id)
    return session.scalars(select(User).where(User.email == email, User.active, belonging)).one_or_none()


def belongs(session: Session, user_id: int, structure_id: int) -> bool:
    """Whether somebody has a role in a structure."""
    return structure_id in structures_of(session, user_id)


def structures_of(session: Session, user_id: int) -> set[int]:
    """The structures in which somebody has a role."""
    return set(session.scalars(select(Membership.structure_id).where(Membership.user_id == user_id)))


def latest_structure(session: Session, user_id: int) -> str:
    """The name of the structure that took somebody in last; '' for none."""
    statement = (
        select(Structure.name)
        .join(Membership, Membership.structure_id == Structure.id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.id.desc())
        .limit(1)
    )
    return session.scalars(statement).first() or ""


def is_taken(session: Session, email: str) -> bool:
    """Whether an account has that address."""
    return session.scalars(select(User.id).where(User.email == email)).first() is not None


def anybody(session: Session) -> bool:
    """Whether the installation has an account."""
    return session.scalars(select(User.id).limit(1)).first() is not None
