"""Reads of the people met at partners."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, Row, Select, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from crm.access.policy import Actor, Permission, can, require
from crm.audit.words import Reference
from crm.errors import NotFound
from crm.partners.contacts.keys import email_hash
from crm.partners.enums import ChannelKind, ContactRole
from crm.partners.models import Contact, ContactChannel, ContactPost, Opposition, Partner
from crm.partners.queries import merged
from crm.partners.search import LIKE_ESCAPE, like_pattern, search_tokens, sort_key

MOST_PARTNERS_OFFERED = 5

#: Marks asked of the database at once.
_MARKS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Met:
    """
    Somebody as the page of one partner shows them: what they do there, and how to reach them.

    `elsewhere` is their first company when this one is another of theirs. No phone nor e-mail of who objected.
    """

    public_id: str
    full_name: str
    last_name: str
    function: str
    role: ContactRole | None
    is_main: bool
    left_on: date | None
    opposed_on: date | None
    successor: str
    elsewhere: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    """The people of a partner: those who are there, the main one first, and those who left, the last one first."""

    current: list[Met]
    left: list[Met]


@dataclass(frozen=True, slots=True)
class Company:
    """A company where a contact works. `is_first`: the one whose contact they are."""

    public_id: str
    name: str
    city: str
    function: str
    role: ContactRole | None
    is_main: bool
    left_on: date | None
    is_first: bool


def current_contacts_of(session: Session, partner_id: int, actor: Actor) -> list[Contact]:
    """
    Who can be met at the partner today, those with a post there included, the main one first. One query.

    Neither who left nor who is in the bin; who objected is there, with `opposed_on`.
    """
    require(actor, Permission.CONTACT_READ)
    here = Contact.partner_id == partner_id
    post = _post_at(partner_id)
    statement = (
        select(Contact)
        .join(Contact.partner)
        .outerjoin(ContactPost, post)
        .where(_met_at(partner_id), Contact.binned_at.is_(None), Partner.binned_at.is_(None))
        .where(or_(here & Contact.left_on.is_(None), ContactPost.id.is_not(None) & ContactPost.left_on.is_(None)))
        .order_by(
            (here & Contact.is_main | func.coalesce(ContactPost.is_main, False)).desc(),
            func.lower(Contact.last_name),
            Contact.id,
        )
    )
    return list(session.scalars(statement))


def people_of(session: Session, partner_id: int, *, actor: Actor) -> People:
    """The people of the partner's page. Three queries, however many they are."""
    require(actor, Permission.CONTACT_READ)
    rows = session.execute(_people(), {"partner": partner_id}).all()
    reached: dict[int, list[tuple[ChannelKind, str]]] = {}
    if rows:
        for contact_id, kind, value in session.execute(_channels(), {"contacts": [row.id for row in rows]}):
            reached.setdefault(contact_id, []).append((kind, value))
    successors = _names(session, {row.successor_id for row in rows if row.successor_id})
    met = [_met(row, reached.get(row.id, ()), successors, is_first=row.partner_id == partner_id) for row in rows]
    return People(
        current=sorted((one for one in met if one.left_on is None), key=lambda one: not one.is_main),
        left=sorted((one for one in met if one.left_on), key=lambda one: one.left_on or date.min, reverse=True),
    )


@cache
def _people() -> Select[*tuple[Any, ...]]:
    """Who is met at the `partner`, with their post there. Columns, and built once: every page of a partner asks it."""
    partner = bindparam("partner", type_=Integer)
    said = (Contact.function, Contact.role, Contact.is_main, Contact.left_on)
    there = (ContactPost.function, ContactPost.role, ContactPost.is_main, ContactPost.left_on)
    return (
        select(
            *(Contact.id, Contact.public_id, Contact.partner_id, Contact.first_name, Contact.last_name),
            *(Contact.phone, Contact.email, Contact.opposed_on, Contact.successor_id, Partner.name),
            *(one.label(f"first_{one.key}") for one in said),
            *(one.label(f"post_{one.key}") for one in there),
        )
        .join(Contact.partner)
        .outerjoin(ContactPost, _post_at(partner))
        .where(_met_at(partner), Contact.binned_at.is_(None), Partner.binned_at.is_(None))
        .order_by(func.lower(Contact.last_name), Contact.id)
    )


