"""
The distinct values of a column, each with how many rows bear it, so that a wrong one is corrected in one place.

A correction is kept with the import and read instead of what the file says, whenever its rows are read.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crm.imports.mapping import Field
from crm.imports.reader import Row
from crm.partners.search import fold

#: The columns whose values are reviewed, in the order of the screen.
REVIEWED = (Field.OWNER, Field.CITY, Field.KIND, Field.SECTOR)
#: Values of one column that are shown, the unknown ones first, then the most frequent.
MOST_SHOWN = 60
#: What may be written instead of a value, in characters.
LONGEST = 200

Corrections = Mapping[Field, Mapping[str, str]]
_NOISE = re.compile(r"\b(?:cedex|[0-9]+(?:er|e|eme|ieme)?|er|e|eme|ieme)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One text of a column, as written; `known` when the application recognises it."""

    text: str
    count: int
    known: bool


def counted(rows: Iterable[Row], field: Field) -> Counter[str]:
    """How many rows bear each text of that column."""
    return Counter(text for row in rows if (text := plain(row.values.get(field, ""))))


def ordered(counts: Mapping[str, int], known: Iterable[str]) -> tuple[Value, ...]:
    """The values to show, of which these texts are known."""
    recognised = set(known)
    values = [Value(text=text, count=count, known=text in recognised) for text, count in counts.items()]
    return tuple(sorted(values, key=lambda one: (one.known, -one.count, one.text))[:MOST_SHOWN])


def corrected(row: Row, corrections: Corrections) -> Row:
    """The row as somebody corrected it."""
    values = {
        field: corrections.get(field, {}).get(plain(text), text) if field in corrections else text
        for field, text in row.values.items()
    }
    return Row(row.line, values)


def plain(text: str) -> str:
    """A cell on one line."""
    return " ".join(text.split())


def town_key(text: str) -> str:
    """A commune as the reference folds it: « ST-DENIS CEDEX 2 » and « Saint-Denis » are one."""
    words = _NOISE.sub(" ", fold(text)).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def dump_values(values: Mapping[Field, Iterable[Value]]) -> str:
    """The values to review, as text."""
    kept = {field.value: [[one.text, one.count, one.known] for one in some] for field, some in values.items()}
    return json.dumps(kept, ensure_ascii=False)


def load_values(text: str | None) -> dict[Field, tuple[Value, ...]]:
    """What `dump_values` wrote."""
    return {
        Field(field): tuple(Value(text=text, count=count, known=known) for text, count, known in some)
        for field, some in json.loads(text or "{}").items()
    }


def dump_corrections(corrections: Corrections) -> str:
    """The corrections, as text."""
    return json.dumps({field.value: dict(some) for field, some in corrections.items() if some}, ensure_ascii=False)


def load_corrections(text: str | None) -> dict[Field, dict[str, str]]:
    """What `dump_corrections` wrote."""
    return {Field(field): dict(some) for field, some in json.loads(text or "{}").items()}
