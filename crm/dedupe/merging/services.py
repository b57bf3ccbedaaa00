"""Writes: several partners become one, and back. One transaction, rows locked in the order of their identifiers."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.audit.services import note
from crm.dedupe import listeners as keeping
from crm.dedupe.contacts import listeners as comparing_people
from crm.dedupe.merging import merge as engine
from crm.dedupe.merging import queries
from crm.dedupe.merging.follows import services as follows
from crm.dedupe.merging.journal import Journal, load, plains, read
from crm.dedupe.merging.merge import Left
from crm.dedupe.merging.models import Merge, MergedRecord
from crm.dedupe.merging.people import services as people
from crm.dedupe.merging.refusals import (
    SidesChanged,
    in_the_bin,
    merged_again,
    siret_taken,
    somebody_elses,
    too_late,
    undone_already,
)
from crm.dedupe.merging.sides import FIELDS, Side, left_over, remaining
from crm.dedupe.pairs import listeners as comparing
from crm.errors import NotAllowed
from crm.partners import services as partners
from crm.partners.channel_lines import Channel
from crm.partners.enums import ChannelKind, PartnerKind
from crm.partners.follow.services import edition
from crm.partners.identifiers import read_siret
from crm.partners.identity import queries as identity
from crm.partners.identity.services import PostalAddress
from crm.partners.models import Contact, ContactChannel, Partner
from crm.partners.queries import follow_of
from crm.partners.reference.enums import SizeClass
from crm.partners.search import search_key, sort_key
from crm.partners.services import PartnerData

#: Columns that follow from the others, or that only grow: nobody is told of them.
_DERIVED = frozenset({"version", "updated_at", "sort_key", "city_key", "search_key"})
#: Merges that one purge forgets; the rest goes an hour later.
MOST_FORGOTTEN = 200
_STATE = frozenset({"id", "public_id", "created_at", "binned_at", "binned_by_id", "merged_into_id"})


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo left as it is: rows by table, and columns of the record that had remained."""

    rows: tuple[Left, ...]
    fields: tuple[str, ...]


def mark_of(sides: Sequence[Side]) -> str:
    """Sixteen hexadecimal digits that change with any of these records."""
    text = ",".join(sorted(f"{one.public_id}:{one.version}" for one in sides))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def merge(
    session: Session,
    public_ids: Sequence[str],
    result: Mapping[str, Any],
    *,
    seen: str,
    actor: Actor,
    now: datetime,
    author_id: int | None = None,
    structure_id: int | None = None,
) -> Merge:
    """
    Make one partner of these; `result`: what it holds, by field of FIELDS, already read. `seen`: `mark_of` what was
    shown. `author_id` and `structure_id`: of who proposed it, when that is not the actor.

    What other structures hold is not asked here: see proposals. Raises SidesChanged, AlreadyMerged, InTheBin,
    NotEnough, SameSiret, NotAllowed.
    """
    require(actor, Permission.DUPLICATE_MERGE)
    if actor.structure_id is None:
        raise NotAllowed
    chosen = queries.chosen(session, public_ids, actor=actor, for_update=True)
    sides = queries.sides(session, chosen, actor=actor)
    if mark_of(sides) != seen:
        raise SidesChanged
    remains = remaining(sides)
    survivor = next(one for one in chosen if one.id == remains.id)
    losers = [one for one in chosen if one.id != remains.id]
    keys = [one.id for one in losers]
    journal = Journal(before=_row(survivor))
    for loser in losers:
        loser.binned_at, loser.binned_by_id, loser.merged_into_id = now, actor.user_id, survivor.id
    session.flush()
    follows.unite(session, survivor.id, keys, journal)
    _one_main_contact(session, survivor.id, keys, journal)
    engine.move(session, "partners", survivor.id, keys, journal)
    _known_by(session, [survivor.id, *keys], journal)
    _write(session, survivor, sides, result, journal, actor=actor, now=now)
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
        MergedRecord(merge_id=done.id, partner_id=one.id, remains=one.id == survivor.id) for one in (survivor, *losers)
    )
    session.flush()
    for key in (survivor.id, *keys):
        note(session, "merge", object_type="partners", object_id=key)
    return done


