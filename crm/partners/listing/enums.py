"""What may be done to many partners at once."""

from crm.wording import N_, Labelled


class BulkKind(Labelled):
    """An action on the partners ticked in the list."""

    OWNER = "owner", N_("Confier à quelqu'un")
    TAG = "tag", N_("Ajouter une étiquette")
    UNTAG = "untag", N_("Retirer une étiquette")
    PAUSE = "pause", N_("Mettre en pause")
    BIN = "bin", N_("Mettre à la corbeille")
