"""Reads of merges: the records side by side, what will move, what was merged and may still be undone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import Structure
from crm.accounts.queries import colleagues
from crm.audit.models import AuditEvent
from crm.dedupe.merging import merge as engine
from crm.dedupe.merging.models import Merge, MergedRecord
from crm.dedupe.merging.refusals import AlreadyMerged, InTheBin, NotEnough
from crm.dedupe.merging.sides import FIELDS, Origin, Side
from crm.errors import NotFound
from crm.interactions.documents.models import Document
from crm.interactions.models import Interaction
from crm.partners.models import Contact, Follow, FollowTag, Partner

#: A merge can be undone for so long.
UNDOABLE = timedelta(days=90)
#: Records of one merge.
MOST = 10
#: Merges of a page.
SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A merge as its page tells it. `by` is empty when it was not a colleague. `undoable_until` only while it is."""

    id: int
    public_id: str
    names: tuple[str, ...]
    kept: str
    kept_id: str
    is_contact: bool
    at: datetime
    by: str
    undone_at: datetime | None
    undoable_until: datetime | None
    may_undo: bool


def chosen(session: Session, public_ids: Sequence[str], *, actor: Actor, for_update: bool = False) -> list[Partner]:
    """
    The live partners of these public ids, in that order; locked in the order of their identifiers when `for_update`.

    Raises NotEnough, AlreadyMerged, InTheBin, NotFound.
    """
    require(actor, Permission.DUPLICATE_DECIDE)
    return chosen_among(session, Partner, public_ids, for_update=for_update)


def chosen_among(session: Session, model: Any, public_ids: Sequence[str], *, for_update: bool) -> list[Any]:
    """Live partners or contacts, as `chosen`."""
    wanted = list(dict.fromkeys(public_ids))
    if not 2 <= len(wanted) <= MOST:
        raise NotEnough(MOST)
    statement = select(model).where(model.public_id.in_(wanted)).order_by(model.id)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = {one.public_id: one for one in session.scalars(statement)}
    if len(found) < len(wanted):
        raise NotFound
    for one in found.values():
        if one.merged_into_id is not None:
            kept = session.get_one(model, one.merged_into_id)
            raise AlreadyMerged(name_of(one), kept=name_of(kept), into=kept.public_id)
        if one.binned_at is not None:
            raise InTheBin(name_of(one))
    return [found[public_id] for public_id in wanted]


def name_of(record: Partner | Contact) -> str:
    """How a record is called."""
    return record.name if isinstance(record, Partner) else record.full_name


def sides(session: Session, partners: Sequence[Partner], *, actor: Actor) -> list[Side]:
    """The partners as they stand side by side, in their order. A constant number of queries."""
    require(actor, Permission.DUPLICATE_DECIDE)
    keys = [one.id for one in partners]
    sources = dict(
        session.execute(
            select(Follow.partner_id, Follow.source).where(
                Follow.partner_id.in_(keys), Follow.structure_id == actor.structure_id
            )
        ).all()
    )
    counts = dict(
        session.execute(
            select(Interaction.partner_id, func.count())
            .where(Interaction.partner_id.in_(keys), Interaction.binned_at.is_(None))
            .group_by(Interaction.partner_id)
        ).all()
    )
    written = origins(session, "partners", keys, actor=actor)
    return [
        Side(
            id=one.id,
            public_id=one.public_id,
            name=one.name,
            city=one.city,
            version=one.version,
            created_at=one.created_at,
            values={name: getattr(one, name) for name in FIELDS} | {"siret": one.siret or one.siren},
            source=sources.get(one.id) or "",
            exchanges=counts.get(one.id, 0),
            origins=written.get(one.id, {}),
        )
        for one in partners
    ]


def origins(session: Session, table: str, keys: Collection[int], *, actor: Actor) -> dict[int, dict[str, Origin]]:
    """Who last wrote each column of these rows, when, as far as the trail remembers. Three queries."""
    people = {person.id: person.name for person in colleagues(session, actor=actor)}
    structures = dict(session.execute(select(Structure.id, Structure.name)).all())
    found: dict[int, dict[str, Origin]] = {}
    statement = (
        select(AuditEvent)
        .where(
            AuditEvent.object_type == table,
            AuditEvent.object_id.in_(keys),
            AuditEvent.action.in_(("create", "update")),
        )
        .order_by(AuditEvent.id)
    )
    for event in session.scalars(statement):
        elsewhere = event.structure_id is not None and event.structure_id != actor.structure_id
        who = structures.get(event.structure_id or 0, "") if elsewhere else people.get(event.actor_id or 0, "")
        for name in event.fields or ():
            found.setdefault(event.object_id or 0, {})[name] = Origin(event.at, who)
    return found


