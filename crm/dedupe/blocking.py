"""
Which pairs of a whole file are worth comparing: those that share a key, in numbers that grow like the file.

The keys are those of the table in the database; here they are numbers in one sorted array.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crm.dedupe.keys import Key, KeyKind

Numbers = NDArray[Any]

#: A key that more records share is looked at through a window: each record with the next few that hold it.
CROWDS = {
    KeyKind.SIRET: 60,
    KeyKind.SIREN: 40,
    KeyKind.PHONE: 40,
    KeyKind.EMAIL: 40,
    KeyKind.DOMAIN: 40,
    KeyKind.STREET: 25,
    KeyKind.NAME: 40,
    KeyKind.SOUND: 40,
    KeyKind.ACRONYM: 12,
    KeyKind.AREA: 16,
    KeyKind.TOWN: 12,
    KeyKind.WORD: 12,
    KeyKind.GRAM: 10,
}
#: Crowded keys of these kinds still tell something of neighbours in the order of names.
_WINDOWED = frozenset({KeyKind.NAME, KeyKind.SOUND, KeyKind.STREET, KeyKind.DOMAIN, KeyKind.SIREN})
_WINDOW = 6
# A file where fewer records than this share say where they are is a list of names.
_PLACED = 0.5
_OF_WORDS = frozenset({KeyKind.WORD, KeyKind.GRAM, KeyKind.ACRONYM})
_MORE = 4
_HASH = 0xFFFF_FFFF_FFFF_FFF0
_KINDS = tuple(KeyKind)
_PLACE_OF_KIND = {kind: place for place, kind in enumerate(_KINDS)}


def numbered(key: Key) -> int:
    """
    The key as 64 bits, the lowest four its kind.

    Python's own hash changes with each run, and is the same in processes copied from one: the numbers are compared
    within one run, never kept, and nothing is put in their order.
    """
    return (hash(key) & _HASH) | _PLACE_OF_KIND[key.kind]


def key_array(keys_of_each: Iterable[Iterable[Key]], start: int) -> tuple[Numbers, Numbers]:
    """All keys of some records, numbered, and the record of each; the first record is `start`."""
    numbers: list[int] = []
    records: list[int] = []
    for record, keys in enumerate(keys_of_each, start):
        numbers.extend(map(numbered, keys))
        records.extend([record] * (len(numbers) - len(records)))
    return np.array(numbers, dtype=np.uint64), np.array(records, dtype=np.uint32)


def pairs(numbers: Numbers, records: Numbers, names: Numbers) -> tuple[Numbers, Numbers]:
    """
    Every pair that shares a quiet key, each once, the lower record first.

    `names`: the rank of each record in the order of names, for the windows of crowded keys.
    """
    order = np.lexsort((names[records], numbers))
    numbers, records = numbers[order], records[order]
    if not len(numbers):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    sizes = np.diff(np.append(starts, len(numbers)))
    kinds = (numbers[starts] & np.uint64(0xF)).astype(np.int64)
    crowds = np.array([CROWDS[kind] for kind in _KINDS])[kinds] * _patience(numbers, records, len(names))[kinds]
    windowed = np.array([kind in _WINDOWED for kind in _KINDS])[kinds]
    found = [np.empty(0, dtype=np.uint64)]
    # How far each place looks ahead: to the end of its block, or to the end of the window.
    reach = np.where(sizes <= crowds, sizes - 1, np.where(windowed, _WINDOW, 0))
    reach_of_place = np.repeat(reach, sizes)
    end_of_place = np.repeat(starts + sizes, sizes)
    places = np.flatnonzero(reach_of_place > 0)
    for step in range(1, int(reach.max(initial=0)) + 1):
        places = places[(reach_of_place[places] >= step) & (places + step < end_of_place[places])]
        if not len(places):
            break
        one, other = records[places].astype(np.uint64), records[places + step].astype(np.uint64)
        low, high = np.minimum(one, other), np.maximum(one, other)
        found.append((low << np.uint64(32) | high)[low != high])
    joined = np.unique(np.concatenate(found))
    return (joined >> np.uint64(32)).astype(np.int64), (joined & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _patience(numbers: Numbers, records: Numbers, count: int) -> Numbers:
    """How many times larger a crowd of each kind is looked into: lists of bare names have but words to go by."""
    placed = (numbers & np.uint64(0xF)) == _PLACE_OF_KIND[KeyKind.TOWN]
    is_placed = len(np.unique(records[placed])) >= _PLACED * count
    return np.array([1 if is_placed or kind not in _OF_WORDS else _MORE for kind in _KINDS])