def undo(session: Session, public_id: str, *, actor: Actor, now: datetime) -> Undone:
    """
    Give back each partner as it was, but what somebody changed since: the answer says what.

    Raises NotFound, CannotUndo, NotAllowed.
    """
    require(actor, Permission.DUPLICATE_MERGE)
    done = queries.get(session, public_id, actor=actor, for_update=True)
    members = queries.records(session, done.id)
    _refuse(session, done, members, actor=actor, now=now)
    if members[0].contact_id is not None:
        return _end(session, done, *people.give_back(session, members, load(done.journal), since=done.done_at))
    keys = sorted(key for one in members if (key := one.partner_id) is not None)
    statement = select(Partner).where(Partner.id.in_(keys)).order_by(Partner.id).with_for_update()
    locked = {one.id: one for one in session.scalars(statement.execution_options(populate_existing=True))}
    survivor = locked[members[0].partner_id or 0]
    if survivor.binned_at is not None:
        raise in_the_bin(survivor.name)
    journal = load(done.journal)
    rows = engine.move_back(session, journal, survivor.id, since=done.done_at)
    rows += engine.change_back(session, journal, but=rows)
    fields = _give_back(session, survivor, journal)
    for loser in (one for one in locked.values() if one.id != survivor.id):
        _live_again(session, loser, {"binned_at": None, "binned_by_id": None, "merged_into_id": None})
    _known_by(session, keys, journal)
    return _end(session, done, rows, fields)


def _end(session: Session, done: Merge, rows: Sequence[Left], fields: Sequence[str]) -> Undone:
    done.undone_at, done.undone_by_id = session.info["now"], session.info["actor"].user_id
    done.left = json.dumps({"rows": [asdict(one) for one in rows], "fields": list(fields)})
    session.flush()
    for one in queries.records(session, done.id):
        table = "partners" if one.partner_id is not None else "contacts"
        note(session, "unmerge", object_type=table, object_id=one.partner_id or one.contact_id)
    return Undone(tuple(rows), tuple(fields))


def _known_by(session: Session, keys: Sequence[int], journal: Journal) -> None:
    """Names, phones and people moved without a flush: what they are found by is written anew, and they are compared."""
    session.flush()
    met = [row for rows in journal.moved.get("contacts.partner_id", {}).values() for row in rows]
    comparing_people.remember(session, met)
    keeping.write_keys(session, keys, known=keys)
    comparing.remember(session, keys)


def _refuse(session: Session, done: Merge, members: Sequence[MergedRecord], *, actor: Actor, now: datetime) -> None:
    if not queries.may_undo(done, actor):
        raise somebody_elses()
    if done.undone_at is not None:
        raise undone_already()
    if now >= done.done_at + queries.UNDOABLE or not members or not done.journal:
        raise too_late(queries.UNDOABLE.days)
    if again := queries.later(session, done, members):
        model: Any = Partner if again.partner_id is not None else Contact
        raise merged_again(queries.name_of(session.get_one(model, again.partner_id or again.contact_id)))


def _row(partner: Partner) -> dict[str, Any]:
    return plains({column.name: getattr(partner, column.name) for column in Partner.__table__.columns})


def _one_main_contact(session: Session, survivor: int, losers: Sequence[int], journal: Journal) -> None:
    """The first main contact, that of the one that remains before the others, stays the only one."""
    people = session.scalars(
        select(Contact)
        .where(Contact.partner_id.in_([survivor, *losers]), Contact.is_main, Contact.binned_at.is_(None))
        .order_by(Contact.id)
        .with_for_update()
    ).all()
    for other in sorted(people, key=lambda one: (one.partner_id != survivor, one.id))[1:]:
        engine.set_column(session, journal, other, "is_main", value=False)
    session.flush()


