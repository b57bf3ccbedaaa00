"""Files of reference data that are not what they should be: one sentence with file and line, nothing stored."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from crm.db import Base
from crm.partners.reference import reading, services
from crm.partners.reference.reading import UnreadableReference
from tests.partners.reference_files import SMALL, sources, write

COMMUNES = SMALL["communes.csv"]
DEFECTS = [
    ("rome.csv", "code,name\nA1208,Jardinier\n", "rome.csv, ligne 1 : la colonne « label » manque."),
    ("rome.csv", "", "rome.csv, ligne 1 : la colonne « code » manque."),
    ("rome.csv", "code,label\n", "rome.csv, ligne 2 : le fichier ne contient aucune ligne."),
    ("rome.csv", "code;label\nA1208;Jardinier\n", "rome.csv, ligne 1 : la colonne « code » manque."),
    ("rome.csv", SMALL["rome.csv"].encode("cp1252"), "rome.csv, ligne 2 : le texte n'est pas en UTF-8."),
    ("rome.csv", SMALL["rome.csv"].encode("utf-16"), "rome.csv, ligne 1 : ce n'est pas un fichier de texte."),
    ("rome.csv", b"code,label\n\x7fELF\x00\x01\n", "rome.csv, ligne 2 : ce n'est pas un fichier de texte."),
    ("rome.csv", "code,label\nA1208\n", "rome.csv, ligne 2 : 1 cellules au lieu de 2."),
    ("rome.csv", 'code,label\nA1208,"Jardinier\nK1302,Aide\n', "rome.csv, ligne 3 : des guillemets"),
    ("rome.csv", f"code,label\nA1208,{'x' * 200_000}\n", "rome.csv, ligne 2 : des guillemets"),
    ("rome.csv", "code,label\nA1208,\n", "rome.csv, ligne 2, colonne label : «  » est vide"),
    ("rome.csv", f"code,label\nA1208,{'é' * 201}\n", "rome.csv, ligne 2, colonne label"),
    ("rome.csv", "code,label\n=1+1,Jardinier\n", "rome.csv, ligne 2, colonne code : « =1+1 » n'est pas un code"),
    ("rome.csv", "code,label\nA1208,Un\nA1208,Deux\n", "rome.csv, ligne 3 : « A1208 » est déjà à la ligne 2."),
    ("communes.csv", COMMUNES.replace(",86000,", ",beaucoup,"), "communes.csv, ligne 2, colonne population"),
    ("communes.csv", COMMUNES.replace(",48.91,", ",nan,"), "communes.csv, ligne 2, colonne lat"),
    ("communes.csv", COMMUNES.replace(",2.2,", ",220,"), "communes.csv, ligne 3, colonne lon"),
    ("communes.csv", COMMUNES.replace("|92014", "|9201"), "communes.csv, ligne 3, colonne postal_codes"),
    ("communes.csv", COMMUNES.replace("2.2,commune", "2.2,ici"), "communes.csv, ligne 3, colonne position"),
    (
        "communes.csv",
        COMMUNES.replace("92014,92,", "92014,93,"),
        "communes.csv, ligne 3 : le code « 93 » n'est pas dans departements.csv.",
    ),
    ("naf_rome.csv", "naf_division,rome_code\n88,Z9999\n", "naf_rome.csv, ligne 2 : le code « Z9999 » n'est pas dans"),
    ("jours_feries.csv", "date,label,zone\n01/05/2026,Travail,\n", "jours_feries.csv, ligne 2, colonne date"),
    ("jours_feries.csv", "date,label,zone\n2026-05-01,Travail,ailleurs\n", "jours_feries.csv, ligne 2, colonne zone"),
    ("headcount_bands.csv", "code,label,min,max,size\n01,Peu,1,2,XXL\n", "headcount_bands.csv, ligne 2, colonne size"),
    ("sources.csv", sources("rome.csv"), "sources.csv ne dit pas d'où vient departements.csv."),
    ("sources.csv", sources(*SMALL, dated="hier"), "sources.csv, ligne 2, colonne date"),
]


@pytest.mark.parametrize(("file", "content", "sentence"), DEFECTS, ids=[sentence[:60] for _, _, sentence in DEFECTS])
def test_a_bad_file_is_refused_whole(app, snapshot, tmp_path, file, content, sentence):
    before = snapshot()
    folder = write(tmp_path / "files", SMALL)
    (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    done = app.test_cli_runner().invoke(args=["reference", "load", "--from", str(folder), "--for-real"])
    assert done.exit_code == 1, done.output
    assert done.output.startswith(f"Error: {sentence}")
    assert done.output.count("\n") == 1
    assert snapshot() == before


def test_a_folder_without_what_is_needed(app, snapshot, tmp_path):
    before = snapshot()
    folder = write(tmp_path / "files", SMALL)
    (folder / "sources.csv").unlink()
    runner = app.test_cli_runner()
    assert "sources.csv manque" in runner.invoke(args=["reference", "load", "--from", str(folder)]).output
    (tmp_path / "empty").mkdir()
    output = runner.invoke(args=["reference", "load", "--from", str(tmp_path / "empty")]).output
    assert "Aucun fichier de référence" in output
    assert snapshot() == before


def test_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(UnreadableReference, match=r"rome\.csv : le fichier dépasse"):
        reading.read(reading.ROME, SMALL["rome.csv"].encode())


def test_a_mark_and_windows_line_ends_are_understood():
    windows = b"\xef\xbb\xbf" + SMALL["rome.csv"].replace("\n", "\r\n").encode()
    plain = reading.read(reading.ROME, SMALL["rome.csv"].encode())
    assert reading.read(reading.ROME, windows) == plain
    assert plain[("A1208",)].values == ("Jardinier / Jardinière", "jardinier jardiniere")


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: ("code,label\n" + text).encode())))
def test_any_bytes_are_read_or_refused(content):
    rows, refusal = {}, ""
    try:
        rows = reading.read(reading.ROME, content)
    except UnreadableReference as refused:
        refusal = str(refused)
    assert rows or refusal.startswith("rome.csv")


@pytest.mark.parametrize("target", services.TARGETS, ids=lambda target: target.shape.file)
def test_what_a_column_allows_fits_its_table(target):
    """PostgreSQL refuses what is too long, SQLite keeps it: the file is refused first on both."""
    table = Base.metadata.tables[target.model.__tablename__]
    for column in target.shape.columns:
        kind = table.c[column.field].type if column.field in table.c else None
        if isinstance(kind, sa.String) and not isinstance(kind, sa.Enum):
            with pytest.raises(ValueError, match=r"^$"):
                column.read("9" * (kind.length + 1))
