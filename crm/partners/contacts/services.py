"""
Writes of the people met at partners.

`key` is the installation's secret: of an address that must not be written to any more, only a mark made with it is
kept. Whatever changes a contact sets its `updated_at`, so that its version tells of its phones and posts too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.db import insert_if_absent
from crm.errors import Conflict
from crm.partners.channel_lines import Channel
from crm.partners.contacts.keys import contact_search_key, email_hash
from crm.partners.contacts.queries import has_main_contact
from crm.partners.enums import ChannelKind, ContactRole
from crm.partners.models import Contact, ContactChannel, ContactPost, Opposition, Partner
from crm.partners.refusals import FieldRefused
from crm.reminders import services as reminders
from crm.reminders.models import Todo
from crm.wording import N_

_STALE = N_("Cette fiche a été modifiée entre-temps.")
_TO_COME = N_("Cette date est à venir.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactData:
    """Someone at a partner. `phone` (E.164) and `email` are the main ones, `channels` the others."""

    last_name: str
    first_name: str = ""
    function: str = ""
    role: ContactRole | None = None
    phone: str | None = None
    email: str | None = None
    channels: tuple[Channel, ...] = ()
    is_main: bool = False
    informed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostData:
    """What a contact does in another company than their first one."""

    function: str = ""
    role: ContactRole | None = None
    is_main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingData:
    """Somebody left. `take_over` is what is to be done about it, '' for nothing, by the actor for `due_on`."""

    left_on: date
    successor: Contact | None = None
    take_over: str = ""
    due_on: date | None = None


def add_contact(
    session: Session, partner: Partner, data: ContactData, *, actor: Actor, now: datetime, key: str
) -> Contact:
    """
    Add someone at a partner. The first one is the main contact.

    An address whose owner once objected, here or elsewhere, is marked so at once. Raises FieldRefused, NotAllowed.
    """
    require(actor, Permission.CONTACT_EDIT)
    _refuse_to_come(data.informed_on, now, field="informed_on")
    contact = Contact(partner_id=partner.id, created_at=now, channels=[], posts=[])
    _fill_contact(contact, data)
    contact.is_main = data.is_main or not (_has_people(session, partner.id) or has_main_contact(session, partner.id))
    if data.is_main:
        _only_main(session, partner.id, but=None, now=now)
    contact.opposed_on = _objection(session, emails_of(contact), key=key)
    session.add(contact)
    session.flush()
    return contact


def update_contact(
    session: Session,
    contact: Contact,
    data: ContactData,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
    key: str,
) -> Contact:
    """Change a contact read with `for_update`. Raises Conflict, FieldRefused, NotAllowed."""
    require(actor, Permission.CONTACT_EDIT)
    if version != contact.version:
        raise Conflict(_STALE, current=contact.version)
    if data.informed_on != contact.informed_on:
        _refuse_to_come(data.informed_on, now, field="informed_on")
    _fill_contact(contact, data)
    contact.updated_at = now
    if data.is_main:
        _only_main(session, contact.partner_id, but=contact.id, now=now)
    if contact.opposed_on is None:
        contact.opposed_on = _objection(session, emails_of(contact), key=key)
    else:
        _remember(session, contact, contact.opposed_on, key=key)
    session.flush()
    return contact


def inform(session: Session, contact: Contact, *, actor: Actor, now: datetime) -> None:
    """They were told today what we keep of them. An earlier day stays."""
    require(actor, Permission.CONTACT_EDIT)
    if contact.informed_on is None:
        contact.informed_on, contact.updated_at = clock.day_of(now), now
        session.flush()


def leave(session: Session, contact: Contact, data: LeavingData, *, actor: Actor, now: datetime) -> Todo | None:
    """
    Somebody left the company of which they are a contact; their successor becomes the main contact if they were it.

    The thing to do that was planned, None when none was asked for. Raises FieldRefused, UnclearTodo, NotAllowed.
    """
    require(actor, Permission.CONTACT_EDIT)
    _refuse_to_come(data.left_on, now, field="left_on")
    successor = data.successor
    if successor is not None and (successor.id == contact.id or successor.left_on or successor.binned_at):
        raise FieldRefused(N_("Cette personne ne peut pas prendre la suite."), field="successor")
    contact.left_on, contact.updated_at = data.left_on, now
    contact.successor_id = successor.id if successor else None
    if contact.is_main and successor is not None and successor.partner_id == contact.partner_id:
        contact.is_main, successor.is_main, successor.updated_at = False, True, now
    session.flush()
    if not data.take_over:
        return None
    return reminders.plan(
        session,
        what=data.take_over,
        due_on=data.due_on or clock.day_of(now),
        assignee_id=actor.user_id or 0,
        partner_id=contact.partner_id,
        actor=actor,
        now=now,
    )


def come_back(session: Session, contact: Contact, *, was_main: bool, actor: Actor, now: datetime) -> bool:
    """They are there after all; False when nobody had said otherwise. `was_main`: they are the main contact again."""
    require(actor, Permission.CONTACT_EDIT)
    if contact.left_on is None:
        return False
    contact.left_on, contact.successor_id, contact.updated_at = None, None, now
    if was_main:
        contact.is_main = True
        _only_main(session, contact.partner_id, but=contact.id, now=now)
    session.flush()
    return True


def oppose(session: Session, contact: Contact, *, actor: Actor, now: datetime, key: str) -> bool:
    """
    They asked not to be contacted any more: kept with the mark of each of their addresses, so that no import forgets.

    False when it was said before.
    """
    require(actor, Permission.CONTACT_EDIT)
    if contact.opposed_on is not None:
        return False
    contact.opposed_on, contact.updated_at = clock.day_of(now), now
    _remember(session, contact, contact.opposed_on, key=key)
    session.flush()
    return True


def lift_opposition(session: Session, contact: Contact, *, actor: Actor, now: datetime, key: str) -> bool:
    """They agree to be contacted again. Other contacts who bear the same address keep their own objection, and it."""
    require(actor, Permission.CONTACT_EDIT)
    if contact.opposed_on is None:
        return False
    contact.opposed_on, contact.updated_at = None, now
    session.flush()
    kept = _emails_objecting(session)
    hashes = {email_hash(email, key=key) for email in emails_of(contact)} - {email_hash(e, key=key) for e in kept}
    for row in session.scalars(select(Opposition).where(Opposition.email_hash.in_(hashes))) if hashes else ():
        session.delete(row)
    session.flush()
    return True


def is_opposed(session: Session, email: str, *, key: str) -> bool:
    """Whether the owner of this address asked not to be contacted any more, even if no contact bears it today."""
    return _objection(session, [email], key=key) is not None


def keep_post(
    session: Session, contact: Contact, partner: Partner, data: PostData, *, actor: Actor, now: datetime
) -> ContactPost:
    """Somebody also works in another company: a new post, or the one they have there, changed. Raises FieldRefused."""
    require(actor, Permission.CONTACT_EDIT)
    if partner.id == contact.partner_id:
        message = N_("C'est déjà sa première entreprise : elle se modifie sur sa fiche.")
        raise FieldRefused(message, field="partner")
    post = _post(contact, partner)
    if post is None:
        post = ContactPost(partner_id=partner.id)
        contact.posts.append(post)
    post.function, post.role, post.is_main, post.left_on = data.function, data.role, data.is_main, None
    contact.updated_at = now
    if data.is_main:
        _only_main(session, partner.id, but=contact.id, now=now)
    session.flush()
    return post


def end_post(session: Session, contact: Contact, partner: Partner, *, actor: Actor, now: datetime) -> bool:
    """They left that other company today; False when they had, or never worked there."""
    require(actor, Permission.CONTACT_EDIT)
    return _date_post(session, contact, partner, clock.day_of(now), now)


def resume_post(session: Session, contact: Contact, partner: Partner, *, actor: Actor, now: datetime) -> bool:
    """They still work in that other company; False when nobody had said otherwise."""
    require(actor, Permission.CONTACT_EDIT)
    return _date_post(session, contact, partner, None, now)


def refresh_search_keys(session: Session) -> int:
    """Write the search key of every contact again; how many there are. For a command: it reads them all."""
    statement = select(Contact).options(selectinload(Contact.channels)).execution_options(yield_per=500)
    count = 0
    for contact in session.scalars(statement):
        _refresh_key(contact)
        count += 1
    session.flush()
    return count


def emails_of(contact: Contact) -> list[str]:
    """Every address of a contact read with its channels."""
    others = [channel.value for channel in contact.channels if channel.kind is ChannelKind.EMAIL]
    return [email for email in (contact.email, *others) if email]


def phones_of(contact: Contact) -> list[str]:
    """Every phone (E.164) of a contact read with its channels."""
    others = [channel.value for channel in contact.channels if channel.kind is ChannelKind.PHONE]
    return [phone for phone in (contact.phone, *others) if phone]


def _refuse_to_come(day: date | None, now: datetime, *, field: str) -> None:
    if day is not None and day > clock.day_of(now):
        raise FieldRefused(_TO_COME, field=field)


def _fill_contact(contact: Contact, data: ContactData) -> None:
    contact.last_name, contact.first_name = data.last_name, data.first_name
    contact.function, contact.role = data.function, data.role
    contact.phone, contact.email = data.phone, data.email
    contact.informed_on = data.informed_on
    contact.is_main = data.is_main
    _fill_channels(contact, data.channels)
    _refresh_key(contact)


def _fill_channels(contact: Contact, wanted: Iterable[Channel]) -> None:
    """Rows that stay keep their place: what did not change is not in the trail."""
    kept = {(row.kind, row.value): row for row in contact.channels}
    asked = {(one.kind, one.value): one for one in wanted if one.value not in {contact.phone, contact.email}}
    for row in [row for key, row in kept.items() if key not in asked]:
        contact.channels.remove(row)
    for key, one in asked.items():
        if key in kept:
            kept[key].label = one.label
        else:
            contact.channels.append(ContactChannel(kind=one.kind, value=one.value, label=one.label))


def _refresh_key(contact: Contact) -> None:
    contact.search_key = contact_search_key(
        full_name=contact.full_name, function=contact.function, phones=phones_of(contact), emails=emails_of(contact)
    )


def _has_people(session: Session, partner_id: int) -> bool:
    """Whether somebody of that first company is there today."""
    there = (Contact.partner_id == partner_id, Contact.left_on.is_(None), Contact.binned_at.is_(None))
    return session.scalar(select(Contact.id).where(*there).limit(1)) is not None


def _only_main(session: Session, partner_id: int, *, but: int | None, now: datetime) -> None:
    """Nobody but `but` is the main contact of the partner, be it their first company or another of theirs."""
    live = (Contact.id.is_distinct_from(but), Contact.binned_at.is_(None))
    with session.no_autoflush:
        first = session.scalars(select(Contact).where(Contact.partner_id == partner_id, Contact.is_main, *live)).all()
        posts = session.execute(
            select(Contact, ContactPost)
            .join(ContactPost, ContactPost.contact_id == Contact.id)
            .where(ContactPost.partner_id == partner_id, ContactPost.is_main, *live)
        ).all()
    for contact in first:
        contact.is_main = False
    for contact, post in posts:
        post.is_main, contact.updated_at = False, now


def _objection(session: Session, emails: Iterable[str], *, key: str) -> date | None:
    """The first day on which the owner of one of these addresses objected."""
    hashes = [email_hash(email, key=key) for email in emails]
    if not hashes:
        return None
    statement = select(Opposition.opposed_on).where(Opposition.email_hash.in_(hashes)).order_by(Opposition.opposed_on)
    return session.scalars(statement.limit(1)).first()


def _remember(session: Session, contact: Contact, day: date, *, key: str) -> None:
    for email in emails_of(contact):
        insert_if_absent(session, Opposition, {"email_hash": email_hash(email, key=key), "opposed_on": day})


def _emails_objecting(session: Session) -> set[str]:
    """The addresses of the contacts who still object: few, as they ask for it one by one."""
    statement = select(Contact).where(Contact.opposed_on.is_not(None)).options(selectinload(Contact.channels))
    return {email for contact in session.scalars(statement) for email in emails_of(contact)}


def _post(contact: Contact, partner: Partner) -> ContactPost | None:
    return next((post for post in contact.posts if post.partner_id == partner.id), None)


def _date_post(session: Session, contact: Contact, partner: Partner, day: date | None, now: datetime) -> bool:
    post = _post(contact, partner)
    if post is None or (post.left_on is None) == (day is None):
        return False
    post.left_on, contact.updated_at = day, now
    if post.is_main and day is None and has_main_contact(session, partner.id, but=contact.id):
        post.is_main = False  # somebody else became it meanwhile
    session.flush()
    return True
