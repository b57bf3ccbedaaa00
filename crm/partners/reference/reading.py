"""
The files of reference data: what each must look like, and bytes turned into checked values.

CSV as its publishers' nomenclatures are kept here: UTF-8, commas, headings on the first line. Anything else is
refused with a sentence that names the file and the line: a nomenclature read halfway would withdraw good codes.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from crm.errors import DomainError
from crm.partners.places import is_postal_code
from crm.partners.reference.enums import HolidayZone, Position, SizeClass
from crm.partners.search import sort_key
from crm.wording import N_

MOST_BYTES = 32 * 1024 * 1024
_LONGEST_QUOTE = 60
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_NUMBER = re.compile(r"[0-9]{1,9}")

Key = tuple[Any, ...]


class UnreadableReference(DomainError):
    """A file of reference data is not what it should be."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that must be there. `read` turns a stripped text into a value, or raises ValueError: `refusal`."""

    heading: str
    field: str
    read: Callable[[str], object]
    refusal: str


@dataclass(frozen=True, slots=True)
class Shape:
    """
    What a file must look like.

    `key`: the fields that tell one row from another. `folded`: the field whose folded text goes to `sort_key`.
    """

    file: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    folded: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a row besides its key, in their order."""
        fields = tuple(column.field for column in self.columns if column.field not in self.key)
        return (*fields, "sort_key") if self.folded else fields


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `line`: the line of the file on which it ends, counted from 1. `values`: in the order of `fields`."""

    line: int
    values: tuple[Any, ...]


def _text(heading: str, field: str, most: int, *, may_be_empty: bool = False) -> Column:
    def read(text: str) -> str:
        if len(text) > most or not (text or may_be_empty):
            raise ValueError
        return text

    return Column(heading, field, read, N_("%(where)s : « %(value)s » est vide ou trop long."))


def _code(heading: str, field: str, pattern: str, *, may_be_empty: bool = False) -> Column:
    allowed = re.compile(pattern)

    def read(text: str) -> str:
        if not (allowed.fullmatch(text) or (may_be_empty and not text)):
            raise ValueError
        return text

    return Column(heading, field, read, N_("%(where)s : « %(value)s » n'est pas un code de cette liste."))


def _number(heading: str, field: str) -> Column:
    def read(text: str) -> int | None:
        if text and not _NUMBER.fullmatch(text):
            raise ValueError
        return int(text) if text else None

    return Column(heading, field, read, N_("%(where)s : « %(value)s » n'est pas un nombre entier."))


def _degrees(heading: str, field: str, most: int) -> Column:
    def read(text: str) -> float | None:
        value = float(text) if text else None
        if value is not None and not -most <= value <= most:
            raise ValueError
        return value

    return Column(heading, field, read, N_("%(where)s : « %(value)s » n'est pas une coordonnée en degrés."))


def _day(heading: str, field: str) -> Column:
    return Column(
        heading, field, date.fromisoformat, N_("%(where)s : « %(value)s » n'est pas une date (attendu : 2026-11-22).")
    )


def _choice(heading: str, field: str, kind: type[StrEnum], *, empty: StrEnum | None = None) -> Column:
    def read(text: str) -> StrEnum | None:
        return kind(text) if text else empty

    return Column(heading, field, read, N_("%(where)s : « %(value)s » n'est pas une valeur prévue."))


def _postal_codes(heading: str, field: str) -> Column:
    def read(text: str) -> tuple[str, ...]:
        codes = tuple(sorted(set(text.split("|")))) if text else ()
        if not all(map(is_postal_code, codes)):
            raise ValueError
        return codes

    refusal = N_("%(where)s : « %(value)s » n'est pas une suite de codes postaux séparés par « | ».")
    return Column(heading, field, read, refusal)


_DEPARTMENT = r"[0-9][0-9AB]|9[78][0-9]"
_INSEE = r"[0-9][0-9AB][0-9]{3}"
_REGION = r"[0-9]{2,3}"

