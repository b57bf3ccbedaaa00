"""How the demonstration's structure follows its partners: roles, tags, needs, meetings. All invented."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor
from crm.accounts.enums import LegalKind
from crm.accounts.models import ClosingPeriod, Unit, User
from crm.interactions.enums import CallResult, InteractionKind, Nature, Purpose
from crm.interactions.models import GridAnswer, Interaction
from crm.partners.contacts.keys import email_hash
from crm.partners.enums import NeedKind, NeedState, PartnerRoleKind, Priority
from crm.partners.models import Contact, Follow, FollowTag, Need, Opposition, Partner, PartnerRole, Tag
from crm.partners.tags.names import key_of


class Place(NamedTuple):
    """Where and when the story takes place. `partners` and `contacts` by name, `users` by their key."""

    session: Session
    structure_id: int
    users: dict[str, User]
    partners: dict[str, Partner]
    contacts: dict[str, Contact]
    now: datetime
    today: date
    secret: str

    def moment(self, days: int, hour: int = 10) -> datetime:
        """That hour in Paris so many days from today; a weekend becomes the working day nearer today."""
        day = self.today + timedelta(days=days)
        while day.weekday() > 4:
            day += timedelta(days=1 if days > 0 else -1)
        return datetime.combine(day, time(hour), clock.PARIS)

    @contextmanager
    def then(self, days: int, who: str = "ines") -> Iterator[None]:
        """What is flushed meanwhile is dated so many days from today in the journal, and told of that colleague."""
        actor = Actor(self.users[who].id, self.users[who].name, self.structure_id, kind="cli")
        with as_of(self.session, self.moment(days, 11), actor):
            yield


@contextmanager
def as_of(session: Session, moment: datetime, actor: Actor) -> Iterator[None]:
    """Date what is flushed meanwhile at that moment: the story of a partner does not begin today."""
    session.flush()
    before = {"now": session.info["now"], "actor": session.info["actor"]}
    session.info.update(now=moment, actor=actor)
    yield
    session.flush()
    session.info.update(before)


_WORKSHOPS = ("Atelier Espaces verts", "Atelier Menuiserie", "Atelier Repassage", "Atelier Vélo")

R = PartnerRoleKind
#: What each is to us: since how many days, and until how many days ago when it is over.
_ROLES: tuple[tuple[str, PartnerRoleKind, int, int | None], ...] = (
    ("Boulangerie Brizolet", R.HOST, 540, None),
    ("Boulangerie Brizolet", R.CLIENT, 300, None),
    ("Entretien Faverney Antony", R.HOST, 500, None),
    ("Entretien Faverney Antony", R.PRIME_CONTRACTOR, 250, None),
    ("Les Serres de Bièvre-sous-Bois", R.HOST, 470, None),
    ("Paysages Ornevilliers", R.HOST, 400, None),
    ("Restaurant La Louche d'Argile", R.HOST, 310, None),
    ("Syndic Roqueval-Dupasquin", R.CLIENT, 260, None),
    ("Mairie de Bièvre-sous-Bois", R.PRIME_CONTRACTOR, 380, None),
    ("Mairie de Bièvre-sous-Bois", R.FUNDER, 380, None),
    ("Mairie de Bièvre-sous-Bois", R.CLE_MEMBER, 200, None),
    ("Mission locale des Trois-Vallons", R.PRESCRIBER, 600, None),
    ("Mission locale des Trois-Vallons", R.CLE_MEMBER, 200, None),
    ("Fondation Aubrelle-Sarment", R.DONOR, 150, None),
    ("Communauté du Plateau-Perché", R.CLAUSE_FACILITATOR, 330, None),
    ("Cartonnages Emballin", R.CLIENT, 700, 420),
)

_TAGS = {
    "Clause sociale": ("Mairie de Bièvre-sous-Bois", "Logis du Val-Perché", "Communauté du Plateau-Perché"),
    "Immersion": (
        "Boulangerie Brizolet", "Entretien Faverney Antony", "Les Serres de Bièvre-sous-Bois",
        "Paysages Ornevilliers", "Restaurant La Louche d'Argile", "Garage Sarremont",
    ),
    "Mise à disposition": ("Syndic Roqueval-Dupasquin", "Boulangerie Brizolet", "Épicerie du Parvis-Vert"),
    "Portes ouvertes": ("Club d'entreprises du Val-Perché", "Atelier Vélos Rayonnant"),
    "Saison": ("Les Serres de Bièvre-sous-Bois", "Traiteur Doucelin", "Conserverie Bocalet"),
    "Taxe d'apprentissage": ("CFA des Trois-Vallons",),
}  # fmt: skip

_PRIORITIES = {
    Priority.HIGH: ("Boulangerie Brizolet", "Mairie de Bièvre-sous-Bois", "Logis du Val-Perché", "Garage Sarremont"),
    Priority.LOW: ("Imprimerie Castelrouge", "Cinéma L'Écran-Perché", "Cartonnages Emballin"),
}

N, S = NeedKind, NeedState
#: A need: the month of each year, or in how many days.
_NEEDS: tuple[tuple[str, NeedKind, str, NeedState, int | None, int | None], ...] = (
    ("Boulangerie Brizolet", N.HR, "Deux personnes en vente, du mardi au samedi", S.OPEN, None, 35),
    ("Garage Sarremont", N.HR, "Quelqu'un qui aime le contact, pour l'accueil de l'atelier", S.OPEN, None, 60),
    ("Entretien Faverney Antony", N.HR, "Remplacements d'été : quatre binômes", S.IN_PROGRESS, 6, None),
    ("Les Serres de Bièvre-sous-Bois", N.HR, "Récolte : six personnes, logées si besoin", S.OPEN, 5, None),
    ("Traiteur Doucelin", N.HR, "Des extras pour les fêtes", S.OPEN, 12, None),
    ("Hôtel des Trois-Vallons", N.COMMERCIAL, "Faire repasser le linge de table", S.IN_PROGRESS, None, 45),
    ("Syndic Roqueval-Dupasquin", N.COMMERCIAL, "Une seconde équipe pour les résidences du plateau", S.OPEN, None, 80),
    ("Logis du Val-Perché", N.COMMERCIAL, "Remise en état de dix loges", S.OPEN, None, 90),
    ("Paysages Ornevilliers", N.COMMERCIAL, "Sous-traiter les petits terrains", S.MET, None, -40),
    ("Mairie de Bièvre-sous-Bois", N.TERRITORIAL, "Une équipe pour les chemins et l'étang", S.IN_PROGRESS, 3, None),
    ("Bricolage Tournepierre", N.CSR, "Montrer une action locale au siège", S.OPEN, None, 120),
    ("Imprimerie Castelrouge", N.CSR, "Parler d'insertion dans son rapport annuel", S.DROPPED, None, -60),
    ("Résidence Les Tamarins-Bleus", N.HR, "Deux week-ends par mois en salle", S.OPEN, None, 25),
    ("Épicerie du Parvis-Vert", N.HR, "Un renfort le samedi matin", S.OPEN, None, 15),
)

#: Meetings of Inès: days from today, hour, what it is, with whom, where; whether it was cancelled.
_MEETINGS = (
    ("Menuiserie Quillebois", InteractionKind.VISIT, 2, 9, "12 rue des Aubépines, Antony", False),
    ("Logis du Val-Perché", InteractionKind.APPOINTMENT, 6, 14, "agence de Châtenay-Malabry", False),
    ("Club d'entreprises du Val-Perché", InteractionKind.VIDEO, 9, 11, "", False),
    ("Entretien Faverney Antony", InteractionKind.APPOINTMENT, -2, 10, "dans leurs bureaux", False),
    ("Bricolage Tournepierre", InteractionKind.VISIT, -5, 15, "au magasin", True),
)

C = CallResult
#: Calls to companies of the pool: how many days ago, how it ended, what was said.
_CALLS = (
    ("Garage du Clos-Gambier", 3, C.NO_ANSWER, ""),
    ("Propreté Luisante", 4, C.REACHED, "Aminata Corvelle recrute toute l'année. Envoyer la plaquette et rappeler."),
    ("Entrepôts Rungival", 6, C.APPOINTMENT, "Sandrine Ozeraie nous reçoit après l'inventaire."),
    ("Électricité Lumiérac", 9, C.CALL_BACK, "En chantier jusqu'à la fin du mois, préfère le matin avant 8 h."),
    ("Jardins Valmousse", 11, C.MESSAGE_LEFT, "Message laissé sur le répondeur, avec notre numéro."),
    ("Mécanique Fraisac", 16, C.REFUSED, "Pas de poste pour un débutant : machines dangereuses."),
    ("Hôtel du Cèdre-Creux", 20, C.REACHED, "Tiphaine Rocvert garde un bon souvenir d'une immersion ailleurs."),
    ("Conserverie Bocalet", 31, C.REACHED, "Estelle Bocalet cherche du monde tout l'été. Rappeler en avril."),
    ("Institut des Métiers de Bouche", 38, C.REACHED, "Alain Courvoise ouvre une remise à niveau en cuisine."),
    ("Supérette Le Cabas-Rond", 47, C.MESSAGE_LEFT, "Message laissé à Grégory Menaudel par la caisse."),
    ("Tôlerie Plivance", 55, C.NO_ANSWER, ""),
    ("Aide à domicile Pas-à-Pas-Sud", 63, C.REACHED, "Ghislaine Torvault : permis obligatoire, sauf autour d'Antony."),
)  # fmt: skip

_GRID = {
    "activity": "Boulangerie de quartier reprise il y a huit ans, huit salariés, deux fournées par jour.",
    "recruiting": "Vendeuses difficiles à garder ; deux départs au printemps.",
    "experience": "A déjà pris des stagiaires de troisième, jamais d'immersion.",
    "people": "Mme Brizolet décide, Théo Ansourd suivrait la personne au fournil.",
    "possible": "Une semaine en vente, puis un remplacement d'été.",
}


def tell(place: Place) -> None:
    """Load all of it."""
    _units(place)
    _follows(place)
    _needs(place)
    _meetings(place)
    _calls(place)
    _people(place)
    place.session.flush()


def _units(place: Place) -> None:
    """The association's own service, the EBE and its four workshops; the days on which nobody works."""
    pole = Unit(structure_id=place.structure_id, name="Pôle Entreprise à but d'emploi", legal_kind=LegalKind.EBE)
    lent = Unit(structure_id=place.structure_id, name="Pôle Mise à disposition", legal_kind=LegalKind.AI)
    place.session.add_all((pole, lent))
    place.session.flush()
    place.session.add_all(
        Unit(structure_id=place.structure_id, name=name, legal_kind=LegalKind.EBE, parent_id=pole.id)
        for name in _WORKSHOPS
    )
    soon = place.today + timedelta(days=20)  # far enough not to put off the next digests
    summer = date(soon.year + (soon >= date(soon.year, 8, 1)), 8, 1)
    team = place.moment(62).date()
    place.session.add_all(
        ClosingPeriod(structure_id=place.structure_id, starts_on=first, ends_on=last, label=label)
        for first, last, label in (
            (summer, summer + timedelta(days=15), "Fermeture d'été"),
            (team, team, "Journée d'équipe"),
        )
    )


