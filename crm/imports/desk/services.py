"""
The import made on screen, step by step: bring a file, correct its columns, look, choose, confirm.

What takes long (comparing, writing) is done by crm/imports/work; these writes are short.
"""

import json
from collections.abc import Mapping as Pairs
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict, DomainError, NotAllowed
from crm.imports.enums import Choice, ImportState
from crm.imports.mapping import Field, Mapping
from crm.imports.models import Import, ImportChoice
from crm.imports.reader import read_sheet
from crm.imports.staged import dump_mapping
from crm.wording import N_

#: How long the file itself is kept (docs/rules/permissions.md: import files, 7 days).
KEPT = timedelta(days=7)
#: Files forgotten at once.
MOST_FORGOTTEN = 100
_STALE = N_("Cet import a avancé entre-temps : regardez où il en est.")


class Unready(DomainError):
    """The step asked for cannot be taken now."""


def bring(session: Session, name: str, content: bytes, *, actor: Actor, now: datetime) -> Import:
    """Keep a file and have it compared, or its columns named when none holds names. Raises UnreadableFile."""
    require(actor, Permission.PARTNER_IMPORT)
    if actor.structure_id is None or actor.user_id is None:
        raise NotAllowed
    sheet = read_sheet(content, named=False)
    brought = Import(
        structure_id=actor.structure_id,
        author_id=actor.user_id,
        file_name=_plain(name),
        content=content,
        headings=json.dumps(sheet.headings, ensure_ascii=False),
        mapping=dump_mapping(sheet.mapping),
        state=ImportState.COMPARING if Field.NAME in sheet.mapping.fields else ImportState.READY,
        created_at=now,
    )
    session.add(brought)
    session.flush()
    return brought


def _plain(name: str) -> str:
    """The name of a file, without folders nor control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:200] or "fichier"


def correct(session: Session, one: Import, fields: Pairs[Field, int], *, version: int | None, actor: Actor) -> None:
    """Say which column is which fact; what was compared and chosen is forgotten. Raises Unready, Conflict."""
    _open(one, version, actor)
    headings = json.loads(one.headings)
    if Field.NAME not in fields:
        raise Unready(N_("Dites quelle colonne contient le nom."))
    if len(set(fields.values())) != len(fields):
        raise Unready(N_("Une même colonne ne peut pas servir deux fois."))
    if any(not 0 <= place < len(headings) for place in fields.values()):
        raise Unready(N_("Cette colonne n'est pas dans le fichier."))
    one.mapping = dump_mapping(Mapping(dict(fields), ()))
    one.plan, one.state, one.lease_until = None, ImportState.COMPARING, None
    session.execute(delete(ImportChoice).where(ImportChoice.import_id == one.id))
    session.flush()


def choose(session: Session, one: Import, choices: Pairs[int, Choice], *, actor: Actor) -> None:
    """Write what a person said of doubtful rows, by line; the others stay as they were. Raises Unready."""
    _open(one, one.version, actor)
    known = {row.line: row for row in session.scalars(select(ImportChoice).where(ImportChoice.import_id == one.id))}
    for line, choice in choices.items():
        if line in known:
            known[line].choice = choice
        else:
            session.add(ImportChoice(import_id=one.id, line=line, choice=choice))
    session.flush()


def confirm(session: Session, one: Import, *, version: int | None, actor: Actor) -> None:
    """Have what was looked at written. Raises Unready, Conflict."""
    _open(one, version, actor)
    if one.plan is None:
        raise Unready(N_("Dites d'abord quelle colonne contient le nom."))
    one.state, one.lease_until = ImportState.WRITING, None
    session.flush()


def abandon(session: Session, one: Import, *, actor: Actor) -> None:
    """Give up an import that was not confirmed: the file and what was found in it are forgotten. Raises Unready."""
    _open(one, one.version, actor)
    one.content, one.plan, one.state = None, None, ImportState.ABANDONED
    session.execute(delete(ImportChoice).where(ImportChoice.import_id == one.id))
    session.flush()


def forget_files(session: Session, *, now: datetime) -> int:
    """Forget the files older than a week, and give up imports never confirmed; how many files."""
    old = session.scalars(
        select(Import).where(Import.created_at < now - KEPT, Import.content.is_not(None)).limit(MOST_FORGOTTEN)
    ).all()
    for one in old:
        one.content = None
        if one.state in {ImportState.READY, ImportState.COMPARING}:
            one.state, one.plan = ImportState.ABANDONED, None
    session.flush()
    return len(old)


def _open(one: Import, version: int | None, actor: Actor) -> None:
    require(actor, Permission.PARTNER_IMPORT, structure_id=one.structure_id)
    if one.state is not ImportState.READY:
        raise Unready(_STALE)
    if version != one.version:
        raise Conflict(_STALE, current=one.version)
