"""What surrounds the story of the demonstration: more companies, units, needs, meetings, a neighbour. All invented."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Role
from crm.accounts.enums import LegalKind
from crm.accounts.models import Structure, Unit, User
from crm.accounts.services import add_user
from crm.interactions.enums import CallResult, InteractionKind, Nature, Purpose
from crm.interactions.models import Interaction
from crm.partners.contacts.keys import contact_search_key, email_hash
from crm.partners.enums import FollowStage, NeedKind, NeedState, PartnerKind, PartnerRoleKind, Priority, Willingness
from crm.partners.models import Contact, Follow, FollowTag, Need, Opposition, Partner, PartnerRole, Tag
from crm.partners.search import search_key, sort_key
from crm.partners.tags.names import key_of
from seeds.demo_partners import ANTONY, BAGNEUX, BOURG, CHATENAY, FRESNES, MASSY, RUNGIS, SCEAUX, WISSOUS

NEIGHBOUR = "Régie du Plateau-Perché"
NEIGHBOUR_EMAIL = "noemie@exemple.test"
AROUND = 108

K = PartnerKind
_TOWNS = (ANTONY, SCEAUX, BAGNEUX, CHATENAY, BOURG, MASSY, WISSOUS, FRESNES, RUNGIS)
_TRADES = (
    ("Boucherie", K.CRAFT), ("Charpente", K.CRAFT), ("Conserverie", K.COMPANY), ("Élagage", K.COMPANY),
    ("Tapisserie", K.CRAFT), ("Électricité", K.CRAFT), ("Carrosserie", K.CRAFT), ("Papeterie", K.COMPANY),
    ("Brasserie", K.COMPANY), ("Ferronnerie", K.CRAFT), ("Résidence", K.SOCIAL_LANDLORD), ("Institut", K.TRAINING),
    ("Chambre", K.CHAMBER), ("Inspection", K.STATE_SERVICE), ("Copropriété", K.COPROPERTY), ("Maison", K.ASSOCIATION),
    ("Chantier", K.SIAE), ("Laverie", K.COMPANY),
)  # fmt: skip
_STARTS = ("Valdu", "Mori", "Cher", "Bosque", "Lauri", "Perro", "Sauve", "Guin", "Tréma", "Oris", "Jonque", "Farge")
_ENDS = ("gnac", "leroy", "mbert", "vault", "zière", "thon", "court", "dieu", "pagne")
_FIRST = ("Alix", "Basile", "Coralie", "Driss", "Élodie", "Fanny", "Gaspard", "Houria", "Ivan", "Jeanne", "Kévin")
_UNITS = (
    ("Pôle Entreprise à but d'emploi", LegalKind.EBE), ("Atelier Espaces verts", LegalKind.ACI),
    ("Atelier Menuiserie", LegalKind.ACI), ("Atelier Repassage", LegalKind.ACI), ("Atelier Vélo", LegalKind.ACI),
)  # fmt: skip
_TAGS = ("Clause sociale", "Immersion", "Portes ouvertes", "Taxe d'apprentissage", "Saison")
_NEEDS = (
    (NeedKind.HR, "Deux personnes pour la saison, sans expérience demandée", NeedState.OPEN),
    (NeedKind.COMMERCIAL, "Entretien des abords une fois par mois", NeedState.IN_PROGRESS),
    (NeedKind.TERRITORIAL, "Être présent au forum de l'emploi de la ville", NeedState.MET),
    (NeedKind.CSR, "Une action à raconter dans le rapport annuel", NeedState.DROPPED),
    (NeedKind.HR, "Un renfort le samedi matin", NeedState.OPEN),
)


class Place(NamedTuple):
    """Where and when the story takes place."""

    session: Session
    structure_id: int
    users: dict[str, User]
    partners: list[Partner]
    contacts: list[Contact]
    now: datetime
    today: date
    secret: str
    password_hash: str


def tell(place: Place) -> None:
    """Load all of it."""
    place.session.flush()
    _units(place)
    _companies(place)
    _follows(place)
    _needs(place)
    _meetings(place)
    _people(place)
    _neighbour(place)
    place.session.flush()


def _units(place: Place) -> None:
    place.session.add_all(Unit(structure_id=place.structure_id, name=name, legal_kind=kind) for name, kind in _UNITS)


def _companies(place: Place) -> None:
    made = []
    for rank in range(AROUND):
        trade, kind = _TRADES[rank % len(_TRADES)]
        surname = rank * 5 % AROUND  # those of one trade begin differently: only three partners resemble each other
        name = f"{trade} {_STARTS[surname // len(_ENDS)]}{_ENDS[(surname + rank // len(_TRADES)) % len(_ENDS)]}"
        (postal_code, city), phone = _TOWNS[rank // 2 % len(_TOWNS)], f"+3319900{rank + 401:04}"
        made.append(
            Partner(
                name=name, kind=kind, city=city, postal_code=postal_code, department=postal_code[:2], phone=phone,
                sector=trade.lower(), sort_key=sort_key(name), created_at=place.now - timedelta(days=rank * 6 + 1),
                search_key=search_key(names=[name], city=city, postal_code=postal_code, phones=[phone]),
            )
        )  # fmt: skip
    made[-1].binned_at, made[-1].binned_by_id = place.now - timedelta(days=3), place.users["ines"].id
    place.session.add_all(made)
    place.session.flush()
    for rank, partner in enumerate(made):
        place.session.add(Follow(partner_id=partner.id, structure_id=place.structure_id, source="Annuaire"))
        first, last = _FIRST[rank % len(_FIRST)], partner.name.split()[-1]
        key = contact_search_key(full_name=f"{first} {last}", function="accueil", phones=[], emails=[])
        place.session.add(
            Contact(partner_id=partner.id, first_name=first, last_name=last, function="accueil", is_main=True,
                    search_key=key, created_at=partner.created_at)
        )  # fmt: skip


def _follows(place: Place) -> None:
    tags = [Tag(structure_id=place.structure_id, name=name, key=key_of(name), created_at=place.now) for name in _TAGS]
    place.session.add_all(tags)
    place.session.flush()
    kinds = tuple(PartnerRoleKind)
    for rank, partner in enumerate(place.partners):
        follow = place.session.query(Follow).filter_by(partner_id=partner.id, structure_id=place.structure_id).one()
        follow.priority = tuple(Priority)[rank % 3]
        follow.checked_on = place.today - timedelta(days=rank * 9) if rank % 2 else None
        if rank == len(place.partners) - 1:
            follow.do_not_solicit, follow.do_not_solicit_reason = True, "A demandé de ne plus être appelé"
        place.session.add(FollowTag(follow_id=follow.id, tag_id=tags[rank % len(tags)].id))
        since = place.today - timedelta(days=400)
        until = place.today - timedelta(days=30) if rank % 7 == 6 else None
        place.session.add(PartnerRole(partner_id=partner.id, role=kinds[rank % len(kinds)], since=since, until=until))


def _needs(place: Place) -> None:
    for rank, partner in enumerate(place.partners[:15]):
        kind, wording, state = _NEEDS[rank % len(_NEEDS)]
        place.session.add(
            Need(structure_id=place.structure_id, partner_id=partner.id, kind=kind, wording=wording, state=state,
                 season_month=rank % 12 + 1 if rank % 2 else None, author_id=place.users["ines"].id,
                 horizon_on=None if rank % 2 else place.today + timedelta(days=20 + rank), created_at=place.now)
        )  # fmt: skip


def _meetings(place: Place) -> None:
    """Meetings to come, two reports to write, one cancelled, calls of each result, a committee and a mailing."""
    held = [(InteractionKind.VISIT, 2, ""), (InteractionKind.APPOINTMENT, 6, ""), (InteractionKind.VIDEO, 9, ""),
            (InteractionKind.APPOINTMENT, -2, ""), (InteractionKind.VISIT, -5, ""),
            (InteractionKind.COMMITTEE, -40, "Comité de suivi : deux parcours présentés."),
            (InteractionKind.MAILING, -25, "Lettre d'automne envoyée.")]  # fmt: skip
    results: list[CallResult | None] = [*(None for _ in held), *CallResult]
    held += [(InteractionKind.CALL, -12 - rank, f"{one.label}.") for rank, one in enumerate(CallResult)]
    for rank, ((kind, days, report), result) in enumerate(zip(held, results, strict=True)):
        at = _moment(place, days)
        place.session.add(
            Interaction(structure_id=place.structure_id, partner_id=place.partners[rank].id,
                        author_id=place.users["ines"].id, kind=kind, held_at=at, report=report, result=result,
                        nature=Nature.REQUEST if result else Nature.FOLLOW_UP, purpose=tuple(Purpose)[rank % 4],
                        cancelled_at=place.now if rank == 4 else None, created_at=min(at, place.now))
        )  # fmt: skip


def _moment(place: Place, days: int) -> datetime:
    """Ten in Paris so many days from today; a weekend becomes the working day before it, or after it when to come."""
    day = place.today + timedelta(days=days)
    while day.weekday() > 4:
        day += timedelta(days=1 if days > 0 else -1)
    return datetime.combine(day, time(10), clock.PARIS)


def _people(place: Place) -> None:
    """One left, one asked not to be contacted any more."""
    left, opposed = place.contacts[2], next(one for one in place.contacts[5:] if one.email)
    left.left_on = place.today - timedelta(days=45)
    opposed.opposed_on = place.today - timedelta(days=10)
    mark = email_hash(opposed.email or "", key=place.secret)
    place.session.add(Opposition(email_hash=mark, opposed_on=opposed.opposed_on))


def _neighbour(place: Place) -> None:
    """A second, small structure that follows a few of the same partners."""
    structure = Structure(name=NEIGHBOUR, legal_kind=LegalKind.EI, created_at=place.now - timedelta(days=300))
    place.session.add(structure)
    place.session.flush()
    user = add_user(place.session, email=NEIGHBOUR_EMAIL, first_name="Noémie", last_name="Carvelet", password=None,
                    structure_id=structure.id, roles=[Role.DEVELOPER, Role.ADMIN])  # fmt: skip
    user.password_hash = place.password_hash
    place.session.flush()
    for rank, partner in enumerate(place.partners[:6]):
        place.session.add(Follow(partner_id=partner.id, structure_id=structure.id, owner_id=user.id,
                                 stage=FollowStage.FOLLOWED, willingness=Willingness.INTERESTED))  # fmt: skip
        place.session.add(
            Interaction(structure_id=structure.id, partner_id=partner.id, author_id=user.id, created_at=place.now,
                        kind=InteractionKind.CALL, held_at=_moment(place, -30 - rank), shared=rank == 0,
                        report="Premier contact de notre côté.")
        )  # fmt: skip
