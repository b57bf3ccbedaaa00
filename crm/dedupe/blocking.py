"""
Which pairs of a whole file are worth comparing: those that share a key, in numbers that grow like the file.

The keys are those of the table in the database; here they are numbers in one sorted array.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crm.dedupe.keys import KeyKind

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


def key_array(keys_of_each: Iterable[Mapping[KeyKind, Collection[str]]], start: int) -> tuple[Numbers, Numbers]:
    """
    All keys of some records as 64 bits, the lowest four their kind, and the record of each; the first is `start`.

    Python's own hash changes with each run, and is the same in processes copied from one: the numbers are compared
    within one run, never kept, and nothing is put in their order.
    """
    numbers: list[int] = []
    counts: list[int] = []
    for by_kind in keys_of_each:
        before = len(numbers)
        for kind, values in by_kind.items():
            place = _PLACE_OF_KIND[kind]
            numbers += [hash(value) & _HASH | place for value in values]
        counts.append(len(numbers) - before)
    records = np.repeat(np.arange(start, start + len(counts), dtype=np.uint32), counts)
    return np.array(numbers, dtype=np.uint64), records


def pairs(numbers: Numbers, records: Numbers, names: Numbers) -> tuple[Numbers, Numbers]:
    """
    Every pair that shares a quiet key, each once, the lower record first.

    `names`: the rank of each record in the order of names, for the windows of crowded keys.
    """
    if not len(numbers):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    patience = _patience(numbers, records, len(names))
    numbers, records = _in_blocks(numbers, records, names)
    starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    sizes = np.diff(np.append(starts, len(numbers)))
    kinds = (numbers[starts] & np.uint64(0xF)).astype(np.int64)
    crowds = np.array([CROWDS[kind] for kind in _KINDS])[kinds] * patience[kinds]
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
    joined = np.sort(np.concatenate(found))
    joined = joined[np.append(True, joined[1:] != joined[:-1])] if len(joined) else joined
    return (joined >> np.uint64(32)).astype(np.int64), (joined & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _in_blocks(numbers: Numbers, records: Numbers, names: Numbers) -> tuple[Numbers, Numbers]:
    """
    Keys and records, those of one key side by side in the order of names.

    One number holds both while it is sorted; what is cut off the key leaves two of a million records' keys alike once
    in some hundred files, which costs a pair looked at in vain.
    """
    bits = np.uint64(len(names).bit_length())
    together = np.sort(numbers << bits | names[records].astype(np.uint64))
    holders = np.empty(len(names), dtype=np.uint32)
    holders[names] = np.arange(len(names), dtype=np.uint32)
    return together >> bits, holders[together & ((np.uint64(1) << bits) - np.uint64(1))]


def _patience(numbers: Numbers, records: Numbers, count: int) -> Numbers:
    """How many times larger a crowd of each kind is looked into: lists of bare names have but words to go by."""
    placed = (numbers & np.uint64(0xF)) == _PLACE_OF_KIND[KeyKind.TOWN]
    is_placed = np.count_nonzero(np.bincount(records[placed], minlength=count)) >= _PLACED * count
    return np.array([1 if is_placed or kind not in _OF_WORDS else _MORE for kind in _KINDS])
