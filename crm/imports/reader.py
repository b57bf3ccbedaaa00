"""
Spreadsheets as text: the bytes of a file in, rows with their line numbers out.

Workbooks (XLSX) are read by workbook.py. Of CSV files are understood: UTF-8 with or without its mark and Windows'
cp1252; semicolons, commas or tabs; quoted cells over several lines. What is too large is refused as soon as it is
seen, and a text is decoded line by line: reading it costs the rows that are kept, not the length of the file.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from crm.errors import DomainError
from crm.imports.mapping import Field, Mapping, guess_mapping
from crm.imports.workbook import UnreadableWorkbook, is_archive, read_workbook
from crm.partners.search import fold
from crm.wording import N_

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200
#: No fact of a partner is longer, in characters.
LONGEST_CELL = 5_000
#: Between the lines of two sheets of a workbook; more than any sheet has.
SHEET_STEP = 100_000
#: The heading of the column that says the name of the sheet.
SHEET_HEADING = "Feuille"
#: What is looked at to find out what the file is, in bytes.
_SAMPLE = 64 * 1024

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Files that people take for a spreadsheet, by their first bytes.
_FOREIGN_FILES = (
    (
        b"\xd0\xcf\x11\xe0",
        N_("C'est un ancien classeur Excel (XLS), ou protégé par un mot de passe : enregistrez-le en XLSX ou en CSV."),
    ),
    (b"%PDF", N_("C'est un PDF : il faut le fichier du tableur, au format XLSX ou CSV.")),
)
_SEPARATORS = (";", ",", "\t")
_DECLARATION = re.compile(r'"?sep=.?"?\r?\n', re.IGNORECASE)
_TEXT_BYTES = bytes({*b"\t\n\r\f\v", *range(32, 256)})


class UnreadableFile(DomainError):
    """The file cannot be read; the sentence says what to do about it."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    One row of the file that is not empty.

    `line`: the line of the file on which it begins, counted from 1 as a text editor does. `values`: stripped
    texts by fact, only those whose column was recognised.
    """

    line: int
    values: dict[Field, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    What was read. `headings` are as written in the file.

    `names`: of the sheets of a workbook that has several alike (one a colleague), else none. Their rows follow one
    another, the line of a row of the sheet number n (from 0) being n × SHEET_STEP + its line there; a last column, that
    no sheet has, says the name of the sheet.
    """

    headings: tuple[str, ...]
    mapping: Mapping
    rows: tuple[Row, ...]
    names: tuple[str, ...] = ()


def read_sheet(content: bytes, *, mapping: Mapping | None = None, named: bool = True, exchanges: bool = False) -> Sheet:
    """
    Read the bytes of an XLSX or CSV file, its columns guessed from their headings unless `mapping` is given: as those
    of partners, or of `exchanges`.

    Raises UnreadableFile with one French sentence when the file is too large, is neither, breaks off inside a quoted
    cell, or, when it must be `named`, has no column of names.
    """
    names, records = read_cells(content)
    _, headings = next(records, (0, []))
    if mapping is None:
        mapping = guess_mapping(headings, exchanges=exchanges)
    if named and Field.NAME not in mapping.fields:
        raise UnreadableFile(
            N_("Aucune colonne de nom n'a été reconnue sur la ligne d'en-tête (%(headings)s)."),
            headings=_shortened(headings),
        )
    rows: list[Row] = []
    fields = tuple(mapping.fields.items())
    for line, cells in records:
        if not any(map(str.strip, cells)):
            continue
        values = {field: cells[place].strip() for field, place in fields if place < len(cells)}
        if len(rows) == MOST_ROWS:
            raise too_long()
        rows.append(Row(line, values))
    return Sheet(tuple(headings), mapping, tuple(rows), names)


def too_long() -> UnreadableFile:
    """What is said of a file that has more than MOST_ROWS rows."""
    return UnreadableFile(N_("Le fichier a plus de %(most)s lignes : coupez-le en deux."), most=MOST_ROWS)