def _write(
    session: Session,
    survivor: Partner,
    sides: Sequence[Side],
    result: Mapping[str, Any],
    journal: Journal,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    identity.load_lists(session, survivor)
    held = {"partner_names": _ids(survivor.former_names), "partner_channels": _ids(survivor.channels)}
    follow = follow_of(session, survivor, actor=actor)
    partners.update(
        session, survivor, _data(survivor, sides, result), version=edition(survivor, follow), actor=actor, now=now
    )
    now_held = {"partner_names": _ids(survivor.former_names), "partner_channels": _ids(survivor.channels)}
    for table, before in held.items():
        for key in sorted(now_held[table] - before):
            journal.create(table, key)


def _ids(rows: Sequence[Any]) -> set[int]:
    return {row.id for row in rows}


def _data(survivor: Partner, sides: Sequence[Side], result: Mapping[str, Any]) -> PartnerData:
    """The identity of the one that remains: what was chosen, and what was not, kept beside it."""
    day = result.get("registered_on")
    number = read_siret(result.get("siret") or "")
    former = [one.name for one in survivor.former_names]
    former += [name for name in left_over(sides, result, ("name", "trade_name")) if name not in former]
    channels = [Channel(one.kind, one.value, one.label) for one in survivor.channels]
    for kind, name in ((ChannelKind.PHONE, "phone"), (ChannelKind.EMAIL, "email")):
        held = {one.value for one in channels if one.kind is kind}
        channels += [Channel(kind, value) for value in left_over(sides, result, (name,)) if value not in held]
    # What was typed may be empty; what the table holds for it is a text for some columns, nothing for others.
    texts = {
        name: result.get(name) or ("" if isinstance(getattr(survivor, name), str) or name in _TEXT else None)
        for name in FIELDS
        if name not in {"siret", "kind", "size", "parent_id"}
    }
    return PartnerData(
        **texts
        | {
            "kind": PartnerKind(result["kind"]),
            "siren": number.siren or "",
            "siret": number.siret or "",
            "size": SizeClass(result["size"]) if result.get("size") else None,
            "parent_id": None if result.get("parent_id") in {one.id for one in sides} else result.get("parent_id"),
            "department": survivor.department,
            "former_names": tuple(former),
            "channels": tuple(channels),
            "addresses": {one.kind: PostalAddress(one.street, one.postal_code, one.city) for one in survivor.addresses},
            "trades": tuple(one.rome_code for one in survivor.trades),
            "registered_on": date.fromisoformat(day) if isinstance(day, str) and day else day or None,
            "has_clauses": bool(result.get("has_clauses")),
            "is_csr_committed": bool(result.get("is_csr_committed")),
        }
    )


_TEXT = frozenset(
    {
        *("name", "trade_name", "street", "postal_code", "city", "sector", "registration_number"),
        *("collective_agreement", "signatory"),
    }
)


def _give_back(session: Session, survivor: Partner, journal: Journal) -> list[str]:
    """The columns of the one that had remained; those that somebody changed since are left, and named."""
    session.refresh(survivor)
    left: list[str] = []
    back: dict[str, Any] = {}
    columns = Partner.__table__.c
    for name, before in journal.before.items():
        after = journal.after.get(name)
        if name in _STATE or name in _DERIVED or before == after:
            continue
        kind = engine.kind_of(columns[name])
        if getattr(survivor, name) == read(after, kind):
            back[name] = read(before, kind)
        else:
            left.append(name)
    untouched = not left and all(
        getattr(survivor, name) == read(journal.after.get(name), engine.kind_of(columns[name]))
        for name in ("sort_key", "search_key", "updated_at")
    )
    if untouched:
        names = _DERIVED - {"version"}
        back |= {name: read(journal.before.get(name), engine.kind_of(columns[name])) for name in names}
    _live_again(session, survivor, back)
    if not untouched:
        _derive(session, survivor)
        session.flush()
    return left


def _derive(session: Session, survivor: Partner) -> None:
    """What follows from columns of which some were given back and some not."""
    identity.load_lists(session, survivor)
    others = [one.value for one in survivor.channels if one.kind is ChannelKind.PHONE]
    survivor.sort_key = sort_key(survivor.name)
    survivor.search_key = search_key(
        names=[survivor.name, survivor.trade_name, *(one.name for one in survivor.former_names)],
        city=survivor.city,
        postal_code=survivor.postal_code,
        siret=survivor.siret or survivor.siren or "",
        phones=[survivor.phone, *others] if survivor.phone else others,
    )


def _live_again(session: Session, partner: Partner, values: Mapping[str, Any]) -> None:
    """Write these columns of a partner whose SIRET somebody else may bear by now."""
    siret, own = values.get("siret", partner.siret), partner.id
    _refuse_taken(session, siret, own)
    try:
        with session.begin_nested():
            for name, value in values.items():
                setattr(partner, name, value)
            session.flush()
    except IntegrityError:
        # Somebody took it between our look and our update: the index of live SIRETs said so.
        _refuse_taken(session, siret, own)
        raise


def _refuse_taken(session: Session, siret: str | None, own: int) -> None:
    if not siret:
        return
    taken = select(Partner).where(Partner.siret == siret, Partner.binned_at.is_(None), Partner.id != own)
    with session.no_autoflush:
        known = session.scalars(taken).first()
    if known is not None:
        raise siret_taken(known.name)


def forget(session: Session, *, now: datetime) -> int:
    """
    Empty the journals that nobody may use any more, and what is kept of people merged into others; how many merges.

    Their addresses still lead to what remains. Called each hour, MOST_FORGOTTEN merges at a time.
    """
    statement = (
        select(Merge.id)
        .where(Merge.done_at <= now - queries.UNDOABLE, Merge.journal != "")
        .order_by(Merge.id)
        .limit(MOST_FORGOTTEN)
    )
    keys = list(session.scalars(statement))
    if not keys:
        return 0
    gone = list(
        session.scalars(
            select(Contact.id)
            .join(MergedRecord, MergedRecord.contact_id == Contact.id)
            .where(MergedRecord.merge_id.in_(keys), ~MergedRecord.remains, Contact.merged_into_id.is_not(None))
        )
    )
    blank = dict.fromkeys(("first_name", "last_name", "function", "search_key"), "") | {"phone": None, "email": None}
    for write in (
        update(Merge).where(Merge.id.in_(keys)).values(journal=""),
        update(Contact).where(Contact.id.in_(gone)).values(**blank),
        delete(ContactChannel).where(ContactChannel.contact_id.in_(gone)),
    ):
        session.execute(write, execution_options={"bulk": "dedupe.merge", "synchronize_session": False})
    return len(keys)
