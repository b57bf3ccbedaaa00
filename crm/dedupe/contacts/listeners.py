"""Compares every contact that is created or changed, in its own transaction, as the queue does for partners."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm.db import DatabaseSession
from crm.dedupe.contacts import services
from crm.partners.models import Contact, ContactChannel

#: More in one transaction wait for the job.
AT_ONCE = 10

_CHANGED = "contacts.changed"
_READ = ("first_name", "last_name", "phone", "email", "partner_id", "binned_at")


def wire() -> None:
    """Listen to every session of the application. Calling it twice listens once."""
    if not event.contains(DatabaseSession, "after_flush", gather):
        event.listen(DatabaseSession, "after_flush", gather)
        event.listen(DatabaseSession, "before_commit", compare)
        event.listen(DatabaseSession, "after_rollback", forget)


def gather(session: Session, _context: object) -> None:
    """Remember who is to be compared before the transaction ends."""
    touched = {row.id for row in session.new if isinstance(row, Contact)}
    touched |= {row.id for row in session.dirty if isinstance(row, Contact) and _concerns(row)}
    rows = (*session.new, *session.dirty, *session.deleted)
    touched |= {row.contact_id for row in rows if isinstance(row, ContactChannel)}
    if touched:
        session.info.setdefault(_CHANGED, set()).update(touched)


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
    else:
        services.compare(session, sorted(changed))


def remember(session: Session, identifiers: Iterable[int]) -> None:
    """Compare these too before the transaction ends: a bulk write changed what they are known by."""
    session.info.setdefault(_CHANGED, set()).update(identifiers)


def forget(session: Session) -> None:
    """What was rolled back is not to be compared."""
    session.info.pop(_CHANGED, None)


def _concerns(contact: Contact) -> bool:
    attributes = sa.inspect(contact).attrs
    return any(attributes[name].history.has_changes() for name in _READ)
