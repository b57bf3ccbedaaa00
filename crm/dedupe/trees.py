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

# Pairs at once: the work of one tree then stays in the cache of the processor.
_AT_ONCE = 8_192
# From here on it is cheaper to answer every question of a tree than to follow the way of each pair through it.
_MANY = 256


def _read(text: str, kind: type) -> list[list[Any]]:
    return [[kind(value) for value in line.split()] for line in text.strip().split(";") if line.strip()]


# The features by name: adding one to the matrix does not disturb the trees learnt without it.
_LEARNT = np.array([COLUMN[name] for name in FEATURES.split()], dtype=np.intp)
_FEATURE = _LEARNT[np.array(_read(QUESTIONS, int), dtype=np.intp)]
_THRESHOLD = np.array(_read(THRESHOLDS, float), dtype=np.float32)
_LEAF = np.array(_read(LEAVES, float), dtype=np.float64)
_TREES = np.arange(len(_FEATURE))


def evidence(matrix: Numbers) -> Numbers:
    """The evidence of each row on the logistic scale, the same for one row as among a million."""
    found = np.empty(len(matrix), dtype=np.float64)
    for start in range(0, len(matrix), _AT_ONCE):
        some = matrix[start : start + _AT_ONCE]
        leaves = _each_question(some) if len(some) >= _MANY else _each_way(some)
        found[start : start + _AT_ONCE] = leaves.sum(axis=1)
    return found + BASE


def _each_way(matrix: Numbers) -> Numbers:
    """The leaf of each tree for each row, all trees one level at a time."""
    some = np.ascontiguousarray(matrix, dtype=np.float32)
    rows = np.arange(len(some))[:, None]
    place = np.zeros((len(some), len(_TREES)), dtype=np.intp)
    for _ in range(DEPTH):
        is_more = some[rows, _FEATURE[_TREES, place]] > _THRESHOLD[_TREES, place]
        place = 2 * place + 1 + is_more
    return np.asarray(_LEAF[_TREES, place - (2**DEPTH - 1)])


def _each_question(matrix: Numbers) -> Numbers:
    """As `_each_way`, one tree at a time: whole columns are compared, which processors do many rows at once."""
    columns = np.asfortranarray(matrix, dtype=np.float32)
    found = np.empty((len(matrix), len(_TREES)), dtype=np.float64)
    for tree in range(len(_TREES)):
        # From the deepest questions up: what each asks further down if its answer is no, and if it is yes.
        below: list[Numbers] = []
        for depth in range(DEPTH - 1, -1, -1):
            level = range(2**depth - 1, 2 ** (depth + 1) - 1)
            answers = [
                np.greater(columns[:, _FEATURE[tree, node]], _THRESHOLD[tree, node]).view(np.uint8) for node in level
            ]
            if below:
                weight = np.uint8(2 ** (DEPTH - 1 - depth))
                below = [
                    np.where(yes, below[2 * place + 1] | weight, below[2 * place]) for place, yes in enumerate(answers)
                ]
            else:
                below = answers
        found[:, tree] = _LEAF[tree].take(below[0])
    return found


def probability(evidence_of_each: Numbers) -> Numbers:
    """The logistic curve."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(evidence_of_each, -30.0, 30.0))))
