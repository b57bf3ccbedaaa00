"""
The import made on screen, step by step: bring a file, correct its columns, look, choose, confirm.

What takes long (comparing, writing) is done by crm/imports/work; these writes are short.
"""

import json
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.errors import Conflict, DomainError, NotAllowed
from crm.imports.colleagues import owner_of
from crm.imports.enums import Choice, ImportKind, ImportState
from crm.imports.mapping import Field, Mapping
from crm.imports.models import Import, ImportChoice, SavedMapping
from crm.imports.reader import Sheet, read_sheet
from crm.imports.saved import LONGEST_NAME, apply_columns, dump_columns, headings_key
from crm.imports.staged import dump_mapping
from crm.imports.values import dump_corrections, load_corrections
from crm.partners.search import fold
from crm.wording import N_

#: How long the file itself is kept (docs/rules/permissions.md: import files, 7 days).
KEPT = timedelta(days=7)
#: Files forgotten at once.
MOST_FORGOTTEN = 100
_STALE = N_("Cet import a avancé entre-temps : regardez où il en est.")


class Unready(DomainError):
    """The step asked for cannot be taken now."""


def bring(
    session: Session,
    name: str,
    content: bytes,
    *,
    actor: Actor,
    now: datetime,
    kind: ImportKind = ImportKind.PARTNERS,
) -> Import:
    """
    Keep a file and have it compared, or its columns named when none holds names. Raises UnreadableFile.

    Columns named once for the same headings are named so again. When the sheets of a workbook bear the names of
    colleagues, each is the one who follows the partners of their sheet.
    """
    require(actor, Permission.PARTNER_IMPORT)
    if actor.structure_id is None or actor.user_id is None:
        raise NotAllowed
    sheet = read_sheet(content, named=False, exchanges=kind is ImportKind.EXCHANGES)
    mapping = mapping_of(session, sheet, kind=kind, actor=actor, now=now)
    brought = Import(
        structure_id=actor.structure_id,
        author_id=actor.user_id,
        kind=kind,
        file_name=plain_name(name),
        content=content,
        headings=json.dumps(sheet.headings, ensure_ascii=False),
        sheets=json.dumps(sheet.names, ensure_ascii=False),
        mapping=dump_mapping(mapping),
        state=ImportState.COMPARING if needed(kind) <= mapping.fields.keys() else ImportState.READY,
        created_at=now,
    )
    session.add(brought)
    session.flush()
    return brought


def needed(kind: ImportKind) -> set[Field]:
    """The facts without which a file of that kind says nothing."""
    return {Field.NAME, Field.DATE} if kind is ImportKind.EXCHANGES else {Field.NAME}


def mapping_of(session: Session, sheet: Sheet, *, kind: ImportKind, actor: Actor, now: datetime | None) -> Mapping:
    """
    The columns of a file as they were named before, as each sheet is somebody's, or as its headings say. `now`: when it
    is used, None for a trial.
    """
    saved = latest_mapping(session, sheet.headings, kind=kind, actor=actor)
    if saved is None:
        return _with_sheets(session, sheet, actor)
    if now is not None:
        saved.used_at = now
    return apply_columns(saved.columns, sheet.headings)


