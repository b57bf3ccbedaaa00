"""Steps, states and proofs of the method, and what is noted at each step. Source: the guide (docs/rules/method.md)."""

from crm.wording import N_, Labelled

FIRST_STEP, LAST_STEP = 1, 7
#: Steps 1 to 3 belong to a project, 4 to 7 to each of its partnerships.
FIRST_OF_PARTNERSHIP = 4

#: What a column of the board is called.
STEP_NAMES: dict[int, str] = {
    1: N_("Environnement"),
    2: N_("Structure"),
    3: N_("Stratégie"),
    4: N_("Échanger"),
    5: N_("Feuille de route"),
    6: N_("Organiser"),
    7: N_("Faire vivre"),
}


class CardState(Labelled):
    """How a project or a partnership stands. Withdrawn: its entry was undone, it shows nowhere."""

    ACTIVE = "active", N_("En cours")
    PAUSED = "paused", N_("En pause")
    ABANDONED = "abandoned", N_("Abandonné")
    FINISHED = "finished", N_("Terminé")
    WITHDRAWN = "withdrawn", N_("Entrée annulée")


class Proof(Labelled):
    """« Point à vérifier » before a step."""

    PERIMETER = "perimeter", N_("Le périmètre : un territoire, un métier ou un secteur")
    PILOT = "pilot", N_("Un pilote chez nous")
    OPPORTUNITY = "opportunity", N_("Une opportunité au moins, avec sa source")
    THREAT = "threat", N_("Une menace au moins, avec sa source")
    LISTENING = "listening", N_("Un entretien ou un groupe de travail")
    STRENGTH = "strength", N_("Une force au moins")
    WEAKNESS = "weakness", N_("Une faiblesse au moins")
    DEBATED = "debated", N_("L'analyse interne mise en débat")
    PRE_PROJECT = "pre_project", N_("Le pré-projet complet")
    PRIORITY_ACTION = "priority_action", N_("Une action priorisée au moins")
    APPROVED = "approved", N_("La stratégie validée (par qui, quand)")
    STRATEGY_PASSED = "strategy_passed", N_("Les étapes 1 à 3 du projet passées")
    MEETING = "meeting", N_("Une rencontre tenue, avec son compte rendu")
    DECIDER = "decider", N_("Un décideur identifié")
    NEED = "need", N_("Un besoin au moins")
    WILLING = "willing", N_("Un partenaire intéressé ou engagé")
    ROADMAP = "roadmap", N_("Une ligne de la feuille de route, avec qui et quand")
    BUDGET = "budget", N_("Le budget, ou « sans budget »")
    AGREEMENT = "agreement", N_("L'accord du partenaire (qui, quand)")
    SIGNED = "signed", N_("Une convention, une charte, un contrat, un devis ou une PMSMP signés, ou un e-mail joint")
    PILOTS = "pilots", N_("Un pilote de chaque côté")
    INDICATOR = "indicator", N_("Un indicateur au moins")
    LAUNCHED = "launched", N_("Une action lancée")


class Weight(Labelled):
    """What a missing proof does."""

    WARN = "warn", N_("Avertit")
    BLOCK = "block", N_("Bloque")


class Outcome(Labelled):
    """How a move went on without a proof."""

    WARNED = "warned", N_("Averti")
    OVERRIDDEN = "overridden", N_("Passé outre")
    TAKEN_OVER = "taken_over", N_("Repris")


class MoveKind(Labelled):
    """What happened to a card."""

    ENTERED = "entered", N_("Entrée")
    TAKEN_OVER = "taken_over", N_("Repris")
    FORWARD = "forward", N_("Avancé")
    BACK = "back", N_("Revenu en arrière")
    PAUSED = "paused", N_("Mis en pause")
    RESUMED = "resumed", N_("Repris après une pause")
    ABANDONED = "abandoned", N_("Abandonné")
    FINISHED = "finished", N_("Terminé")
    REOPENED = "reopened", N_("Rouvert")
    UNDONE = "undone", N_("Mouvement annulé")


class EvidenceKind(Labelled):
    """What shows that a partner is committed."""

    CONVENTION = "convention", N_("Convention")
    CHARTER = "charter", N_("Charte")
    CONTRACT = "contract", N_("Contrat")
    QUOTE = "quote", N_("Devis signé")
    PMSMP = "pmsmp", N_("Convention de PMSMP")
    EMAIL = "email", N_("E-mail de confirmation")


class FindingKind(Labelled):
    """The four quarters of the crossed table: outside or inside, good or bad."""

    OPPORTUNITY = "opportunity", N_("Opportunité")
    THREAT = "threat", N_("Menace")
    STRENGTH = "strength", N_("Force")
    WEAKNESS = "weakness", N_("Faiblesse")


