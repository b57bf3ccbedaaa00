"""What the domain may refuse. The web layer turns each class into one answer, in one place."""

from typing import Any

from crm.wording import N_


class DomainError(Exception):
    """
    A refusal that the user can mend.

    `message` is a French sentence marked with N_(), with %(name)s placeholders filled from `values`
    when it is shown: the web layer translates first.
    """

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class NotFound(DomainError):
    """The object does not exist, or not for this actor: both look alike from outside (404)."""

    def __init__(self, message: str = N_("Introuvable."), **values: Any) -> None:
        super().__init__(message, **values)


class Moved(NotFound):
    """It was merged into another: `old` is the public identifier asked for, `new` the one that it leads to (308)."""

    def __init__(self, *, old: str, new: str) -> None:
        super().__init__(N_("Cette fiche a été fusionnée avec une autre."))
        self.old, self.new = old, new


class NotAllowed(DomainError):
    """The actor has no right to this function (403)."""

    def __init__(self, message: str = N_("Vous n'avez pas le droit de faire cela."), **values: Any) -> None:
        super().__init__(message, **values)


class Conflict(DomainError):
    """The object changed since the form was opened; `current` is the version now in the database."""

    def __init__(self, message: str, *, current: int, **values: Any) -> None:
        super().__init__(message, **values)
        self.current = current
