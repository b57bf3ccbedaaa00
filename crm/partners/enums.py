"""What a partner is, how it is followed, who its contacts are."""

from crm.wording import N_, Labelled


class PartnerKind(Labelled):
    """The kinds of economic partners. Private individuals are not partners."""

    COMPANY = "company", N_("Entreprise")
    CRAFT = "craft", N_("Artisan ou commerce")
    ASSOCIATION = "association", N_("Association")
    SIAE = "siae", N_("Structure d'insertion (SIAE)")
    LOCAL_AUTHORITY = "local_authority", N_("Collectivité")
    COPROPERTY = "coproperty", N_("Syndic ou copropriété")
    SOCIAL_LANDLORD = "social_landlord", N_("Bailleur social")
    EMPLOYMENT_SERVICE = "employment_service", N_("Service public de l'emploi")
    TRAINING = "training", N_("Organisme de formation")
    OPCO = "opco", N_("OPCO")
    NETWORK = "network", N_("Club ou réseau")
    CHAMBER = "chamber", N_("Chambre consulaire")
    FOUNDATION = "foundation", N_("Fondation ou fonds")
    TEMP_AGENCY = "temp_agency", N_("Agence d'intérim")
    STATE_SERVICE = "state_service", N_("Service de l'État")


class FollowStage(Labelled):
    """How a structure follows a partner: known, followed, or paused until a day."""

    POOL = "pool", N_("Vivier")
    FOLLOWED = "followed", N_("Suivi")
    PAUSED = "paused", N_("En pause")


class Willingness(Labelled):
    """How far the partner wants to go, as our people see it."""

    NOT_NOW = "not_now", N_("Pas pour le moment")
    TO_CONVINCE = "to_convince", N_("À convaincre")
    INTERESTED = "interested", N_("Intéressé")
    COMMITTED = "committed", N_("Engagé")


class ContactRole(Labelled):
    """The one who opens the door, or the one who works with us every day."""

    DECIDER = "decider", N_("Décideur")
    OPERATIONAL = "operational", N_("Contact opérationnel")
