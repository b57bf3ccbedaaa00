"""Reads of an export: the rows of the list, batch after batch, with what the list does not show."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from crm.access.policy import Actor, Permission, can, require
from crm.partners.enums import AddressKind, ChannelKind
from crm.partners.export.layout import More
from crm.partners.listing import queries as listing
from crm.partners.listing.columns import Column, Row, chosen, columns_for
from crm.partners.listing.filters import Filters
from crm.partners.models import Partner, PartnerAddress, PartnerChannel, PartnerName
from crm.partners.phones import show_phone
from crm.partners.reference.models import HeadcountBand, LegalForm, NafCode

#: Rows read at once: what an export holds in memory.
BATCH = 500
_NOTHING = More()


def columns(filters: Filters, actor: Actor, *, complete: bool) -> list[Column]:
    """The columns of the list that the file holds; names of contacts only for who may take contacts out."""
    offered = columns_for(actor) if complete else chosen(filters, actor)
    contacts = can(actor, Permission.CONTACT_EXPORT)
    return [one for one in offered if contacts or one.permission is not Permission.CONTACT_READ]


def lines(
    session: Session, filters: Filters, actor: Actor, today: date, *, columns: Sequence[Column], complete: bool
) -> Iterator[tuple[Row, More]]:
    """
    Every partner that the filters keep, in their order. Raises NotAllowed.

    A constant number of queries for each batch; only one batch is held at a time.
    """
    require(actor, Permission.PARTNER_EXPORT)
    return _lines(session, filters, actor, today, columns, complete)


def _lines(
    session: Session, filters: Filters, actor: Actor, today: date, columns: Sequence[Column], complete: bool
) -> Iterator[tuple[Row, More]]:
    for rows in listing.batches(session, filters, actor, today, columns=columns, whole=complete, size=BATCH):
        more = _more(session, [row.partner.id for row in rows]) if complete else {}
        yield from ((row, more.get(row.partner.id, _NOTHING)) for row in rows)


def _more(session: Session, identifiers: Sequence[int]) -> dict[int, More]:
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    names = select(PartnerName).where(PartnerName.partner_id.in_(identifiers)).order_by(PartnerName.id)
    for former in session.scalars(names):
        _append(found[former.partner_id], "former_names", former.name)
    channels = select(PartnerChannel).where(PartnerChannel.partner_id.in_(identifiers)).order_by(PartnerChannel.id)
    for channel in session.scalars(channels):
        is_phone = channel.kind is ChannelKind.PHONE
        value = show_phone(channel.value) if is_phone else channel.value
        text = f"{value} ({channel.label})" if channel.label else value
        _append(found[channel.partner_id], "phones" if is_phone else "emails", text)
    addresses = select(PartnerAddress).where(PartnerAddress.partner_id.in_(identifiers))
    for address in session.scalars(addresses):
        where = " ".join(part for part in (address.postal_code, address.city) if part)
        line = ", ".join(part for part in (address.street, where) if part)
        found[address.partner_id]["post" if address.kind is AddressKind.POST else "invoice"] = line
    for partner_id, words in _words(session, identifiers).items():
        found[partner_id].update(words)
    return {partner_id: More(**values) for partner_id, values in found.items()}


def _append(values: dict[str, Any], name: str, text: str) -> None:
    values[name] = (*values.get(name, ()), text)


def _words(session: Session, identifiers: Sequence[int]) -> dict[int, dict[str, str]]:
    """What the codes of the reference mean, and the name of the parent."""
    parent = aliased(Partner)
    statement = (
        select(
            Partner.id,
            parent.name.label("parent"),
            LegalForm.label.label("legal_form"),
            NafCode.label.label("naf"),
            HeadcountBand.label.label("headcount"),
        )
        .outerjoin(parent, (parent.id == Partner.parent_id) & parent.binned_at.is_(None))
        .outerjoin(LegalForm, LegalForm.code == Partner.legal_form_code)
        .outerjoin(NafCode, NafCode.code == Partner.naf_code)
        .outerjoin(HeadcountBand, HeadcountBand.code == Partner.headcount_band)
        .where(Partner.id.in_(identifiers))
    )
    return {
        row.id: {
            "parent": row.parent or "",
            "legal_form": row.legal_form or "",
            "naf": row.naf or "",
            "headcount": row.headcount or "",
        }
        for row in session.execute(statement)
    }
