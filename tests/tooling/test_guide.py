"""The user guide names what is there: its pictures, its links, the words that stand on the screens."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from config import ROOT

GUIDE = Path(ROOT) / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
MOST_BYTES = 2_000_000
WORDS_A_MINUTE = 200
#: In bold and not from a screen: they only insist.
INSISTING = {"tout y est inventé", "gras", "Un départ"}


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def on_screen() -> set[str]:
    """Every text that a screen may show, folded to small letters: a label may begin a line."""
    with (Path(ROOT) / "crm/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file)
    messages = (message.id if isinstance(message.id, tuple) else (message.id,) for message in catalogue if message.id)
    return {one.casefold() for both in messages for one in both}


def test_it_is_read_in_ten_minutes():
    assert sum(len(text(page).split()) for page in PAGES) <= 10 * WORDS_A_MINUTE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_word_in_bold_stands_on_a_screen(page):
    named = {re.sub(r"\s+", " ", found) for found in re.findall(r"\*\*(.+?)\*\*", text(page), re.DOTALL)}
    assert named, page.name
    known = on_screen()
    assert sorted(word for word in named - INSISTING if word.casefold() not in known) == []


def test_each_picture_is_there_and_small_and_each_one_there_is_shown():
    shown = {name for page in PAGES for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text(page))}
    kept = {f"images/{path.name}" for path in (GUIDE / "images").iterdir()}
    assert shown == kept
    assert sum(path.stat().st_size for path in (GUIDE / "images").iterdir()) < MOST_BYTES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_leads_somewhere(page):
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)", text(page))
    assert [link for link in links if not (page.parent / link).exists()] == []
