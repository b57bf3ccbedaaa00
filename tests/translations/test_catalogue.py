"""Every French sentence of the source has its English one, with the same placeholders."""

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import config

ROOT = Path(config.ROOT)
ENGLISH = ROOT / "crm" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def extracted() -> dict[str | tuple[str, ...], str]:
    """Every marked sentence of the source, and one place where it stands."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    found: dict[str | tuple[str, ...], str] = {}
    for folder in ("crm", "templates"):
        relative = [(p.removeprefix(f"{folder}/"), m) for p, m in methods if p.startswith(folder)]
        for file, line, message, _comments, _context in extract_from_dir(
            ROOT / folder, method_map=relative, keywords=KEYWORDS, directory_filter=_is_source
        ):
            found[message] = f"{folder}/{file}:{line}"
    return found


def _is_source(folder: str) -> bool:
    return Path(folder).name != "__pycache__"  # Babel itself would leave _macros out


def catalogue() -> Catalog:
    """The English catalogue."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def plural(texts: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """One or several forms, as several."""
    return (texts,) if isinstance(texts, str) else tuple(texts)


def test_the_source_holds_sentences():
    assert len(extracted()) > 100


def test_none_is_missing():
    english = {m.id: m for m in catalogue() if m.id}
    missing = [
        f"{place}: {message!r}"
        for message, place in extracted().items()
        if message not in english or not all(plural(english[message].string))
    ]
    assert missing == []


def test_none_is_left_over_nor_doubtful():
    source = extracted()
    left = [m.id for m in catalogue() if m.id and m.id not in source]
    doubtful = [m.id for m in catalogue() if m.id and m.fuzzy]
    assert (left, doubtful, list(catalogue().obsolete)) == ([], [], [])


@pytest.mark.parametrize("message", [m for m in catalogue() if m.id], ids=lambda m: str(m.id)[:40])
def test_placeholders_are_kept(message):
    wanted = set(PLACEHOLDER.findall(" ".join(plural(message.id))))
    for translated in plural(message.string):
        assert set(PLACEHOLDER.findall(translated)) <= wanted
    assert set(PLACEHOLDER.findall(" ".join(plural(message.string)))) == wanted
