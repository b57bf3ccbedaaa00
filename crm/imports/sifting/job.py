"""What takes long: comparing the rows of a file with each other, beside the request and without the database."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from flask import Flask

from crm.clock import now
from crm.db import transaction
from crm.dedupe.scoring import TOGETHER
from crm.dedupe.spreadsheet import Share, link
from crm.errors import DomainError
from crm.imports.sifting import services
from crm.imports.sifting.found import found
from crm.imports.work.job import LEASE, SYSTEM, Clock, forget_progress, watching
from crm.imports.work.services import BROKEN

_log = logging.getLogger(__name__)
#: What each part of a comparison takes of the whole, in hundredths; measured on 20,000 rows.
_PARTS = (68, 25, 1, 1, 4, 1)
_WHOLE = 100


def begin(app: Flask) -> None:
    """Do what waits in a thread of this process; at once when the settings say so (tests)."""
    if app.config["IMPORTS_IN_THREAD"]:
        threading.Thread(target=run_pending, args=(app,), kwargs={"clock": now}, daemon=True).start()
    else:
        run_pending(app, clock=now)


def run_pending(app: Flask, *, clock: Clock) -> int:
    """Compare the files that wait, one after the other; how many."""
    count = 0
    with app.app_context():
        while True:
            with transaction(actor=SYSTEM, now=clock()) as session:
                taken = services.take(session, now=clock(), lease=LEASE)
            if taken is None:
                return count
            count += 1
            try:
                _compare(app, taken, clock)
            except DomainError as refusal:
                _give_up(taken, str(refusal), clock)
            except Exception:
                _log.exception("file %s failed", taken.file_id)
                _give_up(taken, BROKEN, clock)
            finally:
                forget_progress(app, taken.public_id)


def _compare(app: Flask, taken: services.Taken, clock: Clock) -> None:
    with watching(app, taken.public_id, _WHOLE, step=1) as watch:
        rows, _ = services.read(taken.content)
        linked = link(rows, watched(watch), threshold=TOGETHER)
        with transaction(actor=SYSTEM, now=clock()) as session:
            services.keep(session, taken, found(rows, linked))


def watched(watch: Callable[[int], None]) -> Share:
    """One piece after the other, saying how many hundredths of the whole are done."""
    parts = iter(_PARTS)
    before = 0

    def share(work: Callable[[Any], Any], pieces: Sequence[Any]) -> Iterable[Any]:
        nonlocal before
        start, weight = before, next(parts, 0)
        before += weight
        return _one_by_one(work, pieces, lambda done: watch(start + weight * done // len(pieces)))

    return share


def _one_by_one(work: Callable[[Any], Any], pieces: Sequence[Any], tell: Callable[[int], None]) -> Iterator[Any]:
    for done, piece in enumerate(pieces, start=1):
        yield work(piece)
        tell(done)


def _give_up(taken: services.Taken, reason: str, clock: Clock) -> None:
    with transaction(actor=SYSTEM, now=clock()) as session:
        services.failed(session, taken, reason)
