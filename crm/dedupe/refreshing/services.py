"""Writes anew the keys by which likely duplicates find each other: after an upgrade that changes them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.dedupe.keys import keys
from crm.dedupe.listeners import write_keys
from crm.dedupe.models import DuplicateKey, EarlierKey
from crm.dedupe.numbering import number_of
from crm.dedupe.queries import cards
from crm.partners.models import Partner

#: Partners held in memory at once.
BATCH = 500
#: Partners whose keys are looked at to know whether they are those of this release: so many first and last ones.
SAMPLE = 25


def refresh_if_older(session: Session) -> bool:
    """Refresh when some of the first or last partners have other keys than this release gives; whether it did."""
    live = sa.select(Partner.id).where(Partner.binned_at.is_(None)).limit(SAMPLE)
    sample = {*session.scalars(live.order_by(Partner.id)), *session.scalars(live.order_by(Partner.id.desc()))}
    held: dict[int, set[int]] = {partner_id: set() for partner_id in sample}
    rows = sa.select(DuplicateKey.partner_id, DuplicateKey.number).where(DuplicateKey.partner_id.in_(sample))
    for partner_id, number in session.execute(rows):
        held[partner_id].add(number)
    wanted = {partner_id: {number_of(key) for key in keys(card)} for partner_id, card in cards(session, sample).items()}
    if held == wanted:
        return False
    refresh(session)
    return True


def refresh(session: Session) -> int:
    """Write the keys of every partner that is not in the bin; how many partners that is."""
    # Those of the release before are read by nobody any more.
    session.execute(sa.delete(EarlierKey))
    session.execute(sa.delete(DuplicateKey))
    last = count = 0
    while True:
        statement = sa.select(Partner.id).where(Partner.id > last, Partner.binned_at.is_(None))
        some = list(session.scalars(statement.order_by(Partner.id).limit(BATCH)))
        if not some:
            return count
        last, count = some[-1], count + len(some)
        write_keys(session, some, known=())
