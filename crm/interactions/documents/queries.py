"""Reads of documents: what is attached, the bytes kept, and what a page looks like."""

import contextlib
import hashlib
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import User
from crm.audit.words import Reference
from crm.errors import NotFound
from crm.interactions.documents import pictures
from crm.interactions.documents.enums import DocumentKind
from crm.interactions.documents.models import Document
from crm.interactions.documents.pages import MOST_PAGES
from crm.interactions.models import Interaction
from crm.partners.models import Partner
from crm.wording import N_

PATIENCE = 20  # seconds for one page, the start of the process included
_PICTURES = frozenset({DocumentKind.JPEG, DocumentKind.PNG})


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document as the page of its exchange shows it. `previews` is how many pictures show it."""

    public_id: str
    name: str
    kind: DocumentKind
    size: int
    pages: int | None
    previews: int
    author: str
    created_at: datetime


def documents_of(session: Session, interaction_id: int, *, actor: Actor) -> list[DocumentLine]:
    """The documents of an exchange of the actor's structure, the oldest first; none of another structure's."""
    statement = (
        select(Document, User.first_name, User.last_name)
        .outerjoin(User, User.id == Document.author_id)
        .where(
            Document.interaction_id == interaction_id,
            Document.structure_id == actor.structure_id,
            Document.removed_at.is_(None),
        )
        .order_by(Document.id)
    )
    return [
        DocumentLine(
            document.public_id,
            document.name,
            document.kind,
            document.size,
            document.pages,
            previews_of(document),
            f"{first or ''} {last or ''}".strip(),
            document.created_at,
        )
        for document, first, last in session.execute(statement)
    ]


def previews_of(document: Document) -> int:
    """How many pictures show this document."""
    return 1 if document.kind in _PICTURES else min(document.pages or 0, MOST_PAGES)


def get(session: Session, public_id: str, *, actor: Actor, removed: bool = False, for_update: bool = False) -> Document:
    """
    A document of the actor's structure whose exchange and partner are in sight; `removed` looks in the bin too.

    Raises NotAllowed without the right to read exchanges, NotFound otherwise.
    """
    require(actor, Permission.INTERACTION_READ)
    statement = (
        select(Document)
        .join(Interaction, Interaction.id == Document.interaction_id)
        .join(Partner, Partner.id == Interaction.partner_id)
        .where(
            Document.public_id == public_id,
            Document.structure_id == actor.structure_id,
            Interaction.binned_at.is_(None),
            Partner.binned_at.is_(None),
        )
    )
    if not removed:
        statement = statement.where(Document.removed_at.is_(None))
    if for_update:
        statement = statement.with_for_update(of=Document)
    document = session.scalars(statement).one_or_none()
    if document is None:
        raise NotFound
    return document


def exchange_of(session: Session, document: Document) -> Interaction:
    """The exchange of a document that get() has found, with its partner."""
    statement = (
        select(Interaction).where(Interaction.id == document.interaction_id).options(joinedload(Interaction.partner))
    )
    return session.scalars(statement).one()


class Kept(Protocol):
    """What is known of a file that is kept: its random name and the mark of its bytes."""

    key: Any
    sha256: Any


def content_of(document: Kept, folder: Path) -> bytes:
    """The bytes kept. Raises NotFound when the file is missing or no longer what it was."""
    try:
        content: bytes = (folder / document.key).read_bytes()
    except OSError as missing:
        raise NotFound(N_("Ce fichier n'est plus sur le serveur : prévenez qui l'administre.")) from missing
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise NotFound(N_("Ce fichier a été abîmé sur le serveur : prévenez qui l'administre."))
    return content


def preview(document: Document, number: int, folder: Path) -> bytes:
    """What that page (from 1) looks like, as PNG, drawn once and kept beside the file. Raises NotFound."""
    if not 1 <= number <= previews_of(document):
        raise NotFound
    drawn = folder / f"{document.key}.{number}.png"
    with contextlib.suppress(OSError):
        return drawn.read_bytes()
    content = content_of(document, folder)
    if document.kind in _PICTURES:
        picture = pictures.preview(content, document.kind)
    else:
        picture = ask_pdf(content, "draw", str(number)) or b""
    if not picture:
        raise NotFound(N_("Cette page ne peut pas être montrée : téléchargez le document."))
    with contextlib.suppress(OSError):  # a full disk keeps nobody from reading
        keep(drawn, picture)
    return picture


def keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for this account of the machine only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.replace(path)


def ask_pdf(content: bytes, *words: str) -> bytes | None:
    """What the separate process answers about this PDF; None when it could not (see cli.py)."""
    command = [sys.executable, "-m", "crm.interactions.documents.cli", *words]
    try:
        done = subprocess.run(  # noqa: S603  our own module, words of ours
            command, input=content, capture_output=True, timeout=PATIENCE, env={}, cwd=_ROOT, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout if done.returncode == 0 else None


_ROOT = Path(__file__).resolve().parents[3]


def told_documents(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names documents of the actor's structure: each with the page of its exchange."""
    if not can(actor, Permission.INTERACTION_READ):
        return {}
    statement = (
        select(Document.id, Document.name, Interaction.public_id)
        .join(Interaction, Interaction.id == Document.interaction_id)
        .where(Document.id.in_(identifiers), Document.structure_id == actor.structure_id)
    )
    return {row.id: Reference(row.name, "interactions.show", row.public_id) for row in session.execute(statement)}
