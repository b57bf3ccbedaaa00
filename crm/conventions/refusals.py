"""What the services of conventions refuse."""

from collections.abc import Sequence

from crm.errors import DomainError
from crm.sentences import Sentence
from crm.wording import N_

STALE = N_("Cette convention a été modifiée entre-temps.")
END_BEFORE_START = N_("La fin est avant le début : vérifiez les deux dates.")
END_WITHOUT_START = N_("Donnez aussi le jour où elle commence.")
TACIT_WITHOUT_END = N_("Pour se reconduire, une convention a besoin d'une date de fin.")
TIMES_WITHOUT_MONTHS = N_("Dites d'abord de combien de mois elle se reconduit.")
SIGNED_IN_FUTURE = N_("La date de signature est dans le futur.")
DONE_IN_FUTURE = N_("La date est dans le futur.")
NO_REASON = N_("Dites pourquoi : la raison reste sur la convention.")
TERMINATED_TOO_EARLY = N_("La résiliation ne peut pas prendre effet avant le début de la convention.")
STRANGER = N_("Choisissez une personne de la liste.")
GONE = N_("Cette ligne n'est plus là : rouvrez la convention.")
NO_NAME = N_("Il manque le nom d'une personne qui signe.")


class ConventionRefused(DomainError):
    """A value that cannot be: `field` is the form field beside which it is said, '' above the form."""

    def __init__(self, message: str, field: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class MoveRefused(DomainError):
    """A move that cannot be made now: `reasons` are all of them."""

    def __init__(self, reasons: Sequence[Sentence]) -> None:
        super().__init__(reasons[0].msgid, **reasons[0].values)
        self.reasons = tuple(reasons)
