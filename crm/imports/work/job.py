"""
What takes long of an import: comparing its rows, then writing them in one transaction; undoing it in another.

Whoever works holds a lease; when it ends, its holder died and another begins anew. Everything is written by one
transaction that also says so: a killed import leaves nothing, or all. How far it is stands in a small file, because
the database shows nothing of a transaction before its end.
"""

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can
from crm.clock import now
from crm.db import transaction
from crm.errors import DomainError
from crm.imports import queries, report, services
from crm.imports.commit import Answers, Seen, commit
from crm.imports.enums import ImportKind, ImportState
from crm.imports.exchanges import services as exchanges
from crm.imports.exchanges.stage import staged_rows
from crm.imports.models import Import, ImportChange
from crm.imports.reader import read_sheet
from crm.imports.staged import StagedRow, dump_rows, load_mapping, staged
from crm.imports.undoing import services as undoing
from crm.imports.values import dump_values, load_corrections
from crm.imports.work import services as work

SYSTEM = Actor(None, "import", None, kind="system")
#: Longer than the largest file takes; a killed import begins anew after it.
LEASE = timedelta(minutes=10)
#: Rows between two lines of the progress file.
STEP = 25

_log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows are done, of how many."""

    done: int
    total: int


def begin(app: Flask) -> None:
    """Do what waits in a thread of this process; at once when the settings say so (tests)."""
    if app.config["IMPORTS_IN_THREAD"]:
        threading.Thread(target=run_pending, args=(app,), kwargs={"clock": now}, daemon=True).start()
    else:
        run_pending(app, clock=now)


def run_pending(app: Flask, *, clock: Clock) -> int:
    """Do what waits: imports to compare or to write, one after the other; how many."""
    with app.app_context():
        return _run_pending(app, clock)


def _run_pending(app: Flask, clock: Clock) -> int:
    count = 0
    while True:
        with transaction(actor=SYSTEM, now=clock()) as session:
            taken = work.take(session, now=clock(), lease=LEASE)
        if taken is None:
            return count
        count += 1
        try:
            _do(app, taken, clock)
        except DomainError as refusal:
            _give_up(taken, str(refusal), clock)
        except Exception:
            _log.exception("import %s failed", taken.import_id)
            _give_up(taken, work.BROKEN, clock)
        finally:
            forget_progress(app, taken.public_id)


def _do(app: Flask, taken: work.Taken, clock: Clock) -> None:
    if taken.state is ImportState.UNDOING:
        _undo(app, taken, clock)
        return
    if taken.kind is ImportKind.EXCHANGES:
        _do_exchanges(app, taken, clock)
        return
    mapping, key = load_mapping(taken.mapping, taken.headings), app.config["SECRET_KEY"]
    corrections = load_corrections(taken.corrections)
    sheet = read_sheet(taken.content, mapping=mapping)
    with watching(app, taken.public_id, len(sheet.rows)) as watch:
        if taken.state is ImportState.COMPARING:
            with transaction(actor=SYSTEM, now=clock(), writes=False) as session:
                actor = _actor(session, taken)
                gathered = services.gather(
                    session, sheet, file=taken.file_name, actor=actor, key=key, corrections=corrections
                )
            # Outside: on SQLite somebody who reads for long keeps the writers waiting.
            planned = services.judge(gathered, watch)
            with transaction(actor=SYSTEM, now=clock(), writes=False) as session:
                planned = services.complete(session, planned)
            rows, values = dump_rows(staged(row) for row in planned.rows), dump_values(planned.values)
            with transaction(actor=SYSTEM, now=clock()) as session:
                work.compared(session, taken, rows, values, planned.totals)
            return
        with transaction(actor=SYSTEM, now=clock(), writes=False) as session:
            actor = _actor(session, taken)
            answers = Answers(
                choices=queries.choices(session, taken.import_id),
                fields=queries.fields_ticked(session, taken.import_id),
                seen={row.line: _seen(row) for row in queries.staged_rows(session, taken.import_id)},
            )
        now = clock()
        with transaction(actor=actor, now=now) as session:
            # The state is asked again inside: another may have written while this one was thought dead.
            if not work.still_ours(session, taken):
                return
            queries.wait_for_other_imports(session)
            planned = services.plan(session, sheet, file=taken.file_name, actor=actor, key=key, corrections=corrections)
            said = queries.targets(session, taken.import_id)
            planned = replace(
                planned, rows=tuple(services.as_said(row, said.get(row.facts.line)) for row in planned.rows)
            )
            made = commit(session, planned, answers=answers, actor=actor, now=now, key=key, watch=watch)
            text = report.csv_text(planned.rows)
            work.written(session, taken, made, planned.totals, text, now=now)


def _do_exchanges(app: Flask, taken: work.Taken, clock: Clock) -> None:
    sheet = read_sheet(taken.content, mapping=load_mapping(taken.mapping, taken.headings))
    given: dict[str, Any] = {"key": app.config["SECRET_KEY"], "corrections": load_corrections(taken.corrections)}
    with watching(app, taken.public_id, len(sheet.rows)) as watch:
        now = clock()
        if taken.state is ImportState.COMPARING:
            with transaction(actor=SYSTEM, now=now, writes=False) as session:
                actor = _actor(session, taken)
                history = exchanges.plan(session, sheet, file=taken.file_name, actor=actor, now=now, **given)
            with transaction(actor=SYSTEM, now=clock()) as session:
                rows, values = dump_rows(staged_rows(history)), dump_values(history.values)
                work.compared(session, taken, rows, values, history.totals)
            return
        with transaction(actor=SYSTEM, now=now, writes=False) as session:
            actor = _actor(session, taken)
            choices = queries.choices(session, taken.import_id)
            seen = {row.line: _seen(row) for row in queries.staged_rows(session, taken.import_id)}
        with transaction(actor=actor, now=now) as session:
            if not work.still_ours(session, taken):
                return
            queries.wait_for_other_imports(session)
            said = queries.targets(session, taken.import_id)
            history = exchanges.plan(session, sheet, file=taken.file_name, actor=actor, now=now, said=said, **given)
            answers = Answers(choices=choices, seen=seen)
            made = exchanges.commit(session, history, answers=answers, actor=actor, now=now, watch=watch)
            text = report.csv_text(exchanges.reported(history))
            work.written(session, taken, made, history.totals, text, now=now)


def _seen(row: StagedRow) -> Seen:
    """What the screen showed of a row."""
    return Seen(like=row.like_id or row.like_line, changes=frozenset((one.field, one.new) for one in row.changes))


def _undo(app: Flask, taken: work.Taken, clock: Clock) -> None:
    with transaction(actor=SYSTEM, now=clock(), writes=False) as session:
        actor = _actor(session, taken)
        total = session.scalar(select(func.count()).where(ImportChange.import_id == taken.import_id)) or 0
    now = clock()
    with watching(app, taken.public_id, total) as watch, transaction(actor=actor, now=now) as session:
        if work.still_ours(session, taken):
            undoing.undo(session, session.get_one(Import, taken.import_id), actor=actor, now=now, watch=watch)


def _actor(session: Session, taken: work.Taken) -> Actor:
    who = taken.undone_by_id if taken.state is ImportState.UNDOING else taken.author_id
    actor = queries.actor_by_id(session, who, structure_id=taken.structure_id) if who is not None else None
    if not can(actor, Permission.PARTNER_IMPORT) or actor is None:
        raise DomainError(work.AUTHOR_LEFT)
    return actor


def _give_up(taken: work.Taken, reason: str, clock: Clock) -> None:
    with transaction(actor=SYSTEM, now=clock()) as session:
        work.failed(session, taken, reason)


def progress(app: Flask, public_id: str) -> Progress | None:
    """How far an import is; None when nobody works on it, or has just begun."""
    with contextlib.suppress(OSError, ValueError):
        done, total = _path(app, public_id).read_text().split("/")
        return Progress(int(done), int(total))
    return None


def forget_progress(app: Flask, public_id: str) -> None:
    """Nobody works on it any more."""
    _path(app, public_id).unlink(missing_ok=True)


@contextlib.contextmanager
def watching(app: Flask, public_id: str, total: int, *, step: int = STEP) -> Iterator[Callable[[int], None]]:
    """Keep how many of `total` are done where the pages read it, each `step` of them."""
    path = _path(app, public_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")

    def watch(done: int) -> None:
        if done % step == 0 or done == total:
            fresh.write_text(f"{done}/{total}")
            fresh.replace(path)

    watch(0)
    yield watch


def _path(app: Flask, public_id: str) -> Path:
    folder: Path = app.config["INSTANCE"] / "imports"
    return folder / f"{public_id}.progress"
