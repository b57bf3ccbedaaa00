"""The life of a file whose duplicates are looked for, and how what was found is looked at."""

from crm.wording import N_, Labelled


class SiftState(Labelled):
    """Where it is."""

    COMPARING = "comparing", N_("Comparaison en cours")
    DONE = "done", N_("Terminé")
    FAILED = "failed", N_("Échoué")


class View(Labelled):
    """What is looked at: the groups, or the pairs that are not sure enough."""

    GROUPS = "groups", N_("Réunies")
    REVIEW = "review", N_("À regarder")
