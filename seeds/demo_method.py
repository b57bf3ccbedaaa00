"""The method in the demonstration: five projects and their partnerships, spread over the seven steps. All invented."""

from datetime import timedelta
from typing import NamedTuple

from crm.access.policy import Actor, Role
from crm.method import services as projects
from crm.method.enums import (
    ActionKind,
    ActionState,
    BudgetSide,
    EvidenceKind,
    Facet,
    FindingKind,
    Heading,
    HighlightKind,
    IndicatorNature,
    ItemState,
    ListeningKind,
    MoveKind,
    PlaceKind,
)
from crm.method.gates import Asked
from crm.method.models import Initiative, Partnership
from crm.method.moves import services as moves
from crm.method.partnerships.models import (
    Action,
    BudgetLine,
    CoordinationSession,
    Evidence,
    Highlight,
    Indicator,
    Review,
    RoadmapItem,
)
from crm.method.projects.models import Finding, Listening, Strategy, StrategyAction
from crm.method.services import InitiativeData
from crm.method.services import Place as Where
from seeds.demo_follow import Place

F, H, C = FindingKind, Heading, Facet


class Project(NamedTuple):
    """A project. `step`: how far it went; `age`: days since it began."""

    key: str
    title: str
    places: tuple[Where, ...]
    sector: str
    step: int
    age: int


class Card(NamedTuple):
    """A partnership. `age`: days since it entered; `taken`: since when it has lasted, in days, 0 when it was not."""

    partner: str
    project: str
    step: int
    age: int
    owner: str = "ines"
    taken: int = 0
    state: MoveKind | None = None
    reason: str = ""


ANTONY, MASSY = Where(PlaceKind.COMMUNE, "Antony", "92002"), Where(PlaceKind.COMMUNE, "Massy", "91377")
PROJECTS = (
    Project("batiment", "Second œuvre au sud de la Bièvre", (ANTONY,), "bâtiment", 1, 40),
    Project("proprete", "Propreté : recruter et rester", (MASSY, ANTONY), "propreté", 2, 95),
    Project(
        "domicile", "Aide à domicile en Val-Perché", (Where(PlaceKind.OTHER, "Val-Perché"),), "aide à domicile", 3, 160
    ),
    Project("vert", "Espaces verts des Trois-Vallons", (MASSY,), "espaces verts", 4, 420),
    Project(
        "bouche", "Métiers de bouche d'Antony", (ANTONY, Where(PlaceKind.PARK, "Zone des Prés")), "alimentation", 4, 380
    ),
)
CARDS = (
    Card("Transports Malvézy", "vert", 4, 150),
    Card("Bricolage Tournepierre", "vert", 4, 75),
    Card("Résidence Les Tamarins-Bleus", "bouche", 4, 60, "sonia"),
    Card("Crèche Les Pas-Chassés", "bouche", 4, 33, "sonia"),
    Card("Syndic Roqueval-Dupasquin", "vert", 4, 20),
    Card("Pépinières Valsauge", "vert", 4, 210, state=MoveKind.PAUSED),
    Card("Hôtel des Trois-Vallons", "bouche", 5, 190),
    Card("Traiteur Doucelin", "bouche", 5, 120),
    Card("Logis du Val-Perché", "vert", 5, 240),
    Card("Mairie de Bièvre-sous-Bois", "vert", 5, 90, "helene"),
    Card("Garage Sarremont", "bouche", 5, 260, state=MoveKind.ABANDONED, reason="Le garage déménage à la Toussaint."),
    Card("Les Serres de Bièvre-sous-Bois", "vert", 6, 330),
    Card("Restaurant La Louche d'Argile", "bouche", 6, 300),
    Card("CFA des Trois-Vallons", "bouche", 6, 220, "helene"),
    Card("Paysages Ornevilliers", "vert", 7, 400),
    Card("Boulangerie Brizolet", "bouche", 7, 360),
    Card("Entretien Faverney Antony", "portefeuille", 7, 200, taken=1500),
    Card("Menuiserie Quillebois", "portefeuille", 6, 200, taken=900),
    Card("Mission locale des Trois-Vallons", "portefeuille", 7, 200, "helene", taken=2100),
    Card("Club d'entreprises du Val-Perché", "portefeuille", 5, 200, "helene", taken=400),
)
OUTSIDE = (
    (F.OPPORTUNITY, H.ECONOMIC, "Trois chantiers ouverts d'ici deux ans, avec clauses d'insertion.", "Mairie"),
    (F.OPPORTUNITY, H.SOCIAL, "Des métiers où l'on recrute sans diplôme.", "Enquête sur les besoins de main-d'œuvre"),
    (F.THREAT, H.LEGAL, "Des marchés publics groupés, trop gros pour nous seuls.", "Facilitatrice des clauses"),
    (F.THREAT, H.PARTNERSHIP, "Des entreprises déjà très sollicitées.", "Club d'entreprises"),
)
INSIDE = (
    (F.STRENGTH, C.ACTIVITIES, "Des équipes connues pour leur ponctualité."),
    (F.STRENGTH, C.VALUES, "Un accompagnement que les employeurs apprécient."),
    (F.WEAKNESS, C.COMMERCIAL, "Aucune plaquette à jour."),
    (F.WEAKNESS, C.ECONOMIC_MODEL, "Peu de temps pour prospecter."),
)


