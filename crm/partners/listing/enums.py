"""How the list is narrowed and put in order, and what may be done to many partners at once."""

from crm.wording import N_, Labelled


class BulkKind(Labelled):
    """An action on the partners ticked in the list."""

    OWNER = "owner", N_("Confier à quelqu'un")
    TAG = "tag", N_("Ajouter une étiquette")
    UNTAG = "untag", N_("Retirer une étiquette")
    PAUSE = "pause", N_("Mettre en pause")
    BIN = "bin", N_("Mettre à la corbeille")
    TAKE_OVER = "take_over", N_("Reprendre comme partenariats")  # done and undone by the method


class Following(Labelled):
    """What the actor's structure does with a partner, as the list asks for it."""

    FOLLOWED = "followed", N_("Suivi")
    POOL = "pool", N_("Vivier")
    PAUSED = "paused", N_("En pause")
    UNKNOWN = "none", N_("Hors de notre vivier")
    DO_NOT_SOLICIT = "do_not_solicit", N_("À ne plus solliciter")


class Sort(Labelled):
    """The orders of the list."""

    NAME = "name", N_("Nom")
    CITY = "city", N_("Ville")
    CHANGED = "changed", N_("Dernière modification")
    PRIORITY = "priority", N_("Priorité")
    WILLINGNESS = "willingness", N_("Disposition")
