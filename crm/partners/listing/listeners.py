"""Keeps what the list is searched and ordered by up to date, by listening to the flush: no service forgets it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm.db import DatabaseSession
from crm.partners.listing.vocabulary import words_of
from crm.partners.models import Partner, PartnerWord
from crm.partners.search import fold

_CITY_KEY_LENGTH = 100


def wire() -> None:
    """Listen to every session of the application. Calling it twice listens once."""
    if not event.contains(DatabaseSession, "after_flush", refresh_words):
        event.listen(DatabaseSession, "after_flush", refresh_words)
        event.listen(Partner, "before_insert", fold_city)
        event.listen(Partner, "before_update", fold_city)


def fold_city(_mapper: object, _connection: object, partner: Partner) -> None:
    """Write the folded city beside the city."""
    folded = city_key_of(partner)
    if partner.city_key != folded:
        partner.city_key = folded


def city_key_of(partner: Partner) -> str:
    """The text by which the list is put in the order of towns."""
    return fold(partner.city or "")[:_CITY_KEY_LENGTH].rstrip()


def refresh_words(session: Session, _context: object) -> None:
    """
    Write anew the words of the partners created or changed by this flush, in its transaction.

    A partner in the bin has none: nothing is proposed that the list would not show.
    """
    new = [row for row in session.new if isinstance(row, Partner)]
    changed = [row for row in session.dirty if isinstance(row, Partner) and _concerns_words(row)]
    write_words(session, [*new, *changed], known=[row.id for row in changed])


def write_words(session: Session, partners: list[Partner], *, known: list[int]) -> None:
    """Write the words of these partners; `known`: identifiers of those that may have some already."""
    if known:
        session.connection().execute(sa.delete(PartnerWord).where(PartnerWord.partner_id.in_(known)))
    fresh: list[dict[str, Any]] = [
        {"partner_id": partner.id, "word": word}
        for partner in partners
        if partner.binned_at is None
        for word in sorted(words_of(partner.search_key))
    ]
    if fresh:
        session.connection().execute(sa.insert(PartnerWord), fresh)


def _concerns_words(partner: Partner) -> bool:
    attributes = sa.inspect(partner).attrs
    return any(attributes[name].history.has_changes() for name in ("search_key", "binned_at"))
