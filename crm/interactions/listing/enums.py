"""How the list of partners is narrowed by what was said, and by what is to be done."""

from crm.wording import N_, Labelled


class Silence(Labelled):
    """How long ago the actor's structure last had an exchange with a partner."""

    RECENT = "recent", N_("Depuis moins d'un mois")
    THREE_MONTHS = "3", N_("Aucun depuis 3 mois")
    SIX_MONTHS = "6", N_("Aucun depuis 6 mois")
    A_YEAR = "12", N_("Aucun depuis un an")
    NEVER = "never", N_("Jamais")


class Planned(Labelled):
    """What the actor's structure has to do about a partner."""

    LATE = "late", N_("En retard")
    SOMETHING = "something", N_("Quelque chose de prévu")
    NOTHING = "nothing", N_("Rien de prévu")


#: Days without an exchange; RECENT is the other way round, and NEVER has no beginning.
DAYS = {Silence.RECENT: 30, Silence.THREE_MONTHS: 91, Silence.SIX_MONTHS: 182, Silence.A_YEAR: 365}
