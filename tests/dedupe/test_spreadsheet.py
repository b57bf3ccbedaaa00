"""A whole file: the same probabilities as one by one, in one process or several, and what the command writes."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.dedupe import cli
from crm.dedupe.scoring import TOGETHER, compare
from crm.dedupe.spreadsheet import COLUMNS, card_of, link

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


def test_a_file_without_names_is_refused(tmp_path):
    (tmp_path / "in.csv").write_text("id,ville\n1,Tours\n", encoding="utf-8")
    done = run(tmp_path / "in.csv", "--pairs", tmp_path / "p.csv")

    assert done.exit_code == 1
    assert "les colonnes id et nom" in done.output


def test_a_file_with_missing_columns_is_read(tmp_path):
    (tmp_path / "in.csv").write_text("id,nom\n1,Garage Morel\n2,SARL GARAGE MOREL\n\n3\n", encoding="utf-8")
    done = run(tmp_path / "in.csv", "--pairs", tmp_path / "p.csv")

    assert done.exit_code == 0, done.output
    assert "1,2," in (tmp_path / "p.csv").read_text(encoding="utf-8")
