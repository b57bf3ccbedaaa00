"""
The keys by which likely duplicates find each other: two cards that share one are worth comparing.

Keys are cheap, stable texts kept in a table. They must let through nearly every duplicate; the scorer
decides. A key that hundreds share is useless: whoever looks candidates up leaves out the crowded ones.
"""

from collections.abc import Iterator
from enum import StrEnum
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


class Key(NamedTuple):
    """One key. `value` is at most 120 characters long."""

    kind: KeyKind
    value: str


def keys(card: Card | Normal) -> frozenset[Key]:
    """
    All keys of a company, some twenty for an ordinary one.

    Works with a name alone: WORD and GRAM keys hold no place. With a place, AREA keys are the first to try.
    """
    normal = normalise(card)
    found = {Key(KeyKind.SIRET, normal.siret), Key(KeyKind.SIREN, normal.siren)}
    found |= {Key(KeyKind.PHONE, phone) for phone in normal.phones}
    found |= {Key(KeyKind.EMAIL, email) for email in normal.emails}
    found |= {Key(KeyKind.DOMAIN, domain) for domain in normal.domains}
    towns = [town for town in (normal.postal_code, "".join(normal.city)) if town]
    if normal.street:
        longest = max(normal.street, key=lambda word: (len(word), word))
        # The end of the street is left open: it is misspelt oftener than its number is wrong.
        found |= {Key(KeyKind.STREET, f"{town}|{normal.number}|{longest[:4]}") for town in towns}
    # In a village, everybody is compared with everybody.
    found |= {Key(KeyKind.TOWN, town) for town in towns}
    for name in normal.names:
        found.update(_name_keys(name, normal, towns))
    return frozenset(
        key if len(key.value) <= LONGEST_VALUE else Key(key.kind, key.value[:LONGEST_VALUE])
        for key in found
        if key.value
    )


def _name_keys(name: Name, normal: Normal, towns: list[str]) -> Iterator[Key]:
    town = frozenset(normal.city)
    own = [word for word in name.words if word not in town] or list(name.words)
    whole = " ".join(sorted({*own, *name.institution.split()}))
    yield Key(KeyKind.NAME, whole)
    # A card whose town is unknown still has it in its name.
    with_town = " ".join(sorted({*name.words, *name.institution.split()}))
    if with_town != whole:
        yield Key(KeyKind.NAME, with_town)
    yield Key(KeyKind.SOUND, sound(whole))
    if name.institution:
        yield Key(KeyKind.AREA, f"{normal.department}|{name.institution}")
        for town_or_code in towns:
            yield Key(KeyKind.TOWN, f"{town_or_code}|{name.institution}")
    if len(own) == 1 and 2 <= len(own[0]) <= 8:
        yield Key(KeyKind.ACRONYM, spelled(own[0]))
        for shorter in without_form(spelled(own[0])):
            yield Key(KeyKind.ACRONYM, shorter)
    for letters in name.letters:
        if 2 <= len(letters) <= 8:
            yield Key(KeyKind.ACRONYM, letters)
    yield from _spelling_keys(own, normal, towns)


def _spelling_keys(own: list[str], normal: Normal, towns: list[str]) -> Iterator[Key]:
    """The keys that survive a slip of the finger."""
    glued = "".join(own)
    if len(glued) >= 4:
        yield Key(KeyKind.GRAM, f"^{glued[:5]}")
        if normal.department:
            yield Key(KeyKind.AREA, f"{normal.department}|^{glued[:4]}")
            yield Key(KeyKind.AREA, f"{normal.department}|{glued[-4:]}$")
    for word in [word for word in own if word not in COMMON_WORDS] or own:
        yield Key(KeyKind.WORD, word)
        for town in towns:
            yield Key(KeyKind.TOWN, f"{town}|{word[:3]}")
        for gram in _grams(word):
            yield Key(KeyKind.GRAM, gram)
            if normal.department:
                yield Key(KeyKind.AREA, f"{normal.department}|{gram}")


def _grams(word: str) -> set[str]:
    """
    The two ends of a word, so that one slip of the finger leaves one of them whole.

    Middles would find two slips as well, at twice the rows.
    """
    return {word[:4], f"{word[-4:]}$"} if len(word) >= 5 else {word}


def spelled(acronym: str) -> str:
    """The letters of an acronym, a figure before a letter read as so many of it: `t2i` is `tii`."""
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
