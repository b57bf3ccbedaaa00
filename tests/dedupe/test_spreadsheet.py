"""A whole file: the same probabilities as one by one, in one process or several, and what the command writes."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.dedupe import cli
from crm.dedupe.rows import read_rows
from crm.dedupe.scoring import TOGETHER, compare
from crm.dedupe.spreadsheet import COLUMNS, card_of, link

ROOT = Path(__file__).parents[2]
START = "from crm.cli import main; main()"
SITE, OTHER_SITE = "40069031900035", "40069031900019"

RECORDS = [
    {"id": "a", "nom": "Garage Morel", "code_postal": "37000", "ville": "Tours", "telephone": "01 99 00 12 34"},
    {"id": "b", "nom": "SARL GARAGE MORREL", "ville": "TOURS CEDEX", "telephone": "+33199001234"},
    {"id": "c", "nom": "Boulangerie Quillebois", "code_postal": "37000", "ville": "Tours"},
    {"id": "d", "nom": "Vertadier", "siret": SITE, "ville": "Blois", "adresse": "3 rue Haute", "code_postal": "41000"},
    {"id": "e", "nom": "Vertadier", "siret": OTHER_SITE, "ville": "Blois", "code_postal": "41000"},
    {"id": "f", "nom": "Tout autre nom", "siret": SITE},
    {"id": "g", "nom": "CCAS", "ville": "Tours"},
    {"id": "h", "nom": "C.C.A.S. de Tours", "ville": "Tours", "code_postal": "37000"},
]


def row(record):
    return tuple(record.get(name, "") for name in COLUMNS)


def pairs_of(records, threshold=TOGETHER):
    linked = link([row(record) for record in records], map, threshold=threshold)
    return {(records[p.one]["id"], records[p.other]["id"]): p for p in linked.together}, linked


def test_what_stands_together():
    found, linked = pairs_of(RECORDS)

    assert set(found) == {("a", "b"), ("d", "f"), ("g", "h")}
    assert "même téléphone" in {str(reason) for reason in found["a", "b"].reasons}
    assert found["d", "f"].score == 1.0
    assert linked.cluster[3] == linked.cluster[5] != linked.cluster[4]


def test_nothing_to_compare():
    assert link([], map, threshold=0.5).cluster == []
    assert pairs_of([{"id": "1", "nom": ""}, {"id": "2", "nom": ""}])[0] == {}


words = st.sampled_from(["Garage", "Morel", "morell", "Tours", "CCAS", "SARL", "T2I", "93", "Fondation", "Vigne"])
records = st.fixed_dictionaries(
    {
        "nom": st.lists(words, min_size=1, max_size=4).map(" ".join),
        "siret": st.sampled_from(["", "", SITE, OTHER_SITE, SITE[:9], "40069031900036"]),
        "telephone": st.sampled_from(["", "01 99 00 12 34", "+33199001235"]),
        "email": st.sampled_from(["", "a@morel.example.org", "b@gmail.com"]),
        "adresse": st.sampled_from(["", "1 rue Haute", "2 rue Haute"]),
        "code_postal": st.sampled_from(["", "37000", "44000"]),
        "ville": st.sampled_from(["", "Tours", "Nantes"]),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(records, min_size=2, max_size=6))
def test_a_file_is_judged_as_its_pairs_are_one_by_one(some):
    linked = link([row(record) for record in some], map, threshold=0.0)

    for pair in (*linked.together, *linked.review):
        alone = compare(card_of(some[pair.one]), card_of(some[pair.other]))
        assert pair.score == pytest.approx(alone.probability, abs=1e-3)
        if alone.probability not in {0.0, 1.0}:
            assert pair.reasons == alone.reasons


def write(path: Path, records, **options):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["autre", *COLUMNS], restval="", **options)
        writer.writeheader()
        writer.writerows(records)


def run(*arguments: object):
    return CliRunner().invoke(cli.dedupe_file, [str(argument) for argument in arguments])


def test_the_command_writes_pairs_clusters_and_review(tmp_path):
    write(tmp_path / "in.csv", RECORDS, delimiter=";")
    done = run(
        tmp_path / "in.csv", "--pairs", tmp_path / "p.csv", "--clusters", tmp_path / "c.csv",
        "--review", tmp_path / "r.csv",
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    with (tmp_path / "p.csv").open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    assert {(pair["id1"], pair["id2"]) for pair in pairs} == {("a", "b"), ("d", "f"), ("g", "h")}
    assert all(0.0 <= float(pair["score"]) <= 1.0 and pair["reasons"] for pair in pairs)
    with (tmp_path / "c.csv").open(encoding="utf-8") as file:
        assert [line["id"] for line in csv.DictReader(file)] == [record["id"] for record in RECORDS]
    assert (tmp_path / "r.csv").read_text(encoding="utf-8").startswith("id1,id2,score,reasons")


def test_processes_find_the_same(tmp_path):
    many = [{"id": str(n), "nom": f"Maison {n % 700:x} Quille", "ville": "Tours"} for n in range(3_000)]
    alone = link([row(record) for record in many], map, threshold=0.5)
    shared = link([row(record) for record in many], cli._shared, threshold=0.5)

    assert shared == alone


def pairs_in(path: Path):
    with path.open(encoding="utf-8") as file:
        return [(row["id1"], row["id2"]) for row in csv.DictReader(file)]


NAMES = "id{d}nom{d}ville\n007{d}Garage Morel{d}Tours\n08{d}SARL GARAGE MOREL{d}Tours\n9{d}Le Cep Doré{d}Blois\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_separator_and_encoding(tmp_path, delimiter, encoding):
    (tmp_path / "in.csv").write_bytes(NAMES.format(d=delimiter).encode(encoding))
    done = run(tmp_path / "in.csv", "--pairs", tmp_path / "p.csv", "--clusters", tmp_path / "c.csv")

    assert done.exit_code == 0, done.output
    assert pairs_in(tmp_path / "p.csv") == [("007", "08")]
    assert (tmp_path / "c.csv").read_text(encoding="utf-8").splitlines() == ["id,cluster", "007,0", "08,0", "9,2"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 0),
        ("id,nom\n", 0),
        ("id,nom\n1,Garage Morel\n", 1),
        ("id,nom,ville\n1,,\n2,,\n", 2),
        ("id;nom\n\n;\n1;Garage Morel\n3\n", 2),
    ],
)
def test_files_with_next_to_nothing(tmp_path, text, lines):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    done = run(tmp_path / "in.csv", "--pairs", tmp_path / "p.csv", "--clusters", tmp_path / "c.csv")

    assert done.exit_code == 0, done.output
    assert (tmp_path / "p.csv").read_text(encoding="utf-8") == "id1,id2,score,reasons\n"
    assert len((tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()) == lines + 1


@pytest.mark.parametrize("header", ["id,couleur", "id", "x;y"])
def test_a_file_with_nothing_to_compare_is_refused(tmp_path, header):
    (tmp_path / "in.csv").write_text(f"{header}\n1,bleu\n", encoding="utf-8")
    done = run(tmp_path / "in.csv", "--pairs", tmp_path / "p.csv")

    assert done.exit_code == 2
    assert "Aucune colonne à comparer" in done.output
    assert not (tmp_path / "p.csv").exists()


def test_a_quotation_mark_never_closed_is_refused(tmp_path):
    (tmp_path / "in.csv").write_text('id,nom\n1,"Garage\n' + "2,Morel\n" * 150_000, encoding="utf-8")
    done = run(tmp_path / "in.csv", "--pairs", tmp_path / "p.csv")

    assert done.exit_code == 2
    assert "guillemet" in done.output


def test_an_output_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "in.csv").write_text("id,nom\n1,Garage Morel\n", encoding="utf-8")
    done = run(tmp_path / "in.csv", "--pairs", tmp_path / "nowhere" / "p.csv")

    assert done.exit_code == 2
    assert "ne peut pas être écrit" in done.output


def test_columns_may_bear_other_names_and_ids_may_be_missing_or_shared(tmp_path):
    text = "Raison sociale;CP;Commune;Tél\nGarage Morel;37000;Tours;0199001234\nSARL Garage Morel;37000;TOURS;\n"
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    run(tmp_path / "in.csv", "--pairs", tmp_path / "p.csv")
    assert pairs_in(tmp_path / "p.csv") == [("ligne 2", "ligne 3")]

    (tmp_path / "in.csv").write_text("id,nom,ville\n1,Garage Morel,Tours\n1,Garage Morel,Tours\n", encoding="utf-8")
    done = run(tmp_path / "in.csv", "--pairs", tmp_path / "p.csv")
    assert "1 identifiant(s) désignent plusieurs lignes (1)" in done.output
    assert pairs_in(tmp_path / "p.csv") == [("1", "1")]


def test_the_threshold_is_honoured(tmp_path):
    write(tmp_path / "in.csv", RECORDS)
    run(tmp_path / "in.csv", "--pairs", tmp_path / "p.csv", "--review", tmp_path / "r.csv", "--threshold", 0.9999)

    assert pairs_in(tmp_path / "p.csv") == [("d", "f")]
    assert {("a", "b"), ("g", "h")} <= set(pairs_in(tmp_path / "r.csv"))


def test_it_needs_neither_settings_nor_a_database(tmp_path):
    """Run as a user does, where the settings are such that nothing else would start."""
    (tmp_path / "in.csv").write_text(NAMES.format(d=","), encoding="utf-8")
    code = f"import sys; sys.argv = ['passerelle', 'dedupe-file', 'in.csv', '--pairs', 'p.csv']; {START}"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PASSERELLE_ENV": "production"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=False)  # noqa: S603 - ours

    assert done.returncode == 0
    assert pairs_in(tmp_path / "p.csv") == [("007", "08")]


def test_other_readers_keep_their_own_bound(tmp_path):
    """The longest cell is a setting of the whole process."""
    usual = csv.field_size_limit()
    file = tmp_path / "long.csv"
    file.write_text("nom\n" + "x" * (usual + 1) + "\n")
    assert len(read_rows(file.open("rb"))) == 1
    assert csv.field_size_limit() == usual
