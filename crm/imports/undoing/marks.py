"""Marks of what an import wrote, to see later whether somebody changed it. Nothing can be read back from a mark."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

#: How long an import can be undone; its marks, and the values it replaced, are then forgotten.
KEPT = timedelta(days=90)

#: What the application works out by itself, or keeps about a change: no sign that somebody changed anything.
UNWATCHED = frozenset(
    {
        *("id", "public_id", "version", "created_at", "updated_at"),
        *("sort_key", "city_key", "search_key", "commune_code"),
    }
)


def mark(values: Iterable[object], *, salt: str) -> str:
    """Sixteen hexadecimal digits that change with any of the values. `salt`: the import's own."""
    text = json.dumps([salt, *(_plain(value) for value in values)], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def marks(values: Mapping[str, object], *, salt: str) -> dict[str, str]:
    """A mark of each value, by name."""
    return {name: mark([value], salt=salt) for name, value in values.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()  # one instant, whatever the zone it was written in
    return value if value is None or isinstance(value, bool | int | float) else str(value)
