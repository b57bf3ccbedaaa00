"""Reads of the columns that a structure keeps under a name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import NotFound
from crm.imports.enums import ImportKind
from crm.imports.models import SavedMapping


def all_of(session: Session, *, actor: Actor) -> list[SavedMapping]:
    """Those of the actor's structure, by name."""
    require(actor, Permission.PARTNER_IMPORT)
    statement = select(SavedMapping).where(SavedMapping.structure_id == actor.structure_id)
    return list(session.scalars(statement.order_by(SavedMapping.key, SavedMapping.kind)))


def find(session: Session, kind: ImportKind, key: str, *, actor: Actor) -> SavedMapping | None:
    """The one of that folded name in the actor's structure, locked."""
    require(actor, Permission.PARTNER_IMPORT)
    statement = select(SavedMapping).where(
        SavedMapping.structure_id == actor.structure_id, SavedMapping.kind == kind, SavedMapping.key == key
    )
    return session.scalars(statement.with_for_update()).one_or_none()


def get(session: Session, kind: ImportKind, key: str, *, actor: Actor) -> SavedMapping:
    """The same. Raises NotFound."""
    found = find(session, kind, key, actor=actor)
    if found is None:
        raise NotFound
    return found
