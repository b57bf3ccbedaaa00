"""
Cells of an exported file: the same text comes back, and none of it is a formula.

Source of the list of first characters: OWASP, « CSV Injection ».
"""

import re

#: A spreadsheet reads as a formula what begins so; a tab or a line break it skips first.
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
PREFIX = "'"
#: What a cell of an XLSX may hold, in UTF-16 units; half of it, since a character may take two.
LONGEST = 32_767 // 2

# Control characters other than tab and line feed, halves of surrogate pairs, the two that are no character.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")


def clean(text: str) -> str:
    """The text as a file can hold it: one kind of line end, no control character, LONGEST characters at most."""
    return _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text))[:LONGEST]


def protect(text: str) -> str:
    """
    The text with an apostrophe before it when a spreadsheet would take it for a formula, spaces before it or not.

    One that begins with an apostrophe gets a second one: taking one away always gives the text back.
    """
    risky = text.startswith(PREFIX) or text.lstrip().startswith(DANGEROUS) or text.startswith(DANGEROUS)
    return PREFIX + text if risky else text


def unprotect(text: str) -> str:
    """The text that `protect` was given."""
    return text.removeprefix(PREFIX)
