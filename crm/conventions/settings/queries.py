"""Reads of what a structure settles about conventions."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.models import User
from crm.conventions.delegations import read_kinds
from crm.conventions.enums import ConventionKind
from crm.conventions.models import ClauseTemplate, ConventionFile, SigningDelegation
from crm.errors import NotFound


class DelegationLine(NamedTuple):
    """A line of the register; `kinds` empty for all. `file` is the public identifier of the act, '' without one."""

    public_id: str
    name: str
    starts_on: date
    ends_on: date | None
    kinds: tuple[ConventionKind, ...]
    act: str
    is_valid: bool
    files: tuple[tuple[str, str], ...]


def register(session: Session, *, actor: Actor, today: date) -> list[DelegationLine]:
    """The delegations of the actor's structure, the latest first, with their acts. Two queries."""
    require(actor, Permission.CONVENTION_VALIDATE)
    statement = (
        select(SigningDelegation, User)
        .join(User, User.id == SigningDelegation.user_id)
        .where(SigningDelegation.structure_id == actor.structure_id)
        .order_by(SigningDelegation.starts_on.desc(), SigningDelegation.id.desc())
    )
    rows = session.execute(statement).all()
    acts: dict[int, list[tuple[str, str]]] = {}
    kept = select(ConventionFile.delegation_id, ConventionFile.public_id, ConventionFile.name).where(
        ConventionFile.structure_id == actor.structure_id,
        ConventionFile.delegation_id.is_not(None),
        ConventionFile.removed_at.is_(None),
    )
    for delegation_id, public_id, name in session.execute(kept.order_by(ConventionFile.id)):
        acts.setdefault(delegation_id or 0, []).append((public_id, name))
    return [
        DelegationLine(
            one.public_id,
            user.name,
            one.starts_on,
            one.ends_on,
            tuple(kind for kind in ConventionKind if kind in read_kinds(one.kinds)),
            one.act,
            one.starts_on <= today and (one.ends_on is None or today <= one.ends_on),
            tuple(acts.get(one.id, [])),
        )
        for one, user in rows
    ]


def get_template(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> ClauseTemplate:
    """An article of the actor's structure. Raises NotAllowed, NotFound."""
    require(actor, Permission.CONVENTION_VALIDATE)
    statement = select(ClauseTemplate).where(
        ClauseTemplate.public_id == public_id, ClauseTemplate.structure_id == actor.structure_id
    )
    found = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_delegation(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> SigningDelegation:
    """A delegation of the actor's structure. Raises NotAllowed, NotFound."""
    require(actor, Permission.CONVENTION_VALIDATE)
    statement = select(SigningDelegation).where(
        SigningDelegation.public_id == public_id, SigningDelegation.structure_id == actor.structure_id
    )
    found = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def all_templates(session: Session, *, actor: Actor) -> Sequence[ClauseTemplate]:
    """The articles of the actor's structure, in order."""
    require(actor, Permission.CONVENTION_VALIDATE)
    statement = select(ClauseTemplate).where(ClauseTemplate.structure_id == actor.structure_id)
    return session.scalars(statement.order_by(ClauseTemplate.position, ClauseTemplate.id)).all()
