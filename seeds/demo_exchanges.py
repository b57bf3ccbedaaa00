"""
What was said with the partners of the demonstration, and what is to be done. All invented.

A relation is told in the words of its family (who hosts, who buys, who opens doors), filled with what is true of that
partner, and stops where its partner stands: nobody who is not convinced has already hosted somebody.
"""

from collections.abc import Iterator
from typing import NamedTuple

from crm.interactions.enums import Direction, InteractionKind, Nature, Purpose
from crm.partners.enums import Willingness

V, C, E = InteractionKind.VISIT, InteractionKind.CALL, InteractionKind.EMAIL
A, M, L = InteractionKind.APPOINTMENT, InteractionKind.MESSAGE, InteractionKind.LETTER
EVENT, VIDEO = InteractionKind.EVENT, InteractionKind.VIDEO
COMMITTEE = InteractionKind.COMMITTEE
US, THEM = Direction.OURS, Direction.THEIRS
ASK, GO_ON, ANSWER = Nature.REQUEST, Nature.FOLLOW_UP, Nature.ANSWER


class Said(NamedTuple):
    """One exchange. `report` and `promises` may hold {who}, {job}, {task} and {limit}."""

    kind: InteractionKind
    direction: Direction
    nature: Nature
    report: str
    minutes: int | None = None
    promises: str = ""


class Told(NamedTuple):
    """What is true of one partner: whom we speak to, for which job, what a beginner could do, what is difficult."""

    who: str
    job: str
    task: str
    limit: str
    line: str = "host"


#: Families of relations, in the order in which they grow: the oldest exchange comes first.
LINES: dict[str, tuple[Said, ...]] = {
    "host": (
        Said(L, US, ASK, "Courrier à {who} : qui nous sommes, ce qu'est une immersion en {job}, deux dates proposées."),
        Said(C, US, ASK, "Premier appel. {who} écoute mais doute : {limit}.\nPréfère montrer les lieux.", 10),
        Said(V, US, ASK, "Visite avec {who}. Un débutant pourrait {task}.\nÀ prévoir : {limit}.", 45,
             "Nous : envoyer le déroulé d'une immersion en {job}."),
        Said(E, US, GO_ON, "Déroulé d'une semaine en {job} envoyé à {who}, avec un modèle de convention."),
        Said(C, THEM, ANSWER, "{who} rappelle : d'accord pour une première semaine en {job}.\n"
                              "Demande qui assure la personne.", 15),
        Said(A, US, GO_ON, "À trois avec la CIP : horaires, tenue, tuteur désigné.\nLa personne commencera par {task}.",
             40, "{who} : prévenir l'équipe. Nous : faire signer la convention avant le premier jour."),
        Said(V, US, GO_ON, "Bilan d'immersion en {job} avec {who} : ponctuelle, envie d'apprendre.\n"
                           "Reste à régler : {limit}.", 30),
        Said(M, THEM, ANSWER, "{who} demande si quelqu'un serait libre pour {task} la semaine prochaine."),
        Said(C, US, GO_ON, "Réponse à {who} : une personne de l'atelier est disponible en {job} trois matinées.", 10),
        Said(V, US, ASK, "Point annuel avec {who}. Prêt à recommencer en {job}, une personne à la fois.", 50,
             "{who} : dire en début de mois si la charge le permet."),
    ),
    "buyer": (
        Said(L, US, ASK, "Plaquette des ateliers envoyée à {who}, avec les tarifs de mise à disposition."),
        Said(C, US, ASK, "{who} confie déjà {job} à une entreprise, contrat à revoir dans l'année.\n"
                            "Condition : {limit}.", 15),
        Said(A, US, ASK, "Présentation à {who}. Besoin précis : {task}.\nPoint dur : {limit}.", 60,
             "Nous : un devis sous quinze jours."),
        Said(E, US, GO_ON, "Devis envoyé à {who} pour {task}."),
        Said(C, THEM, ANSWER, "{who} retient notre offre pour un essai de trois mois : {job}.", 10),
        Said(V, US, GO_ON, "Tour des lieux avec {who} et l'encadrant avant de commencer : {task}.", 60),
        Said(VIDEO, US, GO_ON, "Bilan de l'essai avec {who} : travail soigné. À tenir : {limit}.", 30),
        Said(A, US, ASK, "Proposé à {who} de reconduire {job}, avec une seconde équipe.", 45,
             "{who} : réponse après le vote du budget."),
    ),
    "ally": (
        Said(L, US, ASK, "Courrier à {who} pour travailler ensemble : {job}."),
        Said(A, US, ASK, "Rencontre avec {who}. En commun : {task}.\nÀ savoir : {limit}.", 60),
        Said(E, US, GO_ON, "Compte rendu et calendrier envoyés à {who} : {task}."),
        Said(EVENT, THEM, GO_ON, "Invités par {who} : huit entreprises rencontrées, trois cartes à rappeler."),
        Said(COMMITTEE, US, GO_ON, "Suivi avec {who} : {job}. Deux situations vues ensemble.", 90),
        Said(C, THEM, ANSWER, "{who} propose une date pour {task}.", 10),
        Said(VIDEO, US, GO_ON, "Préparation avec {who} : {task}.\nRappel : {limit}.", 40,
             "{who} : relayer l'annonce. Nous : tenir la table."),
        Said(A, US, GO_ON, "Bilan de l'année avec {who} : on continue {job}.", 50),
    ),
    "funder": (
        Said(L, US, ASK, "Lettre d'intention à {who} : {job}."),
        Said(C, US, ASK, "{who} nous invite à répondre à un appel : {task}. Calendrier : {limit}.", 20),
        Said(V, THEM, GO_ON, "Visite des ateliers par {who}, qui a surtout parlé avec les salariés.", 75),
        Said(E, US, GO_ON, "Pièces envoyées à {who} pour {task}."),
        Said(A, US, ASK, "Dossier présenté à {who}. Question posée : que devient {job} dans deux ans ?", 60,
             "Nous : une page de budget à deux ans."),
    ),
}  # fmt: skip

