"""
A large installation, generated: invented companies, people and exchanges, always the same for the same number.

They go through the models in batches, so that keys, words and audit are what the application would have written.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Role
from crm.accounts.models import Structure, User
from crm.accounts.queries import structure_by_name
from crm.accounts.services import add_user
from crm.db import transaction
from crm.interactions.enums import Direction, InteractionKind, Nature
from crm.interactions.models import Interaction
from crm.partners.contacts.keys import contact_search_key
from crm.partners.enums import FollowStage, PartnerKind
from crm.partners.models import Contact, Follow, Partner
from crm.partners.search import search_key, sort_key

STRUCTURE = "Grande structure inventée"
EMAIL = "grande@exemple.test"
BATCH = 500
#: What each partner has.
CONTACTS, EXCHANGES = 2, 5

_TRADES = (
    "Garage",
    "Boulangerie",
    "Menuiserie",
    "Plomberie",
    "Transports",
    "Jardins",
    "Épicerie",
    "Pharmacie",
    "Atelier",
)
_FIRST = ("Lu", "Par", "Biè", "Vas", "Mou", "Til", "Or", "Fon", "Ca", "Sor", "Hê", "Pa", "Li", "Au", "Bru", "Ché", "Do")
_LAST = ("men", "vis", "vre", "seur", "lin", "leul", "mier", "tenelle", "dran", "bier", "traie", "vot", "las", "rive")
_TOWNS = (("Antony", "92160"), ("Sceaux", "92330"), ("Massy", "91300"), ("Fresnes", "94260"), ("Bagneux", "92220"))
_PEOPLE = ("Claire", "Karim", "Lise", "Noé", "Salomé", "Yanis", "Maud", "Ilyès")
_SAID = ("Deux postes au printemps.", "Rappeler après l'inventaire.", "Accueil possible un matin.", "Pas cette année.")


def load(partners: int, *, now: datetime | None = None) -> str:
    """Load that many partners in a structure of their own, unless it is there; a French sentence says what was done."""
    moment = now or clock.now()
    system = Actor(None, "démonstration", None, kind="cli")
    with transaction(actor=system, now=moment) as session:
        if structure_by_name(session, STRUCTURE) is not None:
            return "La grande structure inventée est déjà là."
        structure = Structure(name=STRUCTURE, created_at=moment)
        session.add(structure)
        session.flush()
        owner = add_user(
            session,
            email=EMAIL,
            first_name="Inès",
            last_name="Grandchamp",
            password=None,
            structure_id=structure.id,
            roles=[Role.DEVELOPER, Role.DIRECTOR],
        )
        session.flush()
        for start in range(0, partners, BATCH):
            _batch(session, range(start, min(start + BATCH, partners)), structure, owner, moment)
    return (
        f"{partners} partenaires inventés, {partners * CONTACTS} contacts, {partners * EXCHANGES} échanges, "
        f"pour « {STRUCTURE} »."
    )


def _batch(session: Session, numbers: range, structure: Structure, owner: User, now: datetime) -> None:
    made = [_partner(number, now) for number in numbers]
    session.add_all(made)
    session.flush()
    rows: list[Follow | Contact | Interaction] = []
    for number, partner in zip(numbers, made, strict=True):
        stage = FollowStage.FOLLOWED if number % 3 == 0 else FollowStage.POOL
        rows.append(Follow(partner_id=partner.id, structure_id=structure.id, owner_id=owner.id, stage=stage))
        rows += _people(number, partner, now)
    session.add_all(rows)
    session.flush()
    session.add_all(
        exchange
        for number, partner in zip(numbers, made, strict=True)
        for exchange in _exchanges(number, partner, structure, owner, now)
    )
    session.flush()
    session.expunge_all()
    session.add_all((structure, owner))


def _one(words: tuple[str, ...], number: int) -> str:
    """One of the words, always the same for the same number."""
    return words[number % len(words)]


def _partner(number: int, now: datetime) -> Partner:
    name = f"{_one(_TRADES, number)} {_one(_FIRST, number // 9)}{_one(_LAST, number // 5)} {number}"
    city, postal_code = _TOWNS[number % len(_TOWNS)]
    phone = f"+33199{number % 1_000_000:06}"
    return Partner(
        name=name,
        kind=PartnerKind.COMPANY,
        street=f"{number % 180 + 1} rue {_one(_FIRST, number // 3)}{_one(_LAST, number)}",
        city=city,
        postal_code=postal_code,
        department=postal_code[:2],
        phone=phone,
        sector=name.split()[0],
        sort_key=sort_key(name),
        search_key=search_key(names=[name], city=city, postal_code=postal_code, phones=[phone]),
        created_at=now - timedelta(days=number % 700),
    )


def _people(number: int, partner: Partner, now: datetime) -> Iterator[Contact]:
    for rank in range(CONTACTS):
        first, last = _PEOPLE[(number + rank) % len(_PEOPLE)], f"Test{number}-{rank}"
        phone = f"+33639{(number * CONTACTS + rank) % 1_000_000:06}"
        yield Contact(
            partner_id=partner.id,
            first_name=first,
            last_name=last,
            phone=phone,
            is_main=rank == 0,
            search_key=contact_search_key(full_name=f"{first} {last}", function="", phones=[phone], emails=[]),
            created_at=now,
        )


def _exchanges(
    number: int, partner: Partner, structure: Structure, owner: User, now: datetime
) -> Iterator[Interaction]:
    kinds = tuple(InteractionKind)
    for rank in range(EXCHANGES if number else 200):
        held = now - timedelta(days=(number * 7 + rank * 41) % 700 + 1, minutes=rank)
        yield Interaction(
            structure_id=structure.id,
            partner_id=partner.id,
            author_id=owner.id,
            kind=kinds[(number + rank) % len(kinds)],
            direction=Direction.OURS,
            nature=Nature.REQUEST if rank == 0 else Nature.FOLLOW_UP,
            held_at=held,
            report=_SAID[(number + rank) % len(_SAID)],
            created_at=held,
        )
