"""What may be added, to what, by whom. Pure."""

from dataclasses import dataclass

from crm.access.policy import Permission
from crm.wording import N_, Labelled


class PartKind(Labelled):
    """A thing added one by one. The value is its word in the address."""

    FINDING = "constat", N_("Constat")
    LISTENING = "ecoute", N_("Entretien ou groupe de travail")
    ROADMAP = "feuille-de-route", N_("Ligne de la feuille de route")
    BUDGET = "budget", N_("Ligne de budget")
    EVIDENCE = "engagement", N_("Preuve d'un engagement")
    SESSION = "seance", N_("Séance de coordination")
    INDICATOR = "indicateur", N_("Indicateur")
    ACTION = "action", N_("Action")
    REVIEW = "bilan", N_("Bilan")
    HIGHLIGHT = "temps-fort", N_("Temps fort")


@dataclass(frozen=True, slots=True)
class Belonging:
    """To what a kind may be added, and the right it takes."""

    project: bool
    partnership: bool
    permission: Permission = Permission.PROJECT_EDIT


BELONGINGS: dict[PartKind, Belonging] = {
    PartKind.FINDING: Belonging(True, False),
    PartKind.LISTENING: Belonging(True, False),
    PartKind.ROADMAP: Belonging(False, True),
    PartKind.BUDGET: Belonging(True, True),
    PartKind.EVIDENCE: Belonging(False, True),
    PartKind.SESSION: Belonging(False, True),
    PartKind.INDICATOR: Belonging(True, True),
    PartKind.ACTION: Belonging(True, True, Permission.PROJECT_ACT),
    PartKind.REVIEW: Belonging(True, True),
    PartKind.HIGHLIGHT: Belonging(True, True),
}


def offered(*, to_project: bool, permissions: frozenset[Permission]) -> list[PartKind]:
    """What somebody may add to a project, or to a partnership."""
    return [
        kind
        for kind, one in BELONGINGS.items()
        if (one.project if to_project else one.partnership) and one.permission in permissions
    ]
