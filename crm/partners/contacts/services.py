"""Writes of the people met at partners."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict
from crm.partners.enums import ContactRole
from crm.partners.models import Contact, Partner
from crm.wording import N_

_STALE = N_("Cette fiche a été modifiée entre-temps.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactData:
    """Someone at a partner; phone in E.164."""

    last_name: str
    first_name: str = ""
    function: str = ""
    role: ContactRole | None = None
    phone: str | None = None
    email: str | None = None
    is_main: bool = False


def add_contact(session: Session, partner: Partner, data: ContactData, *, actor: Actor, now: datetime) -> Contact:
    """Add someone at a partner. The first one is the main contact."""
    require(actor, Permission.CONTACT_EDIT)
    contact = Contact(partner_id=partner.id, created_at=now)
    others = _others(session, partner.id, but=None)
    _fill_contact(contact, data, others)
    contact.is_main = data.is_main or not others
    session.add(contact)
    session.flush()
    return contact


def update_contact(
    session: Session, contact: Contact, data: ContactData, *, version: int | None, actor: Actor
) -> Contact:
    """Change a contact read with `for_update`. Raises Conflict, NotAllowed."""
    require(actor, Permission.CONTACT_EDIT)
    if version != contact.version:
        raise Conflict(_STALE, current=contact.version)
    _fill_contact(contact, data, _others(session, contact.partner_id, but=contact.id))
    session.flush()
    return contact


def _fill_contact(contact: Contact, data: ContactData, others: list[Contact]) -> None:
    contact.last_name, contact.first_name = data.last_name, data.first_name
    contact.function, contact.role = data.function, data.role
    contact.phone, contact.email = data.phone, data.email
    contact.is_main = data.is_main
    if data.is_main:
        for other in others:
            other.is_main = False


def _others(session: Session, partner_id: int, *, but: int | None) -> list[Contact]:
    statement = select(Contact).where(Contact.partner_id == partner_id, Contact.id.is_distinct_from(but))
    return list(session.scalars(statement))
