"""
Which records are one organisation, taken together: pairs are joined from the surest down, and never by a chain.

Two groups become one only when their records resemble each other on the whole, and no number contradicts it.
"""

from collections.abc import Sequence

#: Mean probability, over all pairs across two groups, from which they become one.
JOINED = 0.35

Group = list[int]


def clusters(
    count: int,
    pairs: Sequence[tuple[int, int, float]],
    sirens: Sequence[int],
    sirets: Sequence[int],
    *,
    threshold: float,
) -> list[int]:
    """
    The cluster of each of `count` records, named after its first record.

    `pairs`: positions and probability; pairs not listed count as 0. Two groups that hold two companies, or two
    sites of one that are not likely to be one that moved, stay apart whatever resembles.
    """
    likely: dict[tuple[int, int], float] = {(min(a, b), max(a, b)): p for a, b, p in pairs}
    group_of = list(range(count))
    members: dict[int, Group] = {}
    for (a, b), p in sorted(likely.items(), key=lambda item: (-item[1], item[0])):
        if p < threshold:
            break
        one, other = group_of[a], group_of[b]
        if one == other:
            continue
        left, right = members.get(one, [one]), members.get(other, [other])
        if _contradict(left, right, sirens) or _two_sites(left, right, sirets, likely, threshold):
            continue
        if len(left) * len(right) > 1 and _mean(left, right, likely) < JOINED:
            continue
        low, high = min(one, other), max(one, other)
        joined = left + right
        members.pop(high, None)
        members[low] = joined
        for record in joined:
            group_of[record] = low
    return group_of


def _contradict(left: Group, right: Group, numbers: Sequence[int]) -> bool:
    one = {numbers[record] for record in left} - {0}
    other = {numbers[record] for record in right} - {0}
    return bool(one and other and not one & other)


def _two_sites(
    left: Group, right: Group, sirets: Sequence[int], likely: dict[tuple[int, int], float], threshold: float
) -> bool:
    """Whether two records bear two SIRETs and are not likely, by themselves, to be one site that moved."""
    one = [record for record in left if sirets[record]]
    other = [record for record in right if sirets[record]]
    return any(
        sirets[a] != sirets[b] and likely.get((min(a, b), max(a, b)), 0.0) < threshold for a in one for b in other
    )


def _mean(left: Group, right: Group, likely: dict[tuple[int, int], float]) -> float:
    total = sum(likely.get((min(a, b), max(a, b)), 0.0) for a in left for b in right)
    return total / (len(left) * len(right))