#: How many exchanges of its line a partner has come to.
REACHED = {None: 2, Willingness.NOT_NOW: 3, Willingness.TO_CONVINCE: 3, Willingness.INTERESTED: 5}

TOLD = {
    "Boulangerie Brizolet": Told("Mme Brizolet", "vente", "tenir la caisse aux heures calmes",
                                 "l'ouverture à 6 h 30, avant le premier bus"),
    "Menuiserie Quillebois": Told("M. Quillebois", "menuiserie", "poncer et monter des tiroirs",
                                  "le bruit des machines et les règles de l'atelier"),
    "Garage Sarremont": Told("Mme Sarremont", "entretien automobile", "changer des pneus et des plaquettes",
                             "un atelier petit, deux ponts seulement"),
    "Entretien Faverney Antony": Told("Mme Faverney", "propreté de bureaux", "nettoyer un plateau en binôme",
                                      "des horaires coupés, tôt le matin et tard le soir"),
    "Les Serres de Bièvre-sous-Bois": Told("M. Varsigny", "maraîchage", "repiquer, récolter et préparer les cagettes",
                                           "le site sans transport en commun"),
    "Logis du Val-Perché": Told("Mme Lormesan", "l'entretien des halls", "remettre en peinture dix loges",
                                "des logements occupés, à prévenir huit jours avant", "buyer"),
    "Traiteur Doucelin": Told("Mme Doucelin", "cuisine", "éplucher, dresser et laver",
                              "les grandes commandes tombent le week-end"),
    "Transports Malvézy": Told("M. Malvézy", "préparation de commandes", "filmer des palettes et étiqueter",
                               "les quais tournent surtout la nuit"),
    "Hôtel des Trois-Vallons": Told("Mme Graslin-Roux", "hôtellerie", "refaire dix chambres en binôme",
                                    "une équipe réduite depuis l'été"),
    "Bricolage Tournepierre": Told("M. Tournepierre", "mise en rayon", "garnir le rayon peinture",
                                   "l'accord du siège, qui prend du temps"),
    "Paysages Ornevilliers": Told("M. Ornevilliers", "espaces verts", "tondre et tailler avec un chef d'équipe",
                                  "le départ à 7 h du dépôt"),
    "Résidence Les Tamarins-Bleus": Told("Mme Peuvrel", "service hôtelier", "servir le petit-déjeuner des résidents",
                                         "le calme demandé dans les étages"),
    "Imprimerie Castelrouge": Told("M. Castelrouge", "façonnage", "plier, assembler et emballer",
                                   "une baisse de commandes cette année"),
    "Club d'entreprises du Val-Perché": Told("Mme Riverolles", "le forum du printemps",
                                             "tenir une table au petit-déjeuner des adhérents",
                                             "les places se réservent un mois avant", "ally"),
    "Mairie de Bièvre-sous-Bois": Told("M. Aubrelle", "l'entretien des chemins", "débroussailler le tour de l'étang",
                                       "une clause sociale à écrire avant l'appel d'offres", "buyer"),
    "Crèche Les Pas-Chassés": Told("Mme Doutremépuis", "petite enfance", "préparer les salles et les goûters",
                                   "un extrait de casier à fournir avant d'entrer"),
    "Restaurant La Louche d'Argile": Told("M. Ferrandière", "cuisine", "tenir la plonge et aider aux entrées",
                                          "le coup de feu du vendredi soir"),
    "Mission locale des Trois-Vallons": Told("Mme Hautecœur-Bray", "l'accueil de jeunes aux ateliers",
                                             "une visite des ateliers chaque premier mardi",
                                             "des parcours qui changent d'un mois à l'autre", "ally"),
    "CFA des Trois-Vallons": Told("M. Mourvedel", "les entrées en apprentissage", "une matinée d'essai sur plateau",
                                  "les inscriptions ferment en juin", "ally"),
    "Blanchisserie Perlevent": Told("Mme Perlevent", "blanchisserie", "trier, plier et mettre en sac",
                                    "la chaleur de l'atelier en été"),
    "Syndic Roqueval-Dupasquin": Told("Mme Roqueval", "le nettoyage des parties communes",
                                      "deux passages par semaine dans quatre halls",
                                      "les clés rendues le soir même", "buyer"),
    "Épicerie du Parvis-Vert": Told("Mme Boisgontier-Lo", "commerce", "réceptionner et mettre en rayon",
                                    "le samedi, seul jour où il manque du monde"),
    "Atelier Vélos Rayonnant": Told("M. Estevrin", "réparation de cycles", "démonter et trier des pièces",
                                    "un local fermé le lundi", "ally"),
    "Fondation Aubrelle-Sarment": Told("Mme de Vaulmer", "un véhicule pour l'atelier Espaces verts",
                                       "l'appel à projets d'automne", "décision en comité, deux fois l'an", "funder"),
    "Plomberie Goutard-Vial": Told("M. Goutard", "plomberie", "aider sur un chantier de salle de bains",
                                   "un artisan seul, sans personne pour encadrer"),
    "Cartonnages Emballin": Told("Mme Emballin", "conditionnement", "plier des boîtes à la main",
                                 "une ligne arrêtée jusqu'au printemps"),
    "Cinéma L'Écran-Perché": Told("M. Sivergues", "accueil du public", "contrôler les billets et tenir la confiserie",
                                  "des séances tard le soir"),
}  # fmt: skip

