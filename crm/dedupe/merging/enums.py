"""What becomes of a merge that another structure was asked about."""

from crm.wording import N_, Labelled


class ProposalState(Labelled):
    """A proposal waits for every structure asked; one refusal closes it."""

    OPEN = "open", N_("En attente")
    DONE = "done", N_("Acceptée, fusionnée")
    REFUSED = "refused", N_("Refusée")
    STALE = "stale", N_("Dépassée : une des fiches a changé entre-temps")
