"""Cells of an export: the same text comes back from the file, and none of it is a formula."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from crm.partners.export.cells import DANGEROUS, LONGEST, clean, protect, unprotect
from crm.partners.export.layout import Field, More
from crm.partners.export.services import BOM, write_csv, write_xlsx
from crm.partners.listing.columns import Row

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "=1+1",
    '=HYPERLINK("http://exemple.test";"ici")',
    "+33 1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r\n=1",
    "  =1+1",
    "'=1",
    "''",
    "😀" * 300,
    "L'amie > caline !",
    "_x0041_",
    "_x000D_",
    ' deux "guillemets"; et un ; ',
    "http://exemple.test/très long",
    "0012",
    "1e5",
    "deux\nlignes",
    "＝1+1",
    "TRUE",
)
#: What PostgreSQL can hold: anything but NUL and halves of surrogate pairs.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60) | st.sampled_from(
    HOSTILE
)
risky = st.builds(lambda start, rest: start + rest, st.sampled_from([*DANGEROUS, "'", " ", "_x00"]), texts)
cells = st.one_of(texts, risky)


def a_row(cell):
    """A row of which only the one cell matters."""
    return Row(partner=cell, follow=None, owner=None, cursor=())


COLUMNS = [Field("Nom", lambda row, more: row.partner[0]), Field("=Ville", lambda row, more: row.partner[1])]


def written_by(write, rows):
    """The bytes of a file of these rows of two cells."""
    target = io.BytesIO()
    write(target, COLUMNS, [(a_row(pair), More()) for pair in rows], written=str, say=str)
    return target.getvalue()


def read_csv(content):
    """The cells of a CSV of ours, as somebody reads them back."""
    assert content.startswith(BOM)
    raw = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    return [[unprotect(cell) for cell in line] for line in raw], raw


def read_xlsx(content):
    """The cells of an XLSX."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@given(cells)
def test_taking_the_apostrophe_away_gives_the_text_back(text):
    assert unprotect(protect(text)) == text


@given(cells)
def test_no_protected_text_begins_like_a_formula(text):
    assert not protect(text).lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", ["Garage du Parc", "", "L'amie > caline !", "12-14 rue", "a=b"])
def test_an_ordinary_text_is_left_alone(text):
    assert protect(text) == clean(text) == text


@given(cells)
def test_cleaning_twice_changes_nothing_and_keeps_what_people_type(text):
    assert clean(clean(text)) == clean(text)
    kept = [c for c in text if c.isprintable()]
    assert [c for c in clean(text) if c.isprintable()] == kept


def test_a_very_long_text_fits_in_a_cell():
    assert clean("😀" * 40_000) == "😀" * LONGEST
    [_, [cell, _]] = read_xlsx(written_by(write_xlsx, [("😀" * 40_000, "x")]))
    assert cell == "😀" * LONGEST


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_a_csv_read_back_gives_the_same_texts(rows):
    read, raw = read_csv(written_by(write_csv, rows))
    assert read == [["Nom", "=Ville"], *([clean(one), clean(two)] for one, two in rows)]
    assert not any(cell.startswith(DANGEROUS) for line in raw for cell in line)


@settings(max_examples=60)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=6))
def test_an_xlsx_read_back_gives_the_same_texts(rows):
    read = read_xlsx(written_by(write_xlsx, rows))
    held = {(r, c): value for r, line in enumerate(read) for c, value in enumerate(line)}
    for number, pair in enumerate(rows, 1):
        for place, text in enumerate(pair):
            assert held.get((number, place), "") == clean(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_comes_out_of_both_files_as_text(text):
    read, _ = read_csv(written_by(write_csv, [(text, "x")]))
    assert read[1][0] == clean(text)
    assert read_xlsx(written_by(write_xlsx, [(text, "x")]))[1][0] == clean(text)


def test_days_and_numbers_are_days_and_numbers_in_an_xlsx():
    rows = [(date(2026, 3, 29), 45), (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), True)]
    read = read_xlsx(written_by(write_xlsx, rows))
    assert read[1] == [date(2026, 3, 29), 45]
    assert read[2] == [datetime(2026, 11, 21, 0, 30), "True"]  # noqa: DTZ001  the hour of Paris, as people read it
