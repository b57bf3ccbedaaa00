"""
The keys by which likely duplicates find each other: two cards that share one are worth comparing.

Keys are cheap, stable texts kept in a table. They must let through nearly every duplicate; the scorer
decides. A key that hundreds share is useless: whoever looks candidates up leaves out the crowded ones.
"""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from crm.dedupe.lexicon import COMMON_WORDS
from crm.dedupe.normalise import Card, Name, Normal, normalise
from crm.dedupe.sounds import sound

#: The columns of the table: `Key.kind` and `Key.value` never exceed them.
LONGEST_KIND = 12
LONGEST_VALUE = 120
#: Of longer acronyms, the first letter may be that of a legal form.
SHORTEST_WITH_FORM = 3


class KeyKind(StrEnum):
    """What the key is made of, from the most to the least telling."""

    SIRET = "siret"
    SIREN = "siren"
    PHONE = "phone"
    EMAIL = "email"
    DOMAIN = "domain"
    STREET = "street"
    NAME = "name"
    SOUND = "sound"
    ACRONYM = "acronym"
    AREA = "area"
    TOWN = "town"
    WORD = "word"
    GRAM = "gram"


_OF_NAMES = (KeyKind.NAME, KeyKind.SOUND, KeyKind.ACRONYM, KeyKind.AREA, KeyKind.WORD, KeyKind.GRAM)


class Key(NamedTuple):
    """One key. `value` is at most 120 characters long."""

    kind: KeyKind
    value: str


def keys(card: Card | Normal) -> frozenset[Key]:
    """
    All keys of a company, some twenty for an ordinary one.

    Works with a name alone: WORD and GRAM keys hold no place. With a place, AREA keys are the first to try.
    """
    return frozenset(Key(kind, value) for kind, values in values_of(normalise(card)).items() for value in values)


def values_of(normal: Normal) -> dict[KeyKind, set[str]]:
    """The same keys by kind, for who reads a million cards."""
    towns = [town for town in (normal.postal_code, "".join(normal.city)) if town]
    # In a village, everybody is compared with everybody.
    found: dict[KeyKind, set[str]] = {KeyKind.TOWN: set(towns)}
    if normal.siren:
        found[KeyKind.SIREN] = {normal.siren}
        if normal.siret:
            found[KeyKind.SIRET] = {normal.siret}
    for kind, values in (
        (KeyKind.PHONE, normal.phones), (KeyKind.EMAIL, normal.emails), (KeyKind.DOMAIN, normal.domains),
    ):  # fmt: skip
        if values:
            found[kind] = set(values)
    if normal.street:
        longest = max(normal.street, key=lambda word: (len(word), word))
        # The end of the street is left open: it is misspelt oftener than its number is wrong.
        found[KeyKind.STREET] = {f"{town}|{normal.number}|{longest[:4]}" for town in towns}
    for kind in _OF_NAMES:
        found[kind] = set()
    for name in normal.names:
        _add_name(found, name, normal, towns)
    for kind, some in found.items():
        some.discard("")
        if max(map(len, some), default=0) > LONGEST_VALUE:
            found[kind] = {value[:LONGEST_VALUE] for value in some}
    return found


def _add_name(found: dict[KeyKind, set[str]], name: Name, normal: Normal, towns: list[str]) -> None:
    town = frozenset(normal.city)
    own = [word for word in name.words if word not in town] or list(name.words)
    institution = name.institution.split()
    whole = " ".join(sorted({*own, *institution}))
    found[KeyKind.NAME].add(whole)
    if len(own) != len(name.words):
        # A card whose town is unknown still has it in its name.
        found[KeyKind.NAME].add(" ".join(sorted({*name.words, *institution})))
    found[KeyKind.SOUND].add(sound(whole))
    if name.institution:
        found[KeyKind.AREA].add(f"{normal.department}|{name.institution}")
        found[KeyKind.TOWN].update([f"{one}|{name.institution}" for one in towns])
    acronyms = found[KeyKind.ACRONYM]
    if len(own) == 1 and 2 <= len(own[0]) <= 8:
        letters = spelled(own[0])
        acronyms.add(letters)
        acronyms.update(without_form(letters))
    acronyms.update([letters for letters in name.letters if 2 <= len(letters) <= 8])
    _add_spellings(found, own, normal, towns)


def _add_spellings(found: dict[KeyKind, set[str]], own: list[str], normal: Normal, towns: list[str]) -> None:
    """The keys that survive a slip of the finger."""
    glued, department = "".join(own), normal.department
    words, grams, areas = found[KeyKind.WORD], found[KeyKind.GRAM], found[KeyKind.AREA]
    if len(glued) >= 4:
        grams.add(f"^{glued[:5]}")
        if department:
            areas.add(f"{department}|^{glued[:4]}")
            areas.add(f"{department}|{glued[-4:]}$")
    for word in [word for word in own if word not in COMMON_WORDS] or own:
        words.add(word)
        start = word[:3]
        found[KeyKind.TOWN].update([f"{town}|{start}" for town in towns])
        ends = _grams(word)
        grams.update(ends)
        if department:
            areas.update([f"{department}|{gram}" for gram in ends])


@lru_cache(maxsize=50_000)  # names are made of the same words
def _grams(word: str) -> tuple[str, ...]:
    """
    The two ends of a word, so that one slip of the finger leaves one of them whole.

    Middles would find two slips as well, at twice the rows.
    """
    return (word[:4], f"{word[-4:]}$") if len(word) >= 5 else (word,)


def spelled(acronym: str) -> str:
    """The letters of an acronym, a figure before a letter read as so many of it: `t2i` is `tii`."""
    if "2" not in acronym and "3" not in acronym:
        return acronym
    letters: list[str] = []
    for place, character in enumerate(acronym):
        following = acronym[place + 1 : place + 2]
        if character in "23" and following.isalpha():
            letters += [following] * (int(character) - 1)
        else:
            letters.append(character)
    return "".join(letters)


def without_form(acronym: str) -> tuple[str, ...]:
    """« ATPT » without the A of « association », which the whole name is often written without."""
    return (acronym[1:],) if len(acronym) > SHORTEST_WITH_FORM and acronym[0] in "ase" else ()
