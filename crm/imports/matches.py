"""Whom a row may be: the partner, or the earlier row, that it resembles most, and the few next ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

#: How many are offered for one row, the best included.
MOST = 3
_LINE = "@"


class Named(Protocol):
    """Whom a row resembles: a partner (`public_id`), or an earlier row (`line`)."""

    @property
    def public_id(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """The same, by its two identifiers alone."""

    public_id: str | None
    line: int | None


def word_of(named: Named) -> str:
    """One word for it: the public id of a partner, or the line of an earlier row behind a sign."""
    return named.public_id or f"{_LINE}{named.line}"


T = TypeVar("T")


def distinct(found: Iterable[tuple[str, T]]) -> list[T]:
    """The first MOST of these, by word: a partner found under two names is offered once."""
    kept: dict[str, T] = {}
    for word, one in found:
        if word not in kept and len(kept) < MOST:
            kept[word] = one
    return list(kept.values())


def first(words: list[str], wanted: str) -> list[int] | None:
    """The places of these words with the wanted one first; None when it is not among them."""
    if wanted not in words:
        return None
    place = words.index(wanted)
    return [place, *(other for other in range(len(words)) if other != place)]
