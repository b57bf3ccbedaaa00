"""The user guide inside the application: all of it is read, its pictures are there, each role finds it."""

import html
import re
import tomllib
from pathlib import Path

import pytest

from config import ROOT
from crm.access.policy import Role
from crm.home.user_guide.reading import Block, Piece, blocks, line
from crm.home.user_guide.views import FIRST, GUIDE, PAGES

FILES = {"/aide": FIRST} | {f"/aide/{word}": name for word, name in PAGES.items()}


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("du texte", (Piece("text", "du texte"),)),
        ("un **mot gras** ici", (Piece("text", "un "), Piece("strong", "mot gras"), Piece("text", " ici"))),
        ("*penché*, `n`", (Piece("em", "penché"), Piece("text", ", "), Piece("code", "n"))),
        ("[là](cip.md)", (Piece("link", "là", "cip.md"),)),
        ("2 * 3 * 4", (Piece("text", "2 * 3 * 4"),)),
        ("<b>[x] **", (Piece("text", "<b>[x] **"),)),
        ("", ()),
    ],
)
def test_the_pieces_of_a_line(source, pieces):
    assert line(source) == pieces


def test_the_blocks_of_a_page():
    page = ["# Un", "## Deux", "une ligne\nqui suit", "![Là](images/a.png)", "- a\n  suite\n- b", "1. c"]
    found = blocks("\n\n".join([*page, "| h | i |\n|---|---|\n| j | k |\n"]))
    assert [one.kind for one in found] == ["title", "title", "paragraph", "picture", "bullets", "steps", "table"]
    assert [one.level for one in found[:2]] == [1, 2]
    assert found[2].lines == (line("une ligne qui suit"),)
    assert found[3] == Block("picture", picture="a.png", alt="Là")
    assert found[4].lines == (line("a suite"), line("b"))
    assert found[6].rows == ((line("h"), line("i")), (line("j"), line("k")))


def words(text):
    """What is read of a page, marks left out."""
    return re.findall(r"\w+", text)


@pytest.mark.parametrize(("address", "name"), FILES.items())
def test_all_of_a_page_is_shown(make, browser, address, name):
    browser.sign_in(make.user(roles=[Role.DIRECTOR]))
    source = (GUIDE / name).read_text(encoding="utf-8")
    page = browser.get(address)
    shown = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r'<img[^>]*alt="([^"]*)"[^>]*>', r" \1 ", page.text)))
    numbered = re.sub(r"(?m)^\d+\. ", "", source)  # the browser counts the steps
    told = re.sub(r"!?\[([^\]]+)\]\([^)]+\)", r"\1", numbered)
    missing = [word for word in words(told) if word not in set(words(shown))]
    assert missing == []
    assert "**" not in shown
    for picture in re.findall(r"images/([\w.-]+)\)", source):
        answer = browser.get(f"/aide/images/{picture}")
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
    for leads in re.findall(r'href="(/aide[^"]*)"', page.text):
        assert browser.get(leads).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TUTOR])
def test_each_role_finds_the_guide_in_the_menu(make, browser, role):
    browser.sign_in(make.user(roles=[role]))
    assert 'href="/aide"' in browser.get("/aide").text


def test_nothing_else_of_the_house_is_served(make, browser):
    browser.sign_in(make.user())
    for address in ("/aide/README.md", "/aide/..", "/aide/images/../README.md", "/aide/images/%2e%2e%2fREADME.md"):
        assert browser.get(address).status_code in {400, 404}, address


def test_the_wheel_holds_the_guide():
    project = tomllib.loads((Path(ROOT) / "pyproject.toml").read_text(encoding="utf-8"))
    assert "docs/guide" in project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
