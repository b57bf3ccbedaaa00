"""The second generator gives the same files every time, and its truth is one."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "dedupe" / "generate.py"
COLUMNS = ["id", "nom", "siret", "adresse", "code_postal", "ville", "telephone", "email", "site_web"]


def generated(folder: Path, *, salt: str, variant: str = "full", seed: int = 7) -> dict[str, list[dict[str, str]]]:
    """Run the command with Python's hashes salted so; the rows of each file."""
    command = [sys.executable, str(SCRIPT), "--records", "1500", "--seed", str(seed), "--variant", variant, str(folder)]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": salt})  # noqa: S603  our own script
    return {
        path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines(keepends=True)))
        for path in folder.glob("*.csv")
    }


def test_one_seed_gives_one_file(tmp_path: Path) -> None:
    first = generated(tmp_path / "a", salt="1")
    assert generated(tmp_path / "b", salt="2") == first
    assert generated(tmp_path / "c", salt="1", seed=8)["records"] != first["records"]


def test_the_truth_is_about_these_rows(tmp_path: Path) -> None:
    files = generated(tmp_path, salt="1")
    cluster = {row["id"]: row["cluster"] for row in files["truth"]}
    assert list(files["records"][0]) == COLUMNS
    assert [row["id"] for row in files["records"]] == list(cluster) == [row["id"] for row in files["cases"]]
    assert all(row["nom"].strip() for row in files["records"])
    assert len(files["negatives"]) > 20
    assert all(cluster[trap["id1"]] != cluster[trap["id2"]] for trap in files["negatives"])
    assert 800 < len(set(cluster.values())) < 1200


@pytest.mark.parametrize(("variant", "kept"), [("name-town", {"nom", "code_postal", "ville"}), ("name", {"nom"})])
def test_a_variant_leaves_columns_out(tmp_path: Path, variant: str, kept: set[str]) -> None:
    whole = generated(tmp_path / "whole", salt="1")
    part = generated(tmp_path / "part", salt="1", variant=variant)
    assert part["truth"] == whole["truth"]
    for row, full in zip(part["records"], whole["records"], strict=True):
        assert row == {column: cell if column in kept | {"id"} else "" for column, cell in full.items()}