def latest_mapping(session: Session, headings: Sequence[str], *, kind: ImportKind, actor: Actor) -> SavedMapping | None:
    """The columns that the structure named for these very headings, the last used ones."""
    statement = (
        select(SavedMapping)
        .where(
            SavedMapping.structure_id == actor.structure_id,
            SavedMapping.kind == kind,
            SavedMapping.headings_key == headings_key(headings),
        )
        .order_by(SavedMapping.used_at.desc(), SavedMapping.id.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def _with_sheets(session: Session, sheet: Sheet, actor: Actor) -> Mapping:
    """What the headings say, and who follows, when each sheet is somebody's."""
    if not sheet.names or Field.OWNER in sheet.mapping.fields:
        return sheet.mapping
    people = {one.id: one.name for one in colleagues(session, actor=actor)}
    if any(owner_of(name, people) is None for name in sheet.names):
        return sheet.mapping
    return Mapping({**sheet.mapping.fields, Field.OWNER: len(sheet.headings) - 1}, sheet.mapping.unknown)


def plain_name(name: str) -> str:
    """The name of a file, without folders nor control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:200] or "fichier"


def correct(
    session: Session,
    one: Import,
    fields: Pairs[Field, int],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
    name: str = "",
) -> None:
    """
    Say which column is which fact; what was compared and chosen is forgotten. Under a `name`, the columns are kept for
    the files to come. Raises Unready, Conflict.
    """
    _open(one, version, actor)
    headings = json.loads(one.headings)
    if Field.NAME not in fields:
        raise Unready(N_("Dites quelle colonne contient le nom."))
    if not needed(one.kind) <= fields.keys():
        raise Unready(N_("Dites quelle colonne contient la date."))
    if len(set(fields.values())) != len(fields):
        raise Unready(N_("Une même colonne ne peut pas servir deux fois."))
    if any(not 0 <= place < len(headings) for place in fields.values()):
        raise Unready(N_("Cette colonne n'est pas dans le fichier."))
    mapping = Mapping(dict(fields), ())
    if name:
        keep_mapping(session, name, mapping, headings, kind=one.kind, actor=actor, now=now)
    one.mapping = dump_mapping(mapping)
    one.plan, one.state, one.lease_until = None, ImportState.COMPARING, None
    session.execute(delete(ImportChoice).where(ImportChoice.import_id == one.id))
    session.flush()


def keep_mapping(
    session: Session,
    name: str,
    mapping: Mapping,
    headings: Sequence[str],
    *,
    kind: ImportKind,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep columns under a name in the actor's structure, instead of those that bore it."""
    require(actor, Permission.PARTNER_IMPORT)
    key = fold(name)[:LONGEST_NAME]
    kept = session.scalars(
        select(SavedMapping).where(
            SavedMapping.structure_id == actor.structure_id,
            SavedMapping.kind == kind,
            SavedMapping.key == key,
        )
    ).one_or_none()
    if kept is None:
        kept = SavedMapping(structure_id=actor.structure_id, kind=kind, key=key)
        session.add(kept)
    kept.name, kept.used_at = name[:LONGEST_NAME], now
    kept.headings_key, kept.columns = headings_key(headings), dump_columns(mapping, headings)
    session.flush()


def mapping_named(
    session: Session, name: str, headings: Sequence[str], *, actor: Actor, kind: ImportKind = ImportKind.PARTNERS
) -> Mapping:
    """The columns kept under that name, for these headings. Raises Unready when there are none."""
    kept = session.scalars(
        select(SavedMapping).where(
            SavedMapping.structure_id == actor.structure_id,
            SavedMapping.kind == kind,
            SavedMapping.key == fold(name)[:LONGEST_NAME],
        )
    ).first()
    if kept is None:
        raise Unready(N_("Aucune correspondance de colonnes ne s'appelle « %(name)s »."), name=name[:LONGEST_NAME])
    return apply_columns(kept.columns, headings)


def correct_values(
    session: Session, one: Import, said: Pairs[Field, Pairs[str, str]], *, version: int | None, actor: Actor
) -> None:
    """
    Read these texts instead of those of the file, and compare anew; '' for what the file says. Choices stay.

    Raises Unready, Conflict.
    """
    _open(one, version, actor)
    corrections = load_corrections(one.corrections)
    for field, texts in said.items():
        kept = corrections.setdefault(field, {})
        for text, instead in texts.items():
            if instead and instead != text:
                kept[text] = instead
            else:
                kept.pop(text, None)
    one.corrections = dump_corrections(corrections)
    one.plan, one.state, one.lease_until = None, ImportState.COMPARING, None
    session.flush()


def choose(
    session: Session,
    one: Import,
    choices: Pairs[int, Choice],
    *,
    actor: Actor,
    fields: Pairs[int, frozenset[str]] | None = None,
    targets: Pairs[int, str] | None = None,
) -> None:
    """
    Write what a person said of rows, by line, the fields ticked of those that are known, and which one a row is when
    that is not the likeliest (`targets`); the others stay as they were. Raises Unready.
    """
    _open(one, one.version, actor)
    known = {row.line: row for row in session.scalars(select(ImportChoice).where(ImportChoice.import_id == one.id))}
    for line, choice in choices.items():
        row = known.get(line)
        if row is None:
            row = ImportChoice(import_id=one.id, line=line)
            session.add(row)
        row.choice = choice
        target = (targets or {}).get(line) if choice is Choice.SAME else None
        if target != row.target:
            # What was ticked was of another.
            row.target, row.fields = target, None
        elif fields is not None and line in fields:
            row.fields = json.dumps(sorted(fields[line]))
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