def tell(where: Place) -> None:
    """Load the projects, then their partnerships, each as if it had been written on its day."""
    made = {one.key: _project(where, one) for one in PROJECTS}
    for card in CARDS:
        _card(where, made, card)


def _actor(where: Place, who: str) -> Actor:
    user = where.users[who]
    return Actor(user.id, user.name, where.structure_id, frozenset({Role.DEVELOPER, Role.DIRECTOR}))


def _project(where: Place, told: Project) -> Initiative:
    actor, session = _actor(where, "helene"), where.session
    began = where.moment(-told.age)
    data = InitiativeData(
        title=told.title,
        places=told.places,
        sector=told.sector,
        pilot_id=where.users["ines"].id,
        horizon_on=where.today + timedelta(days=700 - told.age),
    )
    with where.then(-told.age, "helene"):
        made = projects.create(session, data, actor=actor, now=began)
        for kind, heading, wording, source in OUTSIDE:
            session.add(
                Finding(
                    initiative_id=made.id,
                    kind=kind,
                    heading=heading,
                    wording=wording,
                    source=source,
                    found_on=began.date(),
                    author_id=actor.user_id,
                    created_at=began,
                )
            )
        session.add(
            Listening(
                initiative_id=made.id,
                kind=ListeningKind.INTERVIEW,
                held_on=began.date(),
                who="La responsable du développement économique",
                people=2,
                created_at=began,
            )
        )
    if told.step > 1:
        _inside(where, made, told)
    if told.step > 2:
        _strategy(where, made, told)
    for step in range(2, told.step + 1):
        days = -told.age + (told.age * (step - 1)) // (told.step + 2)
        with where.then(days, "helene"):
            asked = Asked(MoveKind.FORWARD, step, accepts=True)
            moves.move(session, made, asked, version=None, actor=actor, now=where.moment(days))
    return made


def _inside(where: Place, made: Initiative, told: Project) -> None:
    day = where.moment(-told.age + 15)
    with where.then(-told.age + 15, "helene"):
        for kind, facet, wording in INSIDE:
            where.session.add(Finding(initiative_id=made.id, kind=kind, facet=facet, wording=wording, created_at=day))
        made.debated_on, made.debated_with = day.date(), "l'équipe, trois salariés et deux administrateurs"


def _strategy(where: Place, made: Initiative, told: Project) -> None:
    day = where.moment(-told.age + 30)
    approved = told.step > 3
    with where.then(-told.age + 30, "helene"):
        where.session.add(
            Strategy(
                initiative_id=made.id,
                priorities="Des emplois proches, accessibles sans diplôme, à moins de trente minutes.",
                years=3,
                if_nothing_changes="Les postes restent vides et nos salariés partent plus loin.",
                offer="Une équipe formée, un essai sans risque, un suivi après l'embauche.",
                difference="Nous connaissons les personnes et les postes : nous répondons sous deux jours.",
                resources="Une chargée de développement, un encadrant, deux demi-journées par semaine.",
                logics="market,reciprocity",
                lifted="Un véhicule pour les chantiers.",
                approved_by="le conseil d'administration" if approved else "",
                approved_on=day.date() if approved else None,
                updated_at=day,
            )
        )
        for rank, kind in enumerate((ActionKind.VISIT, ActionKind.DISCOVERY, ActionKind.JOB_DATING), 1):
            where.session.add(StrategyAction(initiative_id=made.id, kind=kind, priority=rank))


