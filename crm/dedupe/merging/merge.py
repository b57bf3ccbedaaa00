"""
Moves what hangs on merged records to the one that remains, and back. One way for partners and for contacts.

Which tables: every foreign key that declares `merge: move` (docs/architecture.md, law 7). `drop` and `ignore` stay with
the record that goes: hidden with it, they come back with it. These are the bulk writes that crm/db.py lets through:
only the one column changes, so that a form opened on the row stays right, and the journal tells them instead of the
flush.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.audit.models import AuditEvent
from crm.db import Base
from crm.dedupe.merging.journal import Journal, read

_NAMED = {"bulk": "dedupe.merge"}
#: Rows asked of the database at once: SQLite takes 32,766 values in a statement.
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Left:
    """A row that an undo left where it is. `why`: 'gone', 'moved', 'changed'."""

    table: str
    row: int
    why: str


def moving(target: str) -> list[sa.Column[Any]]:
    """The columns that follow a merged row of `target`, in a fixed order."""
    return _columns(target, "move")


def _columns(target: str, answer: str) -> list[sa.Column[Any]]:
    found = [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == f"{target}.id" and key.info.get("merge") == answer
    ]
    return sorted(found, key=lambda column: (column.table.name, column.name))


def count(session: Session, target: str, losers: Sequence[int]) -> dict[str, int]:
    """How many rows of each « table.column » name one of these. One query."""
    columns = moving(target)
    counts = [
        sa.select(sa.literal(place_of(column)).label("place"), sa.func.count().label("rows"))
        .select_from(column.table)
        .where(column.in_(losers))
        for column in columns
    ]
    return {row.place: row.rows for row in session.execute(sa.union_all(*counts)) if row.rows}


def place_of(column: sa.Column[Any]) -> str:
    """How the journal names a column."""
    return f"{column.table.name}.{column.name}"


def move(session: Session, target: str, survivor: int, losers: Sequence[int], journal: Journal) -> None:
    """
    Let what names one of `losers` name `survivor`, but what it already has: the same word, or what a unique key
    allows once. That stays with the one that goes.
    """
    session.flush()
    for column in moving(target):
        moved = _movable(session, column, survivor, losers)
        for loser, rows in moved.items():
            for row in rows:
                journal.move(place_of(column), loser, row)
            _point(session, column, rows, survivor)
    session.expire_all()


def _movable(session: Session, column: sa.Column[Any], survivor: int, losers: Sequence[int]) -> dict[int, list[int]]:
    table = column.table
    statement = sa.select(table).where(column.in_([survivor, *losers])).order_by(table.c.id).with_for_update()
    rows = [dict(row) for row in session.execute(statement).mappings()]
    keys = [_values_of(unique, column) for unique in _uniques(table, column)]
    keys.append([one.name for one in table.columns if one is not column and not one.primary_key])
    taken = {mark for row in rows if row[column.name] == survivor for mark in _marks(row, keys)}
    own = {survivor, *losers} if table.name == next(iter(column.foreign_keys)).column.table.name else set()
    found: dict[int, list[int]] = {}
    for loser in losers:
        for row in rows:
            if row[column.name] != loser or row["id"] in own:
                continue
            marks = _marks(row, keys)
            if not taken & marks:
                taken |= marks
                found.setdefault(loser, []).append(row["id"])
    return found


def _uniques(table: sa.Table, column: sa.Column[Any]) -> Iterable[Sequence[str]]:
    """The names of the columns of each unique key that holds `column`."""
    constraints = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    for unique in sorted(constraints, key=lambda one: [part.name for part in one.columns]):
        names = [part.name for part in unique.columns]
        if column.name in names:
            yield names
    for index in table.indexes:
        names = [part.name for part in index.columns]
        if index.unique and column.name in names:
            yield names


def _values_of(names: Sequence[str], column: sa.Column[Any]) -> list[str]:
    return [name for name in names if name != column.name]


def _marks(row: Mapping[str, Any], keys: Sequence[Sequence[str]]) -> set[tuple[int, tuple[Any, ...]]]:
    """What the row occupies under each key; a key with an empty part occupies nothing, the whole row always does."""
    marks = set()
    for place, names in enumerate(keys):
        values = tuple(row[name] for name in names)
        if place == len(keys) - 1 or None not in values:
            marks.add((place, values))
    return marks


def _point(session: Session, column: sa.Column[Any], rows: Sequence[int], at: int) -> None:
    table = column.table
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        statement = sa.update(table).where(table.c.id.in_(some)).values({column.name: at})
        session.execute(statement, execution_options=_NAMED)


def set_column(session: Session, journal: Journal, row: Base, name: str, value: object) -> None:
    """Change one column of a row through the flush, and remember what it held."""
    before = getattr(row, name)
    if before != value:
        journal.change(row.__tablename__, row.id, name, before, value)  # type: ignore[attr-defined]  # every table has an id
        setattr(row, name, value)


def move_back(session: Session, journal: Journal, survivor: int, *, since: datetime) -> list[Left]:
    """
    Give each record that went what it had, unless the row is gone, was moved elsewhere, or somebody changed it after
    `since`: what was left, and why.
    """
    left: list[Left] = []
    for place, of_loser in journal.moved.items():
        table, name = Base.metadata.tables[place.partition(".")[0]], place.partition(".")[2]
        column = table.c[name]
        touched = _changed_since(session, table.name, [row for rows in of_loser.values() for row in rows], since)
        for loser, rows in of_loser.items():
            names = dict(
                session.execute(sa.select(table.c.id, column).where(table.c.id.in_(rows)).with_for_update()).all()
            )
            back = []
            for row in rows:
                if row not in names:
                    left.append(Left(table.name, row, "gone"))
                elif names[row] != survivor:
                    left.append(Left(table.name, row, "moved"))
                elif row in touched:
                    left.append(Left(table.name, row, "changed"))
                else:
                    back.append(row)
            _point(session, column, back, int(loser))
    session.expire_all()
    return left


def change_back(session: Session, journal: Journal, *, but: Sequence[Left] = ()) -> list[Left]:
    """
    Give the rows that the merge changed or created their former state, unless somebody changed them since.

    After `move_back`, whose answer is `but`: what stayed keeps what it became.
    """
    left: list[Left] = []
    stayed = {(one.table, one.row) for one in but}
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for table, rows in journal.created.items():
        for key in rows:
            row = session.get(models[table], key)
            if row is not None:
                session.delete(row)
    for table, changes in journal.changed.items():
        for identifier, columns in changes.items():
            key = int(identifier)
            if (table, key) in stayed:
                continue
            row = session.get(models[table], key)
            if row is None:
                left.append(Left(table, key, "gone"))
            elif not restore(row, columns):
                left.append(Left(table, key, "changed"))
    session.flush()
    return left


def restore(row: Base, columns: Mapping[str, Sequence[Any]]) -> bool:
    """Give each column back what it held, where it still holds what the merge wrote; False when one does not."""
    whole = True
    for name, (before, after) in columns.items():
        kind = kind_of(row.__table__.c[name])
        if getattr(row, name) == read(after, kind):
            setattr(row, name, read(before, kind))
        else:
            whole = False
    return whole


def kind_of(column: Any) -> type[Any]:
    """The Python type of a column's values."""
    kind = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    found: type[Any] = kind.python_type
    return found


def _changed_since(session: Session, table: str, rows: Sequence[int], since: datetime) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(rows), _AT_ONCE):
        statement = sa.select(AuditEvent.object_id).where(
            AuditEvent.object_type == table,
            AuditEvent.object_id.in_(rows[start : start + _AT_ONCE]),
            AuditEvent.action == "update",
            AuditEvent.at > since,
        )
        found |= {key for key in session.scalars(statement) if key is not None}
    return found
