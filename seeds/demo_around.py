"""What surrounds the story of the demonstration: a hundred more companies, a mailing, a neighbour. All invented."""

from datetime import timedelta

from crm.access.policy import Actor, Role
from crm.accounts.enums import LegalKind
from crm.accounts.models import Structure
from crm.accounts.services import add_user
from crm.interactions.enums import Direction, InteractionKind, Nature, Purpose
from crm.interactions.models import Interaction
from crm.partners.contacts.keys import contact_search_key
from crm.partners.enums import FollowStage, Willingness
from crm.partners.models import Contact, Follow, Partner
from crm.partners.search import search_key, sort_key
from seeds.demo_companies import COMPANIES, Company
from seeds.demo_follow import Place, as_of

NEIGHBOUR = "Régie du Plateau-Perché"
NEIGHBOUR_EMAIL = "noemie@exemple.test"
AROUND = len(COMPANIES)

_SOURCES = ("Annuaire de la zone d'activité", "Forum de l'emploi", "Club d'entreprises", "Repérage de terrain")
_BINNED = "Taxis du Plateau-Perché"  # closed down
_MAILING_DAYS, _MAILING = 240, "Lettre de printemps : les ateliers en images, et ce qu'est une immersion."
#: What the neighbour's development manager said to the partners that both follow; the first text is shared.
_NEXT_DOOR = (
    ("Boulangerie Brizolet", InteractionKind.CALL, "Prendrait aussi quelqu'un de notre régie, mais pas en même temps."),
    ("Menuiserie Quillebois", InteractionKind.VISIT, "Atelier visité. Nous a parlé de nos voisins d'Antony."),
    ("Entretien Faverney Antony", InteractionKind.APPOINTMENT, "Réponse commune à un marché : à étudier ensemble."),
    ("Logis du Val-Perché", InteractionKind.EMAIL, "Demande de rendez-vous pour nos chantiers de peinture."),
    ("Transports Malvézy", InteractionKind.CALL, "Rien avant l'an prochain."),
    ("Mairie de Bièvre-sous-Bois", InteractionKind.COMMITTEE, "Présents au comité local pour l'emploi."),
)


def companies(place: Place) -> None:
    """The companies known and not followed, the people met there, and the mailing that a third of them received."""
    made = [_partner(rank, company, place) for rank, company in enumerate(COMPANIES)]
    for rank, partner in enumerate(made):
        with place.then(-_known_for(rank)):
            place.session.add(partner)
    for rank, (company, partner) in enumerate(zip(COMPANIES, made, strict=True)):
        place.partners[company.name] = partner
        source = _SOURCES[rank % len(_SOURCES)]
        with place.then(-_known_for(rank)):
            place.session.add(Follow(partner_id=partner.id, structure_id=place.structure_id, source=source))
            if company.person[0]:
                contact = _contact(rank, company, partner)
                place.contacts[contact.full_name] = contact
                place.session.add(contact)
        if company.name == _BINNED:
            partner.binned_at, partner.binned_by_id = place.now - timedelta(days=3), place.users["ines"].id
        elif rank % 3 == 0 and partner.created_at < place.moment(-_MAILING_DAYS):
            place.session.add(_mailing(partner, place))
    place.session.flush()


def _partner(rank: int, company: Company, place: Place) -> Partner:
    postal_code, city = company.town
    phone = f"+3319900{rank + 401:04}"
    return Partner(
        name=company.name,
        kind=company.kind,
        street=company.street,
        postal_code=postal_code,
        city=city,
        department=postal_code[:2],
        phone=phone,
        sector=company.sector,
        sort_key=sort_key(company.name),
        search_key=search_key(names=[company.name], city=city, postal_code=postal_code, phones=[phone]),
        created_at=place.moment(-_known_for(rank), 9 + rank % 8),
    )


def _known_for(rank: int) -> int:
    """Since how many days that company is known."""
    return rank * 47 % 690 + 12


def _contact(rank: int, company: Company, partner: Partner) -> Contact:
    first_name, last_name, function = company.person
    phone = f"+33639980{rank + 200:03}"
    return Contact(
        partner_id=partner.id,
        first_name=first_name,
        last_name=last_name,
        function=function,
        phone=phone,
        is_main=True,
        search_key=contact_search_key(
            full_name=f"{first_name} {last_name}", function=function, phones=[phone], emails=[]
        ),
        created_at=partner.created_at,
    )


def _mailing(partner: Partner, place: Place) -> Interaction:
    at = place.moment(-_MAILING_DAYS)
    return Interaction(
        structure_id=place.structure_id,
        partner_id=partner.id,
        author_id=place.users["ines"].id,
        kind=InteractionKind.MAILING,
        direction=Direction.OURS,
        nature=Nature.REQUEST,
        purpose=Purpose.DISCOVERY,
        held_at=at,
        report=_MAILING,
        created_at=at,
    )


def neighbour(place: Place) -> None:
    """A second, small structure that follows a few of the same partners."""
    structure = Structure(name=NEIGHBOUR, legal_kind=LegalKind.EI, created_at=place.moment(-300))
    place.session.add(structure)
    place.session.flush()
    user = add_user(
        place.session,
        email=NEIGHBOUR_EMAIL,
        first_name="Noémie",
        last_name="Carvelet",
        password=None,
        structure_id=structure.id,
        roles=[Role.DEVELOPER, Role.ADMIN],
    )
    user.password_hash = place.users["ines"].password_hash
    place.session.flush()
    actor = Actor(user.id, user.name, structure.id, kind="cli")
    for rank, (name, kind, report) in enumerate(_NEXT_DOOR):
        partner, at = place.partners[name], place.moment(-12 - rank * 9, 11)
        with as_of(place.session, place.moment(-90 - rank), actor):
            place.session.add(
                Follow(
                    partner_id=partner.id,
                    structure_id=structure.id,
                    owner_id=user.id,
                    stage=FollowStage.FOLLOWED,
                    willingness=Willingness.INTERESTED,
                    checked_on=place.today - timedelta(days=90 + rank),
                )
            )
        place.session.add(
            Interaction(
                structure_id=structure.id,
                partner_id=partner.id,
                author_id=user.id,
                kind=kind,
                nature=Nature.REQUEST if rank == 3 else Nature.FOLLOW_UP,
                held_at=at,
                shared=rank == 0,
                report=report,
                created_at=at,
            )
        )