@cache
def _channels() -> Select[int, ChannelKind, str]:
    return (
        select(ContactChannel.contact_id, ContactChannel.kind, ContactChannel.value)
        .where(ContactChannel.contact_id.in_(bindparam("contacts", type_=Integer, expanding=True)))
        .order_by(ContactChannel.id)
    )


def get_contact(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Contact:
    """
    The contact of that public id, with its partner, other phones and e-mails, and posts.

    Raises Moved when it was merged into another; NotFound, in the bin included, and when the partner is there.
    """
    require(actor, Permission.CONTACT_READ)
    statement = (
        select(Contact)
        .join(Contact.partner)
        .where(Contact.binned_at.is_(None))
        .where(Contact.public_id == public_id, Partner.binned_at.is_(None))
        .options(contains_eager(Contact.partner), selectinload(Contact.channels), selectinload(Contact.posts))
    )
    if for_update:
        statement = statement.with_for_update(of=Contact)
    contact = session.scalars(statement).one_or_none()
    if contact is None:
        raise merged(session, Contact, public_id) or NotFound
    return contact


def companies_of(session: Session, contact: Contact, *, actor: Actor) -> list[Company]:
    """Where a contact works or worked, their first company first; those in the bin are left out. One query."""
    require(actor, Permission.CONTACT_READ)
    first = contact.partner
    found = [
        Company(
            first.public_id,
            first.name,
            first.city,
            contact.function,
            contact.role,
            contact.is_main,
            contact.left_on,
            is_first=True,
        )
    ]
    statement = (
        select(ContactPost, Partner)
        .join(Partner, Partner.id == ContactPost.partner_id)
        .where(ContactPost.contact_id == contact.id, Partner.binned_at.is_(None))
        .order_by(Partner.sort_key, Partner.id)
    )
    for post, partner in session.execute(statement):
        said = (post.function, post.role, post.is_main, post.left_on)
        found.append(Company(partner.public_id, partner.name, partner.city, *said, is_first=False))
    return found


def successor_of(session: Session, contact: Contact, *, actor: Actor) -> Contact | None:
    """Who took over from somebody who left; None when nobody did, or they are in the bin."""
    require(actor, Permission.CONTACT_READ)
    if contact.successor_id is None:
        return None
    statement = select(Contact).where(Contact.id == contact.successor_id, Contact.binned_at.is_(None))
    return session.scalars(statement).one_or_none()


def has_main_contact(session: Session, partner_id: int, *, but: int | None = None) -> bool:
    """Whether somebody else than `but` is the main contact of the partner, who has neither left nor is in the bin."""
    here = (Contact.partner_id == partner_id) & Contact.is_main & Contact.left_on.is_(None)
    post = ContactPost.is_main & ContactPost.left_on.is_(None)
    statement = (
        select(Contact.id)
        .outerjoin(ContactPost, _post_at(partner_id))
        .where(Contact.id.is_distinct_from(but), Contact.binned_at.is_(None), or_(here, post))
        .limit(1)
    )
    with session.no_autoflush:
        return session.scalar(statement) is not None


def partners_named(session: Session, text: str, *, actor: Actor) -> list[Partner]:
    """
    The live partners that a typed name means, at most five: that of this public id, else those of exactly this name,
    else those where every word is found.
    """
    require(actor, Permission.PARTNER_READ)
    live = select(Partner).where(Partner.binned_at.is_(None)).order_by(Partner.sort_key, Partner.id)
    for wanted in (Partner.public_id == text, Partner.sort_key == sort_key(text)):
        if found := session.scalars(live.where(wanted).limit(MOST_PARTNERS_OFFERED)).all():
            return list(found)
    tokens = search_tokens(text)
    if not tokens:
        return []
    holds = [Partner.search_key.like(like_pattern(token), escape=LIKE_ESCAPE) for token in tokens]
    return list(session.scalars(live.where(*holds).limit(MOST_PARTNERS_OFFERED)))


def told_contacts(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names these people, each with their page."""
    if not can(actor, Permission.CONTACT_READ):
        return {}
    statement = (
        select(Contact.id, Contact.first_name, Contact.last_name, Contact.public_id)
        .join(Contact.partner)
        .where(Contact.id.in_(identifiers), Contact.binned_at.is_(None), Partner.binned_at.is_(None))
    )
    return {
        row.id: Reference(f"{row.first_name} {row.last_name}".strip(), "contacts.show", row.public_id)
        for row in session.execute(statement)
    }


def told_channels(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names the people to whom these phones and e-mails belong."""
    statement = select(ContactChannel.id, ContactChannel.contact_id).where(ContactChannel.id.in_(identifiers))
    return _told_parts(session, {row.id: row.contact_id for row in session.execute(statement)}, actor)


def told_posts(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names the people who hold these posts."""
    statement = select(ContactPost.id, ContactPost.contact_id).where(ContactPost.id.in_(identifiers))
    return _told_parts(session, {row.id: row.contact_id for row in session.execute(statement)}, actor)


def _told_parts(session: Session, owner_of: dict[int, int], actor: Actor) -> dict[int, Reference]:
    seen = told_contacts(session, set(owner_of.values()), actor) if owner_of else {}
    return {key: seen[contact_id] for key, contact_id in owner_of.items() if contact_id in seen}


def _met_at(partner_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Whose company it is, or who has a post there: two looks into indexes, where an OR reads every contact."""
    theirs = aliased(Contact)
    here = select(theirs.id).where(theirs.partner_id == partner_id)
    return Contact.id.in_(union_all(here, select(ContactPost.contact_id).where(ContactPost.partner_id == partner_id)))


def _post_at(partner_id: int | BindParameter[int]) -> ColumnElement[bool]:
    return (ContactPost.contact_id == Contact.id) & (ContactPost.partner_id == partner_id)


def _names(session: Session, identifiers: set[int | None]) -> dict[int, str]:
    if not identifiers:
        return {}
    found = session.scalars(select(Contact).where(Contact.id.in_(identifiers), Contact.binned_at.is_(None)))
    return {contact.id: contact.full_name for contact in found}


def _met(
    row: Row[Any], reached: Sequence[tuple[ChannelKind, str]], successors: dict[int, str], *, is_first: bool
) -> Met:
    """Somebody by a row of `_people`; `is_first` when this company is their own, not one where they have a post."""
    there = "first_" if is_first else "post_"
    reachable = row.opposed_on is None
    phones = [row.phone, *(value for kind, value in reached if kind is ChannelKind.PHONE)]
    emails = [row.email, *(value for kind, value in reached if kind is ChannelKind.EMAIL)]
    return Met(
        public_id=row.public_id,
        full_name=f"{row.first_name} {row.last_name}".strip(),
        last_name=row.last_name,
        opposed_on=row.opposed_on,
        successor=successors.get(row.successor_id or 0, "") if is_first else "",
        elsewhere="" if is_first else row.name,
        phones=tuple(phone for phone in phones if phone and reachable),
        emails=tuple(email for email in emails if email and reachable),
        **{name: row._mapping[there + name] for name in ("function", "role", "is_main", "left_on")},
    )


def objecting_among(session: Session, addresses: Collection[str], *, key: str) -> frozenset[str]:
    """Those of these e-mail addresses whose owner asked not to be contacted any more: one query for a thousand."""
    mark_of = {address: email_hash(address, key=key) for address in addresses}
    marks = sorted(set(mark_of.values()))
    found: set[str] = set()
    for start in range(0, len(marks), _MARKS_AT_ONCE):
        some = marks[start : start + _MARKS_AT_ONCE]
        found |= set(session.scalars(select(Opposition.email_hash).where(Opposition.email_hash.in_(some))))
    return frozenset(address for address, mark in mark_of.items() if mark in found)
