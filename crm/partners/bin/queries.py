"""Reads of the bin: what is in it, whose it was, who else holds a partner back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import Structure
from crm.accounts.queries import colleagues
from crm.errors import NotFound
from crm.partners.bin import keeping
from crm.partners.enums import FollowStage
from crm.partners.models import Contact, Follow, Need, Partner
from crm.partners.queries import merged
from crm.reminders.models import Todo

#: A page of the bin.
SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """
    One thing in the bin. `by` is empty when a colleague of another structure, or the application, put it there.

    `of` is the company of a contact; `contacts` and `todos` are what comes back with a partner.
    """

    id: int
    public_id: str
    name: str
    binned_at: datetime
    purge_at: datetime
    by: str
    city: str = ""
    of: str = ""
    contacts: int = 0
    todos: int = 0


def find_partner(session: Session, public_id: str, *, actor: Actor) -> Partner:
    """The partner of that public id, live or in the bin, locked. Raises NotFound."""
    require(actor, Permission.PARTNER_READ)
    statement = select(Partner).where(Partner.public_id == public_id).with_for_update()
    partner = session.scalars(statement).one_or_none()
    if partner is None or partner.merged_into_id is not None:
        raise merged(session, Partner, public_id) or NotFound
    return partner


def find_contact(session: Session, public_id: str, *, actor: Actor) -> Contact:
    """The contact of that public id with its partner, live or in the bin, locked. Raises NotFound."""
    require(actor, Permission.CONTACT_READ)
    statement = (
        select(Contact)
        .join(Contact.partner)
        .where(Contact.public_id == public_id)
        .options(joinedload(Contact.partner, innerjoin=True))
        .with_for_update(of=Contact)
    )
    contact = session.scalars(statement).one_or_none()
    if contact is None or contact.merged_into_id is not None:
        raise merged(session, Contact, public_id) or NotFound
    return contact


def binned_partners(session: Session, *, actor: Actor, after: tuple[datetime, int] | None = None) -> list[Binned]:
    """The partners of the bin, the latest first: SIZE of them after the key, and one more when the list goes on."""
    require(actor, Permission.PARTNER_BIN)
    # Of other structures nothing can hang on it: what they have holds a partner out of the bin.
    contacts = (
        select(func.count())
        .where(Contact.partner_id == Partner.id, Contact.binned_at.is_(None))
        .correlate(Partner)
        .scalar_subquery()
    )
    todos = (
        select(func.count())
        .where(Todo.partner_id == Partner.id, Todo.done_at.is_(None), Todo.structure_id == actor.structure_id)
        .correlate(Partner)
        .scalar_subquery()
    )
    statement = (
        select(Partner, contacts, todos)
        .where(Partner.binned_at.is_not(None), Partner.merged_into_id.is_(None))
        .order_by(Partner.binned_at.desc(), Partner.id.desc())
        .limit(SIZE + 1)
    )
    if after is not None:
        at, key = after
        older = (Partner.binned_at < at) | ((Partner.binned_at == at) & (Partner.id < key))
        statement = statement.where(older)
    people = _names(session, actor)
    return [
        Binned(
            id=partner.id,
            public_id=partner.public_id,
            name=partner.name,
            binned_at=partner.binned_at,
            purge_at=keeping.purge_at(partner.binned_at),
            by=people.get(partner.binned_by_id, ""),
            city=partner.city,
            contacts=contact_count if can(actor, Permission.CONTACT_READ) else 0,
            todos=todo_count,
        )
        for partner, contact_count, todo_count in session.execute(statement)
        if partner.binned_at is not None
    ]


def binned_contacts(session: Session, *, actor: Actor, after: tuple[datetime, int] | None = None) -> list[Binned]:
    """
    The contacts put into the bin by themselves, the latest first, as `binned_partners`.

    Those of a partner that is itself in the bin are left out: they can only come back after it.
    """
    require(actor, Permission.CONTACT_BIN)
    statement = (
        select(Contact, Partner.name)
        .join(Partner, Partner.id == Contact.partner_id)
        .where(Contact.binned_at.is_not(None), Contact.merged_into_id.is_(None), Partner.binned_at.is_(None))
        .order_by(Contact.binned_at.desc(), Contact.id.desc())
        .limit(SIZE + 1)
    )
    if after is not None:
        at, key = after
        older = (Contact.binned_at < at) | ((Contact.binned_at == at) & (Contact.id < key))
        statement = statement.where(older)
    people = _names(session, actor)
    return [
        Binned(
            id=contact.id,
            public_id=contact.public_id,
            name=contact.full_name,
            binned_at=contact.binned_at,
            purge_at=keeping.purge_at(contact.binned_at),
            by=people.get(contact.binned_by_id, ""),
            of=partner_name,
        )
        for contact, partner_name in session.execute(statement)
        if contact.binned_at is not None
    ]


def structures_holding(session: Session, identifiers: Collection[int], *, actor: Actor) -> dict[int, list[str]]:
    """
    The names of the other structures that work with each of these partners; a partner that none holds is left out.

    One that a structure merely knows (in its *vivier*) is not held by it. A constant number of queries, however many
    partners: for a bulk action too.
    """
    found = holders(session, identifiers)
    everybody = {one for holding in found.values() for one in holding} - {actor.structure_id}
    if not everybody:
        return {}
    structures = session.execute(select(Structure.id, Structure.name).where(Structure.id.in_(everybody)))
    named = {row.id: row.name for row in structures}
    return {
        partner_id: sorted(named[one] for one in others)
        for partner_id, holding in found.items()
        if (others := holding - {actor.structure_id})
    }


def holders(session: Session, identifiers: Collection[int]) -> dict[int, set[int]]:
    """The structures that work with each of these partners, as `structures_holding` says. A constant number."""
    found = keeping.held_by(session, identifiers)
    for model in (Follow, Need, Todo):
        statement = select(model.partner_id, model.structure_id).where(model.partner_id.in_(identifiers)).distinct()
        if model is Follow:
            statement = statement.where(Follow.stage != FollowStage.POOL)
        for partner_id, structure_id in session.execute(statement):
            if partner_id is not None:
                found.setdefault(partner_id, set()).add(structure_id)
    return found


def live_with_siret(session: Session, siret: str) -> Partner | None:
    """The live partner that bears this SIRET."""
    with session.no_autoflush:
        return session.scalars(select(Partner).where(Partner.siret == siret, Partner.binned_at.is_(None))).first()


def _names(session: Session, actor: Actor) -> dict[int | None, str]:
    """The people of the actor's structure: what others of the collectif did is told without their name."""
    return {person.id: person.name for person in colleagues(session, actor=actor)}