#: How the last exchange of those who said no, or are not convinced, ended.
ENDINGS = {
    Willingness.NOT_NOW: Said(C, THEM, ANSWER, "{who} remercie mais ne peut pas cette année : {limit}.\n"
                                               "Ne ferme pas la porte.", 10),
    Willingness.TO_CONVINCE: Said(C, US, ASK, "{who} hésite encore : {limit}.\n"
                                              "Voudrait parler à une entreprise qui a déjà accueilli.", 10),
}  # fmt: skip

_PURPOSES = {
    "host": Purpose.DISCOVERY, "buyer": Purpose.SHARED_DEVELOPMENT, "ally": Purpose.INTERMEDIATION, "funder": None,
}  # fmt: skip


def story(name: str, willingness: Willingness | None) -> Iterator[tuple[Said, Purpose | None]]:
    """What was said with that partner, the oldest first, in its own words, and what for."""
    told = TOLD[name]
    said = list(LINES[told.line][: REACHED.get(willingness)])
    if ending := ENDINGS.get(willingness) if willingness else None:
        said.append(ending)
    words = {"who": told.who, "job": told.job, "task": told.task, "limit": told.limit}
    for one in said:
        report, promises = _filled(one.report, words), _filled(one.promises, words)
        yield one._replace(report=report, promises=promises), _PURPOSES[told.line]


