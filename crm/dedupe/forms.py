"""What the partner's form sends while it is typed. Nothing is refused: what cannot be read is unknown."""

from collections.abc import Mapping
from typing import Any

from crm.partners.registry import Draft
from crm.partners.search import fold

#: Below, a name resembles everything.
FIRST_LETTERS = 3
_LONGEST = 300
_FIELDS = (
    "name",
    "trade_name",
    "siren",
    "siret",
    "phone",
    "email",
    "website",
    "street",
    "postal_code",
    "city",
    "department",
)


def draft_of(typed: Mapping[str, str]) -> Draft | None:
    """What is known so far of the partner being typed; None until its name has three letters."""
    # PostgreSQL refuses NUL in a text, and half of a surrogate pair cannot be encoded.
    known: dict[str, Any] = {name: _clean(typed.get(name, "")) for name in _FIELDS}
    if len(fold(known["name"]).replace(" ", "")) < FIRST_LETTERS:
        return None
    return Draft(**known)


def _clean(text: str) -> str:
    readable = text.encode("utf-8", "replace").decode("utf-8")
    return readable.replace("\0", "")[:_LONGEST].strip()
