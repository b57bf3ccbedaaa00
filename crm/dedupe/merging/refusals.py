"""Why a merge, or its undo, cannot be."""

from crm.errors import DomainError
from crm.wording import N_


class AlreadyMerged(DomainError):
    """One of the records was merged meanwhile: `into` is the public identifier of what remains."""

    def __init__(self, name: str, *, kept: str, into: str) -> None:
        super().__init__(
            N_("« %(name)s » vient d'être fusionnée dans « %(kept)s » : rien n'a été fait cette fois-ci."),
            name=name,
            kept=kept,
        )
        self.into = into


class InTheBin(DomainError):
    """One of the records is in the bin."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("« %(name)s » est à la corbeille : restaurez-la d'abord."), name=name)


class SidesChanged(DomainError):
    """Somebody changed one of the records since the page was opened: it is to be looked at again."""

    def __init__(self) -> None:
        super().__init__(
            N_("Une des fiches a changé entre-temps : la voici comme elle est maintenant. Relisez, puis fusionnez.")
        )


class NotEnough(DomainError):
    """Fewer than two records, or too many."""

    def __init__(self, most: int) -> None:
        super().__init__(N_("Choisissez de deux à %(most)s fiches à fusionner."), most=most)


class CannotUndo(DomainError):
    """The merge stays: the sentence says why."""


def undone_already() -> CannotUndo:
    """Somebody undid it."""
    return CannotUndo(N_("Cette fusion est déjà annulée."))


def too_late(days: int) -> CannotUndo:
    """Its time is over."""
    return CannotUndo(N_("Une fusion s'annule pendant %(days)s jours : ce délai est passé."), days=days)


def merged_again(name: str) -> CannotUndo:
    """A later merge stands on it."""
    return CannotUndo(
        N_("« %(name)s » a été fusionnée de nouveau depuis : annulez d'abord la fusion la plus récente."), name=name
    )


def in_the_bin(name: str) -> CannotUndo:
    """What remains was thrown away."""
    return CannotUndo(N_("« %(name)s » est à la corbeille : restaurez-la d'abord."), name=name)


def somebody_elses() -> CannotUndo:
    """Only its author, or the direction."""
    return CannotUndo(N_("Seule la personne qui a fusionné, ou la direction, peut annuler cette fusion."))


def siret_taken(name: str) -> CannotUndo:
    """The SIRET to give back is another one's now."""
    return CannotUndo(
        N_("Le SIRET à rendre est maintenant celui d'une autre fiche, « %(name)s » : corrigez-la d'abord."), name=name
    )
