"""
The duplicates of a whole file: read in parts, compared in columns, grouped.

Pure: whoever calls brings the rows and says how the parts of the work are shared out (`Share`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crm.dedupe import blocking
from crm.dedupe.clusters import clusters
from crm.dedupe.features import Columns, Part
from crm.dedupe.keys import values_of
from crm.dedupe.normalise import Card, Normal, normalise
from crm.dedupe.profiles import profile
from crm.dedupe.reasons import reasons
from crm.dedupe.scoring import SHOW, judge
from crm.sentences import Sentence

Numbers = NDArray[Any]
Row = tuple[str, ...]
_Said = tuple[str, dict[str, Any]]

#: The columns that are read; any may be missing.
COLUMNS = ("id", "nom", "siret", "adresse", "code_postal", "ville", "telephone", "email", "site_web", "departement")
#: What is written of the pairs and of the groups, and between two reasons.
OF_PAIRS, OF_CLUSTERS, REASONS_BETWEEN = ("id1", "id2", "score", "reasons"), ("id", "cluster"), " ; "
#: What the two others of three are worth a look from, when one resembles both.
_LINK = 0.3
_MOST_NEIGHBOURS = 12
#: Below, a pair is forgotten: nobody will look at it.
_FORGOTTEN = 0.02
_ROWS_AT_ONCE = 2_500
_PAIRS_AT_ONCE = 10_000

#: Does the pieces of a work, in any order or at once, and gives the answers in the order of the pieces.
Share = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records by position, the lower first, how likely they are one, and why."""

    one: int
    other: int
    score: float
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """`together`: pairs inside one cluster. `review`: the doubtful others. `cluster`: of each record."""

    together: list[Pair]
    review: list[Pair]
    cluster: list[int]


def card_of(row: Mapping[str, str]) -> Card:
    """The card of a row given by column name."""
    return _card(tuple(row.get(name) or "" for name in COLUMNS))


def _card(row: Row) -> Card:
    _, name, siret, street, postal_code, city, phone, email, website, department = row
    return Card(
        names=(name,) if name.strip() else (),
        siret=siret,
        phones=(phone,) if phone else (),
        emails=(email,) if email else (),
        website=website,
        street=street,
        postal_code=postal_code,
        city=city,
        department=department,
    )


def link(rows: Sequence[Row], share: Share, *, threshold: float) -> Linked:
    """Compare the rows (in the order of COLUMNS) with each other and group them."""
    pieces = [(start, rows[start : start + _ROWS_AT_ONCE]) for start in range(0, len(rows), _ROWS_AT_ONCE)]
    parts: list[Part] = []
    found_keys: list[Numbers] = []
    holders: list[Numbers] = []
    for part, numbers, records in share(_read, pieces):
        parts.append(part)
        found_keys.append(numbers)
        holders.append(records)
    if not parts:
        return Linked([], [], [])
    columns = Columns.joined(parts)
    del parts
    one, other = blocking.pairs(np.concatenate(found_keys), np.concatenate(holders), columns.order)
    del found_keys, holders
    comparison = _Comparison(columns, _Lazily(rows))
    likely = comparison.likely(one, other, share)
    likely |= comparison.likely(*_completed(likely), share)
    sirens, sirets = columns.numbers["siren"].tolist(), columns.numbers["siret"].tolist()
    listed = [(a, b, p) for (a, b), p in likely.items()]
    cluster = clusters(len(rows), listed, sirens, sirets, threshold=threshold)
    together = list(_inside(cluster))
    missing = [pair for pair in together if pair not in likely]
    likely |= comparison.likely(*_arrays(missing), share, least=0.0)
    inside = set(together)
    review = sorted(pair for pair, p in likely.items() if p >= SHOW and pair not in inside)
    return Linked(
        comparison.told(together, likely, share, inside=threshold),
        comparison.told(review, likely, share),
        cluster,
    )


def _read(piece: tuple[int, Sequence[Row]]) -> tuple[Part, Numbers, Numbers]:
    start, rows = piece
    normals = [normalise(_card(row)) for row in rows]
    numbers, records = blocking.key_array((values_of(normal) for normal in normals), start)
    return Part.of([profile(normal) for normal in normals]), numbers, records


