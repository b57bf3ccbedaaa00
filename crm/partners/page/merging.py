"""
Many streams of moments, one timeline: the latest first, cut in pages by key.

Two moments of the same instant follow the order of their streams, then of their keys, the greatest first: the order
is total, and a page begins exactly where the one before ended, however many moments come meanwhile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

#: Greater than any identifier of a row (a 32-bit integer for PostgreSQL).
BEYOND = 2**31 - 1


class Dated(Protocol):
    """A moment: an instant and a key, unique in its stream."""

    @property
    def at(self) -> datetime: ...
    @property
    def key(self) -> int: ...


M = TypeVar("M", bound=Dated)
#: (before, limit) gives at most `limit` moments strictly older than `before`, the latest first.
Load = Callable[[tuple[datetime, int] | None, int], Sequence[M]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last moment shown: when, of which stream (its key), and its own key."""

    at: datetime
    stream: str
    key: int


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Moments with the key of their stream; `after` is the cursor of the next page, None at the end."""

    moments: tuple[tuple[str, M], ...]
    after: Cursor | None


def merge(streams: Sequence[tuple[str, Load[M]]], cursor: Cursor | None, size: int) -> Page[M]:
    """The page of `size` moments that comes after the cursor. Each stream is asked once."""
    ranks = {name: rank for rank, (name, _) in enumerate(streams)}
    found = [
        (moment.at, -ranks[name], moment.key, name, moment)
        for name, load in streams
        for moment in load(_start(cursor, ranks, name), size + 1)
    ]
    found.sort(key=lambda one: one[:3], reverse=True)
    shown = tuple((name, moment) for *_, name, moment in found[:size])
    if len(found) <= size:
        return Page(shown, None)
    name, last = shown[-1]
    return Page(shown, Cursor(last.at, name, last.key))


def _start(cursor: Cursor | None, ranks: dict[str, int], name: str) -> tuple[datetime, int] | None:
    """From where a stream goes on: at the cursor's instant, those before its own are exhausted, the others not."""
    if cursor is None:
        return None
    if name == cursor.stream:
        return cursor.at, cursor.key
    # A stream that is no longer there leaves its place to those after it: what follows is shown, perhaps twice.
    place = ranks.get(cursor.stream, -1)
    return (cursor.at, 0) if ranks[name] < place else (cursor.at, BEYOND)


def cursor_words(cursor: Cursor) -> tuple[str, str, int]:
    """A cursor as an address may hold it (see crm/web/paging.py)."""
    return cursor.at.astimezone(UTC).isoformat(), cursor.stream, cursor.key


def cursor_of(words: Sequence[str | int] | None) -> Cursor | None:
    """The cursor of an address; None for anything that is not one."""
    if words is None:
        return None
    at, stream, key = words
    try:
        instant = datetime.fromisoformat(str(at))
    except ValueError:
        return None
    if instant.tzinfo is None or not isinstance(key, int) or not 0 <= key <= BEYOND:
        return None
    try:
        return Cursor(instant.astimezone(UTC), str(stream), key)
    except OverflowError:
        return None
