"""What an undo would do, or did, as values: what goes, what takes its former values again, what stays and why."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why an import cannot be undone at all. Its sentence is the screen's."""

    NOT_DONE = "not_done"
    TOO_OLD = "too_old"
    BEFORE = "before"
    NOT_YOURS = "not_yours"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Said:
    """
    What somebody did since. `what` and `fields` are French, marked; `who` is a colleague, else their structure, else
    empty (the application). `at` is None when the trail no longer tells.
    """

    what: str
    fields: tuple[str, ...] = ()
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A partner of the import that stays as it is, in whole or in part, and why."""

    name: str
    public_id: str
    line: int
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many rows go, how many partners take former values again, how many stay."""

    partners: int = 0
    contacts: int = 0
    exchanges: int = 0
    updated: int = 0
    left: int = 0

    @property
    def undone(self) -> int:
        """How many things change."""
        return self.partners + self.contacts + self.exchanges + self.updated

    def as_totals(self) -> dict[str, int]:
        """By the names under which the import keeps them."""
        return {f"undo_{one.name}": getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of_totals(cls, totals: Mapping[str, Any]) -> "Counts":
        """What `as_totals` gave."""
        return cls(**{one.name: int(totals.get(f"undo_{one.name}", 0)) for one in fields(cls)})
