"""
Finds the partners that a company resembles: by shared keys in the database, then by the scorer.

The number of queries does not depend on how many partners there are, nor on how many resemble.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from crm.access.policy import Actor, Permission, require
from crm.dedupe.keys import Key, KeyKind, keys
from crm.dedupe.models import DuplicateKey
from crm.dedupe.normalise import Card, Normal, normalise
from crm.dedupe.scoring import SHOW, Likeness, Verdict, compare
from crm.partners.models import Partner
from crm.partners.registry import Draft, Resemblance
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
#: How many resemblances are shown while a partner is typed.
SHOWN = 5

# SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
_KEYS_AT_ONCE = 3_000
_PARTNERS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Known:
    """A live partner, ready to be compared."""

    id: int
    public_id: str
    name: str
    city: str
    card: Normal


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
    # What a partner has several of is not read for the keys of each flush; what is typed is compared with all of it.
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
    holders = partners_by_key(session, keys(normal))
    partners = known(session, shortlist(holders, SHORTLIST))
    found = [Candidate(partner, compare(normal, partner.card)) for partner in partners.values()]
    return sorted((one for one in found if is_worth_showing(one.likeness)), key=lambda one: one.rank)[:limit]


def is_worth_showing(likeness: Likeness) -> bool:
    """Whether a person should see the resemblance."""
    return likeness.probability >= SHOW or likeness.verdict is Verdict.GROUP


def is_crowded(key: Key, holders: int) -> bool:
    """Whether so many partners share the key that it says nothing."""
    return holders > _crowd(key)


def shortlist(holders: Mapping[Key, Sequence[int]], limit: int) -> list[int]:
    """Who shares most with the card whose keys these are: each key counts the more, the fewer share it."""
    weights: dict[int, float] = defaultdict(float)
    # In a fixed order: sums of fractions depend on it, and the order of a set changes with each run.
    for _, holding in sorted(holders.items()):
        for holder in holding:
            weights[holder] += 1.0 / len(holding)
    return sorted(weights, key=lambda holder: (-weights[holder], holder))[:limit]


def partners_by_key(session: Session, wanted: Collection[Key]) -> dict[Key, list[int]]:
    """The partners that hold each of these keys, crowded keys left out. One query for 3,000 keys."""
    holders: dict[Key, list[int]] = defaultdict(list)
    for some in _chunks(sorted(wanted), _KEYS_AT_ONCE):
        for kind, value, partner_id in session.execute(_holders_of(some)):
            holders[Key(KeyKind(kind), value)].append(partner_id)
    return holders


def _holders_of(some: Sequence[Key]) -> sa.Select[str, str, int]:
    # A crowd is recognised after its first few: reading it whole would be the slowest part of the search.
    wanted = (
        sa.values(sa.column("kind", sa.String), sa.column("value", sa.String), sa.column("crowd", sa.Integer))
        .data([(key.kind.value, key.value, _crowd(key)) for key in some])
        .cte("wanted")
    )
    counted = aliased(DuplicateKey)
    first_few = (
        sa.select(counted.id)
        .where(counted.kind == wanted.c.kind, counted.value == wanted.c.value)
        .limit(_LARGEST_CROWD + 1)
        .correlate(wanted)
        .subquery()
    )
    count = sa.select(sa.func.count()).select_from(first_few).correlate(wanted).scalar_subquery()
    quiet = sa.select(wanted.c.kind, wanted.c.value).where(count <= wanted.c.crowd).cte("quiet")
    return sa.select(DuplicateKey.kind, DuplicateKey.value, DuplicateKey.partner_id).join(
        quiet, sa.and_(DuplicateKey.kind == quiet.c.kind, DuplicateKey.value == quiet.c.value)
    )


def _crowd(key: Key) -> int:
    return _CROWDS.get(key.kind, CROWD)


def known(session: Session, identifiers: Collection[int]) -> dict[int, Known]:
    """These partners ready to be compared, those in the bin left out. One query for 5,000 partners."""
    found: dict[int, Known] = {}
    for some in _chunks(sorted(identifiers), _PARTNERS_AT_ONCE):
        statement = sa.select(Partner).where(Partner.id.in_(some), Partner.binned_at.is_(None))
        for partner in session.scalars(statement):
            card = normalise(card_of(partner))
            found[partner.id] = Known(partner.id, partner.public_id, partner.name, partner.city, card)
    return found


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
