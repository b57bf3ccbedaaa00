"""The conventions of the demonstration: one or more in every state, articles to copy, who may sign. All invented."""

from datetime import date, timedelta
from typing import NamedTuple

from crm.conventions import editions
from crm.conventions.editions import ClauseText, Content, Party
from crm.conventions.enums import ConventionKind, DateKind, Side, Stage
from crm.conventions.models import (
    Clause,
    ClauseTemplate,
    Commitment,
    Convention,
    ConventionDate,
    ConventionEdition,
    Signatory,
    SigningDelegation,
)
from crm.conventions.queries import terms_of
from crm.conventions.terms import final_end, period_end
from seeds.demo_follow import Place

K, T = ConventionKind, Stage


class Agreed(NamedTuple):
    """
    One convention. `starts` is in days from today, `months` its length (None without end), `signed` how many of the two
    have signed. `promises` are (side, words, days from today or None, kept or not).
    """

    partner: str
    kind: ConventionKind
    title: str
    purpose: str
    starts: int
    months: int | None = 36
    stage: Stage = T.SIGNED
    owner: str = "ines"
    tacit: int = 0
    notice: int = 0
    promises: tuple[tuple[Side, str, int | None, bool], ...] = ()
    dates: tuple[tuple[DateKind, int, bool], ...] = ()
    asked: int | None = None
    granted: int | None = None
    ended: tuple[int, str] | None = None
    renews: str = ""
    edition: int = 1
    signed: int = 2


US, THEM = Side.OURS, Side.THEIRS

AGREED: tuple[Agreed, ...] = (
    Agreed("Boulangerie Brizolet", K.FRAMEWORK, "Accueillir et recruter au fournil",
           "Accueillir des personnes qui découvrent la boulangerie, leur proposer les postes qui s'ouvrent.",
           -500, edition=2,
           promises=((THEM, "Accueillir quatre personnes en immersion chaque année", 60, False),
                     (THEM, "Prévenir un mois avant d'ouvrir un poste", None, False),
                     (US, "Proposer deux candidatures par poste sous dix jours", -40, True)),
           dates=((DateKind.REVIEW, 20, False),)),
    Agreed("Entretien Faverney Antony", K.CO_CONTRACTING, "Cotraitance, marché de propreté de la médiathèque",
           "Répondre ensemble au lot réservé, et y réaliser les heures d'insertion prévues.", -700, 24,
           promises=((THEM, "Former aux machines avant la prise de poste", -200, True),
                     (US, "Remettre le décompte des heures chaque trimestre", -12, False))),
    Agreed("Mairie de Bièvre-sous-Bois", K.SERVICE, "Entretien des espaces verts communaux",
           "Confier à l'atelier Espaces verts le fleurissement et le désherbage sans produit.", -1000, 36,
           tacit=12, notice=3,
           promises=((US, "Passer deux fois par mois d'avril à octobre", None, False),)),
    Agreed("Mairie de Bièvre-sous-Bois", K.FUNDING, "Subvention « Savoirs de base »",
           "Cofinancer des ateliers de français et de calcul pour les salariés de l'atelier.", -90, 12,
           asked=18_000, granted=15_000,
           promises=((US, "Afficher le soutien de la commune", -60, True),),
           dates=((DateKind.APPLICATION, -200, True), (DateKind.INTERIM_REPORT, 10, False),
                  (DateKind.FINAL_REPORT, 330, False))),
    Agreed("Mission locale des Trois-Vallons", K.PRESCRIPTION, "Délégation de prescription d'immersions",
           "Permettre à l'atelier à but d'emploi de prescrire des immersions pour les personnes qu'il accompagne.",
           -300, 48),
    Agreed("Restaurant La Louche d'Argile", K.CHARTER, "Charte de l'accueil en cuisine",
           "Dire ce que chacun peut attendre de l'autre : la personne accueillie, le restaurant, la structure.",
           -310, None,
           promises=((THEM, "Un repas pris ensemble le premier jour", None, False),)),
    Agreed("Fondation Aubrelle-Sarment", K.SKILLS, "Mécénat de compétences informatiques",
           "Dix journées par an d'un ingénieur pour remettre à neuf les postes des ateliers.", -1085, 36),
    Agreed("Les Serres de Bièvre-sous-Bois", K.INDUSTRIAL, "Conditionnement des plants, saison",
           "Confier à l'atelier le conditionnement des plants de printemps.", -1160, 36),
    Agreed("Paysages Ornevilliers", K.FRAMEWORK, "Partenariat espaces verts 1",
           "Accueillir, former et recruter dans les métiers du paysage.", -1200, 36),
    Agreed("Paysages Ornevilliers", K.FRAMEWORK, "Partenariat espaces verts 2",
           "Accueillir, former et recruter dans les métiers du paysage, avec un parcours de deux saisons.",
           -104, 36, renews="Partenariat espaces verts 1"),
    Agreed("Traiteur Doucelin", K.FRAMEWORK, "Un pas vers la cuisine",
           "Accueillir une personne par trimestre en découverte.", 15, 36, T.TO_SIGN, signed=1),
    Agreed("Logis du Val-Perché", K.SERVICE, "Petits travaux dans les parties communes",
           "Confier à l'atelier les petites réparations de trois résidences.", 40, 36, T.IN_REVIEW, signed=0),
    Agreed("Crèche Les Pas-Chassés", K.CHARTER, "Charte d'accueil à la crèche", "", 0, None, T.DRAFT, signed=0),
    Agreed("Syndic Roqueval-Dupasquin", K.SERVICE, "Nettoyage de deux copropriétés",
           "Entretenir les halls et les cours de deux immeubles.", -260, 24,
           ended=(-20, "Le syndic a perdu la gestion des deux immeubles.")),
    Agreed("Résidence Les Tamarins-Bleus", K.FRAMEWORK, "Métiers de l'accompagnement",
           "Faire découvrir les métiers de l'aide et de la restauration collective.", 30, 36),
)  # fmt: skip

