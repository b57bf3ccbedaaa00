"""Writes anew the keys by which likely duplicates find each other: after an upgrade that changes them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.dedupe.keys import KeyKind, keys
from crm.dedupe.models import DuplicateKey
from crm.dedupe.queries import card_of
from crm.partners.models import Partner

#: Partners held in memory at once.
BATCH = 500


def refresh_if_older(session: Session) -> bool:
    """Refresh when the keys are those of an earlier release, which knew none of how a name sounds; whether it did."""
    has_keys = sa.select(DuplicateKey.id).limit(1)
    has_sounds = sa.select(DuplicateKey.id).where(DuplicateKey.kind == KeyKind.SOUND.value).limit(1)
    if session.scalar(has_keys) is None or session.scalar(has_sounds) is not None:
        return False
    refresh(session)
    return True


def refresh(session: Session) -> int:
    """Write the keys of every partner that is not in the bin; how many partners that is."""
    session.execute(sa.delete(DuplicateKey))
    last = count = 0
    while True:
        statement = sa.select(Partner).where(Partner.id > last, Partner.binned_at.is_(None))
        partners = list(session.scalars(statement.order_by(Partner.id).limit(BATCH)))
        if not partners:
            return count
        last, count = partners[-1].id, count + len(partners)
        fresh = [
            {"partner_id": partner.id, "kind": key.kind.value, "value": key.value}
            for partner in partners
            for key in sorted(keys(card_of(partner)))
        ]
        if fresh:
            session.execute(sa.insert(DuplicateKey), fresh)
        session.expunge_all()
