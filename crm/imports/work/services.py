"""Writes of whoever compares or writes an import: take it, say what became of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from crm.access.policy import Actor
from crm.imports import queries
from crm.imports import services as imports
from crm.imports.commit import Written, commit
from crm.imports.enums import BUSY, ImportKind, ImportState, Outcome
from crm.imports.exchanges import services as exchanges
from crm.imports.models import Import
from crm.imports.reader import Sheet
from crm.imports.report import csv_text
from crm.imports.services import Plan
from crm.imports.staged import dump_mapping
from crm.imports.undoing import services as undoing
from crm.interactions.models import Interaction
from crm.wording import N_

BROKEN = N_("Une erreur de notre part a arrêté ce travail ; rien n'a changé. Signalez-la, puis recommencez.")
AUTHOR_LEFT = N_("La personne qui a préparé cet import n'a plus le droit d'importer.")
DIED = N_("Ce travail s'est arrêté trois fois en route ; rien n'a changé.")
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An import that this process alone works on until its lease ends."""

    import_id: int
    public_id: str
    state: ImportState
    attempt: int
    structure_id: int
    author_id: int | None
    undone_by_id: int | None
    file_name: str
    headings: tuple[str, ...]
    kind: ImportKind
    mapping: str
    corrections: str
    content: bytes = field(repr=False)


def take(session: Session, *, now: datetime, lease: timedelta) -> Taken | None:
    """The oldest import that waits for work and that nobody holds; None when there is none."""
    statement = (
        select(Import)
        .where(
            Import.state.in_(BUSY),
            or_(Import.lease_until.is_(None), Import.lease_until <= now),
        )
        .order_by(Import.id)
        .limit(1)
        .options(undefer(Import.content))
        .with_for_update(skip_locked=True)
    )
    one = session.scalars(statement).first()
    if one is None:
        return None
    lost = one.content is None and one.state is not ImportState.UNDOING
    if lost or one.attempt >= MOST_ATTEMPTS:
        _fail(one, DIED)
        session.flush()
        return take(session, now=now, lease=lease)
    one.attempt += 1
    one.lease_until = now + lease
    session.flush()
    return Taken(
        import_id=one.id,
        public_id=one.public_id,
        state=one.state,
        attempt=one.attempt,
        structure_id=one.structure_id,
        author_id=one.author_id,
        file_name=one.file_name,
        headings=tuple(json.loads(one.headings)),
        kind=one.kind,
        mapping=one.mapping,
        corrections=one.corrections,
        undone_by_id=one.undone_by_id,
        content=one.content or b"",
    )


def still_ours(session: Session, taken: Taken) -> bool:
    """Whether nobody took it meanwhile; held until the transaction ends."""
    one = session.get_one(Import, taken.import_id, with_for_update=True, populate_existing=True)
    return one.state is taken.state and one.attempt == taken.attempt


def compared(session: Session, taken: Taken, plan: str, values: str, totals: Mapping[Outcome, int]) -> None:
    """It can be looked at: what becomes of each row, and the values to review."""
    if not still_ours(session, taken):
        return
    one = session.get_one(Import, taken.import_id)
    one.plan, one.seen_values, one.state = plan, values, ImportState.READY
    one.totals, one.attempt, one.lease_until = _dump(totals), 0, None
    session.flush()


def written(
    session: Session,
    taken: Taken,
    made: Sequence[Written],
    totals: Mapping[Outcome, int],
    report: str,
    *,
    now: datetime,
) -> None:
    """Everything is written, in this very transaction, at `now`."""
    one = session.get_one(Import, taken.import_id)
    one.state, one.done_at, one.lease_until, one.report = ImportState.DONE, now, None, report
    one.totals = _dump(totals, made)
    undoing.remember(session, one, made)


def carry_out(session: Session, sheet: Sheet, *, file: str, actor: Actor, now: datetime, key: str) -> Plan:
    """
    Plan, write and keep what was written at once, for the command line; one import at a time: two people sending one
    file at once create its partners once. Raises all that `commit` raises.
    """
    queries.wait_for_other_imports(session)
    planned = imports.plan(session, sheet, file=file, actor=actor, key=key)
    made = commit(session, planned, actor=actor, now=now, key=key)
    one = _written_at_once(sheet, file=file, kind=ImportKind.PARTNERS, actor=actor, now=now)
    one.report, one.totals = csv_text(planned.rows), _dump(planned.totals, made)
    session.add(one)
    session.flush()
    undoing.remember(session, one, made)
    return planned


def carry_out_exchanges(
    session: Session, sheet: Sheet, *, file: str, actor: Actor, now: datetime, key: str
) -> exchanges.History:
    """The same of a history of exchanges. Raises all that its `commit` raises."""
    queries.wait_for_other_imports(session)
    history = exchanges.plan(session, sheet, file=file, actor=actor, now=now, key=key)
    made = exchanges.commit(session, history, actor=actor, now=now)
    one = _written_at_once(sheet, file=file, kind=ImportKind.EXCHANGES, actor=actor, now=now)
    one.report, one.totals = csv_text(exchanges.reported(history)), _dump(history.totals, made)
    session.add(one)
    session.flush()
    undoing.remember(session, one, made)
    return history


def _written_at_once(sheet: Sheet, *, file: str, kind: ImportKind, actor: Actor, now: datetime) -> Import:
    return Import(
        structure_id=actor.structure_id,
        author_id=actor.user_id,
        kind=kind,
        file_name=file[:200],
        headings=json.dumps(sheet.headings, ensure_ascii=False),
        sheets=json.dumps(sheet.names, ensure_ascii=False),
        mapping=dump_mapping(sheet.mapping),
        state=ImportState.DONE,
        created_at=now,
        done_at=now,
    )


def failed(session: Session, taken: Taken, reason: str) -> None:
    """It cannot be done; nothing was written."""
    if still_ours(session, taken):
        one = session.get_one(Import, taken.import_id)
        _fail(one, reason)
        session.flush()


def _fail(one: Import, reason: str) -> None:
    one.error, one.lease_until, one.attempt = reason[:300], None, 0
    if one.state is ImportState.UNDOING:
        # What was written is still there, and can be undone another time.
        one.state = ImportState.UNDONE if one.undone_at else ImportState.DONE
    else:
        one.state = ImportState.FAILED


def _dump(totals: Mapping[Outcome, int], made: Sequence[Written] | None = None) -> str:
    """How many rows of each outcome; once written, how many exchanges and known partners."""
    counts = {outcome.value: totals.get(outcome, 0) for outcome in Outcome}
    if made is not None:
        counts["updated"] = sum(item.before is not None for item in made)
        counts["exchanges"] = sum(isinstance(item.row, Interaction) for item in made)
    return json.dumps(counts)
