"""
Writes of the bin. What is in it keeps everything it had and is shown nowhere else; see decisions/0017-the-bin.md.

What belongs to a partner (contacts, exchanges, needs, things to do) is not marked: it is hidden with the partner and
comes back with it. A contact put in the bin by itself stays there when its partner comes back.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.partners.bin import queries
from crm.partners.bin.keeping import KEPT, HeldElsewhere, PartnerInBin, SiretTaken
from crm.partners.contacts.queries import has_main_contact
from crm.partners.models import Contact, ContactPost, Partner

#: Rows of each kind that one purge deletes; the rest goes an hour later.
MOST_PURGED = 200


def bin_partner(session: Session, partner: Partner, *, actor: Actor, now: datetime) -> bool:
    """
    Put a locked partner into the bin; False when it was there already.

    Raises HeldElsewhere when another structure works with it, NotAllowed.
    """
    require(actor, Permission.PARTNER_BIN)
    if partner.binned_at is not None:
        return False
    if others := queries.structures_holding(session, [partner.id], actor=actor).get(partner.id):
        raise HeldElsewhere(partner.name, others)
    partner.binned_at, partner.binned_by_id = now, actor.user_id
    session.flush()
    return True


def restore_partner(session: Session, partner: Partner, *, actor: Actor, now: datetime) -> bool:
    """
    Take a locked partner out of the bin with all it had; False when it was not there.

    Who may create a partner may bring one back: the form of a new one proposes it. Raises SiretTaken, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    if partner.binned_at is None:
        return False
    _refuse_taken(session, partner)
    try:
        with session.begin_nested():
            partner.binned_at, partner.binned_by_id = None, None
            session.flush()
    except IntegrityError:
        # Somebody else took the SIRET between our look and our update: the index of live SIRETs said so.
        _refuse_taken(session, partner)
        raise
    return True


def bin_contact(session: Session, contact: Contact, *, actor: Actor, now: datetime) -> bool:
    """Put a locked contact into the bin; False when it was there already. Raises NotAllowed."""
    require(actor, Permission.CONTACT_BIN)
    if contact.binned_at is not None:
        return False
    contact.binned_at, contact.binned_by_id = now, actor.user_id
    session.flush()
    return True


def restore_contact(session: Session, contact: Contact, *, actor: Actor, now: datetime) -> bool:
    """
    Take a locked contact out of the bin; False when it was not there.

    Somebody who was made the main contact meanwhile stays so. Raises PartnerInBin, NotAllowed.
    """
    require(actor, Permission.CONTACT_BIN)
    if contact.binned_at is None:
        return False
    partner = session.get_one(Partner, contact.partner_id)
    if partner.binned_at is not None:
        raise PartnerInBin(contact.full_name, partner=partner.name)
    if contact.is_main and has_main_contact(session, contact.partner_id, but=contact.id):
        contact.is_main = False
    contact.binned_at, contact.binned_by_id = None, None
    session.flush()
    return True


def purge(session: Session, *, now: datetime) -> int:
    """Delete for good what has been in the bin for thirty days, MOST_PURGED rows of each kind at most; how many."""
    before = now - KEPT
    contacts = session.scalars(
        select(Contact)
        .where(Contact.binned_at <= before, Contact.merged_into_id.is_(None))
        .order_by(Contact.binned_at, Contact.id)
        .limit(MOST_PURGED)
    ).all()
    for contact in contacts:
        session.delete(contact)
    session.flush()
    partners = session.scalars(
        select(Partner)
        .where(Partner.binned_at <= before, Partner.merged_into_id.is_(None))
        .order_by(Partner.binned_at, Partner.id)
        .limit(MOST_PURGED)
    ).all()
    _move_contacts_who_work_elsewhere(session, [partner.id for partner in partners])
    # One row after the other, so that each has its line of audit; the database takes away what was theirs.
    for contact in session.scalars(select(Contact).where(Contact.partner_id.in_([one.id for one in partners]))):
        session.delete(contact)
    for partner in partners:
        session.delete(partner)
    session.flush()
    return len(contacts) + len(partners)


def _move_contacts_who_work_elsewhere(session: Session, leaving: list[int]) -> None:
    """A person whose first company disappears stays at the other one where they work."""
    rows = session.execute(
        select(Contact, ContactPost)
        .join(ContactPost, ContactPost.contact_id == Contact.id)
        .join(Partner, Partner.id == ContactPost.partner_id)
        .where(Contact.partner_id.in_(leaving), Partner.binned_at.is_(None), ContactPost.left_on.is_(None))
        .order_by(ContactPost.id)
    ).all()
    moved: set[int] = set()
    for contact, post in rows:
        if contact.id in moved:
            continue
        moved.add(contact.id)
        contact.partner_id, contact.function, contact.role = post.partner_id, post.function, post.role
        contact.is_main, contact.left_on = post.is_main, None
        session.delete(post)
    session.flush()


def _refuse_taken(session: Session, partner: Partner) -> None:
    known = queries.live_with_siret(session, partner.siret) if partner.siret else None
    if known is not None:
        raise SiretTaken(partner.name, known=known.name, public_id=known.public_id)
