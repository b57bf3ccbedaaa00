"""
Days, months "date to date", sliding twelve months, ages. Pure calendar.

Source of the months: article D5135-3 of the Code du travail; where the day does not exist in the month of arrival, the
last day of that month (the reading of article 641 of the Code de procédure civile).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)
#: Years between which a date is believed; the arithmetic below never leaves the calendar there.
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `first` to `last`, both included. Raises ValueError when it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    @property
    def days(self) -> int:
        """Calendar days, both ends counted."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def overlaps(self, other: "Period") -> bool:
        """Whether at least one day is in both."""
        return self.first <= other.last and other.first <= self.last

    def days_within(self, first: date, last: date) -> int:
        """How many of its days lie from `first` to `last`, both included."""
        return max(0, (min(self.last, last) - max(self.first, first)).days + 1)


@lru_cache(maxsize=10_000)
def last_day_of_months(first: date, months: int) -> date:
    """
    The last day of a stay of so many months, date to date.

    >>> [str(last_day_of_months(date(2026, *day), 1)) for day in ((3, 15), (1, 29), (1, 31), (12, 31))]
    ['2026-04-14', '2026-02-28', '2026-02-28', '2027-01-30']
    >>> str(last_day_of_months(date(2028, 2, 29), 12))
    '2029-02-28'
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last_of_month = monthrange(year, month + 1)[1]
    if first.day > last_of_month:
        return date(year, month + 1, last_of_month)
    return date(year, month + 1, first.day) - DAY


def first_window_over(day: date, months: int) -> date:
    """The earliest first day of a stay of so many months that still holds `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    while last_day_of_months(first, months) < day:
        first += DAY
    while last_day_of_months(first - DAY, months) >= day:
        first -= DAY
    return first


def birthday(birth: date, age: int) -> date:
    """The day on which somebody reaches an age (see `age_on` for 29 February)."""
    leap_day_missing = (birth.month, birth.day) == (2, 29) and monthrange(birth.year + age, 2)[1] < birth.day
    return date(birth.year + age, 3, 1) if leap_day_missing else birth.replace(year=birth.year + age)


def age_on(birth: date, day: date) -> int:
    """
    Full years on that day.

    Who was born on 29 February is a year older on 1 March of the other years: a minor is protected one day more.

    >>> age_on(date(2008, 2, 29), date(2026, 2, 28)), age_on(date(2008, 2, 29), date(2026, 3, 1))
    (17, 18)
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
