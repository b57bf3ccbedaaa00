"""
Compares every row that is created or changed, in its own transaction, by listening to the flush.

When one transaction changes many (an import, an action on many), they wait for the job that follows it.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm.db import Base, DatabaseSession

#: More in one transaction would keep the writers of SQLite waiting.
AT_ONCE = 10
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Comparing:
    """
    Who is to be compared before a transaction ends, kept in the session under `key`.

    `touched`: the identifiers that a flush concerns; `compare`, `wait`: what is done with a few, and with many.
    """

    key: str
    touched: Callable[[Session], set[int]]
    compare: Callable[[Session, Sequence[int]], None]
    wait: Callable[[Session, Collection[int]], None]

    def wire(self) -> None:
        """Listen to every session of the application. Calling it twice listens once."""
        if not event.contains(DatabaseSession, "after_flush", self.gather):
            event.listen(DatabaseSession, "after_flush", self.gather)
            event.listen(DatabaseSession, "before_commit", self.end)
            event.listen(DatabaseSession, "after_rollback", self.forget)

    def gather(self, session: Session, _context: object) -> None:
        """Remember who is to be compared before the transaction ends."""
        if touched := self.touched(session):
            self.remember(session, touched)

    def remember(self, session: Session, identifiers: Iterable[int]) -> None:
        """Compare these too before the transaction ends: a bulk write changed what they are known by."""
        session.info.setdefault(self.key, set()).update(identifiers)

    def end(self, session: Session) -> None:
        """Compare them, or let them wait when they are many."""
        if session.in_nested_transaction():
            return
        session.flush()
        changed = session.info.pop(self.key, set())
        if not changed:
            return
        if len(changed) > AT_ONCE:
            self.wait(session, changed)
            return
        try:
            self.compare(session, sorted(changed))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            # A fault of the comparison must not lose what was typed: the job will meet it again, and say so.
            _log.exception("%s %s could not be compared", self.key, sorted(changed))
            self.wait(session, changed)

    def forget(self, session: Session) -> None:
        """What was rolled back is not to be compared."""
        session.info.pop(self.key, None)


def has_changed(row: Base, names: Iterable[str]) -> bool:
    """Whether one of these columns changes with the next flush, or did with this one."""
    attributes = sa.inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in names)
