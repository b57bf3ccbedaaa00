"""A mapping kept under a name: by the headings themselves, so that columns may change places."""

import hashlib
import json
from collections.abc import Sequence

from crm.imports.mapping import Field, Mapping
from crm.partners.search import fold

#: How long its name may be, in characters.
LONGEST_NAME = 60


def headings_key(headings: Sequence[str]) -> str:
    """A mark of the headings, whatever their order, capitals and accents."""
    return hashlib.sha256("\x1f".join(sorted(fold(text) for text in headings)).encode()).hexdigest()


def dump_columns(mapping: Mapping, headings: Sequence[str]) -> str:
    """The heading of each fact, as text."""
    columns = {field.value: headings[place] for field, place in mapping.fields.items() if place < len(headings)}
    return json.dumps(columns, ensure_ascii=False)


def apply_columns(text: str, headings: Sequence[str]) -> Mapping:
    """The mapping of these headings that `dump_columns` wrote; facts whose heading is not there are left out."""
    places = {fold(heading): place for place, heading in reversed(list(enumerate(headings)))}
    known = {field.value for field in Field}
    fields = {
        Field(name): places[fold(heading)]
        for name, heading in json.loads(text).items()
        if name in known and fold(heading) in places
    }
    used = set(fields.values())
    return Mapping(fields, tuple(one for place, one in enumerate(headings) if place not in used and one.strip()))
