"""What becomes of an imported row, and of an import."""

from crm.wording import N_, Labelled


class Outcome(Labelled):
    """One of these for each row of the file."""

    NEW = "new", N_("nouvelle")
    SAME = "same", N_("identique")
    DOUBTFUL = "doubtful", N_("douteuse")
    WRONG = "wrong", N_("erreur")


class ImportKind(Labelled):
    """What the rows of a file are."""

    PARTNERS = "partners", N_("Partenaires")
    EXCHANGES = "exchanges", N_("Échanges")


class ImportState(Labelled):
    """The life of an import made on screen."""

    COMPARING = "comparing", N_("Comparaison en cours")
    READY = "ready", N_("À vérifier")
    WRITING = "writing", N_("Écriture en cours")
    DONE = "done", N_("Terminé")
    FAILED = "failed", N_("Échoué")
    ABANDONED = "abandoned", N_("Abandonné")
    UNDOING = "undoing", N_("Annulation en cours")
    UNDONE = "undone", N_("Annulé")


#: What somebody works on beside the request.
BUSY = frozenset({ImportState.COMPARING, ImportState.WRITING, ImportState.UNDOING})


class Choice(Labelled):
    """What a person says of a row. Without an answer a new one is created, a doubtful one left aside."""

    ASIDE = "aside", N_("laisser de côté")
    SAME = "same", N_("c'est elle")
    OTHER = "other", N_("c'est une autre")
