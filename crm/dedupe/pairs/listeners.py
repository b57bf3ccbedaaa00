"""
Compares every partner that is created or changed, in its own transaction, by listening to the flush.

When one transaction changes many (an import, an action on many), they wait for the job that follows it.
"""

import logging
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm.db import DatabaseSession
from crm.dedupe.pairs import services
from crm.dedupe.pairs.fingerprint import KEY_FIELDS
from crm.partners.models import Partner, PartnerChannel, PartnerName

#: More in one transaction would keep the writers of SQLite waiting.
AT_ONCE = 10

_CHANGED = "duplicates.changed"
_READ = (*KEY_FIELDS, "department", "binned_at")
_log = logging.getLogger(__name__)


def wire() -> None:
    """Listen to every session of the application. Calling it twice listens once."""
    if not event.contains(DatabaseSession, "after_flush", gather):
        event.listen(DatabaseSession, "after_flush", gather)
        event.listen(DatabaseSession, "before_commit", compare)
        event.listen(DatabaseSession, "after_rollback", forget)


def gather(session: Session, _context: object) -> None:
    """Remember who is to be compared before the transaction ends."""
    touched = {row.id for row in session.new if isinstance(row, Partner)}
    touched |= {row.id for row in session.dirty if isinstance(row, Partner) and _concerns(row)}
    rows = (*session.new, *session.dirty, *session.deleted)
    touched |= {row.partner_id for row in rows if isinstance(row, PartnerName | PartnerChannel)}
    if touched:
        remember(session, touched)


def remember(session: Session, identifiers: Iterable[int]) -> None:
    """Compare these too before the transaction ends: a bulk write changed what they are known by."""
    session.info.setdefault(_CHANGED, set()).update(identifiers)


def compare(session: Session) -> None:
    """Compare them, or let them wait when they are many."""
    if session.in_nested_transaction():
        return
    session.flush()
    changed = session.info.pop(_CHANGED, set())
    if not changed:
        return
    if len(changed) > AT_ONCE:
        services.wait(session, changed)
        return
    try:
        services.compare(session, sorted(changed))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # A fault of the comparison must not lose what was typed: the job will meet it again, and say so.
        _log.exception("partners %s could not be compared", sorted(changed))
        services.wait(session, changed)


def forget(session: Session) -> None:
    """What was rolled back is not to be compared."""
    session.info.pop(_CHANGED, None)


def _concerns(partner: Partner) -> bool:
    attributes = sa.inspect(partner).attrs
    return any(attributes[name].history.has_changes() for name in _READ)
