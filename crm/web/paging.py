"""Paging by key: the next page starts after the last row shown, however many rows come and go."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`rows` of this page, and the cursor of the next one (None at the end)."""

    rows: Sequence[Row]
    after: str | None


def encode(key: Sequence[str | int]) -> str:
    """A sort key as a word of an address."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).rstrip(b"=").decode()


def decode(cursor: str, shape: Sequence[type]) -> tuple[str | int, ...] | None:
    """The sort key of a cursor; None when it is not one of ours (an address may hold anything)."""
    if len(cursor) > 1000:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(key, list) or [type(part) for part in key] != list(shape):
        return None
    return None if any(isinstance(part, int) and abs(part) >= 2**63 for part in key) else tuple(key)


def cut(rows: Sequence[Row], size: int, key: Callable[[Row], Sequence[str | int]]) -> Page[Row]:
    """A page of `size` from `size + 1` rows asked of the database."""
    shown = rows[:size]
    return Page(shown, encode(key(shown[-1])) if len(rows) > size else None)