def _filled(text: str, words: dict[str, str]) -> str:
    return "\n".join(line[:1].upper() + line[1:] for line in text.format(**words).split("\n"))


class Due(NamedTuple):
    """Something to do: `days` from today (before zero: late), by whom. `done_days_ago` when it was done."""

    partner: str
    what: str
    who: str
    days: int
    done_days_ago: int | None = None


TODOS = (
    # Late
    Due("Transports Malvézy", "Rappeler M. Malvézy : le donner en contact à M. Ornevilliers", "ines", -4),
    Due("Imprimerie Castelrouge", "Envoyer à M. Castelrouge les dates du forum", "ines", -1),
    Due("Blanchisserie Perlevent", "Relancer Mme Perlevent pour la visite d'atelier", "sonia", -3),
    # Today
    Due("Boulangerie Brizolet", "Confirmer à Mme Brizolet les deux places de vente", "ines", 0),
    Due("Garage Sarremont", "Appeler Mme Sarremont : date de la visite", "ines", 0),
    Due("Mairie de Bièvre-sous-Bois", "Envoyer la proposition de clause sociale", "ines", 0),
    Due("Restaurant La Louche d'Argile", "Préparer l'accueil en cuisine : horaires et tenue", "sonia", 0),
    Due("Syndic Roqueval-Dupasquin", "Proposer deux personnes pour les halls d'immeuble", "karim", 0),
    Due("Fondation Aubrelle-Sarment", "Relire le dossier de mécénat avant envoi", "helene", 0),
    # This week
    Due("Menuiserie Quillebois", "Passer à l'atelier avec la plaquette", "ines", 1),
    Due("Paysages Ornevilliers", "Bilan des deux derniers accueils", "ines", 2),
    Due("Logis du Val-Perché", "Visite des loges avec Mme Lormesan", "ines", 3),
    Due("Traiteur Doucelin", "Demander les besoins en extras", "ines", 5),
    Due("Crèche Les Pas-Chassés", "Fixer l'entretien avec la directrice", "sonia", 2),
    Due("CFA des Trois-Vallons", "Récupérer le calendrier des entrées en formation", "sonia", 4),
    Due("Épicerie du Parvis-Vert", "Appeler pour le renfort du samedi", "karim", 3),
    Due("Atelier Vélos Rayonnant", "Choisir la date de l'atelier commun", "joel", 4),
    Due("Club d'entreprises du Val-Perché", "Apporter les affiches du forum", "odile", 6),
    Due("Mission locale des Trois-Vallons", "Préparer la visite du premier mardi", "maelle", 5),
    # Later
    Due("Entretien Faverney Antony", "Préparer la feuille de route de l'an prochain", "ines", 12),
    Due("Les Serres de Bièvre-sous-Bois", "Compter les places pour la prochaine saison", "ines", 33),
    Due("Club d'entreprises du Val-Perché", "Inscrire l'association au petit-déjeuner", "ines", 20),
    Due("Mission locale des Trois-Vallons", "Point sur les jeunes orientés", "sonia", 15),
    # Done
    Due("Boulangerie Brizolet", "Remercier pour l'accueil de la semaine dernière", "ines", -8, 8),
    Due("Paysages Ornevilliers", "Envoyer la convention signée", "ines", -15, 16),
    Due("Hôtel des Trois-Vallons", "Rappeler la directrice", "ines", -2, 1),
    Due("Restaurant La Louche d'Argile", "Fixer la date de l'accueil", "sonia", -6, 6),
    Due("Syndic Roqueval-Dupasquin", "Envoyer le tarif des mises à disposition", "karim", -20, 21),
)
