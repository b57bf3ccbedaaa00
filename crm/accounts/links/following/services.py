"""
Following a link: a password chosen, an address confirmed, an installation opened. Nobody is signed in by it.

Of any number of requests at once one succeeds: the account is locked first, then the link is read again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Role
from crm.accounts.enums import LegalKind, LinkPurpose
from crm.accounts.links import queries
from crm.accounts.links.refusals import LinkRefused
from crm.accounts.links.services import NOT_AN_ADDRESS, add_person
from crm.accounts.links.typed import one_line, read_email
from crm.accounts.links.words import CHANGES_OF_ADDRESS
from crm.accounts.models import Membership, SingleUseLink, Structure, User
from crm.accounts.services import set_password
from crm.audit.services import note
from crm.errors import NotFound
from crm.wording import N_

LONGEST_STRUCTURE = 200


class DeadLink(NotFound):
    """The word is unknown, was used, ended or was replaced: which of these is not said."""


def accept_invitation(session: Session, word: str, password: str, *, now: datetime) -> User:
    """Choose the first password of an invited account. Raises DeadLink, WeakPassword."""
    return _choose_password(session, word, LinkPurpose.INVITATION, password, now=now)


def reset_password(session: Session, word: str, password: str, *, now: datetime) -> User:
    """Choose a new password; every session ends, the second factor stays. Raises DeadLink, WeakPassword."""
    return _choose_password(session, word, LinkPurpose.RESET, password, now=now)


def _choose_password(session: Session, word: str, purpose: LinkPurpose, password: str, *, now: datetime) -> User:
    link, user = _take(session, word, {purpose}, now=now)
    set_password(session, user, password, now=now)
    note(session, "link_used", object_type="users", object_id=user.id, reason=link.purpose)
    return user


def confirm_address(session: Session, word: str, typed: str, *, now: datetime) -> bool:
    """
    Confirm one half of a change of address by typing the new one; True when this was the second half.

    Raises DeadLink, or LinkRefused (field 'email') when it is not the right address or was taken meanwhile.
    """
    link, user = _take(session, word, CHANGES_OF_ADDRESS, now=now)
    address = link.new_email or ""
    if read_email(typed) != address:
        raise LinkRefused(N_("Ce n'est pas la nouvelle adresse. Recopiez-la telle qu'elle est écrite."), field="email")
    note(session, "link_used", object_type="users", object_id=user.id, reason=link.purpose)
    other = queries.other_half(session, link)
    if other is None or other.used_at is None:
        return False
    try:
        with session.begin_nested():
            user.email = address
            session.flush()
    except IntegrityError:
        raise LinkRefused(N_("Cette adresse a été prise par un autre compte entre-temps."), field="email") from None
    note(session, "address_changed", object_type="users", object_id=user.id)
    return True


def _take(
    session: Session, word: str, purposes: set[LinkPurpose] | frozenset[LinkPurpose], *, now: datetime
) -> tuple[SingleUseLink, User]:
    """
    The link, marked as used, and its person, who acts from here on. Raises DeadLink.

    Refused later on, the whole request is rolled back and the link still serves.
    """
    seen = queries.live(session, word, purposes, now=now)
    if seen is None or seen.user_id is None:
        raise DeadLink
    owner = select(User).where(User.id == seen.user_id).with_for_update(key_share=True)
    user = session.scalars(owner.execution_options(populate_existing=True)).one()
    link = queries.live(session, word, purposes, now=now, for_update=True)
    if link is None:
        raise DeadLink
    link.used_at = now
    session.flush()
    structure_id = min(queries.structures_of(session, user.id), default=None)
    session.info["actor"] = Actor(user.id, user.name, structure_id)
    return link, user


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the first page of an installation asks. `siret`: fourteen digits, already checked, or None."""

    structure: str
    legal_kind: LegalKind
    siret: str | None
    first_name: str
    last_name: str
    email: str
    password: str


def open_installation(session: Session, word: str, opening: Opening, *, now: datetime) -> User:
    """
    Create the first structure and its first account, director and administrator.

    Raises DeadLink, WeakPassword, or LinkRefused with its field ('structure', 'email', 'first_name', 'last_name').
    """
    link = queries.live(session, word, {LinkPurpose.FIRST_ACCOUNT}, now=now, for_update=True)
    if link is None:
        raise DeadLink
    link.used_at = now
    structure = add_structure(session, opening.structure, legal_kind=opening.legal_kind, siret=opening.siret, now=now)
    user = add_first_person(session, structure, opening, now=now)
    session.info["actor"] = Actor(user.id, user.name, structure.id)
    note(session, "link_used", object_type="users", object_id=user.id, reason=link.purpose)
    return user


def add_first_person(session: Session, structure: Structure, opening: Opening, *, now: datetime) -> User:
    """Somebody with every right over a structure, and a password. Raises LinkRefused, WeakPassword."""
    address = read_email(opening.email)
    if address is None:
        raise LinkRefused(NOT_AN_ADDRESS, field="email")
    user = add_person(session, email=address, first_name=opening.first_name, last_name=opening.last_name, now=now)
    roles = (Role.DIRECTOR, Role.ADMIN)
    session.add_all([Membership(user_id=user.id, structure_id=structure.id, role=role) for role in roles])
    session.flush()
    set_password(session, user, opening.password, now=now)
    return user


def add_structure(session: Session, name: str, *, legal_kind: LegalKind, siret: str | None, now: datetime) -> Structure:
    """A new structure. Raises LinkRefused (field 'structure')."""
    plain = one_line(name)
    if not plain or len(plain) > LONGEST_STRUCTURE:
        raise LinkRefused(N_("À écrire en 200 caractères au plus."), field="structure")
    structure = Structure(name=plain, legal_kind=legal_kind, siret=siret, created_at=now)
    session.add(structure)
    session.flush()
    return structure
