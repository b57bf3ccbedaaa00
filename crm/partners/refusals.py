"""What the services of partners refuse, with what a screen needs to help."""

from typing import Any

from crm.errors import DomainError
from crm.partners.registry import Resemblance
from crm.wording import N_


class FieldRefused(DomainError):
    """One value cannot be kept; `field` is its name in the form."""

    def __init__(self, message: str, *, field: str, **values: Any) -> None:
        super().__init__(message, **values)
        self.field = field


class SameSiret(FieldRefused):
    """A live partner already bears this SIRET: `known` says which, so that the screen can lead there."""

    def __init__(self, known: Resemblance) -> None:
        message = N_("Ce SIRET est déjà celui de « %(name)s » : ouvrez sa fiche au lieu d'en créer une autre.")
        super().__init__(message, field="siret", name=known.name)
        self.known = known


class SiretInBin(FieldRefused):
    """A partner in the bin bears this SIRET: `known` says which, so that the screen offers to take it out."""

    def __init__(self, known: Resemblance) -> None:
        message = N_("Ce SIRET est celui de « %(name)s », qui est dans la corbeille : restaurez sa fiche.")
        super().__init__(message, field="siret", name=known.name)
        self.known = known


class LikelyDuplicates(DomainError):
    """Partners that this one may already be: a person must look at them, and say that it is none of them."""

    def __init__(self, found: list[Resemblance]) -> None:
        super().__init__(
            N_(
                "Ce partenaire est peut-être déjà dans la base. Ouvrez les fiches proposées ; "
                "si ce n'est aucune d'elles, cochez-le et enregistrez."
            )
        )
        self.found = found
