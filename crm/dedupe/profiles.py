"""
What the scorer reads of a card: plain texts and numbers, so that a million cards are compared as columns.

Words become 32-bit checksums: they are only ever compared for equality within a pair.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from crm.dedupe.keys import spelled, without_form
from crm.dedupe.lexicon import (
    FREQUENT_WORDS,
    GIVEN_NAMES,
    NETWORKS,
    OTHER_ENTITY_WORDS,
    SIDES,
    word_weight,
)
from crm.dedupe.normalise import Name, Normal, stem
from crm.dedupe.sounds import sound

#: More of a kind is not read: cards of that many phones or words are lists, not companies.
MOST_WORDS = 12
MOST_PARTS = 4
MOST_TOWN_WORDS = 6
MOST_SHORT = 6
#: Shorter, a word inside a name is a chance meeting with somebody's initials.
SHORTEST_ACRONYM = 3
LONGEST_ACRONYM = 9
IN_ANY_ORDER = 4
#: Shorter, the name of a mailbox is that of a person or a post.
SHORTEST_MAILBOX = 6
#: Between the parts of the sorting text of a profile.
_BAR = "|"
_GIVEN = GIVEN_NAMES | {stem(word) for word in GIVEN_NAMES}
_EVERYWHERE = FREQUENT_WORDS | NETWORKS
_ENTITIES = {word: 1 << place for place, word in enumerate(sorted(OTHER_ENTITY_WORDS))}


class Profile(NamedTuple):
    """
    A card as the scorer reads it; '' and 0 for what is unknown.

    `head`: the first word of the name, `full`: all of them in order; `ordered`: the same sorted; `telling`: without
    common words; `glued`: without spaces; `sound`: as it is heard. `words`: checksums of its distinct words, `spelt`:
    the same as texts, `towns`: those of its town, `named`: of all its names when its town is unknown; `given`,
    `sides`: given names and what tells two sites of a town apart, among `words`. `parts`: other names, sorted words.
    `letters`: initials of its names; `acronym`: its whole name when it is as short as one, `short`: its words that
    are. `entities`: bits of the words that tell a subsidiary. `host`: the domain, else the page, else the mailbox.
    `everywhere`: the name is that of a network, with common words at most.
    """

    head: str
    full: str
    ordered: str
    telling: str
    glued: str
    sound: str
    parts: tuple[str, ...]
    words: tuple[int, ...]
    weights: tuple[float, ...]
    spelt: tuple[str, ...]
    towns: tuple[int, ...]
    named: tuple[int, ...]
    given: tuple[int, ...]
    sides: tuple[int, ...]
    figures: int
    letters: tuple[int, ...]
    acronym: int
    short: tuple[int, ...]
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
    institution: int
    territorial: bool
    everywhere: bool
    bare: bool
    placeless: bool


def profile(normal: Normal) -> Profile:
    """The profile of a card. Two equal cards have equal profiles."""
    main = normal.names[0] if normal.names else Name(words=())
    words = own_words(main, normal.city)
    full = " ".join(words)
    distinct = sorted(set(words))[:MOST_WORDS]
    facts = [_fact(word) for word in distinct]
    telling = [word for word in words if word not in FREQUENT_WORDS] or words
    ordered = " ".join(sorted(words))
    others = (" ".join(sorted(own_words(name, normal.city))) for name in normal.names[1 : MOST_PARTS + 1])
    host = max((domain.rpartition(".")[0] for domain in sorted(normal.domains)), key=len, default="")
    return Profile(
        head=words[0] if words else "",
        full=full,
        ordered=ordered,
        telling=" ".join(sorted(telling)),
        glued="".join(words),
        sound=sound(ordered),
        parts=tuple(part for part in dict.fromkeys(others) if part != ordered),
        words=tuple([fact.number for fact in facts]),
        weights=tuple([fact.weight for fact in facts]),
        spelt=tuple(distinct),
        towns=_sums(normal.city[:MOST_TOWN_WORDS]),
        named=() if normal.city else _sums(word for name in normal.names for word in (name.spoken or name.words)),
        given=tuple([fact.given for fact in facts if fact.given]),
        sides=tuple([fact.number for fact in facts if fact.is_side]),
        figures=_sum(" ".join(word for word in distinct if word.isdigit())),
        letters=_sums(
            spelling for name in normal.names for letters in name.letters for spelling in _acronym_spellings(letters)
        ),
        acronym=_acronym(normal.names, normal.city),
        short=tuple(sorted({number for fact in facts[:MOST_SHORT] for number in fact.short})),
        entities=sum(_ENTITIES.get(word, 0) for word in set(words)),
        street=" ".join(normal.street),
        number=normal.number,
        city=" ".join(normal.city),
        postal_code=int(normal.postal_code or 0),
        department=_sum(normal.department),
        phones=_sums(normal.phones),
        emails=_sums(normal.emails),
        domains=_sums(normal.domains),
        host="".join(filter(str.isalnum, host.rpartition(".")[2] or normal.page)) or _mailbox(normal.emails),
        siren=int(normal.siren or 0),
        siret=int(normal.siret or 0),
        identifier=normal.siret or normal.damaged or normal.siren,
        damaged=int(bool(normal.damaged)),
        institution=_sum(next((name.institution for name in normal.names if name.institution), "")),
        territorial=any(name.institution or name.areas for name in normal.names),
        everywhere=not NETWORKS.isdisjoint(words) and _EVERYWHERE.issuperset(words),
        bare=not (normal.street or normal.postal_code or normal.siren or normal.damaged),
        placeless=not (normal.city or normal.street or normal.postal_code or normal.siren or normal.damaged),
    )


class _Fact(NamedTuple):
    """
    What is read of one word: its checksum, its weight, the checksums of the acronyms it may be.

    `given`: of its beginning when it is a given name, so that « Michèle » and « Michel » are not two.
    """

    number: int
    weight: float
    short: tuple[int, ...]
    given: int
    is_side: bool


@lru_cache(maxsize=50_000)  # names are made of the same words
def _fact(word: str) -> _Fact:
    letters = spelled(word)
    spellings = (*_acronym_spellings(letters), *without_form(letters)) if len(word) >= SHORTEST_ACRONYM else ()
    short = tuple(map(_sum, spellings))
    return _Fact(_sum(word), word_weight(word), short, _sum(word[:4]) if word in _GIVEN else 0, word in SIDES)


def own_words(name: Name, city: Sequence[str]) -> list[str]:
    """The words of a name but those of its own town, unless it is made of nothing else."""
    town = frozenset(city)
    words = name.spoken or name.words
    return [word for word in words if word not in town] or list(words)


def side_text(one: Profile) -> str:
    """By this text the two cards of a pair are put in order, so that their order never matters."""
    return _BAR.join((one.full, one.street, one.city, one.host, one.identifier))


def _mailbox(emails: Iterable[str]) -> str:
    """What stands before the @ at a provider open to anybody: often the name, as a domain is."""
    for email in sorted(emails):
        local = "".join(filter(str.isalpha, email.partition("@")[0]))
        if len(local) >= SHORTEST_MAILBOX:
            return local
    return ""


def _acronym(names: tuple[Name, ...], city: Sequence[str]) -> int:
    for name in names:
        words = own_words(name, city)
        if len(words) == 1 and 2 <= len(words[0]) <= 9:
            return _sum(spelled(words[0]))
    return 0


def _acronym_spellings(letters: str) -> tuple[str, ...]:
    """The letters of an acronym, and of a long one the same in any order: words of a name are exchanged."""
    if not 2 <= len(letters) <= LONGEST_ACRONYM:
        return ()
    return (letters, f"~{''.join(sorted(letters))}") if len(letters) >= IN_ANY_ORDER else (letters,)


def _sums(texts: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({crc32(text.encode()) for text in texts if text}))


def _sum(text: str) -> int:
    return crc32(text.encode()) if text else 0
