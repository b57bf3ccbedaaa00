"""Values that the reference files may hold."""

from crm.wording import N_, Labelled


class Position(Labelled):
    """How a commune got its coordinates. A distance is « environ » unless it is the commune's own."""

    OWN = "commune", N_("Position de la commune")
    POSTAL_CODE = "code_postal", N_("Moyenne des communes du même code postal")
    EPCI = "epci", N_("Moyenne de l'intercommunalité")
    DEPARTMENT = "departement", N_("Moyenne du département")
    UNKNOWN = "inconnue", N_("Position inconnue")


class HolidayZone(Labelled):
    """Where a public holiday holds."""

    NATIONAL = "national", N_("Toute la France")
    ALSACE_MOSELLE = "alsace-moselle", N_("Alsace et Moselle")


class SizeClass(Labelled):
    """Sizes of companies by their headcount alone (the law also looks at turnover and balance sheet)."""

    VERY_SMALL = "TPE", N_("Très petite entreprise")
    SMALL_OR_MEDIUM = "PME", N_("Petite ou moyenne entreprise")
    INTERMEDIATE = "ETI", N_("Entreprise de taille intermédiaire")
    LARGE = "GE", N_("Grande entreprise")


class Verdict(Labelled):
    """What is done of a file."""

    NEWS = "news", N_("à charger")
    CREDITS = "credits", N_("même contenu, source ou licence à corriger")
    SAME = "same", N_("déjà chargé")
    OLDER = "older", N_("plus ancien que celui qui est chargé, laissé de côté")
