"""Reads of the people met at partners."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from crm.access.policy import Actor, Permission, can, require
from crm.audit.words import Reference
from crm.errors import NotFound
from crm.partners.models import Contact, Partner


def contacts_of(session: Session, partner_id: int, *, actor: Actor) -> list[Contact]:
    """The people met at the partner, the main one first."""
    require(actor, Permission.CONTACT_READ)
    statement = (
        select(Contact)
        .where(Contact.partner_id == partner_id)
        .order_by(Contact.is_main.desc(), func.lower(Contact.last_name), Contact.id)
    )
    return list(session.scalars(statement))


def get_contact(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Contact:
    """The contact of that public id with its partner. Raises NotFound, also when the partner is in the bin."""
    require(actor, Permission.CONTACT_READ)
    statement = (
        select(Contact)
        .join(Contact.partner)
        .where(Contact.public_id == public_id, Partner.binned_at.is_(None))
        .options(joinedload(Contact.partner, innerjoin=True))
    )
    if for_update:
        statement = statement.with_for_update(of=Contact)
    contact = session.scalars(statement).one_or_none()
    if contact is None:
        raise NotFound
    return contact


def told_contacts(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names these people, each with the page of their partner."""
    if not can(actor, Permission.CONTACT_READ):
        return {}
    statement = (
        select(Contact.id, Contact.first_name, Contact.last_name, Partner.public_id)
        .join(Contact.partner)
        .where(Contact.id.in_(identifiers), Partner.binned_at.is_(None))
    )
    return {
        row.id: Reference(f"{row.first_name} {row.last_name}".strip(), "partners.show", row.public_id)
        for row in session.execute(statement)
    }
