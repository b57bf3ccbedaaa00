"""Reads of one exchange: the row to change, the sheet to show, the people who may have taken part."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from crm.access.policy import Actor, Permission, can, require
from crm.accounts import queries as accounts
from crm.accounts.models import Structure
from crm.errors import NotFound
from crm.interactions.enums import MEETINGS
from crm.interactions.models import Interaction
from crm.partners.models import Contact, ContactPost, Partner

#: A meeting held longer ago is no longer what somebody comes to write down.
_STILL_NEAR = timedelta(days=14)
_MOST_RECALLED = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the partner, as forms and sheets name them. `phone` is withheld from who may not read contacts."""

    id: int
    public_id: str
    name: str
    function: str
    phone: str | None
    is_main: bool
    is_opposed: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    What the page of one exchange shows. `colleagues` are names; the grid is by question.

    Of another structure's shared exchange `is_ours` is False: its text is read, nothing is changed.
    """

    interaction: Interaction
    structure: str
    is_ours: bool
    may_change: bool
    is_planned: bool
    is_to_write: bool
    people: tuple[Person, ...]
    colleagues: tuple[str, ...]
    grid: dict[str, str]


def get(
    session: Session, public_id: str, *, actor: Actor, for_update: bool = False, binned: bool = False
) -> Interaction:
    """
    An exchange with its partner, participants and grid: ours, or one that another structure shared.

    To change it, only ours; `binned` looks in the bin too. Raises NotAllowed, or NotFound for what is out of sight.
    """
    require(actor, Permission.INTERACTION_READ)
    ours = Interaction.structure_id == actor.structure_id
    statement = (
        select(Interaction)
        .join(Interaction.partner)
        .where(Interaction.public_id == public_id, Partner.binned_at.is_(None))
        .where(ours if for_update else or_(ours, Interaction.shared))
        .options(
            contains_eager(Interaction.partner),
            joinedload(Interaction.author, innerjoin=True),
            selectinload(Interaction.participants),
            selectinload(Interaction.answers),
        )
    )
    if not binned:
        statement = statement.where(Interaction.binned_at.is_(None))
    if for_update:
        statement = statement.with_for_update(of=Interaction).execution_options(populate_existing=True)
    interaction = session.scalars(statement).one_or_none()
    if interaction is None:
        raise NotFound
    return interaction


def may_change(interaction: Interaction, actor: Actor) -> bool:
    """Whether the actor may change this one: their own, or any of the structure's for who may change anybody's."""
    if interaction.structure_id != actor.structure_id:
        return False
    own = interaction.author_id == actor.user_id
    return can(actor, Permission.INTERACTION_EDIT_ANY) or (own and can(actor, Permission.INTERACTION_LOG))


def is_planned(interaction: Interaction, now: datetime) -> bool:
    """Whether it is a meeting to come."""
    return interaction.held_at > now and interaction.cancelled_at is None


def is_to_write(interaction: Interaction, now: datetime) -> bool:
    """Whether it is a meeting that took place and of which nobody has written anything yet."""
    return (
        interaction.kind in MEETINGS
        and interaction.held_at <= now
        and interaction.cancelled_at is None
        and not interaction.report
    )


def to_write(session: Session, partner_id: int, *, actor: Actor, now: datetime) -> list[Interaction]:
    """The actor's own meetings with this partner, held in the last two weeks, of which nothing is written."""
    statement = (
        select(Interaction)
        .where(
            Interaction.partner_id == partner_id,
            Interaction.structure_id == actor.structure_id,
            Interaction.author_id == actor.user_id,
            Interaction.kind.in_(MEETINGS),
            Interaction.held_at <= now,
            Interaction.held_at > now - _STILL_NEAR,
            Interaction.cancelled_at.is_(None),
            Interaction.binned_at.is_(None),
            func.trim(Interaction.report) == "",
        )
        .order_by(Interaction.held_at.desc(), Interaction.id.desc())
        .limit(_MOST_RECALLED)
    )
    return list(session.scalars(statement))


def sheet(session: Session, interaction: Interaction, *, actor: Actor, now: datetime) -> Sheet:
    """The page of an exchange that get() has found, in at most three queries."""
    met = [interaction.contact_id, *(one.contact_id for one in interaction.participants)]
    ids = list(dict.fromkeys(key for key in met if key is not None))
    known = {person.id: person for person in _people(session, Contact.id.in_(ids), actor=actor)} if ids else {}
    users = [one.user_id for one in interaction.participants if one.user_id is not None]
    names = accounts.names(session, set(users)) if users else {}
    return Sheet(
        interaction=interaction,
        structure=session.scalars(select(Structure.name).where(Structure.id == interaction.structure_id)).one(),
        is_ours=interaction.structure_id == actor.structure_id,
        may_change=may_change(interaction, actor),
        is_planned=is_planned(interaction, now),
        is_to_write=is_to_write(interaction, now),
        people=tuple(known[key] for key in ids if key in known),
        colleagues=tuple(names[key] for key in users if key in names),
        grid={answer.question: answer.answer for answer in interaction.answers},
    )


def people_of(session: Session, partner_id: int, *, actor: Actor, also: Collection[int] = ()) -> list[Person]:
    """
    Who may be met at a partner today, the main one first: not gone, not in the bin, posts in other companies included.

    `also` keeps those already named in an exchange, wherever they are now. Nobody without the right to read contacts.
    """
    elsewhere = select(ContactPost.contact_id).where(ContactPost.partner_id == partner_id)
    there = or_(Contact.partner_id == partner_id, Contact.id.in_(elsewhere))
    here = there & Contact.left_on.is_(None)
    return _people(session, or_(here, Contact.id.in_(also)) if also else here, actor=actor)


def contacts_named(session: Session, partner_id: int, public_ids: Collection[str]) -> dict[str, int]:
    """The identifiers of these people of that partner, gone ones included; the others are left out."""
    if not public_ids:
        return {}
    elsewhere = select(ContactPost.contact_id).where(ContactPost.partner_id == partner_id)
    statement = select(Contact.public_id, Contact.id).where(
        Contact.public_id.in_(public_ids),
        Contact.binned_at.is_(None),
        or_(Contact.partner_id == partner_id, Contact.id.in_(elsewhere)),
    )
    return {row.public_id: row.id for row in session.execute(statement)}


def public_ids_of(session: Session, contact_ids: Collection[int]) -> dict[str, int]:
    """These people by their public identifier, in the bin or not."""
    if not contact_ids:
        return {}
    statement = select(Contact.public_id, Contact.id).where(Contact.id.in_(contact_ids))
    return {row.public_id: row.id for row in session.execute(statement)}


def _people(session: Session, which: ColumnElement[bool], *, actor: Actor) -> list[Person]:
    if not can(actor, Permission.CONTACT_READ):
        return []
    statement = (
        select(Contact)
        .where(which, Contact.binned_at.is_(None))
        .order_by(Contact.is_main.desc(), Contact.last_name, Contact.first_name, Contact.id)
    )
    return [
        Person(
            one.id,
            one.public_id,
            one.full_name,
            one.function,
            None if one.opposed_on else one.phone,
            one.is_main,
            one.opposed_on is not None,
        )
        for one in session.scalars(statement)
    ]
