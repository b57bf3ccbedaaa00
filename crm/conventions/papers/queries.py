"""Reads of the files of conventions and delegations."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.conventions.models import Convention, ConventionFile
from crm.errors import NotFound
from crm.partners.models import Partner


def get(
    session: Session, public_id: str, *, actor: Actor, removed: bool = False, for_update: bool = False
) -> ConventionFile:
    """
    A file of the actor's structure whose convention and partner are in sight, or the act of a delegation.

    `removed` looks among those taken away too. Raises NotAllowed, NotFound.
    """
    require(actor, Permission.CONVENTION_READ)
    in_sight = and_(Convention.binned_at.is_(None), Partner.binned_at.is_(None))
    statement = (
        select(ConventionFile)
        .outerjoin(Convention, Convention.id == ConventionFile.convention_id)
        .outerjoin(Partner, Partner.id == Convention.partner_id)
        .where(
            ConventionFile.public_id == public_id,
            ConventionFile.structure_id == actor.structure_id,
            or_(ConventionFile.convention_id.is_(None), in_sight),
        )
    )
    if not removed:
        statement = statement.where(ConventionFile.removed_at.is_(None))
    if for_update:
        statement = statement.with_for_update(of=ConventionFile)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def convention_of(session: Session, file: ConventionFile) -> Convention | None:
    """The convention of a file that get() has found; None for the act of a delegation."""
    return session.get(Convention, file.convention_id) if file.convention_id else None
