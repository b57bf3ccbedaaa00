"""
From features to a probability: some small decision trees, added on the logistic scale.

The trees are data (`weights`), written by bench/dedupe/train.py. A tree of depth d holds 2^d - 1 questions and
2^d answers, in the order of a heap, so that all trees are walked together, one level at a time.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from crm.dedupe.features import COLUMN
from crm.dedupe.weights import BASE, DEPTH, FEATURES, LEAVES, QUESTIONS, THRESHOLDS

Numbers = NDArray[Any]

# Pairs at once: the work of one level then stays in the cache of the processor.
_AT_ONCE = 2_048


def _read(text: str, kind: type) -> list[list[Any]]:
    return [[kind(value) for value in line.split()] for line in text.strip().split(";") if line.strip()]


# The features by name: adding one to the matrix does not disturb the trees learnt without it.
_LEARNT = np.array([COLUMN[name] for name in FEATURES.split()], dtype=np.intp)
_FEATURE = _LEARNT[np.array(_read(QUESTIONS, int), dtype=np.intp)]
_THRESHOLD = np.array(_read(THRESHOLDS, float), dtype=np.float32)
_LEAF = np.array(_read(LEAVES, float), dtype=np.float64)
_TREES = np.arange(len(_FEATURE))


def evidence(matrix: Numbers) -> Numbers:
    """The evidence of each row on the logistic scale."""
    found = np.empty(len(matrix), dtype=np.float64)
    for start in range(0, len(matrix), _AT_ONCE):
        some = np.ascontiguousarray(matrix[start : start + _AT_ONCE], dtype=np.float32)
        rows = np.arange(len(some))[:, None]
        place = np.zeros((len(some), len(_TREES)), dtype=np.intp)
        for _ in range(DEPTH):
            is_more = some[rows, _FEATURE[_TREES, place]] > _THRESHOLD[_TREES, place]
            place = 2 * place + 1 + is_more
        found[start : start + _AT_ONCE] = _LEAF[_TREES, place - (2**DEPTH - 1)].sum(axis=1)
    return found + BASE


def probability(evidence_of_each: Numbers) -> Numbers:
    """The logistic curve."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(evidence_of_each, -30.0, 30.0))))
