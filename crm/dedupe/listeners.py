"""Keeps the duplicate keys of every partner up to date by listening to the flush: no service forgets them."""

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm.db import DatabaseSession
from crm.dedupe.keys import keys
from crm.dedupe.models import DuplicateKey
from crm.dedupe.queries import card_of
from crm.partners.models import Partner

#: What the keys of a partner are made of, and what takes it out of the comparison.
_READ = (
    "name",
    "trade_name",
    "siren",
    "siret",
    "phone",
    "email",
    "website",
    "street",
    "postal_code",
    "city",
    "department",
    "binned_at",
)


def wire() -> None:
    """Listen to every session of the application. Calling it twice listens once."""
    if not event.contains(DatabaseSession, "after_flush", refresh_keys):
        event.listen(DatabaseSession, "after_flush", refresh_keys)


def refresh_keys(session: Session, _context: object) -> None:
    """
    Write anew the keys of the partners created or changed by this flush, in its transaction.

    A partner in the bin has none: it is nobody's duplicate. Those of a deleted one go by the foreign key.
    """
    new = [row for row in session.new if isinstance(row, Partner)]
    changed = [row for row in session.dirty if isinstance(row, Partner) and _concerns_keys(row)]
    if changed:
        stale = sa.delete(DuplicateKey).where(DuplicateKey.partner_id.in_([row.id for row in changed]))
        session.connection().execute(stale)
    fresh = [
        {"partner_id": partner.id, "kind": key.kind.value, "value": key.value}
        for partner in (*new, *changed)
        if partner.binned_at is None
        for key in sorted(keys(card_of(partner)))
    ]
    if fresh:
        session.connection().execute(sa.insert(DuplicateKey), fresh)


def _concerns_keys(partner: Partner) -> bool:
    attributes = sa.inspect(partner).attrs
    return any(attributes[name].history.has_changes() for name in _READ)
