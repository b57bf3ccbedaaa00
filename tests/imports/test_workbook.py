"""XLSX files: what a tableur writes is read, what it would never write is refused before it is unpacked."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.mapping import Field
from crm.imports.reader import UnreadableFile, read_sheet

MAIN = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


def book(rows, *, skipped=0):
    """An XLSX file whose first sheet holds these rows."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        days = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet = workbook.add_worksheet()
        for place, row in enumerate(rows, start=skipped):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, days)
                else:
                    sheet.write(place, column, cell)
    return file.getvalue()


def archive(parts, *, method=zipfile.ZIP_DEFLATED):
    """A zip file of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def with_part(content, name, added):
    """The same workbook with one more part, or another content for one."""
    with zipfile.ZipFile(io.BytesIO(content)) as given:
        parts = {part.filename: given.read(part) for part in given.infolist()}
    return archive(parts | {name: added})


def refusal(content):
    """What is said of a file that is refused."""
    with pytest.raises(UnreadableFile) as refused:
        read_sheet(content)
    return str(refused.value)


def test_what_a_spreadsheet_writes_is_read():
    sheet = read_sheet(
        book(
            [
                ["Raison sociale", "N° SIRET", "CP", "Créée le"],
                ["Garage du Parc", 40069031900035, 92160, date(2021, 3, 4)],
                ["L'Été", "400 690 319 00035", "01000", datetime(2021, 3, 4, 9, 30)],  # noqa: DTZ001  spreadsheets have no zone
            ],
            skipped=2,
        )
    )
    assert sheet.headings == ("Raison sociale", "N° SIRET", "CP", "Créée le")
    assert [(row.line, row.values) for row in sheet.rows] == [
        (4, {Field.NAME: "Garage du Parc", Field.SIRET: "40069031900035", Field.POSTAL_CODE: "92160"}),
        (5, {Field.NAME: "L'Été", Field.SIRET: "400 690 319 00035", Field.POSTAL_CODE: "01000"}),
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=30), min_size=1))
def test_texts_come_back_as_they_were(names):
    rows = read_sheet(book([["nom"], *([name] for name in names)])).rows
    assert [row.values[Field.NAME] for row in rows] == names


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04" + b"\x00" * 200, "abîmé"),
        (book([["nom"], ["Un"]])[:-40], "abîmé"),
        (archive({"content.xml": "x", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "autre format"),
        (archive({"photo.jpg": "x"}), "autre format"),
        (archive({"xl/workbook.xml": MAIN}), "abîmé"),
        (with_part(book([["nom"], ["Un"]]), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "macros"),
        (archive({"xl/workbook.xml": MAIN, "xl/media/a.bin": b"\0" * 9_000_000}), "démesurée"),
        (archive({"xl/workbook.xml": MAIN, **{f"xl/{n}": "" for n in range(2_100)}}), "démesurée"),
        (
            archive({"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]>' + MAIN}),
            "entités",
        ),
        (
            with_part(
                book([["nom"], ["Un"]]),
                "xl/worksheets/sheet1.xml",
                b'<worksheet><sheetData><row r="1"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
            ),
            "au-delà",
        ),
        (book([["nom", *["x"] * 220], ["Un"]]), "plus de 200 colonnes"),
        (book([["nom"], ["a" * 6_000]]), "dépasse"),
        (book([]), "vide"),
    ],
)
def test_one_sentence_for_what_cannot_be_read(content, words):
    assert words in refusal(content)


def test_a_size_that_the_file_hides_is_found_out():
    content = bytearray(archive({"xl/workbook.xml": MAIN, "xl/worksheets/sheet1.xml": b" " * 70_000_000}))
    # Announce 10 bytes instead of 70 million, in the directory at the end and in the part's own header.
    real, small = (70_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    assert content.count(real) == 2
    tracemalloc.start()
    try:
        assert "démesurée" in refusal(bytes(content.replace(real, small)))
        assert tracemalloc.get_traced_memory()[1] < 2 * 1024 * 1024, "its first bytes tell"
    finally:
        tracemalloc.stop()
