"""
What of an import can be undone today: a constant number of queries, however many rows it wrote.

A row created goes when nobody changed it and nothing else refers to it: whatever table that is, and those still to
come. A partner goes with all that the import created for it, or stays with all of it. A field written takes its former
value again when it still holds what the import wrote.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from crm.access.policy import Actor, Permission, can
from crm.accounts.models import Membership, Structure, User
from crm.audit import words
from crm.audit.models import AuditEvent
from crm.db import Base, audited_tables
from crm.imports.enums import ImportState
from crm.imports.models import Import, ImportChange
from crm.imports.undoing.marks import KEPT, UNWATCHED, mark, marks
from crm.imports.undoing.summary import Counts, Left, Reason, Said
from crm.interactions.models import Interaction
from crm.partners.models import Contact, Follow, Partner
from crm.wording import N_

Row = Partner | Follow | Contact | Interaction
Place = tuple[str, int]  # a table's name, an identifier

#: What an import creates, and the column of a change that names it.
CREATED: dict[type[Any], InstrumentedAttribute[Any]] = {
    Partner: ImportChange.partner_id,
    Follow: ImportChange.follow_id,
    Contact: ImportChange.contact_id,
    Interaction: ImportChange.interaction_id,
}
#: Of what somebody did to a partner, so much is told.
MOST_SAID = 4
_AT_ONCE = 5_000
#: What another structure did there is its own business.
_SHARED = frozenset({"partners", "partner_names", "partner_channels", "partner_addresses", "partner_roles"})

_CHANGED = N_("Modifié depuis l'import")
_ELSEWHERE = N_("Sert aussi à une autre structure")
_SIRET_TAKEN = N_("Son ancien SIRET est maintenant celui d'une autre fiche")


@dataclass(slots=True)
class UndoPlan:
    """Rows to delete by table, fields to give back by partner, what stays."""

    rows: dict[type[Any], list[Any]] = field(default_factory=lambda: {model: [] for model in CREATED})
    given_back: list[tuple[Partner, ImportChange, dict[str, Any]]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        """How many of each."""
        return Counts(
            partners=len(self.rows[Partner]),
            contacts=len(self.rows[Contact]),
            exchanges=len(self.rows[Interaction]),
            updated=len(self.given_back),
            left=len(self.left),
        )


def may_undo(actor: Actor, one: Import) -> bool:
    """Whether the actor may undo it: their own, or any of the structure for the direction."""
    if not can(actor, Permission.PARTNER_IMPORT) or actor.structure_id != one.structure_id:
        return False
    own = actor.user_id is not None and actor.user_id == one.author_id
    return own or can(actor, Permission.IMPORT_UNDO_ANY)


def refusal(one: Import, *, actor: Actor, now: datetime) -> Reason | None:
    """Why this import cannot be undone at all; None when its rows are to be looked at."""
    if not may_undo(actor, one):
        return Reason.NOT_YOURS
    if one.done_at is None or one.state not in {ImportState.DONE, ImportState.UNDONE}:
        return Reason.NOT_DONE
    if one.done_at <= now - KEPT:
        return Reason.TOO_OLD
    return None if one.watched else Reason.BEFORE


def values_of(row: Any, columns: Collection[str]) -> list[object]:
    """What these columns of a row hold."""
    return [getattr(row, name, None) for name in columns]


def watched_columns() -> dict[str, list[str]]:
    """The columns that tell that somebody changed a row, by table."""
    return {
        model.__tablename__: sorted(one.key for one in sa.inspect(model).column_attrs if one.key not in UNWATCHED)
        for model in CREATED
    }


def plan(session: Session, one: Import, *, actor: Actor, for_update: bool = False) -> UndoPlan:
    """What an undo would do now. With `for_update` the partners concerned are held until the transaction ends."""
    changes = session.scalars(
        sa.select(ImportChange)
        .where(ImportChange.import_id == one.id, ~ImportChange.undone)
        .order_by(ImportChange.line, ImportChange.id)
    ).all()
    if for_update:
        _hold(session, one)
    found = _Found(session, one, changes)
    hindered = found.hindrances()
    told = _Told(session, one, actor)
    made = UndoPlan()
    left: dict[int, tuple[int, list[Place]]] = {}
    for change in changes:
        row = found.row(change)
        if row is None:
            continue
        if change.before:
            values = found.unchanged(change, row)
            if values:
                made.given_back.append((row, change, values))
            if others := json.loads(change.after).keys() - values.keys():
                left.setdefault(change.partner_id, (change.line, []))[1].append(("partners", row.id))
                told.fields[row.id] = others
            continue
        if places := hindered.get(found.group(change)):
            left.setdefault(change.partner_id, (change.line, []))[1].extend(places)
        else:
            made.rows[type(row)].append(row)
    made.left = _left(session, left, told, found)
    return made


def _hold(session: Session, one: Import) -> None:
    concerned = sa.select(ImportChange.partner_id).where(ImportChange.import_id == one.id)
    session.execute(sa.select(Partner.id).where(Partner.id.in_(concerned)).order_by(Partner.id).with_for_update())


class _Found:
    """The rows that an import wrote as they are now, and what refers to them."""

    def __init__(self, session: Session, one: Import, changes: Sequence[ImportChange]) -> None:
        self._session, self._one = session, one
        self.watched: dict[str, list[str]] = json.loads(one.watched or "{}")
        self._changes = changes
        self._rows: dict[Place, Any] = {}
        for model, column in CREATED.items():
            wanted = sa.select(column).where(ImportChange.import_id == one.id, ~ImportChange.undone)
            statement = sa.select(model).where(model.id.in_(wanted)).execution_options(populate_existing=True)
            if model is Follow:
                statement = statement.options(selectinload(Follow.tags))
            if model is Interaction:
                statement = statement.options(selectinload(Interaction.participants), selectinload(Interaction.answers))
            self._rows |= {(model.__tablename__, row.id): row for row in session.scalars(statement)}
        self.created = {
            change.partner_id for change in changes if not change.before and self.place(change)[0] == "partners"
        }
        self.taken_sirets = self._taken_sirets()

    def place(self, change: ImportChange) -> Place:
        """Which row a change is about."""
        for model, column in CREATED.items():
            if model is not Partner and (key := getattr(change, column.key)) is not None:
                return model.__tablename__, key
        return "partners", change.partner_id

    def row(self, change: ImportChange) -> Any:
        """The row of a change; None when it is gone."""
        return self._rows.get(self.place(change))

    def partner(self, partner_id: int) -> Partner | None:
        """A partner that the import is about."""
        return self._rows.get(("partners", partner_id))

    def group(self, change: ImportChange) -> Place:
        """What goes or stays together: a created partner with all of its own, else the row alone."""
        return ("partners", change.partner_id) if change.partner_id in self.created else self.place(change)

    def unchanged(self, change: ImportChange, partner: Partner) -> dict[str, Any]:
        """The fields that still hold what the import wrote, with their former values."""
        before, after = json.loads(change.before), json.loads(change.after)
        if partner.binned_at is not None or partner.merged_into_id is not None:
            return {}
        now = marks({name: getattr(partner, name) for name in after}, salt=self._one.public_id)
        same = {name for name in after if now[name] == after[name]}
        if before.get("siret") in self.taken_sirets:
            same -= {"siret", "siren"}
        return {name: before[name] for name in after if name in same}

    def hindrances(self) -> dict[Place, list[Place]]:
        """For each group that must stay, why: rows of its own that changed, rows that refer to it."""
        found: dict[Place, list[Place]] = defaultdict(list)
        groups = {self.place(change): self.group(change) for change in self._changes if not change.before}
        for change in self._changes:
            row, place = self.row(change), self.place(change)
            if row is None or change.before:
                continue
            columns = self.watched.get(place[0], [])
            if mark(values_of(row, columns), salt=self._one.public_id) != change.after:
                found[groups[place]].append(place)
        inner = []
        for target, hanger in self._hangers():
            if hanger not in groups:
                found[groups[target]].append(hanger)
            elif groups[hanger] != groups[target]:
                inner.append((groups[target], groups[hanger]))
        # What this import wrote may refer to itself: what must stay holds back what it refers to.
        while held := [(target, hanger) for target, hanger in inner if hanger in found and target not in found]:
            for target, hanger in held:
                found[target].extend(found[hanger])
        return found

    def _hangers(self) -> Iterator[tuple[Place, Place]]:
        columns = {model.__tablename__: column for model, column in CREATED.items()}
        audited = audited_tables()
        for table in Base.metadata.sorted_tables:
            if table.name not in audited:
                continue
            for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
                target = key.column.table.name
                if target not in columns:
                    continue
                ours = sa.select(columns[target]).where(
                    ImportChange.import_id == self._one.id, ImportChange.before == "", ~ImportChange.undone
                )
                if target == "partners":
                    ours = ours.where(*(one.is_(None) for name, one in columns.items() if name != "partners"))
                for row in self._session.execute(sa.select(table.c.id, key.parent).where(key.parent.in_(ours))):
                    yield (target, row[1]), (table.name, row[0])

    def _taken_sirets(self) -> set[str]:
        former = {json.loads(one.before).get("siret") for one in self._changes if one.before} - {None, ""}
        if not former:
            return set()
        live = sa.select(Partner.siret).where(Partner.siret.in_(former), Partner.binned_at.is_(None))
        return {siret for siret in self._session.scalars(live) if siret}


@dataclass(slots=True)
class _Told:
    """The trail since the import, in words."""

    session: Session
    one: Import
    actor: Actor
    #: Of partners whose facts were written, the columns that hold something else now.
    fields: dict[int, Collection[str]] = field(default_factory=dict)

    def of(self, places: Collection[Place]) -> dict[Place, list[Said]]:
        """What was done to each of these rows since, the latest first."""
        events: list[AuditEvent] = []
        by_table: dict[str, list[int]] = defaultdict(list)
        for table, key in places:
            by_table[table].append(key)
        for table, keys in by_table.items():
            for start in range(0, len(keys), _AT_ONCE):
                statement = sa.select(AuditEvent).where(
                    AuditEvent.object_type == table,
                    AuditEvent.object_id.in_(keys[start : start + _AT_ONCE]),
                    AuditEvent.at > self.one.done_at,
                    AuditEvent.action.in_(("create", "update", "delete")),
                    AuditEvent.result == "done",
                )
                events += self.session.scalars(statement.order_by(AuditEvent.id.desc()))
        people, structures = self._authors(events)
        found: dict[Place, list[Said]] = {place: [] for place in places}
        for event in events:
            place = (event.object_type, event.object_id or 0)
            ours = event.structure_id == self.actor.structure_id
            who = people.get(event.actor_id, "") if ours else structures.get(event.structure_id, "")
            if not ours and event.structure_id is not None and event.object_type not in _SHARED:
                found[place].append(Said(_ELSEWHERE, (), who, event.at))
                continue
            touched = event.fields or {}
            if place[0] == "partners" and place[1] in self.fields:
                touched = {name: None for name in touched if name in self.fields[place[1]]}
                if not touched:
                    continue
            said = words.fields_said(event.action, event.object_type, touched)
            found[place].append(Said(words.said(event.action, event.object_type), said, who, event.at))
        return found

    def _authors(self, events: Sequence[AuditEvent]) -> tuple[dict[int | None, str], dict[int | None, str]]:
        here = sa.select(Membership.user_id).where(Membership.structure_id == self.actor.structure_id)
        ours = {event.actor_id for event in events if event.structure_id == self.actor.structure_id}
        people = self.session.execute(
            sa.select(User.id, User.first_name, User.last_name).where(User.id.in_(ours), User.id.in_(here))
        )
        elsewhere = {event.structure_id for event in events} - {self.actor.structure_id}
        structures = self.session.execute(sa.select(Structure.id, Structure.name).where(Structure.id.in_(elsewhere)))
        return {row.id: f"{row.first_name} {row.last_name}" for row in people}, {row.id: row.name for row in structures}


def _left(session: Session, left: dict[int, tuple[int, list[Place]]], told: _Told, found: _Found) -> list[Left]:
    said = told.of({place for _, places in left.values() for place in places})
    kept = []
    for partner_id, (line, places) in left.items():
        partner = found.partner(partner_id) or session.get(Partner, partner_id)
        if partner is None:
            continue
        unique = dict.fromkeys(one for place in dict.fromkeys(places) for one in said[place])
        former = partner.binned_at is None and ("partners", partner_id) in places and not unique
        reason = _SIRET_TAKEN if former and found.taken_sirets else _CHANGED
        kept.append(Left(partner.name, partner.public_id, line, tuple(unique)[:MOST_SAID] or (Said(reason),)))
    return kept
