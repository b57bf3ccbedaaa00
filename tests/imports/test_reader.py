import csv
import io
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.mapping import Field, Mapping
from crm.imports.reader import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, UnreadableFile, read_sheet


def names(content):
    return [row.values[Field.NAME] for row in read_sheet(content).rows]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_the_usual_forms(separator, encoding, ending):
    lines = [["Raison sociale", "Ville", "Notes"], ["L’Été", "Orléans", "a"], ["Œuvre", "Sète", ""]]
    content = "".join(separator.join(cells) + ending for cells in lines).encode(encoding)
    sheet = read_sheet(content)

    assert sheet.headings == ("Raison sociale", "Ville", "Notes")
    assert sheet.mapping.unknown == ("Notes",)
    assert [(row.line, row.values) for row in sheet.rows] == [
        (2, {Field.NAME: "L’Été", Field.CITY: "Orléans"}),
        (3, {Field.NAME: "Œuvre", Field.CITY: "Sète"}),
    ]


def test_line_numbers_are_those_of_the_file():
    content = b'sep=;\nnom;adresse\n\nUn;"1 rue\nHaute\n\n37000"\n;;\nDeux;\n  \nTrois'
    rows = read_sheet(content).rows

    assert [(row.line, row.values[Field.NAME]) for row in rows] == [(4, "Un"), (9, "Deux"), (11, "Trois")]
    assert rows[0].values[Field.STREET] == "1 rue\nHaute\n\n37000"


def test_a_row_without_a_name_is_kept_for_the_report():
    assert read_sheet(b"nom;ville\n;Tours\n").rows[0].values == {Field.NAME: "", Field.CITY: "Tours"}


def test_short_and_long_rows():
    rows = read_sheet(b"nom;ville\nUn\nDeux;Tours;de trop\n").rows

    assert [row.values for row in rows] == [{Field.NAME: "Un"}, {Field.NAME: "Deux", Field.CITY: "Tours"}]


def test_commas_inside_cells_do_not_choose_the_separator():
    assert names(b"nom;adresse, rue, lieu, et le reste\nUn;1, rue Haute\n") == ["Un"]
    assert names(b'"nom","ville; pays"\nUn,Tours\n') == ["Un"]


def test_a_letter_astride_two_samples_is_still_utf8():
    text = "nom\n" + "aé\n" * 40_000
    assert set(names(text.encode())) == {"aé"}
    assert set(names(text.encode("cp1252"))) == {"aé"}


def test_a_corrected_mapping_is_obeyed():
    mapping = Mapping({Field.NAME: 1}, ())

    assert read_sheet(b"a;b\n1;Un\n", mapping=mapping).rows[0].values == {Field.NAME: "Un"}


def test_hostile_names_are_only_text():
    hostile = [
        "<img src=x onerror=alert(1)>",
        "=1+1",
        "\N{PARTY POPPER}" * 300,
        "L'amie > caline !",
        "a;b\"c'",
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([["nom"], *([name] for name in hostile)])

    assert names(out.getvalue().encode()) == hostile


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b" \r\n ", "vide"),
        (b"PK\x03\x04" + b"x" * 100, "classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "ancien classeur"),
        (b"%PDF-1.7", "PDF"),
        ("nom;ville\nUn;Tours\n".encode("utf-16"), "UTF-16"),
        ("nom;ville\nUn;Tours\n".encode("utf-16-le"), "UTF-16"),
        ("nom;ville\nUn;Tours\n".encode("utf-16-be"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "pas un fichier texte"),
        (b"nom;ville\nU\0n;Tours\n", "pas un fichier texte"),
        (b"\x01\x02\x03nom", "pas un fichier texte"),
        (b"titre;auteur\nUn;Deux\n", "Aucune colonne de nom n'a été reconnue"),
        (b'nom;ville\nUn;Tours\nDeux;"Blois\nTrois;Vendome\n', "Ligne 3 : un guillemet"),
        (b'nom;ville\nUn;"Tours" centre\n', "Ligne 2 : un guillemet"),
        (b'nom\n"' + b"x\n" * 500_000, "Ligne 2 :"),
        (b"nom\n" + b"x" * 6_000, "Ligne 2 : une cellule dépasse 5000 caractères"),
        (b";".join([b"nom"] * (MOST_COLUMNS + 1)), "Ligne 1 : plus de 200 colonnes"),
        (b"nom" + b";a" * 50_000, "Ligne 1 : elle est trop longue"),
        (b"nom\n" + b"x" * (MOST_BYTES - 100), "Ligne 2 : elle est trop longue"),
        (b"nom\n" + b"x\n" * (MOST_ROWS + 1), "plus de 50000 lignes"),
        (b"x" * (MOST_BYTES + 1), "plus de 10 Mo"),
        (b"\xff" * 5_000_000, "Ligne 1 : elle est trop longue"),
        (b'nom\n"' + b"x\r\n" * 3_000_000, "Ligne 2 : un guillemet"),
        (b"nom\n" + 2_600_000 * "\N{PARTY POPPER}".encode(), "Ligne 2 : elle est trop longue"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)  # fmt: skip
def test_a_bad_file_gets_one_sentence_and_costs_little_memory(content, words):
    tracemalloc.start()
    with pytest.raises(UnreadableFile) as refusal:
        read_sheet(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert words in str(refusal.value)
    # How long each takes is measured by bench/bad_files.py.
    # The rows up to the limit, and the longest line that a spreadsheet writes: never the whole text again.
    assert peak < 20_000_000


@given(st.lists(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), min_size=2)))
def test_what_a_spreadsheet_writes_is_read_back(table):
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([["nom", "ville"], *([name, city] for name, city, *_ in table)])
    sheet = read_sheet(out.getvalue().encode())
    kept = [(name.strip(), city.strip()) for name, city, *_ in table if name.strip() or city.strip()]

    assert [(row.values[Field.NAME], row.values[Field.CITY]) for row in sheet.rows] == kept


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(content):
    for start in (b"", b"nom;ville\n"):
        with suppress(UnreadableFile):
            assert read_sheet(start + content).headings
