"""What a partner is, how it is followed, who its contacts are."""

from enum import StrEnum

from crm.wording import N_


class PartnerKind(StrEnum):
    """The kinds of economic partners. Private individuals are not partners."""

    COMPANY = "company"
    CRAFT = "craft"
    ASSOCIATION = "association"
    SIAE = "siae"
    LOCAL_AUTHORITY = "local_authority"
    COPROPERTY = "coproperty"
    SOCIAL_LANDLORD = "social_landlord"
    EMPLOYMENT_SERVICE = "employment_service"
    TRAINING = "training"
    OPCO = "opco"
    NETWORK = "network"
    CHAMBER = "chamber"
    FOUNDATION = "foundation"
    TEMP_AGENCY = "temp_agency"
    STATE_SERVICE = "state_service"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _KINDS[self]


_KINDS = {
    PartnerKind.COMPANY: N_("Entreprise"),
    PartnerKind.CRAFT: N_("Artisan ou commerce"),
    PartnerKind.ASSOCIATION: N_("Association"),
    PartnerKind.SIAE: N_("Structure d'insertion (SIAE)"),
    PartnerKind.LOCAL_AUTHORITY: N_("Collectivité"),
    PartnerKind.COPROPERTY: N_("Syndic ou copropriété"),
    PartnerKind.SOCIAL_LANDLORD: N_("Bailleur social"),
    PartnerKind.EMPLOYMENT_SERVICE: N_("Service public de l'emploi"),
    PartnerKind.TRAINING: N_("Organisme de formation"),
    PartnerKind.OPCO: N_("OPCO"),
    PartnerKind.NETWORK: N_("Club ou réseau"),
    PartnerKind.CHAMBER: N_("Chambre consulaire"),
    PartnerKind.FOUNDATION: N_("Fondation ou fonds"),
    PartnerKind.TEMP_AGENCY: N_("Agence d'intérim"),
    PartnerKind.STATE_SERVICE: N_("Service de l'État"),
}


class FollowStage(StrEnum):
    """How a structure follows a partner: known, followed, or paused until a day."""

    POOL = "pool"
    FOLLOWED = "followed"
    PAUSED = "paused"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _STAGES[self]


_STAGES = {
    FollowStage.POOL: N_("Vivier"),
    FollowStage.FOLLOWED: N_("Suivi"),
    FollowStage.PAUSED: N_("En pause"),
}


class Willingness(StrEnum):
    """How far the partner wants to go, as our people see it."""

    NOT_NOW = "not_now"
    TO_CONVINCE = "to_convince"
    INTERESTED = "interested"
    COMMITTED = "committed"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _WILLINGNESS[self]


_WILLINGNESS = {
    Willingness.NOT_NOW: N_("Pas pour le moment"),
    Willingness.TO_CONVINCE: N_("À convaincre"),
    Willingness.INTERESTED: N_("Intéressé"),
    Willingness.COMMITTED: N_("Engagé"),
}


class ContactRole(StrEnum):
    """The one who opens the door, or the one who works with us every day."""

    DECIDER = "decider"
    OPERATIONAL = "operational"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _CONTACT_ROLES[self]


_CONTACT_ROLES = {
    ContactRole.DECIDER: N_("Décideur"),
    ContactRole.OPERATIONAL: N_("Contact opérationnel"),
}
