"""Writes of the files of conventions: kept as documents of exchanges are, in a folder of their own."""

import hashlib
import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.conventions.models import Convention, ConventionFile, SigningDelegation
from crm.interactions.documents.queries import keep
from crm.interactions.documents.refusals import DocumentRefused
from crm.interactions.documents.services import IN_THE_BIN, Ready, forget_files
from crm.wording import N_

#: Files of one convention, or of one delegation.
MOST = 20


def attach(
    session: Session,
    owner: Convention | SigningDelegation,
    ready: Ready,
    *,
    folder: Path,
    actor: Actor,
    now: datetime,
) -> ConventionFile:
    """
    Keep a file with the present version of a convention, or with a delegation.

    The file is written before the row and taken away if the transaction fails. Raises NotAllowed, DocumentRefused.
    """
    is_convention = isinstance(owner, Convention)
    right = Permission.CONVENTION_EDIT if is_convention else Permission.CONVENTION_VALIDATE
    require(actor, right, structure_id=owner.structure_id)
    column = ConventionFile.convention_id if is_convention else ConventionFile.delegation_id
    kept = select(ConventionFile.id).where(column == owner.id, ConventionFile.removed_at.is_(None))
    if len(session.scalars(kept).all()) >= MOST:
        raise DocumentRefused(N_("Il y a déjà %(count)s fichiers ici : c'est le plus possible."), count=MOST)
    inspected = ready.inspected
    key = secrets.token_urlsafe(32)
    path = folder / key
    keep(path, inspected.content)
    event.listen(session, "after_rollback", lambda _session: path.unlink(missing_ok=True), once=True)
    file = ConventionFile(
        structure_id=owner.structure_id,
        convention_id=owner.id if is_convention else None,
        delegation_id=None if is_convention else owner.id,
        edition=owner.edition if isinstance(owner, Convention) else 1,
        name=inspected.name,
        kind=inspected.kind,
        size=len(inspected.content),
        pages=ready.pages,
        key=key,
        sha256=hashlib.sha256(inspected.content).hexdigest(),
        author_id=actor.user_id,
        created_at=now,
    )
    session.add(file)
    session.flush()
    return file


def remove(session: Session, file: ConventionFile, *, actor: Actor, now: datetime) -> bool:
    """To the bin; whether this call did it. Raises NotAllowed."""
    _require(file, actor)
    if file.removed_at is not None:
        return False
    file.removed_at = now
    session.flush()
    return True


def put_back(session: Session, file: ConventionFile, *, actor: Actor) -> bool:
    """Out of the bin; whether this call did it. Raises NotAllowed."""
    _require(file, actor)
    if file.removed_at is None:
        return False
    file.removed_at = None
    session.flush()
    return True


def purge(session: Session, *, folder: Path, now: datetime, limit: int = 100) -> int:
    """Forget files that stayed 30 days in the bin, and those on the disk of which no row is left; how many rows."""
    statement = (
        select(ConventionFile)
        .where(ConventionFile.removed_at < now - IN_THE_BIN)
        .order_by(ConventionFile.id)
        .limit(limit)
    )
    rows = session.scalars(statement).all()
    for row in rows:
        session.delete(row)
    session.flush()
    forget_files(session, folder, ConventionFile.key, gone={row.key for row in rows}, now=now)
    return len(rows)


def _require(file: ConventionFile, actor: Actor) -> None:
    right = Permission.CONVENTION_EDIT if file.convention_id else Permission.CONVENTION_VALIDATE
    require(actor, right, structure_id=file.structure_id)
