"""Writes: bring a file, take it to compare it, keep what was found, forget it."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from crm.access.policy import Actor, Permission, require
from crm.audit.services import note
from crm.dedupe.rows import Unreadable, columns_read, named_rows
from crm.dedupe.spreadsheet import Row
from crm.errors import NotAllowed
from crm.imports.desk.services import plain_name
from crm.imports.reader import MOST_ROWS, SHEET_STEP, UnreadableFile, read_cells, too_long
from crm.imports.sifting.enums import SiftState
from crm.imports.sifting.found import Found, dump, groups
from crm.imports.sifting.models import SiftedFile
from crm.imports.work.services import DIED, MOST_ATTEMPTS

#: How long what was found is kept (docs/rules/permissions.md: exports, 72 h).
KEPT = timedelta(hours=72)
#: Files forgotten at once.
MOST_FORGOTTEN = 100


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that this process alone compares until its lease ends."""

    file_id: int
    public_id: str
    attempt: int
    content: bytes = field(repr=False)


def bring(session: Session, name: str, content: bytes, *, actor: Actor, now: datetime) -> SiftedFile:
    """Keep a file until it is compared. Raises UnreadableFile."""
    require(actor, Permission.DUPLICATE_FILE)
    if actor.structure_id is None or actor.user_id is None:
        raise NotAllowed
    brought = SiftedFile(
        structure_id=actor.structure_id,
        author_id=actor.user_id,
        file_name=plain_name(name),
        content=content,
        columns=json.dumps(read(content)[1], ensure_ascii=False),
        state=SiftState.COMPARING,
        created_at=now,
    )
    session.add(brought)
    session.flush()
    note(session, "sift", object_type="sifted_files", object_id=brought.id)
    return brought


def read(content: bytes) -> tuple[list[Row], tuple[tuple[str, ...], tuple[str, ...]]]:
    """The rows of a file, and its headings: those compared, those passed over. Raises UnreadableFile."""
    names, records = read_cells(content)
    _, headings = next(records, (0, []))
    lines = ((number if not names else number % SHEET_STEP, cells) for number, cells in records)
    rows: list[Row] = []
    try:
        for row in named_rows(headings, lines):
            if len(rows) == MOST_ROWS:
                raise too_long()
            rows.append(row)
    except Unreadable as refusal:
        raise UnreadableFile(refusal.message, **refusal.values) from None
    return rows, columns_read(headings)


def take(session: Session, *, now: datetime, lease: timedelta) -> Taken | None:
    """The oldest file that waits and that nobody holds; None when there is none."""
    statement = (
        select(SiftedFile)
        .where(
            SiftedFile.state == SiftState.COMPARING,
            or_(SiftedFile.lease_until.is_(None), SiftedFile.lease_until <= now),
        )
        .order_by(SiftedFile.id)
        .limit(1)
        .options(undefer(SiftedFile.content))
        .with_for_update(skip_locked=True)
    )
    one = session.scalars(statement).first()
    if one is None:
        return None
    if one.content is None or one.attempt >= MOST_ATTEMPTS:
        _fail(one, DIED)
        session.flush()
        return take(session, now=now, lease=lease)
    one.attempt += 1
    one.lease_until = now + lease
    session.flush()
    return Taken(one.id, one.public_id, one.attempt, one.content)


def keep(session: Session, taken: Taken, found: Found) -> None:
    """Keep what was found; the file itself is forgotten."""
    one = _still_ours(session, taken)
    if one is None:
        return
    one.found, one.content = dump(found), None
    one.totals = json.dumps(
        {
            "rows": len(found.records),
            "groups": len(groups(found)),
            "organisations": len(set(found.cluster)),
            "together": len(found.together),
            "review": len(found.review),
        }
    )
    one.state, one.lease_until = SiftState.DONE, None
    session.flush()


def failed(session: Session, taken: Taken, reason: str) -> None:
    """It cannot be compared; the file is forgotten."""
    one = _still_ours(session, taken)
    if one is not None:
        _fail(one, reason)
        session.flush()


def forget(session: Session, one: SiftedFile, *, actor: Actor) -> None:
    """Forget a file and what was found in it, at once."""
    require(actor, Permission.DUPLICATE_FILE, structure_id=one.structure_id)
    session.delete(one)
    session.flush()


def forget_old(session: Session, *, now: datetime) -> int:
    """Forget what is older than three days; how many files."""
    old = session.scalars(
        select(SiftedFile).where(SiftedFile.created_at < now - KEPT).order_by(SiftedFile.id).limit(MOST_FORGOTTEN)
    ).all()
    for one in old:
        session.delete(one)
    session.flush()
    return len(old)


def _still_ours(session: Session, taken: Taken) -> SiftedFile | None:
    # Its author may have forgotten it meanwhile, or another may have taken it over.
    one = session.get(SiftedFile, taken.file_id, with_for_update=True, populate_existing=True)
    ours = one is not None and one.state is SiftState.COMPARING and one.attempt == taken.attempt
    return one if ours else None


def _fail(one: SiftedFile, reason: str) -> None:
    one.state, one.error, one.content, one.lease_until = SiftState.FAILED, reason[:300], None, None