EXTERNAL = frozenset({FindingKind.OPPORTUNITY, FindingKind.THREAT})


class Heading(Labelled):
    """Under which heading the outside is looked at."""

    ECONOMIC = "economic", N_("Économique")
    SOCIAL = "social", N_("Social")
    PARTNERSHIP = "partnership", N_("Partenarial et environnement")
    LEGAL = "legal", N_("Légal")


class Facet(Labelled):
    """The five facets under which the structure looks at itself."""

    VALUES = "values", N_("Valeurs et finalités")
    ORGANISATION = "organisation", N_("Décision et organisation")
    ACTIVITIES = "activities", N_("Activités et missions")
    COMMERCIAL = "commercial", N_("Commercial et communication")
    ECONOMIC_MODEL = "economic_model", N_("Modèle économique")


class ListeningKind(Labelled):
    """How people of the territory were heard."""

    INTERVIEW = "interview", N_("Entretien")
    GROUP = "group", N_("Groupe de travail")


class PlaceKind(Labelled):
    """What a part of a territory is."""

    COMMUNE = "commune", N_("Commune")
    EPCI = "epci", N_("Intercommunalité")
    PARK = "park", N_("Zone d'activités")
    OTHER = "other", N_("Autre")


class ActionKind(Labelled):
    """The sixteen types of actions of the guide."""

    VISIT = "visite_petit_dejeuner", N_("Visite d'entreprise ou petit-déjeuner")
    FORUM = "forum", N_("Forum dans la structure")
    WORKSHOP = "atelier_decouverte", N_("Atelier découverte des métiers")
    DISCOVERY = "immersion_decouverte", N_("Immersion découverte")
    CERTIFICATION = "certification_competences", N_("Attestation ou certification des compétences")
    TRAINING = "formation_prequalifiante", N_("Formation pré-qualifiante")
    JOB_DATING = "job_dating", N_("Job dating ou pré-recrutement")
    INTERMEDIATION = "intermediation", N_("Intermédiation")
    HIRING_IMMERSION = "periode_immersion", N_("Période d'immersion en vue d'un recrutement")
    MENTORING = "parrainage_tutorat_suivi", N_("Parrainage, tutorat, suivi dans l'emploi")
    PURCHASE = "prestation_achats_responsables", N_("Prestation de services, achats responsables")
    CO_CONTRACTING = "cotraitance_soustraitance_clauses", N_("Co-traitance, sous-traitance, clauses d'insertion")
    JOINT_OFFER = "offre_conjointe", N_("Offre conjointe, partenariat industriel")
    JOINT_CREATION = "creation_commune", N_("Création commune d'une activité")
    PATRONAGE = "mecenat", N_("Mécénat")
    EXPERTISE = "partage_expertise", N_("Partage d'expertise")


class ActionState(Labelled):
    """How far an action is."""

    PLANNED = "planned", N_("Prévue")
    LAUNCHED = "launched", N_("Lancée")
    DONE = "done", N_("Réalisée")
    CANCELLED = "cancelled", N_("Annulée")


class Contracting(Labelled):
    """The logic on which a project contracts."""

    PUBLIC = "public", N_("Publique")
    MARKET = "market", N_("Marchande")
    RECIPROCITY = "reciprocity", N_("Réciprocité")


class ItemState(Labelled):
    """How far a line of the roadmap is."""

    TODO = "todo", N_("À faire")
    DOING = "doing", N_("En cours")
    DONE = "done", N_("Fait")
    DROPPED = "dropped", N_("Abandonné")


class BudgetSide(Labelled):
    """What a line of a budget is."""

    COST = "cost", N_("Dépense")
    FUNDING = "funding", N_("Financement")


class IndicatorNature(Labelled):
    """Whether an indicator counts or tells."""

    QUANTITATIVE = "quantitative", N_("Quantitatif")
    QUALITATIVE = "qualitative", N_("Qualitatif")


class HighlightKind(Labelled):
    """What a partnership is made known by."""

    BREAKFAST = "breakfast", N_("Petit-déjeuner")
    ASSEMBLY = "assembly", N_("Assemblée générale")
    LABEL = "label", N_("Label")
    EVENING = "evening", N_("Soirée bilan")
    PRESS = "press", N_("Presse")
    OTHER = "other", N_("Autre temps fort")


class LineSection(Labelled):
    """What a line of the method is."""

    AIM = "aim", N_("But")
    INPUT = "input", N_("Entrées")
    DELIVERABLE = "deliverable", N_("Livrables")
    CHECK = "check", N_("À ne pas oublier")
    TOOL = "tool", N_("Outils")
    DURATION = "duration", N_("Durées et quantités")
    PEOPLE = "people", N_("Acteurs")
    FACTOR = "factor", N_("Facteurs de succès")
