"""
Which records of the queue hang together, beyond two: proposed to be merged at once, never by a chain alone.

From the surest pair down, two groups join only when their records resemble each other on the whole, and no number
contradicts it.
"""

from collections.abc import Mapping, Sequence

#: Mean probability, over all pairs across two groups, from which they become one.
JOINED = 0.35


def groups(
    pairs: Mapping[tuple[int, int], float], sirens: Mapping[int, str | None], sirets: Mapping[int, str | None]
) -> list[list[int]]:
    """
    The groups of two or more, each in the order of its identifiers.

    `pairs`: (smaller, greater) → probability; those that somebody said to be distinct are left out by whoever calls.
    """
    group_of: dict[int, list[int]] = {}
    for (a, b), _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        left, right = group_of.get(a, [a]), group_of.get(b, [b])
        if left is right or _contradict(left, right, sirens) or _contradict(left, right, sirets):
            continue
        across = [pairs.get((min(x, y), max(x, y)), 0.0) for x in left for y in right]
        if sum(across) / len(across) < JOINED:
            continue
        joined = sorted((*left, *right))
        group_of.update(dict.fromkeys(joined, joined))
    seen = {id(group): group for group in group_of.values()}
    return sorted(seen.values())


def _contradict(left: Sequence[int], right: Sequence[int], numbers: Mapping[int, str | None]) -> bool:
    one = {numbers.get(key) for key in left} - {None, ""}
    other = {numbers.get(key) for key in right} - {None, ""}
    return bool(one and other and not one & other)
