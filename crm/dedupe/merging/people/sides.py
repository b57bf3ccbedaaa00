"""Two contacts side by side: which remains, and what it would hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm.dedupe.merging.sides import Origin

#: Editable in the middle column, in the order of the screen.
TEXTS = ("first_name", "last_name", "function", "phone", "email")
CHOSEN = ("role",)
FIELDS = (*TEXTS, *CHOSEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSide:
    """One of the contacts. `company_id`: the partner whose contact they are, called `company`."""

    id: int
    public_id: str
    name: str
    company: str
    company_id: int
    version: int
    created_at: datetime
    values: Mapping[str, Any]
    left_on: date | None
    exchanges: int
    origins: Mapping[str, Origin]


def remaining(sides: Sequence[PersonSide]) -> PersonSide:
    """The contact that remains unless one says otherwise: who has not left, with most exchanges, the latest."""
    return min(sides, key=lambda one: (one.left_on is not None, -one.exchanges, -one.id))


def differing(sides: Sequence[PersonSide]) -> tuple[str, ...]:
    """The fields that do not hold one and the same value everywhere."""
    first = sides[0].values
    return tuple(
        name for name in FIELDS if any((one.values.get(name) or None) != (first.get(name) or None) for one in sides[1:])
    )


def proposed(sides: Sequence[PersonSide], remains: PersonSide) -> dict[str, Any]:
    """The remaining contact's own values, else the first that says anything; the longest first name."""
    ordered = [remains, *(one for one in sides if one.id != remains.id)]
    found = {name: next((v for one in ordered if (v := one.values.get(name))), None) for name in FIELDS}
    found["first_name"] = max((one.values.get("first_name") or "" for one in ordered), key=len)
    return found
