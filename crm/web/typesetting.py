"""
Sets pages by Typst: PDF to keep, pictures of the same pages to show. Templates are files of templates/pdf/.

What people typed goes in as JSON and is never read as markup. Only the fonts of our packages are used, so that a page
is the same on every machine; nothing is fetched.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst
from font_source_sans_pro import font_directory

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
#: Dots per inch of the pictures: 794 points wide for a page.
SHARPNESS = 96.0
#: A word may be cut after so many characters, rather than run beyond the edge.
LONGEST_WORD = 40

_LONG = re.compile(rf"\S{{{LONGEST_WORD},}}")
_BREAK = "\N{ZERO WIDTH SPACE}"


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """
    The pages as a tagged PDF, PDF/UA-1 whenever our fonts can draw every character.

    `template` is a file under templates/: « pdf/convention.typ »; `data` holds what JSON can. A character that no font
    of ours draws (an emoji) leaves a mark on the page and stays in its text: tagged as well, without the claim.
    """
    try:
        made = _set(template, data, format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError as refusal:
        if "could not be displayed" not in refusal.message:
            raise
        made = _set(template, data, format="pdf", pdf_standards=[])
    return made[0]


def pictures(template: str, data: Mapping[str, Any]) -> Sequence[bytes]:
    """The same pages, each a PNG."""
    return _set(template, data, format="png", ppi=SHARPNESS)


def _set(template: str, data: Mapping[str, Any], **options: Any) -> list[bytes]:
    made: Any = typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=[Path(font_directory)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_plain(data), ensure_ascii=False)},
        **options,
    )
    return [made] if isinstance(made, bytes) else list(made)


def _plain(value: Any) -> Any:
    """The same, its texts without halves of characters, and their endless words with places to cut."""
    if isinstance(value, str):
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r\n", "\n")
        return _LONG.sub(_cut, whole)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _cut(word: re.Match[str]) -> str:
    text = word[0]
    return _BREAK.join(text[start : start + LONGEST_WORD] for start in range(0, len(text), LONGEST_WORD))
