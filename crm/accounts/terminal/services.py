"""Writes of the command line on accounts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Role
from crm.accounts.devices.services import forget_others
from crm.accounts.links import services as links
from crm.accounts.links.refusals import LinkRefused
from crm.accounts.links.services import NOT_AN_ADDRESS
from crm.accounts.links.typed import read_email
from crm.accounts.models import Membership, Structure, User
from crm.accounts.services import end_sessions, set_password
from crm.accounts.terminal.queries import by_email, left_without_director
from crm.errors import DomainError
from crm.wording import N_


class Refused(DomainError):
    """The rules of accounts forbid it; the sentence says why and what to do instead."""


def add(
    session: Session,
    *,
    email: str,
    first_name: str,
    last_name: str,
    roles: Collection[Role],
    structure: Structure,
    password: str | None,
    now: datetime,
) -> User:
    """
    Give somebody roles in a structure, creating the account if there is none of that address.

    An account that exists keeps its names and its password. Raises LinkRefused, WeakPassword.
    """
    address = read_email(email)
    if address is None:
        raise LinkRefused(NOT_AN_ADDRESS, field="email")
    user = by_email(session, address)
    known = user is not None
    if user is None:
        user = links.add_person(session, email=address, first_name=first_name, last_name=last_name, now=now)
    mine = select(Membership.role).where(Membership.user_id == user.id, Membership.structure_id == structure.id)
    wanted = set(roles) - set(session.scalars(mine))
    session.add_all([Membership(user_id=user.id, structure_id=structure.id, role=role) for role in sorted(wanted)])
    session.flush()
    if not known and password is not None:
        set_password(session, user, password, now=now)
    return user


def disable(session: Session, user: User) -> None:
    """
    Shut somebody out of everything at once. What they had to do is entrusted to others in the administration.

    Raises Refused for the last director of a structure.
    """
    if left := left_without_director(session, user):
        raise Refused(
            N_("C'est la dernière personne de la direction de « %(structure)s » : donnez d'abord ce rôle à une autre."),
            structure=left[0],
        )
    user.active = False
    session.flush()
    end_sessions(session, user.id)
    forget_others(session, user.id, but=None)
