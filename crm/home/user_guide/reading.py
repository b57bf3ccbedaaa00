"""
Reads the little of Markdown that the guide is written in: titles, paragraphs, lists, tables, pictures, and in a line
bold, italics, code and links. What it does not know stays text: nothing of a page is ever trusted as HTML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_IN_LINE = re.compile(
    r"\*\*(?P<strong>.+?)\*\*|\*(?P<em>[^*\s][^*]*)\*|`(?P<code>[^`]+)`|\[(?P<link>[^\]]+)\]\((?P<to>[^)\s]+)\)"
)
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]+)\]\((?:images/)?(?P<name>[\w.-]+)\)")
_ITEM = re.compile(r"(?:- |\d+\. )")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line. `kind`: text, strong, em, code or link; `to`: where a link leads, as it is written."""

    kind: str
    text: str
    to: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """
    `kind`: title, paragraph, bullets, steps, table or picture. `lines`: one for a title and a paragraph, one an item of
    a list. `rows`: cells of a table, its head first. `picture`: name of the file, its words in `alt`. `level`: 1 to 6.
    """

    kind: str
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    picture: str = ""
    alt: str = ""
    level: int = 0


def blocks(source: str) -> tuple[Block, ...]:
    """The blocks of a page, in order."""
    return tuple(_block(lines) for lines in _apart(source))


def line(source: str) -> Line:
    """The pieces of one line."""
    return tuple(_pieces(" ".join(source.split())))


def _apart(source: str) -> Iterator[list[str]]:
    """What blank lines part."""
    found: list[str] = []
    for one in (*source.splitlines(), ""):
        if one.strip():
            found.append(one)
        elif found:
            yield found
            found = []


def _block(lines: list[str]) -> Block:
    first, whole = lines[0], " ".join(lines)
    if first.startswith("#"):
        level = len(first) - len(first.lstrip("#"))
        return Block("title", (line(whole.lstrip("#")),), level=level)
    if picture := _PICTURE.fullmatch(whole.strip()):
        return Block("picture", picture=picture["name"], alt=picture["alt"])
    if first.startswith("|"):
        # The second line only draws the rule under the head.
        return Block("table", rows=tuple(_cells(one) for one in (first, *lines[2:])))
    if _ITEM.match(first):
        return Block("bullets" if first.startswith("-") else "steps", tuple(line(one) for one in _items(lines)))
    return Block("paragraph", (line(whole),))


def _cells(row: str) -> tuple[Line, ...]:
    return tuple(line(cell) for cell in row.strip().strip("|").split("|"))


def _items(lines: list[str]) -> Iterator[str]:
    """The items of a list, each with the lines that go on with it."""
    found = ""
    for one in lines:
        if marked := _ITEM.match(one):
            if found:
                yield found
            found = one[marked.end() :]
        else:
            found += " " + one
    yield found


def _pieces(source: str) -> Iterator[Piece]:
    done = 0
    for found in _IN_LINE.finditer(source):
        if found.start() > done:
            yield Piece("text", source[done : found.start()])
        kind = found.lastgroup if found.lastgroup != "to" else "link"
        yield Piece(kind or "text", found[kind or 0], found["to"] or "")
        done = found.end()
    if done < len(source):
        yield Piece("text", source[done:])
