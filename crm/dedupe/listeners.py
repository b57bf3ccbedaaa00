"""Keeps the duplicate keys of every partner up to date by listening to the flush: no service forgets them."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm.db import DatabaseSession
from crm.dedupe.keys import keys
from crm.dedupe.models import DuplicateKey
from crm.dedupe.numbering import number_of
from crm.dedupe.queries import cards
from crm.partners.models import Partner, PartnerChannel, PartnerName

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
#: What else a partner is known by: former names, other telephones and mails.
_OTHERS = (PartnerName, PartnerChannel)


def wire() -> None:
    """Listen to every session of the application. Calling it twice listens once."""
    if not event.contains(DatabaseSession, "after_flush", refresh_keys):
        event.listen(DatabaseSession, "after_flush", refresh_keys)


def refresh_keys(session: Session, _context: object) -> None:
    """
    Write anew the keys of the partners created or changed by this flush, in its transaction.

    A partner in the bin has none: it is nobody's duplicate. Those of a deleted one go by the foreign key.
    """
    new = {row.id for row in session.new if isinstance(row, Partner)}
    changed = {row.id for row in session.dirty if isinstance(row, Partner) and _concerns_keys(row)}
    touched = (*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted)
    changed |= {row.partner_id for row in touched if isinstance(row, _OTHERS)}
    changed -= {row.id for row in session.deleted if isinstance(row, Partner)}
    write_keys(session, new | changed, known=changed - new)


def write_keys(session: Session, partner_ids: Collection[int], *, known: Collection[int]) -> None:
    """Write the keys of these partners, as the database has them now. `known`: those that may have some already."""
    connection = session.connection()
    if known:
        connection.execute(sa.delete(DuplicateKey).where(DuplicateKey.partner_id.in_(known)))
    fresh = [
        {"partner_id": partner_id, "number": number}
        for partner_id, card in cards(connection, partner_ids).items()
        for number in sorted({number_of(key) for key in keys(card)})
    ]
    if fresh:
        connection.execute(sa.insert(DuplicateKey), fresh)


def _concerns_keys(partner: Partner) -> bool:
    attributes = sa.inspect(partner).attrs
    return any(attributes[name].history.has_changes() for name in _READ)
