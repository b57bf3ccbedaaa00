"""Words of an immersion: purposes, contracts, who prescribes, who signs, how hard a rule is."""

from crm.wording import N_, Labelled


class Purpose(Labelled):
    """What an immersion is for: exactly one of three (article L5135-1 of the Code du travail)."""

    DISCOVER = "discover", N_("Découvrir un métier ou un secteur d'activité")
    CONFIRM = "confirm", N_("Confirmer un projet professionnel")
    RECRUIT = "recruit", N_("Initier une démarche de recrutement")


class ContractKind(Labelled):
    """The work contract of an employee in insertion."""

    CDDI = "CDDI", N_("CDD d'insertion")
    CDDU = "CDDU", N_("CDD d'usage")
    CDI = "CDI", N_("CDI")
    CDI_INCLUSION = "CDI_INCLUSION", N_("CDI inclusion")
    CUI = "CUI", N_("Contrat unique d'insertion")
    CDD = "CDD", N_("CDD")
    UNKNOWN = "unknown", N_("Contrat non connu")


class PrescriberKind(Labelled):
    """The kind of organisation that prescribes."""

    AI = "AI", N_("Association intermédiaire")
    ACI = "ACI", N_("Atelier et chantier d'insertion")
    EI = "EI", N_("Entreprise d'insertion")
    ETTI = "ETTI", N_("Entreprise de travail temporaire d'insertion")
    EBE = "EBE", N_("Entreprise à but d'emploi")
    GEIQ = "GEIQ", N_("Groupement d'employeurs pour l'insertion et la qualification")
    FT = "FT", N_("France Travail")
    ML = "ML", N_("Mission locale")
    CAP_EMPLOI = "CAP_EMPLOI", N_("Cap emploi")
    DEPARTEMENT = "DEPARTEMENT", N_("Conseil départemental")


class Capacity(Labelled):
    """In which capacity somebody signs the convention."""

    PRESCRIBER = "prescriber", N_("prescripteur")
    SUPPORT = "support", N_("structure d'accompagnement")
    EMPLOYER = "employer", N_("employeur")
    EMPLOYEE = "employee", N_("bénéficiaire")
    HOST = "host", N_("structure d'accueil")
    LEGAL_REPRESENTATIVE = "legal_representative", N_("représentant légal")


class Severity(Labelled):
    """What a rule does when it is not kept."""

    BLOCK = "block", N_("interdit")
    WARN = "warn", N_("avertit")
    ADVISE = "advise", N_("conseille")
    DERIVE = "derive", N_("déduit")
    ATTEST = "attest", N_("à attester")
    REMIND = "remind", N_("rappelle")


class Status(Labelled):
    """How far the source of a rule was read."""

    LAW = "law", N_("texte lu")
    PAGE = "page", N_("source secondaire, à faire confirmer")
    PRACTICE = "practice", N_("pratique du service de l'État, ou notre lecture")
    GUIDE = "guide", N_("guide FNARS")
    TO_CONFIRM = "to_confirm", N_("à confirmer")
