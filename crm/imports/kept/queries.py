"""Reads of the columns that a structure keeps under a name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import DomainError
from crm.imports.enums import ImportKind
from crm.imports.models import SavedMapping
from crm.wording import N_


class Gone(DomainError):
    """No columns of the structure bear that name."""

    def __init__(self) -> None:
        super().__init__(N_("Ces colonnes ne sont plus là : quelqu'un les a renommées ou oubliées."))


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
    """The same. Raises Gone."""
    found = find(session, kind, key, actor=actor)
    if found is None:
        raise Gone
    return found
