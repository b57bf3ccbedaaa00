"""Which records of the queue hang together, beyond two: proposed to be merged at once, never by a chain alone."""

from collections.abc import Mapping

from crm.dedupe.clusters import clusters
from crm.dedupe.scoring import DOUBT


def groups(
    pairs: Mapping[tuple[int, int], float], sirens: Mapping[int, str | None], sirets: Mapping[int, str | None]
) -> list[list[int]]:
    """
    The groups of two or more, each in the order of its identifiers.

    `pairs`: (smaller, greater) → probability; those that somebody said to be distinct are left out by whoever calls.
    `sirens`, `sirets`: digits by identifier, nothing when unknown.
    """
    keys = sorted({key for pair in pairs for key in pair})
    place = {key: number for number, key in enumerate(keys)}
    found = clusters(
        len(keys),
        [(place[one], place[other], probability) for (one, other), probability in pairs.items()],
        [int(sirens.get(key) or 0) for key in keys],
        [int(sirets.get(key) or 0) for key in keys],
        threshold=DOUBT,
    )
    members: dict[int, list[int]] = {}
    for key, group in zip(keys, found, strict=True):
        members.setdefault(group, []).append(key)
    return sorted(group for group in members.values() if len(group) > 1)
