"""What a newer file changes to what is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.partners.reference.enums import Verdict
from crm.partners.reference.reading import Key, Row


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the database: its values in the order of its shape's fields, and whether it is withdrawn."""

    values: tuple[Any, ...]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """
    Keys to write. `gone` are keys that the file no longer has.

    A withdrawn code that comes back is `changed`; one that stays away is no difference.
    """

    added: tuple[Key, ...] = ()
    changed: tuple[Key, ...] = ()
    gone: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What loading one file does. `rows` is empty when the file is not taken apart."""

    file: str
    verdict: Verdict
    sha256: str
    rows: Mapping[Key, Row] = field(default_factory=dict)
    difference: Difference = Difference()


def compare(known: Mapping[Key, Known], rows: Mapping[Key, Row], *, covered: Callable[[Key], bool]) -> Difference:
    """What turns `known` into `rows`; of what is missing there, only what the file covers is gone."""
    return Difference(
        added=tuple(key for key in rows if key not in known),
        changed=tuple(
            key
            for key, row in rows.items()
            if key in known and (known[key].withdrawn or known[key].values != row.values)
        ),
        gone=tuple(key for key, old in known.items() if key not in rows and not old.withdrawn and covered(key)),
    )


def all_covered(_key: Key) -> bool:
    """For a file that is its publisher's whole list."""
    return True


def same_years(rows: Mapping[Key, Row]) -> Callable[[Key], bool]:
    """For a calendar: keys begin with a day, and a file says nothing of the years before and after its own."""
    days: list[date] = [key[0] for key in rows]
    first, last = min(days).year, max(days).year
    return lambda key: first <= key[0].year <= last
