"""Reads of files whose duplicates were looked for: its author's only."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from crm.access.policy import Actor, Permission, require
from crm.errors import NotFound
from crm.imports.sifting.enums import SiftState
from crm.imports.sifting.models import SiftedFile

#: How many the first page shows.
LATEST = 20


def get(session: Session, public_id: str, *, actor: Actor) -> SiftedFile:
    """The actor's file of that public id, with what was found in it. Raises NotFound."""
    require(actor, Permission.DUPLICATE_FILE)
    statement = select(SiftedFile).where(
        SiftedFile.public_id == public_id,
        SiftedFile.structure_id == actor.structure_id,
        SiftedFile.author_id == actor.user_id,
    )
    one = session.scalars(statement.options(undefer(SiftedFile.found))).one_or_none()
    if one is None:
        raise NotFound
    return one


def latest(session: Session, *, actor: Actor) -> list[SiftedFile]:
    """The actor's latest ones."""
    require(actor, Permission.DUPLICATE_FILE)
    statement = select(SiftedFile).where(
        SiftedFile.structure_id == actor.structure_id, SiftedFile.author_id == actor.user_id
    )
    return list(session.scalars(statement.order_by(SiftedFile.id.desc()).limit(LATEST)))


def is_comparing(one: SiftedFile) -> bool:
    """Whether it is still to be compared."""
    return one.state is SiftState.COMPARING
