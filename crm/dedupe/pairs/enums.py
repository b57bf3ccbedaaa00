"""What people answer of two records that resemble each other, and the life of a full comparison."""

from crm.wording import N_, Labelled


class Answer(Labelled):
    """What somebody said of a pair."""

    DUPLICATE = "duplicate", N_("Doublon")
    DISTINCT = "distinct", N_("Distinct")
    GROUP = "group", N_("Même groupe")
    LATER = "later", N_("À voir")


class Heap(Labelled):
    """What of the queue is shown."""

    OPEN = "open", N_("À trier")
    TO_MERGE = "to_merge", N_("À fusionner")
    LATER = "later", N_("À voir plus tard")


class RescanState(Labelled):
    """A comparison of everybody."""

    RUNNING = "running", N_("Comparaison de toutes les fiches")
    DONE = "done", N_("Terminée")


class Head(Labelled):
    """Of two records of one group, which is above."""

    NONE = "none", N_("Deux établissements, sans dire lequel est au-dessus")
    FIRST = "first", N_("La première est au-dessus de la seconde")
    SECOND = "second", N_("La seconde est au-dessus de la première")
