"""How a name sounds in French, roughly: « Philippaut » and « Filipo » are written for one another."""

import re
from functools import lru_cache

#: In this order: what is heard alike is written one way.
_HEARD = (
    ("ph", "f"), ("eau", "o"), ("au", "o"), ("qu", "k"), ("ch", "@"), ("h", ""), ("y", "i"), ("ss", "z"), ("ce", "ze"),
    ("ci", "zi"), ("s", "z"), ("c", "k"), ("q", "k"), ("x", "kz"), ("ai", "e"), ("ei", "e"), ("em", "an"), ("en", "an"),
    ("am", "an"), ("in", "im"), ("ge", "je"), ("gi", "ji"), ("gu", "g"), ("w", "v"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_SILENT = re.compile(r"(?<=..)[eztdpr]+$")


def sound(text: str) -> str:
    """The sound of a folded text, word by word: equal for most spellings of one name."""
    return " ".join(map(_sound_of, text.split()))


@lru_cache(maxsize=50_000)  # names are made of the same words
def _sound_of(word: str) -> str:
    for written, heard in _HEARD:
        word = word.replace(written, heard)
    return _SILENT.sub("", _DOUBLED.sub(r"\1", word))
