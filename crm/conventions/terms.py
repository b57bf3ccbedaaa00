"""
How long a convention lasts: months that have no such day, tacit renewal, notice. Days in, days out.

A period of n months ends on the eve of the same day n months later; when that month has no such day, on its last day
(29/02/2028 for 36 months: 28/02/2031). It is the reading of the rules of immersions (docs/rules), so that the
whole application counts alike.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

#: Advised length, in months. Source: FNARS guide « Partenariats réussis pour l'emploi » (2012), step 6.
ADVISED = (36, 48)
#: Nobody's convention renews itself more often; it keeps the arithmetic within the calendar.
MOST_RENEWALS = 50
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    The days and months written in a convention.

    `ends_on` is the last day of the first term, included. `tacit_months` > 0: it renews itself by so many months,
    `tacit_times` times, None without limit. `notice_months`: how long before a term's end it must be denounced.
    """

    starts_on: date
    ends_on: date | None = None
    tacit_months: int = 0
    tacit_times: int | None = None
    notice_months: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """One period, both days included; `number` is 0 for the first, 1 after one tacit renewal."""

    number: int
    starts_on: date
    ends_on: date


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier, below 0), the last of the month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def period_end(start: date, months: int) -> date:
    """The last day of a period of so many months, one or more, that begins on `start`."""
    same = add_months(start, months)
    return same if same.day < start.day or same == date.max else same - _ONE_DAY


def nth_end(terms: Terms, number: int) -> date | None:
    """The last day after so many tacit renewals; None for a convention without end."""
    if terms.ends_on is None:
        return None
    if not number or terms.ends_on == date.max:
        return terms.ends_on
    return period_end(terms.ends_on + _ONE_DAY, number * terms.tacit_months)


def final_end(terms: Terms) -> date | None:
    """The last day whatever is renewed tacitly; None when it has no end, or renews itself without limit."""
    if not terms.tacit_months:
        return terms.ends_on
    return None if terms.tacit_times is None else nth_end(terms, min(terms.tacit_times, MOST_RENEWALS))


def term_at(terms: Terms, today: date) -> Term | None:
    """The term under way, the first one before it begins, the last one once all is over; None without end."""
    if terms.ends_on is None:
        return None
    most = min(MOST_RENEWALS if terms.tacit_times is None else terms.tacit_times, MOST_RENEWALS)
    number, start, end = 0, terms.starts_on, terms.ends_on
    while end < today and terms.tacit_months and number < most:
        number += 1
        start, end = end + _ONE_DAY, nth_end(terms, number) or end
    return Term(number, start, end)


def notice_by(end: date, months: int) -> date:
    """The last day on which a term that ends on `end` may be denounced: 31/12 with three months gives 30/09."""
    if not months or end == date.max:
        return end
    return add_months(end + _ONE_DAY, -months) - _ONE_DAY


def length(start: date, end: date) -> int:
    """Whole months from `start` to `end`, both included."""
    if end == date.max:
        end -= _ONE_DAY
    after = end + _ONE_DAY
    months = (after.year - start.year) * 12 + after.month - start.month
    return months if period_end(start, months) <= end else months - 1


def is_advised(start: date, end: date) -> bool:
    """Whether it lasts three to four years, as the guide advises."""
    return ADVISED[0] <= length(start, end) <= ADVISED[1]