def _follows(place: Place) -> None:
    follows = {one.partner_id: one for one in place.session.query(Follow).filter_by(structure_id=place.structure_id)}
    tags = {
        name: Tag(structure_id=place.structure_id, name=name, key=key_of(name), created_at=place.moment(-700))
        for name in _TAGS
    }
    place.session.add_all(tags.values())
    place.session.flush()
    with place.then(-330):
        for name, partners in _TAGS.items():
            place.session.add_all(
                FollowTag(follow_id=follows[place.partners[partner].id].id, tag_id=tags[name].id)
                for partner in partners
            )
        for priority, partners in _PRIORITIES.items():
            for partner in partners:
                follows[place.partners[partner].id].priority = priority
    for rank, follow in enumerate(one for one in follows.values() if one.owner_id is not None):
        # Two files were not looked at for more than a year.
        days = 370 + rank if rank in {3, 12} else rank * 29 % 300 + 5
        with place.then(-days):
            follow.checked_on = place.moment(-days).date()
    with place.then(-10):
        refused = follows[place.partners["Plomberie Goutard-Vial"].id]
        refused.do_not_solicit, refused.do_not_solicit_reason = True, "Part à la retraite, ne veut plus être appelé"
    for name, role, since, until in _ROLES:
        with place.then(-since):
            place.session.add(
                PartnerRole(
                    partner_id=place.partners[name].id,
                    role=role,
                    since=place.today - timedelta(days=since),
                    until=None if until is None else place.today - timedelta(days=until),
                )
            )


