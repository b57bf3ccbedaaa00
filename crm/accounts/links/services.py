"""Making single-use links: who may have one made, for whom, and how it reaches its reader."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Role
from crm.accounts.models import User


@dataclass(frozen=True, slots=True)
class Made:
    """
    A link that was made. `url` is to be shown once and copied when no mail server is configured; None when it leaves
    by mail, its word being drawn then.
    """

    url: str | None


@dataclass(frozen=True, slots=True)
class AddressChange:
    """The two links of a change of address: one for the present address, one for the new one. Both must be followed."""

    old: Made
    new: Made


def invite(
    session: Session,
    *,
    email: str,
    first_name: str,
    last_name: str,
    roles: Collection[Role],
    actor: Actor,
    now: datetime,
) -> Made:
    """
    Invite somebody into the actor's structure with these roles.

    Raises NotAllowed, or LinkRefused with the `field` it is about ('email', 'first_name', 'last_name', 'roles').
    """
    raise NotImplementedError


def send_again(session: Session, user: User, *, actor: Actor, now: datetime) -> Made:
    """A new invitation for somebody of the actor's structure without password. Raises NotAllowed, LinkRefused."""
    raise NotImplementedError


def offer_reset(session: Session, user: User, *, actor: Actor, now: datetime) -> Made:
    """A link to choose a new password, for somebody of the actor's structure. Raises NotAllowed, LinkRefused."""
    raise NotImplementedError


def begin_email_change(session: Session, user: User, new_email: str, *, now: datetime) -> AddressChange:
    """Two links, to the present address and to the new one. Raises LinkRefused (field 'email')."""
    raise NotImplementedError
