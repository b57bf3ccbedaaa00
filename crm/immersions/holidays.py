"""
Public holidays, computed: the rules hold where no reference file is loaded.

Source: article L3133-1 of the Code du travail; L3134-13 for Moselle, Bas-Rhin and Haut-Rhin.
"""

from datetime import date, timedelta
from functools import lru_cache

#: Départements where Good Friday and Saint Stephen's day are holidays too.
ALSACE_MOSELLE = frozenset({"57", "67", "68"})
#: Month and day of those that do not move.
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
#: Easter Monday, Ascension Day, Whit Monday: days after Easter.
_AFTER_EASTER = (1, 39, 50)


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian computus."""
    century, rest = divmod(year, 100)
    leap, lag = divmod(century, 4)
    moon = (19 * (year % 19) + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * lag + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=256)
def holidays_of(year: int, *, alsace_moselle: bool) -> frozenset[date]:
    """The holidays of a year, those of Alsace-Moselle among them when asked."""
    sunday = easter(year)
    days = {date(year, month, day) for month, day in _FIXED}
    days |= {sunday + timedelta(days=after) for after in _AFTER_EASTER}
    if alsace_moselle:
        days |= {sunday - timedelta(days=2), date(year, 12, 26)}
    return frozenset(days)


def is_holiday(day: date, departement: str | None) -> bool:
    """Whether that day is a holiday in that département; only the national ones when it is not known."""
    return day in holidays_of(day.year, alsace_moselle=departement in ALSACE_MOSELLE)