def _needs(place: Place) -> None:
    for rank, (name, kind, wording, state, month, days) in enumerate(_NEEDS):
        heard = -100 - rank * 7
        with place.then(heard):
            place.session.add(
                Need(
                    structure_id=place.structure_id,
                    partner_id=place.partners[name].id,
                    kind=kind,
                    wording=wording,
                    state=state,
                    season_month=month,
                    horizon_on=None if days is None else place.today + timedelta(days=days),
                    author_id=place.users["ines"].id,
                    created_at=place.moment(heard),
                )
            )


def _meetings(place: Place) -> None:
    """Meetings to come, one whose report is to be written, one cancelled."""
    for name, kind, days, hour, where, cancelled in _MEETINGS:
        at = place.moment(days, hour)
        place.session.add(
            Interaction(
                structure_id=place.structure_id,
                partner_id=place.partners[name].id,
                author_id=place.users["ines"].id,
                kind=kind,
                held_at=at,
                report="",
                place=where,
                nature=Nature.FOLLOW_UP,
                purpose=Purpose.DISCOVERY,
                cancelled_at=at - timedelta(days=1) if cancelled else None,
                created_at=place.moment(min(days, 0) - 8),
            )
        )


def _calls(place: Place) -> None:
    for rank, (name, days, result, report) in enumerate(_CALLS):
        partner, at = place.partners[name], place.moment(-days, 9 + rank % 7)
        contact = next((one for one in place.contacts.values() if one.partner_id == partner.id), None)
        place.session.add(
            Interaction(
                structure_id=place.structure_id,
                partner_id=partner.id,
                contact_id=contact.id if contact else None,
                author_id=place.users["ines" if rank % 3 else "karim"].id,
                kind=InteractionKind.CALL,
                held_at=at,
                duration_minutes=6 if report else 1,
                report=report or "Pas de réponse.",
                result=result,
                nature=Nature.REQUEST,
                purpose=Purpose.TRAINING if name.startswith("Institut") else Purpose.DISCOVERY,
                created_at=at,
            )
        )


def _people(place: Place) -> None:
    """One left and is not replaced, one asked not to be contacted any more; what was learnt during a first visit."""
    with place.then(-45):
        place.contacts["Ousmane Delbarre"].left_on = place.today - timedelta(days=45)
    opposed = place.contacts["Régis Goutard"]
    with place.then(-10):
        opposed.opposed_on = place.today - timedelta(days=10)
    mark = email_hash(opposed.email or "", key=place.secret)
    place.session.add(Opposition(email_hash=mark, opposed_on=opposed.opposed_on))
    first_visit = (
        place.session.query(Interaction)
        .filter_by(partner_id=place.partners["Boulangerie Brizolet"].id, kind=InteractionKind.VISIT)
        .order_by(Interaction.held_at)
        .first()
    )
    if first_visit is not None:
        place.session.add_all(
            GridAnswer(interaction_id=first_visit.id, question=question, answer=answer)
            for question, answer in _GRID.items()
        )
