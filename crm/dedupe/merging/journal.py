"""What a merge did, written down so that it can be undone: plain values, read back as they were."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

#: A value as JSON can hold it.
Plain = str | int | bool | float | None


@dataclass(slots=True)
class Journal:
    """
    One merge.

    `moved`: « table.column » → record that lost them → rows that now name the one that remains. `before` and `after`:
    columns of the one that remains. `created`: table → rows. `changed`: table → row → column → value before and after.
    """

    moved: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    before: dict[str, Plain] = field(default_factory=dict)
    after: dict[str, Plain] = field(default_factory=dict)
    created: dict[str, list[int]] = field(default_factory=dict)
    changed: dict[str, dict[str, dict[str, list[Plain]]]] = field(default_factory=dict)

    def move(self, place: str, loser: int, row: int) -> None:
        """Remember that this row was of `loser`."""
        self.moved.setdefault(place, {}).setdefault(str(loser), []).append(row)

    def change(self, table: str, row: int, column: str, before: object, after: object) -> None:
        """Remember what a column held; the first value stays when it changes twice."""
        columns = self.changed.setdefault(table, {}).setdefault(str(row), {})
        first = columns[column][0] if column in columns else plain(before)
        columns[column] = [first, plain(after)]

    def create(self, table: str, row: int) -> None:
        """Remember a row that was not there."""
        self.created.setdefault(table, []).append(row)

    def dump(self) -> str:
        """As a text for the database."""
        return json.dumps(asdict(self), ensure_ascii=False)


def load(text: str) -> Journal:
    """What `dump` wrote."""
    return Journal(**json.loads(text))


def plain(value: object) -> Plain:
    """A value of a column as JSON can hold it."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool | float):
        return value
    raise TypeError(f"{value!r} has no plain form")


def read(value: Plain, kind: type) -> Any:
    """The value of a column of that Python type, which `plain` wrote."""
    if value is None or isinstance(value, kind):
        return value
    if issubclass(kind, datetime | date) and isinstance(value, str):
        return kind.fromisoformat(value)
    return kind(value)


def plains(row: Mapping[str, object]) -> dict[str, Plain]:
    """A whole row."""
    return {name: plain(value) for name, value in row.items()}
