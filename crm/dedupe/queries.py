"""
Finds the partners that a company resembles: by shared keys in the database, then by the scorer.

The number of queries does not depend on how many partners there are, nor on how many resemble.
"""

import heapq
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.dedupe.keys import Key, KeyKind, keys
from crm.dedupe.models import DuplicateKey
from crm.dedupe.normalise import Card, Normal, normalise
from crm.dedupe.numbering import number_of
from crm.dedupe.scoring import SHOW, Likeness, Verdict
from crm.dedupe.variants import likenesses, under_each_name
from crm.partners.models import Partner, PartnerChannel, PartnerName
from crm.partners.registry import Draft, Resemblance
from crm.partners.search import fold
from crm.sentences import Sentence
from crm.wording import N_

Item = TypeVar("Item")

#: Said of a site whose company is known: it must be told apart from a duplicate.
OTHER_SITE = Sentence(N_("autre site du même groupe (même SIREN)"))

#: A key that more live partners share says nothing, and is left out of the search.
CROWD = 100
# Whole names, and words inside a département, tell more than a piece of a word: larger crowds are worth it.
_LARGEST_CROWD = 1_000
_CROWDS = dict.fromkeys((KeyKind.SIREN, KeyKind.NAME, KeyKind.AREA), _LARGEST_CROWD)
#: How many partners are compared at most, those that share the rarest keys first.
SHORTLIST = 60
#: Of them, how many are looked at for one who types, and how many more than can be shown are compared.
_AT_SIGHT = 30
_SPARE = 1
#: How many resemblances are shown while a partner is typed.
SHOWN = 5

# SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
_PARTNERS_AT_ONCE = 5_000
# Between the names, or the telephones, that a partner has several of: no text holds it.
_BETWEEN = "\x1f"
_ONE_EACH = (
    "name",
    "trade_name",
    "siren",
    "siret",
    "phone",
    "email",
    "website",
    "street",
    "postal_code",
    "city",
    "department",
)


