"""
What compares outside any request: the partners that wait after an import, and everybody anew.

Batch after batch, each in its own transaction, which also says how far it is: a killed comparison goes on where its
last batch ended.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from crm.access.policy import Actor
from crm.clock import now
from crm.db import transaction
from crm.dedupe.contacts import services as people
from crm.dedupe.pairs import services

SYSTEM = Actor(None, "doublons", None, kind="system")
#: Partners of one transaction: more would keep the writers of SQLite waiting.
BATCH = 25
#: Seconds between two transactions: a writer of SQLite that waits looks again every tenth of a second.
PAUSE = 0.1
#: Held by the thread of this process that compares: every page that waits for it asks for one.
_at_work = threading.Lock()

Clock = Callable[[], datetime]


def begin(app: Flask) -> None:
    """Do what waits in a thread of this process; at once when the settings say so (tests)."""
    if app.config["IMPORTS_IN_THREAD"]:
        threading.Thread(target=_run_alone, args=(app,), daemon=True).start()
    else:
        run_pending(app, clock=now)


def _run_alone(app: Flask) -> None:
    """Nothing when another thread is at it: several would only keep each other, and everybody, waiting."""
    if _at_work.acquire(blocking=False):
        try:
            run_pending(app, clock=now)
        finally:
            _at_work.release()


def run_pending(app: Flask, *, clock: Clock) -> int:
    """Compare those that wait, then everybody when that was asked for; how many batches."""
    pause = PAUSE if app.config["IMPORTS_IN_THREAD"] else 0
    with app.app_context():
        return _waiting(clock, pause) + _everybody(clock, pause)


def _waiting(clock: Clock, pause: float) -> int:
    batches = 0
    while True:
        with transaction(actor=SYSTEM, now=clock()) as session:
            done = services.compare_waiting(session, most=BATCH) + people.compare_waiting(session, most=BATCH)
        if not done:
            return batches
        batches += 1
        time.sleep(pause)


def _everybody(clock: Clock, pause: float) -> int:
    batches = 0
    with transaction(actor=SYSTEM, now=clock()) as session:
        taken = services.take_rescan(session, now=clock())
    while taken is not None:
        with transaction(actor=SYSTEM, now=clock()) as session:
            if not services.rescan_some(session, taken, most=BATCH, now=clock()):
                taken = None
        batches += 1
        time.sleep(pause)
    return batches
