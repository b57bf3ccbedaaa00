"""What was found in a file: as it is kept, as it is looked at, as it is taken away."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from crm.dedupe.spreadsheet import COLUMNS, OF_CLUSTERS, OF_PAIRS, REASONS_BETWEEN, Linked, Pair, Row
from crm.sentences import Sentence

_ID, _NAME, _CITY = (COLUMNS.index(name) for name in ("id", "nom", "ville"))
#: Besides the columns of the command: a person reads names.
_NAMES = ("nom1", "nom2")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file, as it is named."""

    id: str
    name: str
    city: str


@dataclass(frozen=True, slots=True)
class Member:
    """One row of a group, and what makes it resemble the likeliest of those before it (nothing for the first)."""

    record: Record
    reasons: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of the file, the pairs inside its groups, the doubtful others, the group of each row."""

    records: tuple[Record, ...]
    together: tuple[Pair, ...]
    review: tuple[Pair, ...]
    cluster: tuple[int, ...]


def found(rows: Sequence[Row], linked: Linked) -> Found:
    """What is kept of a comparison: no phone, no address of anybody."""
    records = tuple(Record(row[_ID], row[_NAME], row[_CITY]) for row in rows)
    return Found(records, tuple(linked.together), tuple(linked.review), tuple(linked.cluster))


def groups(some: Found) -> list[tuple[Member, ...]]:
    """The groups of two rows and more, the largest first, then in the order of the file."""
    members: dict[int, list[int]] = defaultdict(list)
    for place, name in enumerate(some.cluster):
        members[name].append(place)
    before: dict[int, list[Pair]] = defaultdict(list)
    for pair in some.together:
        before[pair.other].append(pair)
    several = sorted((one for one in members.values() if len(one) > 1), key=lambda one: (-len(one), one[0]))
    return [tuple(_member(some, place, before[place]) for place in one) for one in several]


def _member(some: Found, place: int, before: Sequence[Pair]) -> Member:
    best = max(before, key=lambda pair: pair.score, default=None)
    return Member(some.records[place], best.reasons if best else ())


def doubtful(some: Found) -> list[tuple[Record, Record, tuple[Sentence, ...]]]:
    """The pairs to look at, the likeliest first."""
    ordered = sorted(some.review, key=lambda pair: (-pair.score, pair.one, pair.other))
    return [(some.records[pair.one], some.records[pair.other], pair.reasons) for pair in ordered]


def lines_of_pairs(
    some: Found, pairs: Sequence[Pair], say: Callable[[Sentence], str] = str
) -> Iterator[tuple[str, ...]]:
    """What is written of pairs: the columns of `passerelle dedupe-file`, then the two names."""
    yield (*OF_PAIRS, *_NAMES)
    for pair in pairs:
        one, other = some.records[pair.one], some.records[pair.other]
        why = REASONS_BETWEEN.join(say(reason) for reason in pair.reasons)
        yield (one.id, other.id, f"{pair.score:.4f}", why, one.name, other.name)


def lines_of_groups(some: Found) -> Iterator[tuple[str, ...]]:
    """What is written of the groups: one line a row of the file."""
    yield (*OF_CLUSTERS, COLUMNS[_NAME])
    for record, name in zip(some.records, some.cluster, strict=True):
        yield (record.id, str(name), record.name)


def dump(some: Found) -> str:
    """As text."""
    return json.dumps(
        {
            "records": [[one.id, one.name, one.city] for one in some.records],
            "together": [_dumped(pair) for pair in some.together],
            "review": [_dumped(pair) for pair in some.review],
            "cluster": some.cluster,
        },
        ensure_ascii=False,
    )


def load(text: str) -> Found:
    """What `dump` wrote."""
    given = json.loads(text)
    return Found(
        tuple(Record(*one) for one in given["records"]),
        tuple(_loaded(*one) for one in given["together"]),
        tuple(_loaded(*one) for one in given["review"]),
        tuple(given["cluster"]),
    )


def _dumped(pair: Pair) -> list[object]:
    return [pair.one, pair.other, pair.score, [[said.msgid, dict(said.values)] for said in pair.reasons]]


def _loaded(one: int, other: int, score: float, reasons: list[tuple[str, dict[str, str]]]) -> Pair:
    return Pair(one, other, score, tuple(Sentence(msgid, values) for msgid, values in reasons))