@dataclass(frozen=True, slots=True)
class Known:
    """A live partner, ready to be compared: `card` is all of it, `cards` the same under each of its names."""

    id: int
    public_id: str
    name: str
    city: str
    card: Normal
    cards: tuple[Normal, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A partner that a company resembles, and how."""

    partner: Known
    likeness: Likeness

    @property
    def rank(self) -> tuple[float, int]:
        """Best first; other sites of the same group, which are no duplicates, after all likely ones."""
        return (-self.likeness.probability, self.partner.id)


def card_of(known: Partner | Draft) -> Card:
    """The facts of a partner, or of one being typed, as the scorer reads them."""
    # What a partner has several of is read by `cards`.
    names, phones, emails = (
        (known.other_names, known.other_phones, known.other_emails) if isinstance(known, Draft) else ((), (), ())
    )
    return Card(
        names=tuple(name for name in (known.name, known.trade_name, *names) if name),
        siren=known.siren,
        siret=known.siret,
        phones=tuple(phone for phone in (known.phone, *phones) if phone),
        emails=tuple(email for email in (known.email, *emails) if email),
        website=known.website,
        street=known.street,
        postal_code=known.postal_code,
        city=known.city,
        department=known.department,
    )


def check(session: Session, draft: Draft, actor: Actor) -> list[Resemblance]:
    """The likely duplicates of a partner being typed, best first; `certain` for the one of the same SIRET."""
    require(actor, Permission.PARTNER_READ)
    return [
        Resemblance(
            public_id=found.partner.public_id,
            name=found.partner.name,
            city=found.partner.city,
            reasons=_reasons(found.likeness),
            certain=found.likeness.verdict is Verdict.SAME,
        )
        for found in candidates(session, card_of(draft), limit=SHOWN)
    ]


def _reasons(likeness: Likeness) -> tuple[Sentence, ...]:
    return (OTHER_SITE,) if likeness.verdict is Verdict.GROUP else likeness.reasons


def candidates(session: Session, card: Card | Normal, *, limit: int) -> list[Candidate]:
    """The partners that this card may be, best first, and the other sites of its group. Two queries."""
    normal = normalise(card)
    asked = [normal] if isinstance(card, Normal) else [normalise(one) for one in under_each_name(card)]
    weights = _weights(partners_by_key(session, keys(normal)))
    rows = list(_rows(session, _heaviest(weights, _AT_SIGHT + limit)))
    names = [" ".join(one.names[0].spoken) for one in asked if one.names]
    partners = [_known(row) for row in _nearest(rows, weights, names, limit + _SPARE)]
    found = [
        Candidate(partner, likeness)
        for partner, likeness in zip(partners, likenesses(asked, [one.cards for one in partners]), strict=True)
    ]
    return sorted((one for one in found if is_worth_showing(one.likeness)), key=lambda one: one.rank)[:limit]


def _nearest(
    rows: Sequence[sa.Row[Any]], weights: Mapping[int, float], names: Sequence[str], limit: int
) -> Sequence[sa.Row[Any]]:
    """
    Those worth the whole comparison, at first sight: by the keys they share and how alike the names begin or read.

    The scorer judges them; a third of a millisecond each is felt at each letter.
    """
    if len(rows) <= limit:
        return rows

    def at_sight(row: sa.Row[Any]) -> tuple[float, int]:
        known = [_folded(name) for name in (row.name, row.trade_name, *(row.other_names or "").split(_BETWEEN)) if name]
        alike = max((_at_sight(name, other) for name in names for other in known), default=0.0)
        return (-alike - weights[row.id], row.id)

    return sorted(rows, key=at_sight)[:limit]


def _at_sight(typed: str, known: str) -> float:
    return max(fuzz.ratio(typed, known[: len(typed) + 1]), fuzz.token_sort_ratio(typed, known)) / 100


def is_worth_showing(likeness: Likeness) -> bool:
    """Whether a person should see the resemblance."""
    return likeness.probability >= SHOW or likeness.verdict is Verdict.GROUP


def is_crowded(key: Key, holders: int) -> bool:
    """Whether so many partners share the key that it says nothing."""
    return holders > _crowd(key)


def shortlist(holders: Mapping[Key, Sequence[int]], limit: int) -> list[int]:
    """Who shares most with the card whose keys these are: each key counts the more, the fewer share it."""
    return _heaviest(_weights(holders), limit)


def _weights(holders: Mapping[Key, Sequence[int]]) -> dict[int, float]:
    weights: dict[int, float] = defaultdict(float)
    # In a fixed order: sums of fractions depend on it, and the order of a set changes with each run.
    for _, holding in sorted(holders.items()):
        share = 1.0 / len(holding)
        for holder in holding:
            weights[holder] += share
    return weights


def _heaviest(weights: Mapping[int, float], limit: int) -> list[int]:
    return heapq.nsmallest(limit, weights, key=lambda holder: (-weights[holder], holder))


def partners_by_key(session: Session, wanted: Collection[Key]) -> dict[Key, list[int]]:
    """The partners that hold each of these keys, crowded keys left out. One query, however many keys."""
    by_crowd: dict[int, list[int]] = {CROWD: [], _LARGEST_CROWD: []}
    key_of: dict[int, Key] = {}
    for key in wanted:
        number = number_of(key)
        key_of[number] = key
        by_crowd[_crowd(key)].append(number)
    if not key_of:
        return {}
    dialect = session.get_bind().dialect.name
    # SQLite reads a list as JSON, PostgreSQL as an array.
    lists = {
        _list_of(crowd): json.dumps(numbers) if dialect == "sqlite" else numbers for crowd, numbers in by_crowd.items()
    }
    return {
        key_of[number]: [int(holder) for holder in holders.split(",")]
        for number, holders in session.execute(_holders(dialect), lists)
        if holders
    }


@cache
def _holders(dialect: str) -> sa.CompoundSelect[Any]:
    """Each number of the lists and who holds it, in one text; nothing when nobody does, or a crowd."""
    return sa.union_all(*(_holders_among(dialect, crowd) for crowd in (CROWD, _LARGEST_CROWD)))


def _holders_among(dialect: str, crowd: int) -> sa.Select[Any]:
    # Lists are one parameter each: the statement is written once, whatever is asked.
    value = sa.column("value", sa.BigInteger)
    if dialect == "sqlite":
        wanted = sa.func.json_each(sa.bindparam(_list_of(crowd))).table_valued(value)
    else:
        numbers = sa.bindparam(_list_of(crowd), type_=postgresql.ARRAY(sa.BigInteger))
        wanted = sa.func.unnest(numbers).table_valued(value).render_derived()
    # A crowd is recognised after its first few: reading it whole would be the slowest part of the search.
    first_few = (
        sa.select(DuplicateKey.partner_id)
        .where(DuplicateKey.number == wanted.c.value)
        .limit(crowd + 1)
        .correlate(wanted)
        .subquery()
    )
    every = sa.func.aggregate_strings(sa.cast(first_few.c.partner_id, sa.String), ",")
    holders = sa.select(sa.case((sa.func.count() <= crowd, every))).select_from(first_few)
    return sa.select(wanted.c.value, holders.correlate(wanted).scalar_subquery())


def _list_of(crowd: int) -> str:
    return f"numbers_{crowd}"


def _crowd(key: Key) -> int:
    return _CROWDS.get(key.kind, CROWD)


def known(session: Session, identifiers: Collection[int]) -> dict[int, Known]:
    """These partners ready to be compared, those in the bin left out. One query for 5,000 partners."""
    return {row.id: _known(row) for row in _rows(session, identifiers)}


def _known(row: sa.Row[Any]) -> Known:
    card = _card_of_row(row)
    cards = tuple(_normal(one) for one in under_each_name(card))
    whole = cards[0] if len(cards) == 1 else _normal(card)
    return Known(row.id, row.public_id, row.name, row.city, whole, cards)


def cards(session: Session | sa.Connection, identifiers: Collection[int]) -> dict[int, Card]:
    """The facts of these partners, as the database has them now, those in the bin left out."""
    return {row.id: _card_of_row(row) for row in _rows(session, identifiers)}


@cache
def _facts() -> sa.Select[Any]:
    """All that is compared, one row a partner: what it has several of in one text."""
    names = sa.select(sa.func.aggregate_strings(PartnerName.name, _BETWEEN)).where(PartnerName.partner_id == Partner.id)
    channels = sa.select(sa.func.aggregate_strings(PartnerChannel.value, _BETWEEN)).where(
        PartnerChannel.partner_id == Partner.id
    )
    return sa.select(
        *(Partner.__table__.c[name] for name in ("id", "public_id", *_ONE_EACH)),
        names.scalar_subquery().label("other_names"),
        channels.scalar_subquery().label("other_channels"),
    ).where(Partner.binned_at.is_(None), Partner.id.in_(sa.bindparam("identifiers", expanding=True)))


def _rows(session: Session | sa.Connection, identifiers: Collection[int]) -> Iterator[sa.Row[Any]]:
    for some in _chunks(sorted(identifiers), _PARTNERS_AT_ONCE):
        yield from session.execute(_facts(), {"identifiers": some})


def _card_of_row(row: sa.Row[Any]) -> Card:
    channels = (row.other_channels or "").split(_BETWEEN)
    names = (row.name, row.trade_name, *(row.other_names or "").split(_BETWEEN))
    return Card(
        # In a fixed order: the engines put them together in any.
        names=tuple(name for name in (*names[:2], *sorted(names[2:])) if name),
        siren=row.siren,
        siret=row.siret,
        phones=tuple(one for one in (row.phone, *sorted(channels)) if one and "@" not in one),
        emails=tuple(one for one in (row.email, *sorted(channels)) if one and "@" in one),
        website=row.website,
        street=row.street,
        postal_code=row.postal_code,
        city=row.city,
        department=row.department,
    )


# The same partners come back at each letter that is typed; a card, or a name, never changes.
_normal = lru_cache(maxsize=4_096)(normalise)
_folded = lru_cache(maxsize=16_384)(fold)


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