DEPARTMENTS = Shape(
    "departements.csv",
    (
        _code("code", "code", _DEPARTMENT),
        _text("label", "label", 100),
        _code("region_code", "region_code", _REGION),
        _code("chef_lieu_insee", "main_town_code", _INSEE),
    ),
    key=("code",),
)
COMMUNES = Shape(
    "communes.csv",
    (
        _code("insee_code", "insee_code", _INSEE),
        _text("name", "name", 100),
        _code("departement_code", "department_code", _DEPARTMENT),
        _code("region_code", "region_code", _REGION),
        _number("population", "population"),
        _code("epci_code", "epci_code", r"[0-9]{9}", may_be_empty=True),
        _text("epci_name", "epci_name", 100, may_be_empty=True),
        _degrees("lat", "latitude", 90),
        _degrees("lon", "longitude", 180),
        _choice("position", "position", Position, empty=Position.UNKNOWN),
        _postal_codes("postal_codes", "postal_codes"),
    ),
    key=("insee_code",),
    folded="name",
)
NAF = Shape(
    "naf_rev2.csv",
    (
        _code("code", "code", r"[0-9]{2}\.[0-9]{2}[A-Z]"),
        _text("label", "label", 200),
        _code("division_code", "division_code", r"[0-9]{2}"),
        _text("division_label", "division_label", 200),
        _code("section_code", "section_code", r"[A-Z]"),
        _text("section_label", "section_label", 200),
    ),
    key=("code",),
)
ROME = Shape(
    "rome.csv",
    (_code("code", "code", r"[A-Z][0-9]{4}"), _text("label", "label", 200)),
    key=("code",),
    folded="label",
)
NAF_TRADES = Shape(
    "naf_rome.csv",
    (_code("naf_division", "division_code", r"[0-9]{2}"), _code("rome_code", "rome_code", r"[A-Z][0-9]{4}")),
    key=("division_code", "rome_code"),
)
HOLIDAYS = Shape(
    "jours_feries.csv",
    (
        _day("date", "day"),
        _text("label", "label", 100),
        _choice("zone", "zone", HolidayZone, empty=HolidayZone.NATIONAL),
    ),
    key=("day", "zone"),
)
LEGAL_FORMS = Shape(
    "legal_forms.csv",
    (_code("code", "code", r"[0-9]{4}"), _text("label", "label", 200)),
    key=("code",),
)
HEADCOUNTS = Shape(
    "headcount_bands.csv",
    (
        _code("code", "code", r"[0-9]{2}|NN"),
        _text("label", "label", 100),
        _number("min", "minimum"),
        _number("max", "maximum"),
        _choice("size", "size", SizeClass),
    ),
    key=("code",),
)
#: Where each file comes from: a nomenclature without its source and licence is not loaded.
SOURCES = Shape(
    "sources.csv",
    (
        _text("file", "name", 100),
        _text("source", "source", 300),
        _text("licence", "licence", 200),
        _day("date", "dated_on"),
    ),
    key=("name",),
)


def read(shape: Shape, content: bytes) -> dict[Key, Row]:
    """
    The rows of a file by their key, in the order of the file.

    Raises UnreadableReference: too large, binary, not UTF-8, a column missing, a line cut or too long, a value
    that its column does not allow, a key found twice, no row at all.
    """
    records = _records(shape.file, _decoded(shape.file, content))
    _, headings = next(records, (1, []))
    places = [_place(shape.file, column.heading, headings) for column in shape.columns]
    rows: dict[Key, Row] = {}
    for line, cells in records:
        if len(cells) != len(headings):
            raise UnreadableReference(
                N_("%(file)s, ligne %(line)s : %(found)s cellules au lieu de %(expected)s."),
                file=shape.file,
                line=line,
                found=len(cells),
                expected=len(headings),
            )
        values = {
            column.field: _value(shape.file, line, column, cells[place].strip())
            for column, place in zip(shape.columns, places, strict=True)
        }
        if shape.folded:
            values["sort_key"] = sort_key(str(values[shape.folded]))
        key = tuple(values[field] for field in shape.key)
        if key in rows:
            raise UnreadableReference(
                N_("%(file)s, ligne %(line)s : « %(key)s » est déjà à la ligne %(first)s."),
                file=shape.file,
                line=line,
                key=" ".join(map(str, key)),
                first=rows[key].line,
            )
        rows[key] = Row(line, tuple(values[field] for field in shape.fields))
    if not rows:
        raise UnreadableReference(N_("%(file)s, ligne 2 : le fichier ne contient aucune ligne."), file=shape.file)
    return rows


def _decoded(file: str, content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise UnreadableReference(
            N_("%(file)s : le fichier dépasse %(most)s Mo."), file=file, most=MOST_BYTES // 1024**2
        )
    if binary := _BINARY.search(content):
        raise UnreadableReference(
            N_("%(file)s, ligne %(line)s : ce n'est pas un fichier de texte."),
            file=file,
            line=content.count(b"\n", 0, binary.start()) + 1,
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise UnreadableReference(
            N_("%(file)s, ligne %(line)s : le texte n'est pas en UTF-8."),
            file=file,
            line=content.count(b"\n", 0, wrong.start) + 1,
        ) from None


def _records(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error:
        raise UnreadableReference(
            N_("%(file)s, ligne %(line)s : des guillemets ne sont pas fermés, ou une cellule est démesurée."),
            file=file,
            line=reader.line_num,
        ) from None


def _place(file: str, heading: str, headings: list[str]) -> int:
    if heading not in headings:
        raise UnreadableReference(
            N_("%(file)s, ligne 1 : la colonne « %(column)s » manque."), file=file, column=heading
        )
    return headings.index(heading)


def _value(file: str, line: int, column: Column, text: str) -> object:
    try:
        return column.read(text)
    except ValueError:
        where = f"{file}, ligne {line}, colonne {column.heading}"
        raise UnreadableReference(column.refusal, where=where, value=text[:_LONGEST_QUOTE]) from None
