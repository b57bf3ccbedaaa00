"""Writes: contacts become one person, and back. Same engine, same journal as partners."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.audit.services import note
from crm.dedupe.contacts import listeners
from crm.dedupe.merging import merge as engine
from crm.dedupe.merging.journal import Journal, plains, read
from crm.dedupe.merging.merge import Left
from crm.dedupe.merging.models import Merge, MergedRecord
from crm.dedupe.merging.people import queries
from crm.dedupe.merging.people.sides import PersonSide
from crm.dedupe.merging.refusals import SidesChanged, in_the_bin
from crm.errors import NotAllowed, NotFound
from crm.partners.contacts.keys import contact_search_key
from crm.partners.contacts.services import emails_of, phones_of
from crm.partners.enums import ChannelKind, ContactRole
from crm.partners.models import Contact, ContactChannel, ContactPost

_DERIVED = frozenset({"version", "updated_at", "search_key"})
_STATE = frozenset({"id", "public_id", "created_at", "binned_at", "binned_by_id", "merged_into_id"})


def mark_of(sides: Sequence[PersonSide]) -> str:
    """Sixteen hexadecimal digits that change with any of these contacts."""
    text = ",".join(sorted(f"{one.public_id}:{one.version}" for one in sides))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def merge(
    session: Session,
    public_ids: Sequence[str],
    result: Mapping[str, Any],
    *,
    remains: str,
    has_left: bool,
    seen: str,
    actor: Actor,
    now: datetime,
    author_id: int | None = None,
    structure_id: int | None = None,
) -> Merge:
    """
    Make one contact of these. `remains`: public id of the one whose company is the first one. `has_left`: they no
    longer work in the others, which become posts that ended today unless a day is known. `author_id` and
    `structure_id`: of who proposed it, when that is not the actor.

    An objection of either stays. Raises SidesChanged, AlreadyMerged, InTheBin, NotEnough, NotFound, NotAllowed.
    """
    require(actor, Permission.DUPLICATE_MERGE)
    require(actor, Permission.CONTACT_EDIT)
    if actor.structure_id is None:
        raise NotAllowed
    chosen = queries.chosen(session, public_ids, actor=actor, for_update=True)
    if mark_of(queries.sides(session, chosen, actor=actor)) != seen:
        raise SidesChanged
    survivor = next((one for one in chosen if one.public_id == remains), None)
    if survivor is None:
        raise NotFound
    losers = sorted((one for one in chosen if one is not survivor), key=lambda one: one.id)
    keys = [one.id for one in losers]
    journal = Journal(before=_row(survivor))
    held = [_held(one) for one in losers]
    for loser in losers:
        loser.binned_at, loser.binned_by_id, loser.merged_into_id = now, actor.user_id, survivor.id
    session.flush()
    engine.move(session, "contacts", survivor.id, keys, journal)
    for loser in losers:
        _post(session, survivor, loser, journal, has_left=has_left, today=clock.day_of(now))
    _fill(session, survivor, held, result, journal, now)
    journal.after = _row(survivor)
    done = Merge(
        structure_id=structure_id or actor.structure_id,
        author_id=author_id or actor.user_id,
        done_at=now,
        journal=journal.dump(),
        left="[]",
    )
    session.add(done)
    session.flush()
    session.add_all(
        MergedRecord(merge_id=done.id, contact_id=one.id, remains=one is survivor) for one in (survivor, *losers)
    )
    session.flush()
    for key in (survivor.id, *keys):
        note(session, "merge", object_type="contacts", object_id=key)
    listeners.remember(session, [survivor.id, *keys])
    return done


def give_back(
    session: Session, members: Sequence[MergedRecord], journal: Journal, *, since: datetime
) -> tuple[list[Left], list[str]]:
    """Undo what the journal tells; rows and columns that stayed. Raises CannotUndo."""
    keys = sorted(key for one in members if (key := one.contact_id) is not None)
    statement = select(Contact).where(Contact.id.in_(keys)).order_by(Contact.id).with_for_update()
    locked = {one.id: one for one in session.scalars(statement.execution_options(populate_existing=True))}
    survivor = locked[members[0].contact_id or 0]
    if survivor.binned_at is not None:
        raise in_the_bin(survivor.full_name)
    rows = engine.move_back(session, journal, survivor.id, since=since)
    rows += engine.change_back(session, journal, but=rows)
    fields = _values_back(session, survivor, journal)
    for loser in (one for one in locked.values() if one is not survivor):
        loser.binned_at, loser.binned_by_id, loser.merged_into_id = None, None, None
    session.flush()
    listeners.remember(session, keys)
    return rows, fields


def _row(contact: Contact) -> dict[str, Any]:
    return plains({column.name: getattr(contact, column.name) for column in Contact.__table__.columns})


def _held(contact: Contact) -> dict[str, Any]:
    names = ("phone", "email", "opposed_on", "informed_on", "partner_id", "is_main", "left_on", "function", "role")
    return {name: getattr(contact, name) for name in names}


def _post(
    session: Session, survivor: Contact, loser: Contact, journal: Journal, *, has_left: bool, today: date
) -> None:
    """What the one that goes did in another company is a post of the one that remains."""
    if loser.partner_id == survivor.partner_id:
        return
    known = session.scalars(
        select(ContactPost).where(ContactPost.contact_id == survivor.id, ContactPost.partner_id == loser.partner_id)
    ).first()
    if known is not None:
        return
    post = ContactPost(
        contact_id=survivor.id,
        partner_id=loser.partner_id,
        function=loser.function,
        role=loser.role,
        is_main=loser.is_main and not has_left,
        left_on=loser.left_on or (today if has_left else None),
    )
    session.add(post)
    session.flush()
    journal.create("contact_posts", post.id)


def _fill(
    session: Session,
    survivor: Contact,
    held: Sequence[Mapping[str, Any]],
    result: Mapping[str, Any],
    journal: Journal,
    now: datetime,
) -> None:
    before = {"phone": survivor.phone, "email": survivor.email}
    survivor.first_name, survivor.last_name = result.get("first_name") or "", result["last_name"]
    survivor.function = result.get("function") or ""
    survivor.role = ContactRole(result["role"]) if result.get("role") else None
    survivor.phone, survivor.email = result.get("phone") or None, result.get("email") or None
    for name in ("opposed_on", "informed_on"):
        days = [day for day in (getattr(survivor, name), *(one[name] for one in held)) if day]
        setattr(survivor, name, min(days) if days else None)
    here = [one for one in held if one["partner_id"] == survivor.partner_id]
    survivor.is_main = survivor.is_main or any(one["is_main"] for one in here)
    if any(one["left_on"] is None for one in here):
        survivor.left_on = None
    survivor.updated_at = now
    _load(session, survivor)
    for kind, name in ((ChannelKind.PHONE, "phone"), (ChannelKind.EMAIL, "email")):
        known = {one.value for one in survivor.channels if one.kind is kind} | {getattr(survivor, name)}
        for value in dict.fromkeys((before[name], *(one[name] for one in held))):
            if value and value not in known:
                channel = ContactChannel(contact_id=survivor.id, kind=kind, value=value, label="")
                session.add(channel)
                session.flush()
                journal.create("contact_channels", channel.id)
    _load(session, survivor)
    survivor.search_key = _search_key(survivor)
    session.flush()


def _load(session: Session, contact: Contact) -> None:
    session.flush()
    statement = select(Contact).where(Contact.id == contact.id).options(selectinload(Contact.channels))
    session.scalars(statement.execution_options(populate_existing=True)).one()


def _search_key(contact: Contact) -> str:
    return contact_search_key(
        full_name=contact.full_name, function=contact.function, phones=phones_of(contact), emails=emails_of(contact)
    )


def _values_back(session: Session, survivor: Contact, journal: Journal) -> list[str]:
    session.refresh(survivor)
    left: list[str] = []
    columns = Contact.__table__.c
    kinds = {name: engine.kind_of(columns[name]) for name in journal.before}
    untouched = all(
        getattr(survivor, name) == read(journal.after.get(name), kinds[name]) for name in ("search_key", "updated_at")
    )
    for name, before in journal.before.items():
        after = journal.after.get(name)
        if name in _STATE or name in _DERIVED or before == after:
            continue
        if getattr(survivor, name) == read(after, kinds[name]):
            setattr(survivor, name, read(before, kinds[name]))
        else:
            left.append(name)
    if untouched and not left:
        for name in _DERIVED - {"version"}:
            setattr(survivor, name, read(journal.before.get(name), kinds[name]))
    else:
        _load(session, survivor)
        survivor.search_key = _search_key(survivor)
    session.flush()
    return left
