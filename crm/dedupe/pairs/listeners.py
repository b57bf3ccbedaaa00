"""Compares every partner that is created or changed, in its own transaction (see sorting/listeners.py)."""

from sqlalchemy.orm import Session

from crm.dedupe.pairs import services
from crm.dedupe.pairs.fingerprint import KEY_FIELDS
from crm.dedupe.sorting.listeners import Comparing, has_changed
from crm.partners.models import Partner, PartnerChannel, PartnerName

_READ = (*KEY_FIELDS, "department", "binned_at")


def _touched(session: Session) -> set[int]:
    touched = {row.id for row in session.new if isinstance(row, Partner)}
    touched |= {row.id for row in session.dirty if isinstance(row, Partner) and has_changed(row, _READ)}
    rows = (*session.new, *session.dirty, *session.deleted)
    return touched | {row.partner_id for row in rows if isinstance(row, PartnerName | PartnerChannel)}


_comparing = Comparing("duplicates.changed", _touched, services.compare, services.wait)
wire, remember = _comparing.wire, _comparing.remember
