"""Writes of documents: attach, take away, put back, and forget for good what stayed in the bin."""

import hashlib
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from crm.access.policy import Actor
from crm.errors import NotAllowed
from crm.interactions.documents.enums import DocumentKind
from crm.interactions.documents.inspection import Inspected, inspect
from crm.interactions.documents.models import Document
from crm.interactions.documents.queries import ask_pdf, keep
from crm.interactions.documents.refusals import BROKEN, LOCKED, DocumentRefused
from crm.interactions.models import Interaction
from crm.interactions.sheets.queries import may_change
from crm.wording import N_

#: Documents of one exchange.
MOST = 20
#: How long a document taken away waits before its file goes.
IN_THE_BIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that was looked at and may be kept; `pages` are those of a PDF."""

    inspected: Inspected
    pages: int | None


def look_at(content: bytes, name: str) -> Ready:
    """
    Look at a file: a picture is drawn again, a PDF opened by a process of its own.

    It may take seconds, and the database holds one writer: call it before the transaction. Raises DocumentRefused.
    """
    inspected = inspect(content, name)
    return Ready(inspected, _pages(inspected) if inspected.kind is DocumentKind.PDF else None)


def attach(
    session: Session, interaction: Interaction, ready: Ready, *, folder: Path, actor: Actor, now: datetime
) -> Document:
    """
    Keep a file with an exchange that the caller has found in the actor's sight.

    The file is written before the row and taken away if the transaction fails: a row never lacks its file.
    Raises NotAllowed, DocumentRefused.
    """
    if not may_change(interaction, actor):
        raise NotAllowed(N_("Seule la personne qui a noté cet échange y joint des documents."))
    kept = select(Document.id).where(Document.interaction_id == interaction.id, Document.removed_at.is_(None))
    if len(session.scalars(kept).all()) >= MOST:
        raise DocumentRefused(
            N_("Cet échange a déjà %(count)s documents : c'est le plus qu'il peut en avoir."), count=MOST
        )
    inspected = ready.inspected
    key = secrets.token_urlsafe(32)
    path = folder / key
    keep(path, inspected.content)
    event.listen(session, "after_rollback", lambda _session: path.unlink(missing_ok=True), once=True)
    document = Document(
        structure_id=interaction.structure_id,
        interaction_id=interaction.id,
        name=inspected.name,
        kind=inspected.kind,
        size=len(inspected.content),
        pages=ready.pages,
        key=key,
        sha256=hashlib.sha256(inspected.content).hexdigest(),
        author_id=actor.user_id,
        created_at=now,
    )
    session.add(document)
    session.flush()
    return document


def _pages(inspected: Inspected) -> int:
    answer = ask_pdf(inspected.content, "facts")
    told = json.loads(answer) if answer else {"error": "broken"}
    if "pages" not in told:
        raise DocumentRefused(LOCKED if told["error"] == "locked" else BROKEN, name=inspected.name)
    return int(told["pages"])


def remove(session: Session, document: Document, *, actor: Actor, now: datetime) -> bool:
    """To the bin; whether this call did it. Raises NotAllowed."""
    _require_change(session, document, actor)
    if document.removed_at is not None:
        return False
    document.removed_at = now
    session.flush()
    return True


def put_back(session: Session, document: Document, *, actor: Actor) -> bool:
    """Out of the bin; whether this call did it. Raises NotAllowed."""
    _require_change(session, document, actor)
    if document.removed_at is None:
        return False
    document.removed_at = None
    session.flush()
    return True


def purge(session: Session, *, folder: Path, now: datetime, limit: int = 100) -> int:
    """
    Forget documents that stayed 30 days in the bin, and files of which no row is left; how many documents there were.

    The files go once that is committed (see forget_files).
    """
    statement = select(Document).where(Document.removed_at < now - IN_THE_BIN).order_by(Document.id).limit(limit)
    documents = session.scalars(statement).all()
    for document in documents:
        session.delete(document)
    session.flush()
    forget_files(session, folder, Document.key, gone={document.key for document in documents}, now=now)
    return len(documents)


def forget_files(
    session: Session, folder: Path, key: InstrumentedAttribute[str], *, gone: Collection[str], now: datetime
) -> None:
    """
    Once committed, remove from a folder the files that no row names by its `key`.

    Those of rows just `gone`, at once; others when they are a day old: a younger one may be being written.
    """
    known = set(session.scalars(select(key)))
    old = (now - timedelta(days=1)).timestamp()
    unknown = [(file, name) for file in folder.glob("*") if (name := file.name.partition(".")[0]) not in known]
    files = [file for file, name in unknown if name in gone or file.stat().st_mtime < old]

    def forget(_session: Session) -> None:
        for file in files:
            file.unlink(missing_ok=True)

    event.listen(session, "after_commit", forget, once=True)


def _require_change(session: Session, document: Document, actor: Actor) -> None:
    interaction = session.get(Interaction, document.interaction_id)
    if interaction is None or not may_change(interaction, actor):
        raise NotAllowed(N_("Seule la personne qui a noté cet échange retire ses documents."))