def read_cells(content: bytes) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    """
    The names of the sheets alike, when there are several; then each line that begins a record and its cells as text,
    the headings first. Raises UnreadableFile, some of it while the records are read.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            N_("Le fichier pèse plus de %(most)s Mo : coupez-le en deux."), most=MOST_BYTES // 1024 // 1024
        )
    return _workbook_records(content) if is_archive(content) else ((), _csv_records(content))


def _csv_records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(content)
    stream = io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace", newline="")
    first, skipped = stream.readline(_SAMPLE), 0
    if _DECLARATION.fullmatch(first):
        # A first line « sep=; » is for the spreadsheet program: it says nothing that the headings do not.
        first, skipped = stream.readline(_SAMPLE), 1
    # Back to the beginning: whatever was looked at is read again with the rest.
    stream.seek(0)
    for _ in range(skipped):
        stream.readline(_SAMPLE)
    return _records(stream, _separator(first), first_line=1 + skipped)


def _workbook_records(content: bytes) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    """The names of the sheets alike, when there are several; the records, those of the headings first."""
    try:
        sheets = [
            (name, [_checked(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)])
            for name, rows in read_workbook(content)
        ]
    except UnreadableWorkbook as refusal:
        raise UnreadableFile(refusal.message, **refusal.values) from None
    alike = _alike([(name, rows) for name, rows in sheets if rows])
    if len(alike) == 1:
        return (), iter(alike[0][1])
    return tuple(name for name, _ in alike), _one_after_the_other(alike)


def _alike(sheets: list[tuple[str, list[tuple[int, list[str]]]]]) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """The first sheet that has a column of names, or the first of all, and those that have its headings."""
    if not sheets:
        raise UnreadableFile(N_("Le classeur est vide."))
    main = next((sheet for sheet in sheets if Field.NAME in guess_mapping(sheet[1][0][1]).fields), sheets[0])
    wanted = {fold(text) for text in main[1][0][1]} - {""}
    return [
        sheet
        for sheet in sheets
        if sheet is main or len(wanted & {fold(text) for text in sheet[1][0][1]}) * 3 >= len(wanted) * 2 > 0
    ]


def _one_after_the_other(
    sheets: list[tuple[str, list[tuple[int, list[str]]]]],
) -> Iterator[tuple[int, list[str]]]:
    """The rows of each sheet with its columns in the order of the first one, and its name at the end."""
    line, headings = sheets[0][1][0]
    yield line, [*headings, SHEET_HEADING]
    for number, (name, rows) in enumerate(sheets):
        own = {fold(text): place for place, text in reversed(list(enumerate(rows[0][1]))) if text.strip()}
        places = [own.get(fold(heading)) if fold(heading) else None for heading in headings]
        for line, cells in rows[1:]:
            kept = [cells[place] if place is not None and place < len(cells) else "" for place in places]
            yield number * SHEET_STEP + line, [*kept, name]


def _checked(line: int, cells: list[str]) -> tuple[int, list[str]]:
    """A record whose cells are neither too many nor too long."""
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile(N_("Ligne %(line)s : plus de %(most)s colonnes."), line=line, most=MOST_COLUMNS)
    if max(map(len, cells), default=0) > LONGEST_CELL:
        raise UnreadableFile(
            N_("Ligne %(line)s : une cellule dépasse %(most)s caractères (guillemet non refermé ?)."),
            line=line,
            most=LONGEST_CELL,
        )
    return line, cells


def _encoding(content: bytes) -> str:
    """The encoding of a text. Raises UnreadableFile when it is none that a French spreadsheet writes."""
    if not content or content.isspace():
        raise UnreadableFile(N_("Le fichier est vide."))
    for signature, sentence in _FOREIGN_FILES:
        if content.startswith(signature):
            raise UnreadableFile(sentence)
    sample = content[:_SAMPLE]
    if content.startswith(_UTF16_MARKS) or _looks_utf16(sample):
        raise UnreadableFile(N_("Le fichier est en UTF-16 (« texte Unicode ») : enregistrez-le au format CSV UTF-8."))
    if b"\0" in content or len(sample.translate(None, _TEXT_BYTES)) > len(sample) // 100:
        raise UnreadableFile(N_("Ce n'est pas un fichier texte : il faut un fichier CSV."))
    # Every byte is a letter to cp1252, save five: those are replaced rather than refused.
    return "utf-8-sig" if _is_utf8(content) else "cp1252"


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for place in range(0, len(content), _SAMPLE):
            decoder.decode(content[place : place + _SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looks_utf16(sample: bytes) -> bool:
    """Whether every other byte is null, as in Latin text in UTF-16 without its mark."""
    half = len(sample) // 2
    return half > 4 and max(sample[0::2].count(0), sample[1::2].count(0)) > 0.8 * half


def _separator(first: str) -> str:
    """The one that makes the line of headings hold a name, then the most known columns, then the most."""

    def known(separator: str) -> tuple[bool, int, int]:
        headings = first.rstrip("\r\n").replace('"', "").split(separator, MOST_COLUMNS + 1)
        fields = guess_mapping(headings).fields
        return Field.NAME in fields, len(fields), len(headings)

    return max(_SEPARATORS, key=known)


def _records(stream: io.TextIOWrapper, separator: str, *, first_line: int) -> Iterator[tuple[int, list[str]]]:
    """The line on which each record begins, and its cells, their number and length checked as it goes."""
    reader = csv.reader(_short_lines(stream), delimiter=separator, strict=True)
    line = first_line
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableFile(
                N_("Ligne %(line)s : un guillemet est ouvert et n'est pas refermé, ou mal placé."), line=line
            ) from None
        yield _checked(line, cells)
        line = reader.line_num + first_line


def _short_lines(stream: io.TextIOWrapper) -> Iterator[str]:
    """Lines of the file, refused before one that is absurdly long is read whole."""
    longest, most_separators = MOST_COLUMNS * LONGEST_CELL, 20 * MOST_COLUMNS
    for number in count(1):
        text = stream.readline(longest + 1)
        if not text:
            return
        if len(text) > most_separators and (len(text) > longest or sum(map(text.count, _SEPARATORS)) > most_separators):
            raise UnreadableFile(N_("Ligne %(line)s : elle est trop longue pour une ligne de tableur."), line=number)
        yield text


def _shortened(headings: list[str]) -> str:
    shown = ", ".join(heading.strip()[:40] for heading in headings[:8])
    return f"{shown}…" if len(headings) > 8 else shown
