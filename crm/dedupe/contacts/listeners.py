"""Compares every contact that is created or changed, in its own transaction, as the queue does for partners."""

from sqlalchemy.orm import Session

from crm.dedupe.contacts import services
from crm.dedupe.sorting.listeners import Comparing, has_changed
from crm.partners.models import Contact, ContactChannel

_READ = ("first_name", "last_name", "phone", "email", "partner_id", "binned_at")


def _touched(session: Session) -> set[int]:
    touched = {row.id for row in session.new if isinstance(row, Contact)}
    touched |= {row.id for row in session.dirty if isinstance(row, Contact) and has_changed(row, _READ)}
    rows = (*session.new, *session.dirty, *session.deleted)
    return touched | {row.contact_id for row in rows if isinstance(row, ContactChannel)}


_comparing = Comparing("contacts.changed", _touched, services.compare, services.wait)
wire, remember = _comparing.wire, _comparing.remember
