"""The sprite holds every icon that a screen or the navigation asks for."""

import re
from pathlib import Path

import pytest

from crm.web.icons import ICONS, build_sprite

ROOT = Path(__file__).resolve().parents[2]

# icon("x"), icon_name="x", "icon": "x"; and, in Python, icon="x".
ASKED = re.compile(r"""\bicon(?:_name)?["']?\s*(?:\(|=|:)\s*["'](?P<name>[a-z0-9-]+)["']""")
IN_NAVIGATION = re.compile(r"""\bEntry\(\s*"[\w.]+",\s*N_\([^)]*\),\s*"(?P<name>[a-z0-9-]+)\"""")


def asked_for(root: Path) -> dict[str, str]:
    """Icons by name, each with a file that asks for it."""
    found = {}
    for file in [*root.glob("templates/**/*.html"), *root.glob("crm/**/*.py")]:
        text = file.read_text(encoding="utf-8")
        for asked in [*ASKED.finditer(text), *IN_NAVIGATION.finditer(text)]:
            found[asked["name"]] = str(file.relative_to(root))
    return found


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    asked = asked_for(ROOT)

    assert {"building", "plus-lg", "check-lg"} <= asked.keys()  # the search itself finds something
    assert {name: file for name, file in asked.items() if name not in ICONS} == {}


def test_an_icon_that_is_missing_is_found(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "screen.html").write_text('{{ icon("no-such-icon") }}', encoding="utf-8")

    assert asked_for(tmp_path) == {"no-such-icon": "templates/screen.html"}


def test_names_are_sorted_and_single() -> None:
    assert list(ICONS) == sorted(set(ICONS))


def test_the_sprite_holds_each_symbol_once(tmp_path: Path) -> None:
    target = tmp_path / "new" / "icons.svg"

    count = build_sprite(target)

    drawn = re.findall(r'<symbol id="([^"]+)" viewBox="0 0 16 16">', target.read_text(encoding="utf-8"))
    assert drawn == list(ICONS)
    assert count == len(ICONS)


def test_an_unknown_name_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    target = tmp_path / "icons.svg"

    with pytest.raises(ValueError, match="no-such-icon"):
        build_sprite(target, ("building", "no-such-icon"))

    assert not target.exists()
