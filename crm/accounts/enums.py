"""What a structure or a unit is in law, and what a single-use link is for."""

from enum import StrEnum

from crm.wording import N_, Labelled


class LegalKind(Labelled):
    """The kinds of employing structures. An EBE or a GEIQ is not a SIAE: other rules apply to it."""

    AI = "ai", N_("Association intermédiaire")
    ACI = "aci", N_("Atelier et chantier d'insertion")
    EI = "ei", N_("Entreprise d'insertion")
    ETTI = "etti", N_("Entreprise de travail temporaire d'insertion")
    EBE = "ebe", N_("Entreprise à but d'emploi")
    GEIQ = "geiq", N_("GEIQ")
    OTHER = "other", N_("Autre")

    @property
    def is_siae(self) -> bool:
        """Whether the law counts it among the SIAE (Code du travail, art. L5132-4)."""
        return self in {LegalKind.AI, LegalKind.ACI, LegalKind.EI, LegalKind.ETTI}


class LinkPurpose(StrEnum):
    """What a single-use link opens."""

    FIRST_ACCOUNT = "first_account"
    INVITATION = "invitation"
    ARRIVAL = "arrival"  # tells somebody who has an account that a structure took them in; opens nothing
    RESET = "reset"
    EMAIL_OLD = "email_old"
    EMAIL_NEW = "email_new"
