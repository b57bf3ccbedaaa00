"""
What two records held when somebody said that they are not one: it is asked again only when that changes.

Only short hashes are kept: what was compared stays in the records themselves.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from crm.partners.search import fold
from crm.wording import N_

#: The fields that tell a company, and how a change of one is said.
KEY_FIELDS: Mapping[str, str] = {
    "name": N_("nom"),
    "trade_name": N_("enseigne"),
    "siren": N_("SIREN"),
    "siret": N_("SIRET"),
    "street": N_("rue"),
    "postal_code": N_("code postal"),
    "city": N_("ville"),
    "phone": N_("téléphone"),
    "email": N_("adresse e-mail"),
    "website": N_("site"),
}


def prints(record: Any) -> dict[str, str]:
    """The hash of each key field, '' for an empty one. Accents and capitals make no difference."""
    return {name: _hashed(getattr(record, name) or "") for name in KEY_FIELDS}


def mark(first: Mapping[str, str], second: Mapping[str, str]) -> str:
    """Sixteen hexadecimal digits that change with any key field of either record."""
    return hashlib.sha256(json.dumps([first, second], sort_keys=True).encode()).hexdigest()[:16]


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The words of the fields that changed, in the order of KEY_FIELDS."""
    return tuple(words for name, words in KEY_FIELDS.items() if before.get(name, "") != now.get(name, ""))


def _hashed(text: str) -> str:
    folded = fold(text)
    return hashlib.sha256(folded.encode()).hexdigest()[:12] if folded else ""
