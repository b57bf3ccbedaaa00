"""Writes anew the keys and the words by which partners and contacts are found: after an upgrade that changes them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from crm.partners.contacts.keys import contact_search_key
from crm.partners.enums import ChannelKind
from crm.partners.listing.listeners import city_key_of, write_words
from crm.partners.models import Contact, Partner
from crm.partners.search import search_key, sort_key

#: Rows held in memory at once.
BATCH = 500


def refresh(session: Session) -> tuple[int, int]:
    """How many partners and contacts had a key that was no longer right. Those that were right are not touched."""
    return _refresh_partners(session), _refresh_contacts(session)


def refresh_if_older(session: Session) -> bool:
    """Refresh when partners stand there that an earlier release wrote, which knew no key of towns; whether it did."""
    older = select(Partner.id).where(Partner.city != "", Partner.city_key == "").limit(1)
    if session.scalar(older) is None:
        return False
    refresh(session)
    return True


def _refresh_partners(session: Session) -> int:
    changed = 0
    for partners in _batches(session, Partner, selectinload(Partner.former_names), selectinload(Partner.channels)):
        changed += sum([_set(partner, _partner_keys(partner)) for partner in partners])
        session.flush()
        write_words(session, partners, known=[partner.id for partner in partners])
        session.expunge_all()
    return changed


def _refresh_contacts(session: Session) -> int:
    changed = 0
    for contacts in _batches(session, Contact, selectinload(Contact.channels)):
        changed += sum([_set(contact, {"search_key": _contact_key(contact)}) for contact in contacts])
        session.flush()
        session.expunge_all()
    return changed


def _partner_keys(partner: Partner) -> dict[str, str]:
    others = [one.value for one in partner.channels if one.kind is ChannelKind.PHONE]
    return {
        "sort_key": sort_key(partner.name),
        "city_key": city_key_of(partner),
        "search_key": search_key(
            names=[partner.name, partner.trade_name, *(one.name for one in partner.former_names)],
            city=partner.city,
            postal_code=partner.postal_code,
            siret=partner.siret or partner.siren or "",
            phones=[partner.phone, *others] if partner.phone else others,
        ),
    }


def _contact_key(contact: Contact) -> str:
    others: dict[ChannelKind, list[str]] = {kind: [] for kind in ChannelKind}
    for one in contact.channels:
        others[one.kind].append(one.value)
    return contact_search_key(
        full_name=contact.full_name,
        function=contact.function,
        phones=[contact.phone, *others[ChannelKind.PHONE]] if contact.phone else others[ChannelKind.PHONE],
        emails=[contact.email, *others[ChannelKind.EMAIL]] if contact.email else others[ChannelKind.EMAIL],
    )


def _set(row: Partner | Contact, values: dict[str, str]) -> bool:
    wrong = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in wrong.items():
        setattr(row, name, value)
    return bool(wrong)


def _batches(session: Session, model: Any, *options: Any) -> Iterator[list[Any]]:
    last = 0
    while True:
        statement = select(model).where(model.id > last).order_by(model.id).limit(BATCH).options(*options)
        rows = list(session.scalars(statement))
        if not rows:
            return
        last = rows[-1].id
        yield rows
