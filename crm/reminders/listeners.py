"""
Closes reminders as soon as their reason is gone: it listens to what the domains further down write.

Rows are noted at each flush, by the tables that nudges watch, and looked at once, just before the commit.
"""

from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, UOWTransaction

from crm.db import DatabaseSession
from crm.reminders import nudges
from crm.reminders.notices import services

_TOUCHED = "nudges_touched"


def listen() -> None:
    """Begin to listen. Doing it twice changes nothing."""
    for name, listener in (("after_flush", _note), ("before_commit", _settle)):
        if not event.contains(DatabaseSession, name, listener):
            event.listen(DatabaseSession, name, listener)


def _note(session: Session, _context: UOWTransaction) -> None:
    watched: dict[str, set[str]] = {}
    for one in nudges.registered():
        for table, column in (*one.nudge.watches.items(), *one.nudge.around.items()):
            watched.setdefault(table, set()).add(column)
    noted: dict[str, dict[str, set[int]]] = session.info.setdefault(_TOUCHED, {})
    row: Any
    for row in [*session.new, *session.dirty, *session.deleted]:
        for column in watched.get(row.__class__.__tablename__, ()):
            # What is loaded only: nothing may be read from the database in the middle of a flush.
            value = inspect(row).dict.get(column)
            noted.setdefault(row.__class__.__tablename__, {}).setdefault(column, set()).add(value)


def _settle(session: Session) -> None:
    if not session.info.get("writes", True) or "now" not in session.info:
        return
    session.flush()
    if tables := session.info.pop(_TOUCHED, None):
        services.settle_touched(session, tables, now=session.info["now"])
