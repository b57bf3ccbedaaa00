"""The words by which partners are found, and the one that a mistyped word stands for."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA

SHORTEST_WORD = 3
LONGEST_WORD = 60
#: Letters of a word in which one mistake, then two, may be forgiven.
_ONE_MISTAKE, _TWO_MISTAKES = 4, 8


def words_of(search_key: str) -> frozenset[str]:
    """The words of a folded text that somebody may mistype: three letters at least, numbers left out."""
    return frozenset(word for word in search_key.split() if is_word(word))


def is_word(token: str) -> bool:
    """Whether a folded token is a word: a wrong SIRET or phone is not another one."""
    return SHORTEST_WORD <= len(token) <= LONGEST_WORD and not any(c.isdigit() for c in token)


def mistakes_forgiven(token: str) -> int:
    """How many letters may be wrong, missing, in excess or swapped: none in a short word."""
    if not is_word(token):
        return 0
    return (len(token) >= _ONE_MISTAKE) + (len(token) >= _TWO_MISTAKES)


def closest(token: str, known: Iterable[tuple[str, int]]) -> str | None:
    """
    Of the (word, number of partners) pairs, the nearest word: fewest mistakes, then the most partners, then the
    alphabet. None when all are too far.
    """
    most = mistakes_forgiven(token)
    if not most:
        return None
    near = [
        (distance, -number, word)
        for word, number in known
        if (distance := OSA.distance(token, word, score_cutoff=most)) <= most
    ]
    return min(near)[2] if near else None