class _Lazily(Sequence[Normal]):
    """The card of each row, made when it is asked for: few are."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._normal = lru_cache(maxsize=20_000)(lambda place: normalise(_card(rows[place])))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        return self._normal(place)


class _Comparison:
    """What the pieces of the comparison read; shared with the processes that do them."""

    def __init__(self, columns: Columns, normals: Sequence[Normal]) -> None:
        self._columns = columns
        self._normals = normals

    def likely(
        self, one: Numbers, other: Numbers, share: Share, *, least: float = _FORGOTTEN
    ) -> dict[tuple[int, int], float]:
        """The probability of the pairs that are worth remembering."""
        found: dict[tuple[int, int], float] = {}
        pieces = [
            (one[start : start + _PAIRS_AT_ONCE], other[start : start + _PAIRS_AT_ONCE])
            for start in range(0, len(one), _PAIRS_AT_ONCE)
        ]
        for (some_one, some_other), probabilities in zip(pieces, share(self._judge, pieces), strict=True):
            kept = np.flatnonzero(probabilities >= least)
            pairs = zip(some_one[kept].tolist(), some_other[kept].tolist(), strict=True)
            found.update(zip(pairs, probabilities[kept].tolist(), strict=True))
        return found

    def told(
        self,
        pairs: Sequence[tuple[int, int]],
        likely: Mapping[tuple[int, int], float],
        share: Share,
        *,
        inside: float = 0.0,
    ) -> list[Pair]:
        """The pairs with their reasons; those inside a cluster score at least what made it."""
        pieces = [_arrays(pairs[start : start + _PAIRS_AT_ONCE]) for start in range(0, len(pairs), _PAIRS_AT_ONCE)]
        told = (why for some in share(self._explain, pieces) for why in _spoken(*some))
        return [Pair(*pair, round(max(likely[pair], inside), 4), why) for pair, why in zip(pairs, told, strict=True)]

    def _judge(self, piece: tuple[Numbers, Numbers]) -> Numbers:
        return judge(self._columns, *piece, self._normals).probabilities

    def _explain(self, piece: tuple[Numbers, Numbers]) -> tuple[list[_Said], list[list[int]]]:
        """What is said in a piece, each once, and the places of what is said of each pair."""
        judged = judge(self._columns, *piece, self._normals, all_rows=True)
        # Sentences hold read-only values, which do not travel between processes.
        places: dict[tuple[str, str], int] = {}
        said: list[_Said] = []
        told = []
        for why in reasons(judged.rows, judged.said):
            row = []
            for reason in why:
                key = (reason.msgid, str(reason.values))
                if key not in places:
                    places[key] = len(said)
                    said.append((reason.msgid, dict(reason.values)))
                row.append(places[key])
            told.append(row)
        return said, told


def _spoken(said: list[_Said], told: list[list[int]]) -> Iterator[tuple[Sentence, ...]]:
    sentences = [Sentence(*one) for one in said]
    for places in told:
        yield tuple([sentences[place] for place in places])


def _completed(likely: Mapping[tuple[int, int], float]) -> tuple[Numbers, Numbers]:
    """The pairs not compared yet whose two records resemble one same third."""
    neighbours: dict[int, list[int]] = defaultdict(list)
    for (a, b), p in likely.items():
        if p >= _LINK:
            neighbours[a].append(b)
            neighbours[b].append(a)
    found = {
        pair
        for near in neighbours.values()
        if 1 < len(near) <= _MOST_NEIGHBOURS
        for pair in combinations(sorted(near), 2)
        if pair not in likely
    }
    return _arrays(sorted(found))


def _inside(cluster: Sequence[int]) -> Iterator[tuple[int, int]]:
    members: dict[int, list[int]] = defaultdict(list)
    for record, name in enumerate(cluster):
        members[name].append(record)
    for group in members.values():
        yield from combinations(group, 2)


def _arrays(pairs: Sequence[tuple[int, int]]) -> tuple[Numbers, Numbers]:
    array = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)
    return array[:, 0], array[:, 1]
