"""Reads the spreadsheet that is to be deduplicated, in whatever encoding and with whatever separator it was saved."""

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import TextIOWrapper
from typing import BinaryIO

from crm.dedupe.normalise import fold
from crm.dedupe.spreadsheet import COLUMNS, Row
from crm.errors import DomainError
from crm.wording import N_

#: A longer cell is not one: a quotation mark was never closed.
LONGEST_CELL = 1_000_000
_AT_ONCE = 1 << 20
_DELIMITERS = ",;\t"
_ID = 0

#: What the columns are called elsewhere, folded. A column that bears its own name comes first.
_OTHER_NAMES: Mapping[str, Sequence[str]] = {
    "id": ("identifiant", "row id", "code"),
    "nom": ("raison sociale", "name", "nom de l entreprise", "entreprise", "structure", "organisation", "denomination"),
    "siret": ("siren", "numero siret", "n siret", "no siret"),
    "adresse": ("rue", "adresse 1", "address", "voie"),
    "code_postal": ("cp", "codepostal", "postal code"),
    "ville": ("commune", "city", "localite"),
    "telephone": ("tel", "phone", "tel fixe", "numero de telephone"),
    "email": ("e mail", "mail", "courriel", "adresse mail", "adresse e mail"),
    "departement": ("dept", "dpt", "dep", "department", "departement code"),
    "site_web": ("site", "site internet", "web", "website", "url"),
}


class Unreadable(DomainError):
    """The file cannot be compared; the sentence says what to do."""


def read_rows(source: BinaryIO) -> list[Row]:
    """
    The rows of an open CSV file, in the order of COLUMNS; '' for what is missing. The file is then closed.

    Raises Unreadable when there is nothing to compare.
    """
    usual = csv.field_size_limit(LONGEST_CELL)  # of the whole process: other readers refuse long cells sooner
    try:
        return _read(source)
    finally:
        csv.field_size_limit(usual)


def _read(source: BinaryIO) -> list[Row]:
    with TextIOWrapper(source, encoding=_encoding(source), errors="replace", newline="") as file:
        start = file.readline()
        if not start:
            return []
        file.seek(0)
        reader = csv.reader(file, delimiter=max(_DELIMITERS, key=start.count))
        try:
            return list(named_rows(next(reader), enumerate(reader, 2)))
        except csv.Error as failure:
            raise Unreadable(
                N_("La ligne %(line)s n'est pas lisible. Vérifiez qu'aucun guillemet n'y reste ouvert."),
                line=reader.line_num,
            ) from failure


def named_rows(header: Sequence[str], lines: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Row]:
    """
    The rows of a table, in the order of COLUMNS; '' for what is missing. `lines`: the line of each, and its cells.

    Identifiers stay texts. A row without one is named after its line: « ligne 12 ». Empty lines are passed over.
    Raises Unreadable when no column can be compared.
    """
    places = _places(header)
    if all(place is None for place in places[1:]):
        raise Unreadable(
            N_(
                "Aucune colonne à comparer. La première ligne doit nommer au moins l'une de ces colonnes : %(columns)s."
            ),
            columns=", ".join(COLUMNS[1:]),
        )
    for number, cells in lines:
        if any(cells):
            row = ["" if place is None or place >= len(cells) else cells[place].strip() for place in places]
            row[_ID] = row[_ID] or f"ligne {number}"
            yield tuple(row)


def columns_read(header: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The headings that are compared, and those that are passed over, as written."""
    places = set(_places(header))
    read = tuple(heading for place, heading in enumerate(header) if place in places)
    return read, tuple(heading for place, heading in enumerate(header) if place not in places and heading.strip())


def _places(header: Sequence[str]) -> list[int | None]:
    folded = [fold(name.replace("_", " ")) for name in header]
    return [
        next((folded.index(name) for name in (column.replace("_", " "), *_OTHER_NAMES[column]) if name in folded), None)
        for column in COLUMNS
    ]


def _encoding(source: BinaryIO) -> str:
    """The encoding of the whole file, which is read once for it and is then at its start again."""
    start = source.read(len(codecs.BOM_UTF16_LE))
    source.seek(0)
    if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while some := source.read(_AT_ONCE):
            decoder.decode(some)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        source.seek(0)
    return "utf-8-sig"