def _card(where: Place, made: dict[str, Initiative], told: Card) -> None:
    session, actor = where.session, _actor(where, told.owner)
    entered, partner = where.moment(-told.age), where.partners[told.partner]
    with where.then(-told.age, told.owner):
        if told.taken:
            initiative = projects.portfolio(session, actor=actor, now=entered)
            on = where.today - timedelta(days=told.taken)
            asked = Asked(MoveKind.TAKEN_OVER, told.step, taken_over_on=on)
        else:
            initiative = made[told.project]
            asked = Asked(MoveKind.ENTERED, 4, accepts=True)
        card = moves.enter(
            session, initiative, partner, asked, owner_id=where.users[told.owner].id, actor=actor, now=entered
        )
    if told.step > 4:
        _roadmap(where, card, told)
    if told.step > 5:
        _organise(where, card, told)
    for step in range(5, told.step + 1) if not told.taken else ():
        days = -told.age + (told.age * (step - 4)) // (told.step - 2)
        with where.then(days, told.owner):
            asked = Asked(MoveKind.FORWARD, step, accepts=True)
            moves.move(session, card, asked, version=None, actor=actor, now=where.moment(days))
    if told.step > 6:
        _alive(where, card, told)
    if told.state is not None:
        until = where.today + timedelta(days=95) if told.state is MoveKind.PAUSED else None
        with where.then(-12, told.owner):
            asked = Asked(told.state, reason=told.reason, until=until)
            moves.move(session, card, asked, version=None, actor=actor, now=where.moment(-12))


def _roadmap(where: Place, card: Partnership, told: Card) -> None:
    when = where.moment(-told.age + 10)
    with where.then(-told.age + 10, told.owner):
        card.known_needs = "Deux renforts au printemps, une personne à former à la rentrée."
        card.agreed_by, card.agreed_on = "La direction", when.date()
        card.without_budget = told.step < 7
        for what, state, days in (
            ("Visite de l'atelier avec cinq salariés", ItemState.DONE, -told.age + 25),
            ("Deux immersions de découverte", ItemState.DOING, 20),
            ("Point à mi-parcours", ItemState.TODO, 60),
        ):
            where.session.add(
                RoadmapItem(
                    partnership_id=card.id,
                    what=what,
                    ours_id=where.users[told.owner].id,
                    theirs="La direction",
                    due_on=where.today + timedelta(days=days),
                    state=state,
                    created_at=when,
                )
            )
        card.updated_at = when


def _organise(where: Place, card: Partnership, told: Card) -> None:
    when = where.moment(-told.age + 20)
    key, project = card.id, card.initiative_id
    with where.then(-told.age + 20, told.owner):
        card.our_pilot_id, card.their_pilot = where.users[told.owner].id, "L'adjointe de direction"
        card.coordination = "Réunion trimestrielle"
        rows = (
            Evidence(partnership_id=key, kind=EvidenceKind.QUOTE, signed_on=when.date(), created_at=when),
            Indicator(
                initiative_id=project,
                partnership_id=key,
                wording="Immersions suivies d'une embauche",
                nature=IndicatorNature.QUANTITATIVE,
                target="2 par an",
                source="Fiches de suivi",
                created_at=when,
            ),
            CoordinationSession(
                partnership_id=key,
                held_on=when.date(),
                present="Les deux pilotes",
                decisions="Une première immersion avant l'été.",
                created_at=when,
            ),
            Action(
                initiative_id=project,
                partnership_id=key,
                kind=ActionKind.DISCOVERY,
                title="Immersions de découverte",
                state=ActionState.LAUNCHED,
                launched_on=when.date(),
                owner_id=where.users[told.owner].id,
                people=3,
                audience="salariés des ateliers",
                created_at=when,
                factors=[],
                partners=[],
            ),
        )
        where.session.add_all(rows)


def _alive(where: Place, card: Partnership, told: Card) -> None:
    when = where.moment(-45)
    key, project = card.id, card.initiative_id
    with where.then(-45, told.owner):
        where.session.add_all(
            (
                BudgetLine(
                    initiative_id=project,
                    partnership_id=key,
                    side=BudgetSide.FUNDING,
                    wording="Appui à l'immersion",
                    funder="Fondation Aubrelle-Sarment",
                    period=str(when.year),
                    planned_cents=450_000,
                    actual_cents=420_000,
                    created_at=when,
                ),
                Review(
                    initiative_id=project,
                    partnership_id=key,
                    held_on=when.date(),
                    relations="Simples et régulières : un appel par mois.",
                    actions=3,
                    our_view="Un partenaire qui tient ce qu'il dit.",
                    their_view="Des personnes motivées, un suivi apprécié.",
                    ambitions="Former ensemble deux personnes à la rentrée.",
                    created_at=when,
                ),
                Highlight(
                    initiative_id=project,
                    partnership_id=key,
                    kind=HighlightKind.BREAKFAST,
                    held_on=when.date(),
                    wording="Petit-déjeuner avec six entreprises voisines",
                    created_at=when,
                ),
            )
        )
