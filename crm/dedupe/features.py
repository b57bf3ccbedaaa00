"""
What a pair of profiles has in common and where it contradicts itself, as one row of numbers.

One pair or a million: the same function, on columns. Agreement is above zero, contradiction below, unknown in
between, so that the model can be told which way each may push.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from crm.dedupe.profiles import Profile, side_text
from crm.dedupe.words import Spelling, Words, among

Numbers = NDArray[Any]
Texts = NDArray[np.object_]

#: The columns of the matrix, and which way each may push the probability: 1 only up, 0 either way.
DIRECTIONS: dict[str, int] = {
    "ordered": 1,
    "full": 1,
    "token_set": 0,
    "partial": 0,
    "winkler": 1,
    "glued": 1,
    "sound": 1,
    "telling": 1,
    "parts": 1,
    "acronym": 1,
    "acronym_part": 1,
    "common": 0,
    "left_least": 0,
    "left_most": 0,
    "cover_least": 0,
    "cover_most": 0,
    "left_words": 0,
    "fewest_words": 0,
    "head": 0,
    "best_word": 0,
    "figures": 0,
    "entities": 0,
    "opposed": -1,
    "shortest": 0,
    "longest": 0,
    "department": 0,
    "postal_code": 0,
    "city": 0,
    "street": 1,
    "number": 0,
    "place_known": 0,
    "phone": 1,
    "email": 1,
    "domain": 1,
    "host_name": 0,
    "host": 0,
    "siren": 1,
    "site": 0,
    "identifier": 1,
}
NAMES = tuple(DIRECTIONS)
COLUMN = {name: place for place, name in enumerate(NAMES)}
#: What stands for « unknown » in the columns where it is not 0.
UNKNOWN = {"city": 0.6, "street": 0.55, "host": 0.5}

# Names less alike than this, with nothing else in common, are two companies.
_HALF = 0.5
_HOPE = 0.5
_HOPE_OF_PART = 0.9
_HOPE_OF_START = 0.8

_SAME_CITY = 0.95
# A town that stands in the name of the other card only.
_IN_NAME = 0.9

_TEXTS = (
    "head",
    "full",
    "ordered",
    "telling",
    "glued",
    "sound",
    "street",
    "number",
    "city",
    "host",
    "identifier",
    "parts",
)
_SETS = {
    "words": np.uint32,
    "weights": np.float32,
    "towns": np.uint32,
    "named": np.uint32,
    "given": np.uint32,
    "sides": np.uint32,
    "letters": np.uint32,
    "short": np.uint32,
    "phones": np.uint32,
    "emails": np.uint32,
    "domains": np.uint32,
}
_YES_OR_NO = ("territorial", "everywhere", "bare", "placeless", "has_parts")
_NUMBERS = (
    *("figures", "acronym", "entities", "postal_code", "department", "siren", "siret", "damaged", "institution"),
    *_YES_OR_NO,
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Many profiles, field by field. `order` ranks their texts: the lower side of a pair comes first."""

    order: Numbers
    texts: dict[str, Texts]
    sets: dict[str, Numbers]
    numbers: dict[str, Numbers]
    spelling: Spelling

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> "Columns":
        """The columns of these profiles."""
        return cls.joined([Part.of(profiles)])

    @classmethod
    def joined(cls, parts: Sequence["Part"]) -> "Columns":
        """The columns of several parts, one after the other."""
        sides = np.concatenate([part.sides for part in parts])
        order = np.empty(len(sides), dtype=np.int64)
        order[np.argsort(sides, kind="stable")] = np.arange(len(sides))
        return cls(
            order,
            {name: np.concatenate([part.texts[name] for part in parts]) for name in _TEXTS},
            {name: _stacked([part.sets[name] for part in parts]) for name in _SETS},
            {name: np.concatenate([part.numbers[name] for part in parts]) for name in (*_NUMBERS, "length")},
            Spelling(*(np.concatenate([part.vocabulary[side] for part in parts]) for side in (0, 1))),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """The columns of some of the profiles, made apart, in another process maybe."""

    sides: Texts
    texts: dict[str, Texts]
    sets: dict[str, Numbers]
    numbers: dict[str, Numbers]
    vocabulary: tuple[Numbers, Texts]

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> "Part":
        """These profiles field by field."""
        fields = dict(zip(Profile._fields, zip(*profiles, strict=True), strict=True))
        parts = fields["parts"]
        known = {number: text for one in profiles for number, text in zip(one.words, one.spelt, strict=True)}
        return cls(
            _texts([side_text(one) for one in profiles]),
            {name: _texts(fields[name]) for name in _TEXTS},
            {name: _padded(fields[name], kind) for name, kind in _SETS.items()},
            {name: np.array(fields[name], dtype=np.int64) for name in _NUMBERS if name not in _YES_OR_NO}
            | {
                "length": np.array([len(text) for text in fields["glued"]], dtype=np.int64),
                "has_parts": np.array([bool(some) for some in parts], dtype=bool),
                "everywhere": np.array(fields["everywhere"], dtype=bool),
                "territorial": np.array(fields["territorial"], dtype=bool),
                "bare": np.array(fields["bare"], dtype=bool),
                "placeless": np.array(fields["placeless"], dtype=bool),
            },
            (np.array(list(known), dtype=np.uint32), _texts(list(known.values()))),
        )


def hopeful(columns: Columns, a: Numbers, b: Numbers) -> Numbers:
    """
    Which pairs are worth the whole of their features. Symmetric, and one more thing in common never takes hope away.

    The others share a few letters or a town, as most pairs do that one common key brought together.
    """
    texts, sets, numbers = columns.texts, columns.sets, columns.numbers
    found = (numbers["siren"][a] > 0) & (numbers["siren"][a] == numbers["siren"][b])
    found |= (numbers["institution"][a] > 0) & (numbers["institution"][a] == numbers["institution"][b])
    for name in ("phones", "emails", "domains"):
        found |= _shared(sets[name], a, b) > 0
    same_door = (texts["street"][a] == texts["street"][b]) & (texts["street"][a] != "")
    found |= same_door & (texts["number"][a] == texts["number"][b])
    left = np.flatnonzero(~found)
    one, other = a[left], b[left]
    hope = _acronyms(numbers["acronym"][:, None], sets["letters"], one, other) > 0
    hope |= _acronyms(sets["short"], sets["letters"], one, other) > 0
    shared = among(sets["words"][one], sets["words"][other]) * sets["weights"][one]
    least = np.minimum(sets["weights"][one].sum(axis=1), sets["weights"][other].sum(axis=1))
    hope |= (shared.sum(axis=1) >= _HALF * least) & (least > 0)
    found[left[hope]] = True
    left = left[~hope]
    one, other = a[left], b[left]
    hope = alike(fuzz.ratio, texts["ordered"][one], texts["ordered"][other]) >= _HOPE
    hope |= alike(JaroWinkler.similarity, texts["glued"][one], texts["glued"][other]) >= _HOPE_OF_START
    found[left[hope]] = True
    # A trade name or a former name, spelt a little otherwise.
    left = left[~hope]
    left = left[numbers["has_parts"][a[left]] | numbers["has_parts"][b[left]]]
    nothing = np.zeros(len(left), dtype=np.float32)
    found[left[_parts(columns, a[left], b[left], nothing) >= _HOPE_OF_PART]] = True
    worth_it: Numbers = found
    return worth_it


def matrix(columns: Columns, first: Numbers, second: Numbers) -> Numbers:
    """One row of features for each pair of positions. Symmetric."""
    swap = columns.order[first] > columns.order[second]
    a, b = np.where(swap, second, first), np.where(swap, first, second)
    found = np.zeros((len(a), len(NAMES)), dtype=np.float32)

    def put(name: str, values: Numbers) -> None:
        found[:, COLUMN[name]] = values

    for name, values in _names(columns, a, b).items():
        put(name, values)
    for name, values in _places(columns, a, b).items():
        put(name, values)
    for name, values in _contacts(columns, a, b).items():
        put(name, values)
    return found


def alike(scorer: Any, one: Texts, other: Texts) -> Numbers:
    """The likeness of each text with the one opposite, 0 to 1; 0 where one of them is empty."""
    scores: Numbers = process.cpdist(one, other, scorer=scorer, dtype=np.float32)
    scores = scores if scorer is JaroWinkler.similarity else scores / np.float32(100.0)
    scores[(one == "") | (other == "")] = 0.0
    return scores


def _names(columns: Columns, a: Numbers, b: Numbers) -> dict[str, Numbers]:
    texts = columns.texts
    glued_a, glued_b = texts["glued"][a], texts["glued"][b]
    ordered = alike(fuzz.ratio, texts["ordered"][a], texts["ordered"][b])
    length_a, length_b = columns.numbers["length"][a], columns.numbers["length"][b]
    figures_a, figures_b = columns.numbers["figures"][a], columns.numbers["figures"][b]
    entities = columns.numbers["entities"]
    return {
        "ordered": ordered,
        "full": alike(fuzz.ratio, texts["full"][a], texts["full"][b]),
        "token_set": alike(fuzz.token_set_ratio, texts["ordered"][a], texts["ordered"][b]),
        "partial": alike(fuzz.partial_ratio, glued_a, glued_b),
        "winkler": alike(JaroWinkler.similarity, glued_a, glued_b),
        "glued": alike(fuzz.ratio, glued_a, glued_b),
        "sound": alike(fuzz.ratio, texts["sound"][a], texts["sound"][b]),
        "telling": alike(fuzz.ratio, texts["telling"][a], texts["telling"][b]),
        "parts": _parts(columns, a, b, ordered),
        "acronym": _acronyms(columns.numbers["acronym"][:, None], columns.sets["letters"], a, b),
        "acronym_part": _acronyms(columns.sets["short"], columns.sets["letters"], a, b),
        **Words(columns.sets, columns.spelling, a, b).features(),
        "head": alike(JaroWinkler.similarity, texts["head"][a], texts["head"][b]),
        "figures": _state(figures_a == figures_b, (figures_a > 0) & (figures_b > 0)),
        "entities": np.bitwise_count(entities[a] ^ entities[b]),
        "opposed": (_shared(columns.sets["given"], a, b) < 0) + (_shared(columns.sets["sides"], a, b) < 0),
        "shortest": np.minimum(length_a, length_b),
        "longest": np.maximum(length_a, length_b),
    }


def _parts(columns: Columns, a: Numbers, b: Numbers, ordered: Numbers) -> Numbers:
    """The best of any name of one with any name of the other; only few cards have several names."""
    best = ordered.copy()
    parts, main = columns.texts["parts"], columns.texts["ordered"]
    has_parts = columns.numbers["has_parts"]
    several = np.flatnonzero(has_parts[a] | has_parts[b])
    rows, lefts, rights = [], [], []
    for row in several:
        for left in (main[a[row]], *parts[a[row]]):
            for right in (main[b[row]], *parts[b[row]]):
                rows.append(row)
                lefts.append(left)
                rights.append(right)
    if rows:
        scores = alike(fuzz.ratio, _texts(lefts), _texts(rights))
        np.maximum.at(best, np.array(rows), scores)
    return best


def _acronyms(short: Numbers, letters: Numbers, a: Numbers, b: Numbers) -> Numbers:
    """Whether a short word of one card is made of the initials of the other."""
    found = np.zeros(len(a), dtype=bool)
    for one, other in ((a, b), (b, a)):
        # Few cards have a short word, and few names have initials that are worth a word.
        rows = np.flatnonzero((short[one, 0] > 0) & (letters[other, 0] > 0))
        found[rows] |= _common(short[one[rows]], letters[other[rows]])
    return found.astype(np.float32)


def _common(one: Numbers, other: Numbers) -> Numbers:
    """Whether each row shares a value with the row opposite. Rows are filled from the left, then padded with zeros."""
    found = np.zeros(len(one), dtype=bool)
    columns = [np.ascontiguousarray(column) for column in other.T]
    for column in one.T:
        value = np.ascontiguousarray(column)
        known = value > 0
        if not known.any():
            break
        for opposite in columns:
            found |= known & (opposite == value)
    return found


def _places(columns: Columns, a: Numbers, b: Numbers) -> dict[str, Numbers]:
    texts, numbers = columns.texts, columns.numbers
    codes_a, codes_b = numbers["postal_code"][a], numbers["postal_code"][b]
    departments_a, departments_b = numbers["department"][a], numbers["department"][b]
    house_a, house_b = texts["number"][a], texts["number"][b]
    has_code = (codes_a > 0) & (codes_b > 0)
    has_city = (texts["city"][a] != "") & (texts["city"][b] != "")
    has_street = (texts["street"][a] != "") & (texts["street"][b] != "")
    cities = alike(fuzz.ratio, texts["city"][a], texts["city"][b])
    # One town in two départements is oftener a slip in its postal code than a namesake: that proves nothing.
    is_slip = (departments_a != departments_b) & (cities >= _SAME_CITY)
    return {
        "department": np.where(
            is_slip, 0.0, _state(departments_a == departments_b, (departments_a > 0) & (departments_b > 0))
        ),
        # A code whose last figures alone differ is often that of a « cedex » or a slip of the finger.
        "postal_code": np.where(has_code, _codes(codes_a, codes_b), 0.0),
        "city": np.where(has_city, cities, np.where(_town_in_name(columns, a, b), _IN_NAME, UNKNOWN["city"])),
        "street": np.where(
            has_street, alike(fuzz.token_sort_ratio, texts["street"][a], texts["street"][b]), UNKNOWN["street"]
        ),
        "number": _state(house_a == house_b, (house_a != "") & (house_b != "")),
        "place_known": has_city.astype(np.int8) + has_code + 2 * has_street,
    }


def _town_in_name(columns: Columns, a: Numbers, b: Numbers) -> Numbers:
    """Whether the name of one, whose town is unknown, holds the whole town of the other."""
    towns, named = columns.sets["towns"], columns.sets["named"]
    found = np.zeros(len(a), dtype=bool)
    for one, other in ((a, b), (b, a)):
        rows = np.flatnonzero((named[one, 0] > 0) & (towns[other, 0] > 0))
        wanted = towns[other[rows]]
        found[rows] |= (among(wanted, named[one[rows]]) == (wanted > 0)).all(axis=1)
    return found


def _codes(one: Numbers, other: Numbers) -> Numbers:
    same_start = one // 1000 == other // 1000
    figures = sum(((one // 10**place) % 10 != (other // 10**place) % 10).astype(np.int8) for place in range(5))
    near = np.where(same_start, -0.4, np.where(figures == 1, -0.6, -1.0))
    return np.where(one == other, 1.0, near)


def _contacts(columns: Columns, a: Numbers, b: Numbers) -> dict[str, Numbers]:
    texts, sets, numbers = columns.texts, columns.sets, columns.numbers
    hosts_a, hosts_b = texts["host"][a], texts["host"][b]
    names_a, names_b = texts["glued"][a], texts["glued"][b]
    both_hosts = (hosts_a != "") & (hosts_b != "")
    sirens_a, sirens_b = numbers["siren"][a], numbers["siren"][b]
    sirets_a, sirets_b = numbers["siret"][a], numbers["siret"][b]
    known = (sirens_a > 0) & (sirens_b > 0)
    return {
        "phone": _shared(sets["phones"], a, b),
        "email": _shared(sets["emails"], a, b),
        "domain": _shared(sets["domains"], a, b),
        "host": np.where(both_hosts, alike(fuzz.ratio, hosts_a, hosts_b), UNKNOWN["host"]),
        "host_name": np.maximum(alike(fuzz.ratio, hosts_a, names_b), alike(fuzz.ratio, hosts_b, names_a)),
        "siren": _state(sirens_a == sirens_b, known),
        "site": _state(sirets_a == sirets_b, (sirets_a > 0) & (sirets_b > 0) & (sirens_a == sirens_b)),
        "identifier": _identifiers(columns, a, b),
    }


def _identifiers(columns: Columns, a: Numbers, b: Numbers) -> Numbers:
    """Damaged numbers that are all but equal (+1), or far from each other (-1)."""
    found = np.zeros(len(a), dtype=np.float32)
    texts, damaged = columns.texts["identifier"], columns.numbers["damaged"]
    one, other = texts[a], texts[b]
    rows = np.flatnonzero((damaged[a] + damaged[b] > 0) & (one != "") & (other != ""))
    if len(rows):
        cut = [
            (x[:9], y[:9]) if min(len(x), len(y)) == 9 else (x, y) for x, y in zip(one[rows], other[rows], strict=True)
        ]
        slips = process.cpdist(
            _texts([x for x, _ in cut]), _texts([y for _, y in cut]), scorer=OSA.distance, dtype=np.int32
        )
        found[rows] = np.where(slips <= 2, 1.0, np.where(slips >= 5, -1.0, 0.0))
    return found


def _shared(sets: Numbers, a: Numbers, b: Numbers) -> Numbers:
    """+1 where two cards share a value, -1 where both have some and share none, 0 elsewhere."""
    found = np.zeros(len(a), dtype=np.float32)
    rows = np.flatnonzero((sets[a, 0] > 0) & (sets[b, 0] > 0))
    found[rows] = np.where(_common(sets[a[rows]], sets[b[rows]]), 1.0, -1.0)
    return found


def _state(equal: Numbers, known: Numbers) -> Numbers:
    """+1 for equal, -1 for different, 0 when one of the two is unknown."""
    return np.where(known, np.where(equal, 1.0, -1.0), 0.0).astype(np.float32)


def _texts(values: Sequence[Any]) -> Texts:
    column = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        column[place] = value
    return column


def _padded(values: Sequence[tuple[float, ...]], kind: Any) -> Numbers:
    width = max(1, max(map(len, values), default=1))
    zeros = (0,) * width
    return np.array([(*one, *zeros[len(one) :]) for one in values], dtype=kind).reshape(len(values), width)


def _stacked(parts: Sequence[Numbers]) -> Numbers:
    width = max(part.shape[1] for part in parts)
    return np.concatenate([np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in parts])