def what_moves(session: Session, losers: Sequence[int]) -> dict[str, int]:
    """How many things of each kind follow, « table.column » → number; tags and documents with what bears them."""
    counts = engine.count(session, "partners", losers)
    tags = select(func.count()).select_from(FollowTag).join(Follow).where(Follow.partner_id.in_(losers))
    documents = (
        select(func.count())
        .select_from(Document)
        .join(Interaction, Interaction.id == Document.interaction_id)
        .where(Interaction.partner_id.in_(losers), Document.removed_at.is_(None))
    )
    for place, statement in (("follow_tags.follow_id", tags), ("documents.interaction_id", documents)):
        if number := session.scalar(statement):
            counts[place] = number
    return counts


def get(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Merge:
    """The merge of that public id in the actor's structure, its journal included. Raises NotFound."""
    require(actor, Permission.DUPLICATE_DECIDE)
    statement = (
        select(Merge)
        .where(Merge.public_id == public_id, Merge.structure_id == actor.structure_id)
        .options(undefer(Merge.journal), undefer(Merge.left))
    )
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def records(session: Session, merge_id: int) -> list[MergedRecord]:
    """The records of a merge, the one that remains first."""
    statement = select(MergedRecord).where(MergedRecord.merge_id == merge_id)
    return sorted(session.scalars(statement), key=lambda one: (not one.remains, one.id))


def later(session: Session, merge: Merge, members: Sequence[MergedRecord]) -> MergedRecord | None:
    """A record of this merge that a later one, which stands, concerns too."""
    column = MergedRecord.partner_id if members[0].partner_id is not None else MergedRecord.contact_id
    keys = [one.partner_id or one.contact_id for one in members]
    statement = (
        select(MergedRecord)
        .join(Merge, Merge.id == MergedRecord.merge_id)
        .where(Merge.id > merge.id, Merge.undone_at.is_(None), column.in_(keys))
        .order_by(MergedRecord.id)
        .limit(1)
    )
    return session.scalars(statement).first()


def done(
    session: Session, *, actor: Actor, now: datetime, before: int | None = None, public_id: str = ""
) -> list[Done]:
    """The merges of the structure, the latest first: SIZE of them, and one more when there are more. Four queries."""
    require(actor, Permission.DUPLICATE_DECIDE)
    statement = select(Merge).where(Merge.structure_id == actor.structure_id).order_by(Merge.id.desc())
    if before is not None:
        statement = statement.where(Merge.id < before)
    if public_id:
        statement = statement.where(Merge.public_id == public_id)
    merges = session.scalars(statement.limit(SIZE + 1)).all()
    rows = session.execute(
        select(MergedRecord, Partner, Contact)
        .outerjoin(Partner, Partner.id == MergedRecord.partner_id)
        .outerjoin(Contact, Contact.id == MergedRecord.contact_id)
        .where(MergedRecord.merge_id.in_([one.id for one in merges]))
        .order_by(MergedRecord.id)
    ).all()
    members: dict[int, list[tuple[MergedRecord, Any]]] = {}
    for record, partner, contact in rows:
        members.setdefault(record.merge_id, []).append((record, partner or contact))
    people = {person.id: person.name for person in colleagues(session, actor=actor)}
    return [_told(one, members[one.id], people, actor, now) for one in merges if one.id in members]


def _told(
    one: Merge, members: list[tuple[MergedRecord, Any]], people: dict[int, str], actor: Actor, now: datetime
) -> Done:
    remains = next((record for member, record in members if member.remains), members[0][1])
    until = one.done_at + UNDOABLE
    return Done(
        id=one.id,
        public_id=one.public_id,
        names=tuple(name_of(record) for member, record in members if not member.remains),
        kept=name_of(remains),
        kept_id=remains.public_id,
        is_contact=isinstance(remains, Contact),
        at=one.done_at,
        by=people.get(one.author_id or 0, ""),
        undone_at=one.undone_at,
        undoable_until=until if one.undone_at is None and until > now else None,
        may_undo=may_undo(one, actor),
    )


def may_undo(one: Merge, actor: Actor) -> bool:
    """Whether the actor holds the right: their own merges, or those of the structure."""
    if can(actor, Permission.DUPLICATE_UNDO_ANY):
        return True
    return can(actor, Permission.DUPLICATE_MERGE) and one.author_id is not None and one.author_id == actor.user_id


def names(session: Session, identifiers: Collection[int], *, actor: Actor) -> dict[int, str]:
    """The names of these partners."""
    require(actor, Permission.PARTNER_READ)
    return dict(session.execute(select(Partner.id, Partner.name).where(Partner.id.in_(identifiers))).all())
