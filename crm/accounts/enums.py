"""What a structure or a unit is in law, and what a single-use link is for."""

from enum import StrEnum

from crm.wording import N_


class LegalKind(StrEnum):
    """The kinds of employing structures. An EBE or a GEIQ is not a SIAE: other rules apply to it."""

    AI = "ai"
    ACI = "aci"
    EI = "ei"
    ETTI = "etti"
    EBE = "ebe"
    GEIQ = "geiq"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _LEGAL_KINDS[self]

    @property
    def is_siae(self) -> bool:
        """Whether the law counts it among the SIAE (Code du travail, art. L5132-4)."""
        return self in {LegalKind.AI, LegalKind.ACI, LegalKind.EI, LegalKind.ETTI}


_LEGAL_KINDS = {
    LegalKind.AI: N_("Association intermédiaire"),
    LegalKind.ACI: N_("Atelier et chantier d'insertion"),
    LegalKind.EI: N_("Entreprise d'insertion"),
    LegalKind.ETTI: N_("Entreprise de travail temporaire d'insertion"),
    LegalKind.EBE: N_("Entreprise à but d'emploi"),
    LegalKind.GEIQ: N_("GEIQ"),
    LegalKind.OTHER: N_("Autre"),
}


class LinkPurpose(StrEnum):
    """What a single-use link opens."""

    FIRST_ACCOUNT = "first_account"
    INVITATION = "invitation"
    RESET = "reset"
    EMAIL_OLD = "email_old"
    EMAIL_NEW = "email_new"
