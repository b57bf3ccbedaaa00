"""The few icons the screens use, cut out of the 2,000 that Bootstrap Icons ships in one file."""

import re
from importlib.resources import files
from pathlib import Path

# Names of Bootstrap Icons. A test compares them with what templates and navigation ask for.
ICONS = (
    "arrow-counterclockwise",
    "arrow-left",
    "arrow-right",
    "bar-chart",
    "bell",
    "box-arrow-right",
    "briefcase",
    "building",
    "calendar-check",
    "calendar-event",
    "camera-video",
    "chat-dots",
    "check-circle-fill",
    "check-lg",
    "chevron-bar-left",
    "chevron-down",
    "chevron-right",
    "clock",
    "clock-history",
    "cloud-upload",
    "copy",
    "dash-circle",
    "diagram-3",
    "download",
    "envelope",
    "envelope-paper",
    "exclamation-circle-fill",
    "exclamation-triangle-fill",
    "file-earmark-text",
    "funnel",
    "gear",
    "geo-alt",
    "globe",
    "hand-thumbs-up",
    "house-heart",
    "info-circle-fill",
    "intersect",
    "journal-text",
    "kanban",
    "lightbulb",
    "link-45deg",
    "list",
    "mailbox",
    "pause-circle",
    "pencil",
    "people",
    "person",
    "person-badge",
    "plus-lg",
    "question-circle",
    "search",
    "slash-circle",
    "sun",
    "tag",
    "telephone",
    "three-dots",
    "trash",
    "upload",
    "x-lg",
)

_SYMBOL = re.compile(
    r'<symbol[^>]*\sviewBox="(?P<box>[^"]+)"[^>]*\sid="(?P<name>[^"]+)"[^>]*>(?P<shape>.*?)</symbol>', re.S
)


def build_sprite(target: Path, names: tuple[str, ...] = ICONS) -> int:
    """
    Write the symbols called `names` into the SVG file `target` and return how many there are.

    Source: bootstrap-icons.svg (MIT) of the Bootstrap-Flask wheel. Raises ValueError for a name it lacks.
    """
    sheet = files("flask_bootstrap").joinpath("static/bootstrap5/icons/bootstrap-icons.svg")
    known = {found["name"]: found for found in _SYMBOL.finditer(sheet.read_text(encoding="utf-8"))}
    unknown = sorted(set(names) - known.keys())
    if unknown:
        raise ValueError(f"not in Bootstrap Icons: {', '.join(unknown)}")

    symbols = [
        f'<symbol id="{name}" viewBox="{known[name]["box"]}">{known[name]["shape"]}</symbol>'
        for name in sorted(set(names))
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n', encoding="utf-8")
    return len(symbols)
