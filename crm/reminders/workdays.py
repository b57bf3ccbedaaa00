"""
The days on which a structure works: neither its days of rest, nor its closings, nor the public holidays.

Public holidays belong to a domain further down, which registers them; where none are loaded, they are working days.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

#: The days off of everybody from the first to the last day, both included.
DaysOff = Callable[[Any, date, date], Collection[date]]

#: How far back a working day is looked for: longer than any closing.
_FURTHEST = 370

_providers: dict[str, DaysOff] = {}


def add_days_off(key: str, provider: DaysOff) -> None:
    """Let these days be off for everybody. Keyed: registering twice replaces."""
    _providers[key] = provider


def days_off(session: Any, first: date, last: date) -> frozenset[date]:
    """What every provider says of these days."""
    return frozenset(day for provider in _providers.values() for day in provider(session, first, last))


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When one structure works. `weekdays` as date.weekday(); `closings` are first and last days, both included."""

    weekdays: frozenset[int]
    closings: tuple[tuple[date, date], ...] = ()
    holidays: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether somebody is at work that day."""
        if day.weekday() not in self.weekdays or day in self.holidays:
            return False
        return not any(first <= day <= last for first, last in self.closings)

    def day_before(self, day: date) -> date:
        """The last working day before that one; the day before when there is none in a year."""
        for back in range(1, _FURTHEST):
            if self.is_working(day - timedelta(days=back)):
                return day - timedelta(days=back)
        return day - timedelta(days=1)

    def begins_week(self, day: date) -> bool:
        """Whether it is the first working day of its week."""
        return self.is_working(day) and self.day_before(day) < day - timedelta(days=day.weekday())


def read_weekdays(text: str) -> frozenset[int]:
    """
    The days of `Structure.working_days`, Monday being « 1 » there and 0 here.

    >>> sorted(read_weekdays("135"))
    [0, 2, 4]
    """
    return frozenset(int(digit) - 1 for digit in text if digit in "1234567")


def write_weekdays(days: Collection[int]) -> str:
    """The other way round."""
    return "".join(str(day + 1) for day in sorted(set(days)))
