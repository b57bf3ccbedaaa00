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


def read_columns(text: str) -> dict[Field, str]:
    """The heading of each fact that `dump_columns` wrote; none when that is not what the text holds."""
    known = {field.value for field in Field}
    try:
        columns = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(columns, dict) or not all(isinstance(heading, str) for heading in columns.values()):
        return {}
    return {Field(name): heading for name, heading in columns.items() if name in known}


def apply_columns(text: str, headings: Sequence[str]) -> Mapping:
    """The mapping of these headings that `dump_columns` wrote; facts whose heading is not there are left out."""
    places = {fold(heading): place for place, heading in reversed(list(enumerate(headings)))}
    fields = {field: places[fold(heading)] for field, heading in read_columns(text).items() if fold(heading) in places}
    used = set(fields.values())
    return Mapping(fields, tuple(one for place, one in enumerate(headings) if place not in used and one.strip()))
