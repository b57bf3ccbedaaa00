"""What the services of links refuse, with the field of the form that it is about."""

from typing import Any

from crm.errors import DomainError


class LinkRefused(DomainError):
    """The link cannot be made or followed; `field` is the name of the form's field, '' for the form as a whole."""

    def __init__(self, message: str, *, field: str = "", **values: Any) -> None:
        super().__init__(message, **values)
        self.field = field
