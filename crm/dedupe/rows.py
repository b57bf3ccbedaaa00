"""Reads the spreadsheet that is to be deduplicated, in whatever encoding and with whatever separator it was saved."""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from io import TextIOWrapper
from typing import BinaryIO

from crm.dedupe.normalise import fold
from crm.dedupe.spreadsheet import COLUMNS, Row

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


class Unreadable(Exception):
    """The file cannot be compared; the message, in French, says what to do."""


def read_rows(source: BinaryIO) -> list[Row]:
    """
    The rows of an open CSV file, in the order of COLUMNS; '' for what is missing. The file is then closed.

    Identifiers stay texts. A row without one is named after its place: « ligne 12 ». Empty lines are passed over.
    Raises Unreadable when there is nothing to compare.
    """
    csv.field_size_limit(LONGEST_CELL)
    with TextIOWrapper(source, encoding=_encoding(source), errors="replace", newline="") as file:
        start = file.readline()
        if not start:
            return []
        file.seek(0)
        reader = csv.reader(file, delimiter=max(_DELIMITERS, key=start.count))
        try:
            return list(_rows(reader))
        except csv.Error as failure:
            message = f"la ligne {reader.line_num} n'est pas lisible. Vérifiez qu'aucun guillemet n'y reste ouvert."
            raise Unreadable(message) from failure


def _rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    places = _places(next(reader))
    if all(place is None for place in places[1:]):
        raise Unreadable(
            "aucune colonne à comparer. La première ligne doit nommer au moins l'une de ces colonnes : "
            f"{', '.join(COLUMNS[1:])}."
        )
    for number, cells in enumerate(reader, 1):
        if any(cells):
            row = ["" if place is None or place >= len(cells) else cells[place].strip() for place in places]
            row[_ID] = row[_ID] or f"ligne {number}"
            yield tuple(row)


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
