"""
What the scorer reads of a card: plain texts and numbers, so that a million cards are compared as columns.

Words become 32-bit checksums: they are only ever compared for equality within a pair.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from zlib import crc32

from crm.dedupe.keys import spelled
from crm.dedupe.lexicon import COMMON_WORDS, FREQUENT_WORDS, OTHER_ENTITY_WORDS
from crm.dedupe.normalise import Name, Normal

#: More of a kind is not read: cards of that many phones or words are lists, not companies.
MOST_WORDS = 12
MOST_PARTS = 4
#: Between the parts of the sorting text of a profile.
_BAR = "|"
_ENTITIES = {word: 1 << place for place, word in enumerate(sorted(OTHER_ENTITY_WORDS))}


class Profile(NamedTuple):
    """
    A card as the scorer reads it; '' and 0 for what is unknown.

    `full`: the words of the name in order; `ordered`: the same sorted; `telling`: without common words;
    `glued`: without spaces. `parts`: other names, sorted words. `letters`: initials of its names; `acronym`:
    its whole name when it is as short as one. `entities`: bits of the words that tell a subsidiary.
    """

    full: str
    ordered: str
    telling: str
    glued: str
    parts: tuple[str, ...]
    words: tuple[int, ...]
    weights: tuple[float, ...]
    figures: int
    letters: tuple[int, ...]
    acronym: int
    entities: int
    street: str
    number: str
    city: str
    postal_code: int
    department: int
    phones: tuple[int, ...]
    emails: tuple[int, ...]
    domains: tuple[int, ...]
    host: str
    siren: int
    siret: int
    identifier: str
    damaged: int
    territorial: bool
    bare: bool


def profile(normal: Normal) -> Profile:
    """The profile of a card. Two equal cards have equal profiles."""
    main = normal.names[0] if normal.names else Name(words=())
    words = own_words(main, normal.city)
    full = " ".join(words)
    distinct = sorted(set(words))[:MOST_WORDS]
    telling = [word for word in words if word not in FREQUENT_WORDS] or words
    ordered = " ".join(sorted(words))
    others = (" ".join(sorted(own_words(name, normal.city))) for name in normal.names[1 : MOST_PARTS + 1])
    host = max((domain.rpartition(".")[0] for domain in sorted(normal.domains)), key=len, default="")
    return Profile(
        full=full,
        ordered=ordered,
        telling=" ".join(sorted(telling)),
        glued="".join(words),
        parts=tuple(part for part in dict.fromkeys(others) if part != ordered),
        words=tuple(_sum(word) for word in distinct),
        weights=tuple(word_weight(word) for word in distinct),
        figures=_sum(" ".join(word for word in distinct if word.isdigit())),
        letters=_sums(letters for name in normal.names for letters in name.letters if 2 <= len(letters) <= 9),
        acronym=_acronym(normal.names, normal.city),
        entities=sum(_ENTITIES.get(word, 0) for word in set(words)),
        street=" ".join(normal.street),
        number=normal.number,
        city=" ".join(normal.city),
        postal_code=int(normal.postal_code or 0),
        department=_sum(normal.department),
        phones=_sums(normal.phones),
        emails=_sums(normal.emails),
        domains=_sums(normal.domains),
        host="".join(filter(str.isalnum, host.rpartition(".")[2])),
        siren=int(normal.siren or 0),
        siret=int(normal.siret or 0),
        identifier=normal.siret or normal.damaged or normal.siren,
        damaged=int(bool(normal.damaged)),
        territorial=any(name.institution or name.areas for name in normal.names),
        bare=not (normal.street or normal.postal_code or normal.siren or normal.damaged),
    )


def own_words(name: Name, city: Sequence[str]) -> list[str]:
    """The words of a name but those of its own town, unless it is made of nothing else."""
    town = frozenset(city)
    words = name.spoken or name.words
    return [word for word in words if word not in town] or list(words)


def word_weight(word: str) -> float:
    """How much finding the word on both sides proves, beside a word that few names hold."""
    if len(word) == 1 or word in COMMON_WORDS:
        return 0.3
    return 0.5 if word in FREQUENT_WORDS else 1.0


def side_text(one: Profile) -> str:
    """By this text the two cards of a pair are put in order, so that their order never matters."""
    return _BAR.join((one.full, one.street, one.city, one.host, one.identifier))


def _acronym(names: tuple[Name, ...], city: Sequence[str]) -> int:
    for name in names:
        words = own_words(name, city)
        if len(words) == 1 and 2 <= len(words[0]) <= 9:
            return _sum(spelled(words[0]))
    return 0


def _sums(texts: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({_sum(text) for text in texts}))


def _sum(text: str) -> int:
    return crc32(text.encode()) if text else 0
