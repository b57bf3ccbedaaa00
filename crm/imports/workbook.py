"""
Workbooks as rows of texts: the bytes of an XLSX file in, what its sheets with cells show out.

The library that reads them trusts the file: a few kilobytes can name a billion empty cells, or swell to gigabytes.
So the archive is looked at first, without unpacking more than `MOST_UNPACKED`: what a spreadsheet program would never
write, macros and declarations of entities are refused in one sentence.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from crm.errors import DomainError
from crm.wording import N_

MOST_UNPACKED = 60 * 1024 * 1024
MOST_PARTS = 2_000
#: Sheets that are looked at.
MOST_SHEETS = 40
#: A sheet of repeated words is packed 30 or 40 times; a bomb, a thousand.
MOST_PACKED = 200
_FEW = 1024 * 1024  # bytes: below, a ratio says nothing
_LAST_ROW, _LAST_COLUMN = 60_000, 256
_CHUNK = 256 * 1024

_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_LOCAL_HEADER = 30


class UnreadableWorkbook(DomainError):
    """The workbook cannot be read; the sentence says what to do about it."""


def is_archive(content: bytes) -> bool:
    """Whether the bytes begin as those of an XLSX file (or of another archive)."""
    return content.startswith(b"PK\x03\x04")


def read_workbook(content: bytes) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """
    The sheets that hold something, by name: the number of each row, from 1, and its cells as text.

    Raises UnreadableWorkbook before anything is unpacked whole.
    """
    _check(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for name in book.sheet_names[:MOST_SHEETS]:
            sheet = book.get_sheet_by_name(name)
            if sheet.height and sheet.width:
                first = sheet.start[0] if sheet.start else 0
                rows = sheet.to_python(skip_empty_area=True)
                texts = [(first + place, [_text(cell) for cell in row]) for place, row in enumerate(rows, start=1)]
                found.append((name, texts))
        if found:
            return found
    except (CalamineError, ValueError, OSError):
        raise UnreadableWorkbook(
            N_("Ce classeur est abîmé : ouvrez-le dans un tableur et enregistrez-le de nouveau (XLSX ou CSV).")
        ) from None
    raise UnreadableWorkbook(N_("Le classeur est vide."))


def _check(content: bytes) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableWorkbook(
            N_("Ce classeur est abîmé : ouvrez-le dans un tableur et enregistrez-le de nouveau (XLSX ou CSV).")
        ) from None
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise UnreadableWorkbook(
            N_("C'est une archive ou un classeur d'un autre format : enregistrez la feuille en XLSX ou en CSV.")
        )
    if any("vbaproject" in name or name.startswith("xl/macrosheets") for name in names):
        raise UnreadableWorkbook(N_("Ce classeur contient des macros : enregistrez-le en XLSX, sans macros."))
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > _FEW + MOST_PACKED * packed:
        raise _too_large()
    left = MOST_UNPACKED
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            left = _look_at(content, part, left)


def _too_large() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        N_("Ce classeur se déplie en une taille démesurée : copiez les lignes utiles dans un classeur neuf.")
    )


def _look_at(content: bytes, part: zipfile.ZipInfo, left: int) -> int:
    """Unpack a part piece by piece, no further than the size it announces; how much may still be unpacked."""
    is_sheet = _SHEETS.fullmatch(part.filename) is not None
    tail, announced = b"", part.file_size
    for piece in _pieces(content, part):
        left -= len(piece)
        announced -= len(piece)
        # A part that holds more than it says was made to deceive: no need to see how much more.
        if left < 0 or announced < 0:
            raise _too_large()
        text = tail + piece
        if _DECLARATION.search(text):
            raise UnreadableWorkbook(N_("Ce classeur déclare des entités XML, ce qu'aucun tableur n'écrit : refusé."))
        if is_sheet and any(_is_far(found[1], found[2]) for found in _CELL.finditer(text)):
            raise UnreadableWorkbook(
                N_("Ce classeur a des cellules au-delà de la ligne 60 000 ou de la colonne 256 : supprimez-les.")
            )
        tail = text[-300:]
    return left


def _pieces(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    # Not `ZipFile.open`: it stops at the size that the file announces, the other library does not.
    start = part.header_offset
    name_length = int.from_bytes(content[start + 26 : start + 28], "little")
    extra_length = int.from_bytes(content[start + 28 : start + 30], "little")
    start += _LOCAL_HEADER + name_length + extra_length
    packed = memoryview(content)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        for place in range(0, len(packed), _CHUNK):
            yield bytes(packed[place : place + _CHUNK])
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise _too_large()
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    try:
        while rest:
            yield unpacker.decompress(rest, _CHUNK)
            rest = unpacker.unconsumed_tail
    except zlib.error:
        raise UnreadableWorkbook(
            N_("Ce classeur est abîmé : ouvrez-le dans un tableur et enregistrez-le de nouveau (XLSX ou CSV).")
        ) from None


def _is_far(letters: bytes, digits: bytes) -> bool:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column > _LAST_COLUMN or int(digits) > _LAST_ROW


def _text(cell: Any) -> str:
    """A cell as somebody reads it: 40069031900035.0 is a whole number, a day is written as the French do."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time(0):
        cell = cell.date()
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
