"""`passerelle pmsmp-check`: run as a user does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm.immersions.cli import pmsmp_check
from tests.immersions.cases import BASE, case

ROOT = Path(__file__).parents[2]


def run(path, content):
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return CliRunner().invoke(pmsmp_check, [str(path)])


def test_one_answer_a_case_in_order(tmp_path):
    done = run(tmp_path / "cas.json", [case(id="b", end="2026-04-02"), BASE | {"id": "a"}, {"id": "c"}])
    told = json.loads(done.stdout)

    assert done.exit_code == 0
    assert [(one["id"], one.get("allowed")) for one in told] == [("b", False), ("a", True), ("c", None)]
    assert "au plus tard le 01/04/2026" in told[0]["refusals"][0]["message"]
    assert "manque" in told[2]["error"]


def test_a_case_alone_gets_an_answer_alone(tmp_path):
    done = run(tmp_path / "cas.json", BASE)
    assert list(json.loads(done.stdout)) == [
        "id", "allowed", "refusals", "warnings", "advice", "not_applicable", "not_checked", "left", "at_mp_borne_by",
        "signatories",
    ]  # fmt: skip


def test_what_no_text_can_hold_goes_out_as_it_came_in(tmp_path):
    done = run(tmp_path / "cas.json", b'\xef\xbb\xbf[{"id": "\\ud83d", "employee": "\\udc00"}]')

    assert done.exit_code == 0
    assert json.loads(done.stdout)[0]["id"] == "\ud83d"


REFUSED = [
    (b"{", "ligne 1"),
    (b'"cas"', "une liste d'objets"),
    (b"", "ligne 1"),
    ("[\u00e9]".encode("latin-1"), "UTF-8"),
]


@pytest.mark.parametrize(("content", "words"), REFUSED)
def test_a_malformed_file_gets_one_sentence(tmp_path, content, words):
    done = run(tmp_path / "cas.json", content)

    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_a_file_that_is_not_there(tmp_path):
    assert CliRunner().invoke(pmsmp_check, [str(tmp_path / "rien.json")]).exit_code == 2


def test_it_needs_neither_settings_nor_a_database(tmp_path):
    """Run where the settings are such that nothing else would start; what it does not need is not even read."""
    (tmp_path / "cas.json").write_text(json.dumps([BASE]), encoding="utf-8")
    code = (
        "import sys; sys.argv = ['passerelle', 'pmsmp-check', 'cas.json']\n"
        "from crm.cli import main\n"
        "try:\n    main()\nfinally:\n"
        "    print(sorted({'flask', 'sqlalchemy', 'numpy', 'rapidfuzz'} & set(sys.modules)), file=sys.stderr)"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PASSERELLE_ENV": "production"}
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert json.loads(done.stdout)[0]["allowed"] is True
