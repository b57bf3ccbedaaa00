"""What the services of the administration refuse, with the field of the form that it is about."""

from typing import Any

from crm.errors import DomainError


class FieldRefused(DomainError):
    """One value cannot be kept; `field` is its name in the form, '' for the form as a whole."""

    def __init__(self, message: str, *, field: str = "", **values: Any) -> None:
        super().__init__(message, **values)
        self.field = field
