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


class PartnerRoleKind(Labelled):
    """What a partner is to the collectif. It may be several at once, each for a time."""

    CLIENT = "client", N_("Client")
    HOST = "host", N_("Structure d'accueil")
    PRESCRIBER = "prescriber", N_("Prescripteur")
    FUNDER = "funder", N_("Financeur")
    DONOR = "donor", N_("Mécène ou donateur")
    PRIME_CONTRACTOR = "prime_contractor", N_("Donneur d'ordre")
    CLAUSE_FACILITATOR = "clause_facilitator", N_("Facilitateur des clauses")
    CLE_MEMBER = "cle_member", N_("Membre du comité local pour l'emploi")


class Priority(Labelled):
    """How soon a partner deserves our time."""

    HIGH = "high", N_("Haute")
    NORMAL = "normal", N_("Normale")
    LOW = "low", N_("Basse")


class AddressKind(Labelled):
    """What an address other than the one we visit is for."""

    POST = "post", N_("Courrier")
    INVOICE = "invoice", N_("Facturation")


class ChannelKind(Labelled):
    """How somebody may be reached."""

    PHONE = "phone", N_("Téléphone")
    EMAIL = "email", N_("E-mail")


class NeedKind(Labelled):
    """The four families of needs of the guide."""

    COMMERCIAL = "commercial", N_("Commercial")
    HR = "hr", N_("Ressources humaines")
    TERRITORIAL = "territorial", N_("Ancrage territorial")
    CSR = "csr", N_("RSE")


class NeedState(Labelled):
    """What became of a need."""

    OPEN = "open", N_("À satisfaire")
    IN_PROGRESS = "in_progress", N_("En cours")
    MET = "met", N_("Satisfait")
    DROPPED = "dropped", N_("Abandonné")