ARTICLES = (
    ("Accueil des personnes", None,
     "La structure et le partenaire préparent ensemble l'arrivée de chaque personne : horaires, tenue, trajet, nom de "
     "la personne qui l'accueille. Une personne de l'équipe du partenaire est désignée pour répondre à ses questions."),
    ("Points réguliers", None,
     "Les deux parties se rencontrent au moins une fois par an pour faire le bilan des actions et décider de la suite. "
     "Chacune dit à l'autre, sans attendre, ce qui ne va pas."),
    ("Confidentialité", None,
     "Ce que l'une des parties apprend sur une personne accompagnée ne sert qu'à son accueil et n'est pas transmis."),
    ("Heures d'insertion", K.CO_CONTRACTING,
     "La structure compte les heures réalisées par des personnes en insertion, et les remet au donneur d'ordre."),
    ("Bilan de l'action financée", K.FUNDING,
     "La structure remet au financeur un bilan intermédiaire et un bilan final, avec le compte rendu financier."),
)  # fmt: skip


def tell(place: Place) -> None:
    """Load the articles, the register, then each convention on its day."""
    with place.then(-1300, "helene"):
        for number, (title, kind, text) in enumerate(ARTICLES):
            template = ClauseTemplate(structure_id=place.structure_id, title=title, kind=kind, text=text)
            template.position = number
            place.session.add(template)
        delegation = SigningDelegation(structure_id=place.structure_id, user_id=place.users["helene"].id)
        delegation.starts_on = place.today - timedelta(days=1300)
        delegation.act = "Délibération du conseil d'administration"
        place.session.add(delegation)
    known: dict[str, Convention] = {}
    for one in AGREED:
        with place.then(min(one.starts - 30, -2)):
            known[one.title] = _convention(place, one, known.get(one.renews))
            place.session.add(known[one.title])
            place.session.flush()
            _first_edition(place, one, known[one.title])


def _convention(place: Place, one: Agreed, renews: Convention | None) -> Convention:
    starts_on = place.today + timedelta(days=one.starts)
    written = place.moment(min(one.starts - 30, -2))
    convention = Convention(
        structure_id=place.structure_id,
        partner_id=place.partners[one.partner].id,
        kind=one.kind,
        title=one.title,
        purpose=one.purpose,
        stage=one.stage,
        edition=one.edition,
        starts_on=starts_on,
        ends_on=period_end(starts_on, one.months) if one.months else None,
        tacit_months=one.tacit,
        notice_months=one.notice,
        amount_asked=one.asked,
        amount_granted=one.granted,
        owner_id=place.users[one.owner].id,
        renews_id=renews.id if renews else None,
        created_at=written,
        created_by_id=place.users[one.owner].id,
    )
    terms = terms_of(convention)
    convention.final_on = final_end(terms) if terms else None
    if one.ended is not None:
        days, convention.termination_reason = one.ended
        convention.terminated_on = place.today + timedelta(days=days)
    _lines(place, one, convention, min(starts_on, place.today) - timedelta(days=1))
    return convention


def _lines(place: Place, one: Agreed, convention: Convention, signed_on: date) -> None:
    contact = next((person for person in place.contacts.values() if person.partner_id == convention.partner_id), None)
    theirs = contact.full_name if contact else one.partner
    convention.signatories = [
        Signatory(side=US, name=place.users["helene"].name, capacity="Directrice", user_id=place.users["helene"].id),
        Signatory(
            side=THEM,
            name=theirs,
            capacity=contact.function if contact else "",
            contact_id=contact.id if contact else None,
            position=1,
        ),
    ]
    for person in convention.signatories[: one.signed]:
        person.signed_on = signed_on
    convention.signed_on = signed_on if one.stage is T.SIGNED else None
    convention.clauses = [
        Clause(title=title, text=text, position=number)
        for number, (title, kind, text) in enumerate(ARTICLES)
        if kind is None or kind is one.kind
    ]
    convention.commitments = [
        Commitment(
            side=side,
            wording=words,
            due_on=None if days is None else place.today + timedelta(days=days),
            kept_on=place.today - timedelta(days=5) if kept else None,
            position=number,
        )
        for number, (side, words, days, kept) in enumerate(one.promises)
    ]
    convention.dates = [
        ConventionDate(
            kind=kind,
            due_on=place.today + timedelta(days=days),
            done_on=place.today + timedelta(days=days) if done else None,
        )
        for kind, days, done in one.dates
    ]


def _first_edition(place: Place, one: Agreed, convention: Convention) -> None:
    """Of one that was changed once: what had been signed before."""
    if one.edition == 1:
        return
    before = Content(
        kind=one.kind,
        title=one.title,
        purpose="Accueillir en immersion des personnes qui découvrent la boulangerie.",
        starts_on=str(convention.starts_on),
        ends_on=str(convention.ends_on),
        clauses=tuple(ClauseText(clause.title, clause.text) for clause in convention.clauses[:2]),
        signatories=tuple(
            Party(person.side, person.name, person.capacity, str(person.signed_on)) for person in convention.signatories
        ),
    )
    place.session.add(
        ConventionEdition(
            convention_id=convention.id,
            number=1,
            content=editions.write(before),
            replaced_at=place.moment(one.starts + 100),
            replaced_by_id=place.users[one.owner].id,
        )
    )
