"""
How far the words of two names account for each other, a slip of the finger or a cut word allowed.

What counts most is what is left over: « Brassac » and « Brassac Immobilier » share all that one of them says.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Prefix

Numbers = NDArray[Any]
Texts = NDArray[np.object_]

#: From here on two words are spellings of one (« morel », « morell »), shorter ones only when equal.
_ONE_WORD = 0.72
_SHORTEST = 3
#: What a word is worth that is the beginning of the other (« form. », « formation »).
_CUT = 0.9


class Words:
    """The words of some pairs: checksums and weights of either side, padded with zeros, and the towns of both."""

    def __init__(self, sets: dict[str, Numbers], spelling: "Spelling", a: Numbers, b: Numbers) -> None:
        self._spelling = spelling
        self.one, self.other = sets["words"][a], sets["words"][b]
        # A word that is the other card's town says where, not who.
        self.weight_one = sets["weights"][a] * ~among(self.one, sets["towns"][b])
        self.weight_other = sets["weights"][b] * ~among(self.other, sets["towns"][a])

    def features(self) -> dict[str, Numbers]:
        """Weights of what is shared and of what is left over, and how much of either name the other covers."""
        shared_one, shared_other = among(self.one, self.other), among(self.other, self.one)
        hits = self.weight_one * shared_one
        common, best = hits.sum(axis=1), hits.max(axis=1)
        found_one, found_other = self._spelt_alike(shared_one, shared_other)
        total_one, total_other = self.weight_one.sum(axis=1), self.weight_other.sum(axis=1)
        kept_one = common + (self.weight_one * found_one).sum(axis=1)
        kept_other = (self.weight_other * (shared_other + found_other)).sum(axis=1)
        left_one, left_other = total_one - kept_one, total_other - kept_other
        cover_one, cover_other = _share(kept_one, total_one), _share(kept_other, total_other)
        return {
            "common": common,
            "best_word": best,
            "left_least": np.minimum(left_one, left_other),
            "left_most": np.maximum(left_one, left_other),
            "cover_least": np.minimum(cover_one, cover_other),
            "cover_most": np.maximum(cover_one, cover_other),
            "left_words": (((self.weight_one > 0) & ~shared_one & (found_one == 0)).sum(axis=1)
                           + ((self.weight_other > 0) & ~shared_other & (found_other == 0)).sum(axis=1)),
            "fewest_words": np.minimum((self.one > 0).sum(axis=1), (self.other > 0).sum(axis=1)),
        }  # fmt: skip

    def _spelt_alike(self, shared_one: Numbers, shared_other: Numbers) -> tuple[Numbers, Numbers]:
        """For each word without its equal on the other side, how alike the most alike one there is."""
        found_one = np.zeros(self.one.shape, dtype=np.float32)
        found_other = np.zeros(self.other.shape, dtype=np.float32)
        lone_one, lone_other = (self.one > 0) & ~shared_one, (self.other > 0) & ~shared_other
        both = np.flatnonzero(lone_one.any(axis=1) & lone_other.any(axis=1))
        rows, lefts, rights = np.nonzero(lone_one[both][:, :, None] & lone_other[both][:, None, :])
        if not len(rows):
            return found_one, found_other
        rows = both[rows]
        x, y = self._spelling.of(self.one[rows, lefts]), self._spelling.of(self.other[rows, rights])
        scores = alike_words(x, y)
        np.maximum.at(found_one, (rows, lefts), scores)
        np.maximum.at(found_other, (rows, rights), scores)
        return found_one, found_other


def alike_words(one: Texts, other: Texts) -> Numbers:
    """How far each word is a spelling of the one opposite: 0, or from 0.72 to 1."""
    scores: Numbers = process.cpdist(one, other, scorer=fuzz.ratio, dtype=np.float32, score_cutoff=100 * _ONE_WORD)
    scores /= np.float32(100.0)
    # One begins with the other when all of the shorter is what they begin with.
    beginning = process.cpdist(one, other, scorer=Prefix.similarity, dtype=np.int32)
    starts = (beginning >= _SHORTEST) & (beginning == np.minimum(_lengths(one), _lengths(other)))
    scores = np.where(starts, np.maximum(scores, np.float32(_CUT)), scores)
    return np.where(scores >= _ONE_WORD, scores, np.float32(0.0))


def _lengths(texts: Texts) -> Numbers:
    return np.fromiter(map(len, texts), dtype=np.int32, count=len(texts))


class Spelling:
    """The words themselves, by checksum."""

    def __init__(self, sums: Numbers, texts: Texts) -> None:
        self._sums, first = np.unique(sums, return_index=True)
        self._texts = texts[first]

    def of(self, sums: Numbers) -> Texts:
        """The words of these checksums, all of which are known."""
        found: Texts = self._texts[np.searchsorted(self._sums, sums)]
        return found


def among(words: Numbers, others: Numbers) -> Numbers:
    """Which words of each row stand in the row opposite."""
    found = np.zeros(words.shape, dtype=bool)
    for place in range(others.shape[1]):
        found |= words == others[:, place][:, None]
    return found & (words > 0)


def _share(part: Numbers, whole: Numbers) -> Numbers:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)
