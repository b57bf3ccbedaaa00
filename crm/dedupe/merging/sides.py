"""
The records to merge side by side: what they hold, where they differ, what the one that remains would hold.

Names, phones and e-mails that are not chosen are not lost: they become former names and other channels.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: Typed as texts, editable in the middle column, in the order of the screen.
TEXTS = (
    "name",
    "trade_name",
    "siret",
    "street",
    "postal_code",
    "city",
    "phone",
    "email",
    "website",
    "sector",
    "registration_number",
    "collective_agreement",
    "signatory",
)
#: Chosen among what the records hold.
CHOSEN = (
    "kind",
    "legal_form_code",
    "naf_code",
    "headcount_band",
    "size",
    "registered_on",
    "signing_days",
    "parent_id",
)
#: True as soon as one record says so.
TICKED = ("has_clauses", "is_csr_committed")
FIELDS = (*TEXTS, *CHOSEN, *TICKED)
#: Taken together from one record: half an address of each would be nowhere.
_ADDRESS = ("street", "postal_code", "city")


@dataclass(frozen=True, slots=True)
class Origin:
    """Who last wrote a value, when; `who` is empty for the application, another structure's name for its people."""

    at: datetime
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """
    One of the records. `values`: by field of FIELDS, None for nothing; `siret` is the SIREN when only that is known.

    `exchanges` and `created_at` tell which of several is the one people work with.
    """

    id: int
    public_id: str
    name: str
    city: str
    version: int
    created_at: datetime
    values: Mapping[str, Any]
    source: str = ""
    exchanges: int = 0
    origins: Mapping[str, Origin]


def remaining(sides: Collection[Side]) -> Side:
    """The record that remains: with most exchanges, then with a SIRET, then the fullest, then the oldest."""
    return min(
        sides,
        key=lambda one: (
            -one.exchanges,
            not one.values.get("siret"),
            -sum(1 for value in one.values.values() if value not in (None, "", False)),
            one.created_at,
            one.id,
        ),
    )


def differing(sides: Sequence[Side]) -> tuple[str, ...]:
    """The fields that do not hold one and the same value everywhere, in the order of the screen."""
    first = sides[0].values
    return tuple(
        name
        for name in (*TEXTS, *CHOSEN)
        if any((one.values.get(name) or None) != (first.get(name) or None) for one in sides[1:])
    )


def proposed(sides: Sequence[Side], remains: Side) -> dict[str, Any]:
    """What the middle column begins with: the remaining record's own, else the first that says anything."""
    ordered = [remains, *(one for one in sides if one.id != remains.id)]
    found = {name: next((v for one in ordered if (v := one.values.get(name))), None) for name in (*TEXTS, *CHOSEN)}
    found |= {name: any(one.values.get(name) for one in sides) for name in TICKED}
    whole = next((one for one in ordered if one.values.get("street")), None) or next(
        (one for one in ordered if one.values.get("city")), None
    )
    if whole is not None:
        found |= {name: whole.values.get(name) for name in _ADDRESS}
    # A kind said with care beats the one that imports give everybody only when the remaining one has none: it has.
    return found


def left_over(sides: Sequence[Side], result: Mapping[str, Any], names: Collection[str]) -> list[str]:
    """The different values of these fields that `result` does not hold in any of them, each once, in order."""
    kept = {result.get(name) for name in names}
    found = [one.values.get(name) for one in sides for name in names]
    return list(dict.fromkeys(value for value in found if value and value not in kept))
