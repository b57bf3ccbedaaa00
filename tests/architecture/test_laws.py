"""The laws of the house (docs/architecture.md): the house obeys, and each law speaks when it is broken."""

import inspect
from pathlib import Path

import pytest

from tests.architecture import (
    browsing,
    conduct,
    french,
    planted_browsing,
    planted_conduct,
    planted_rooms,
    planted_screens,
    rooms,
    screens,
)
from tests.architecture.planting import Case, Law, plant
from tests.architecture.source import ROOT, python_files

LAWS: list[Law] = [
    law
    for module in (rooms, conduct, screens, french, browsing)
    for name, law in inspect.getmembers(module, inspect.isfunction)
    if name.startswith("check_") and law.__module__ == module.__name__
]

CASES: list[Case] = [*planted_rooms.CASES, *planted_conduct.CASES, *planted_screens.CASES, *planted_browsing.CASES]

#: Files that a law leaves alone, each with its reason.
EXCEPTIONS: list[dict[str, str]] = [
    rooms.KNOW_EVERYBODY,
    conduct.COMMIT_HERE,
    conduct.CHANCE_HERE,
    conduct.CLOCK_HERE,
    conduct.ENVIRONMENT_HERE,
    conduct.NETWORK_HERE,
    conduct.RIGHT_STATED_ELSEWHERE,
    french.FRENCH_DATA,
    {f"templates/{name}": reason for name, reason in screens.SAFE_HERE.items()},
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__.removeprefix("check_"))
def test_the_house_obeys(law: Law) -> None:
    broken = [str(violation) for violation in law(ROOT)]
    assert not broken, "\n".join(["", *broken])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_law_says_exactly_what_is_broken(case: Case, tmp_path: Path) -> None:
    found = case.law(plant(tmp_path, case.files))
    said = tuple(f"{violation.path}:{violation.line}: {violation.what}" for violation in found)
    assert said == case.expected
    assert all(violation.way_out for violation in found)


def test_the_top_level_holds_only_what_is_fixed(tmp_path: Path) -> None:
    files = ("crm/a.py", "README.md", "notes.md", ".github/x.yml", "untracked.txt")
    plant(tmp_path, dict.fromkeys(files, ""))
    rooms.git(tmp_path, "init", "-q")
    rooms.git(tmp_path, "add", "crm", "README.md", "notes.md", ".github")
    assert [violation.path for violation in rooms.check_top_level(tmp_path)] == [".github", "notes.md"]


def test_each_law_is_seen_to_fail() -> None:
    tried = {case.law for case in CASES if case.expected} | {rooms.check_top_level}  # tried above, with git
    assert set(LAWS) == tried


def test_each_exception_is_a_file_with_a_reason() -> None:
    for exceptions in EXCEPTIONS:
        for path, reason in exceptions.items():
            assert (ROOT / path).is_file(), f"{path} is excused from a law and is not there"
            assert reason


def test_the_laws_look_at_the_house() -> None:
    """A law that looks in the wrong place finds nothing wrong."""
    paths = [file.path for file in python_files(ROOT, "crm")]
    assert {rooms.domain_of(path) for path in paths} >= {"access", "partners", "home"}
    assert {rooms.kind_of(path) for path in paths} == {None, *rooms.Kind}
    assert conduct.routes_seen(ROOT) > 10
    assert len(screens.templates(ROOT)) > 10
