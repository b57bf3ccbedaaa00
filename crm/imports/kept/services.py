"""Writes: columns kept under a name are renamed, forgotten, and kept again."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import DomainError, NotAllowed
from crm.imports.enums import ImportKind
from crm.imports.kept import queries
from crm.imports.models import SavedMapping
from crm.imports.saved import LONGEST_NAME, read_columns
from crm.partners.search import fold
from crm.wording import N_

_MARK = re.compile(r"[0-9a-f]{64}")


class NameRefused(DomainError):
    """That name cannot be given."""


def rename(session: Session, kept: SavedMapping, name: str, *, actor: Actor) -> None:
    """Give another name to columns of the actor's structure. Raises NameRefused, NotAllowed."""
    require(actor, Permission.PARTNER_IMPORT, structure_id=kept.structure_id)
    key = _key(name)
    if key != kept.key and queries.find(session, kept.kind, key, actor=actor) is not None:
        raise _taken(name)
    kept.name, kept.key = name[:LONGEST_NAME], key
    session.flush()


def forget(session: Session, kept: SavedMapping, *, actor: Actor) -> None:
    """Files that have these headings are guessed again. Raises NotAllowed."""
    require(actor, Permission.PARTNER_IMPORT, structure_id=kept.structure_id)
    session.delete(kept)
    session.flush()


def keep_again(
    session: Session, kind: ImportKind, name: str, *, mark: str, columns: str, actor: Actor, now: datetime
) -> None:
    """
    Keep again what was just forgotten, as the form that offers it says. Raises NameRefused when the name was given
    meanwhile, DomainError when that is not what we wrote, NotAllowed.
    """
    require(actor, Permission.PARTNER_IMPORT)
    if actor.structure_id is None:
        raise NotAllowed
    key = _key(name)
    if not _MARK.fullmatch(mark) or not read_columns(columns):
        raise DomainError(N_("Ces colonnes ne peuvent plus être rétablies : retenez-les depuis un fichier."))
    if queries.find(session, kind, key, actor=actor) is not None:
        raise _taken(name)
    session.add(
        SavedMapping(
            structure_id=actor.structure_id,
            kind=kind,
            name=name[:LONGEST_NAME],
            key=key,
            headings_key=mark,
            columns=columns,
            used_at=now,
        )
    )
    session.flush()


def _key(name: str) -> str:
    key = fold(name)[:LONGEST_NAME]
    if not key:
        raise NameRefused(N_("Donnez un nom à ces colonnes."))
    if len(name) > LONGEST_NAME:
        raise NameRefused(N_("Ce nom est trop long : %(most)s caractères au plus."), most=LONGEST_NAME)
    return key


def _taken(name: str) -> NameRefused:
    return NameRefused(N_("D'autres colonnes s'appellent déjà « %(name)s »."), name=name)
