"""When something is to be done: presets of the due day, and the heap in which a day falls."""

import calendar
from datetime import date, timedelta
from enum import StrEnum

from crm.reminders.schedule import end_of_week
from crm.wording import N_

_SATURDAY = 5  # date.weekday()


class Bucket(StrEnum):
    """The heaps of « Aujourd'hui », most pressing first."""

    LATE = "late"
    TODAY = "today"
    THIS_WEEK = "this_week"
    LATER = "later"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _BUCKETS[self]


_BUCKETS = {
    Bucket.LATE: N_("En retard"),
    Bucket.TODAY: N_("Aujourd'hui"),
    Bucket.THIS_WEEK: N_("Cette semaine"),
    Bucket.LATER: N_("Plus tard"),
}


class Delay(StrEnum):
    """The due days offered in one tap."""

    TOMORROW = "tomorrow"
    IN_7_DAYS = "in_7_days"
    IN_1_MONTH = "in_1_month"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _DELAYS[self]


_DELAYS = {
    Delay.TOMORROW: N_("demain"),
    Delay.IN_7_DAYS: N_("dans 7 jours"),
    Delay.IN_1_MONTH: N_("dans 1 mois"),
}


def bucket(due_on: date, today: date) -> Bucket:
    """
    The heap of a due day. The week ends on Sunday: on a Sunday, tomorrow is « plus tard ».

    >>> bucket(date(2026, 11, 29), date(2026, 11, 25))
    <Bucket.THIS_WEEK: 'this_week'>
    """
    if due_on < today:
        return Bucket.LATE
    if due_on == today:
        return Bucket.TODAY
    return Bucket.THIS_WEEK if due_on <= end_of_week(today) else Bucket.LATER


def next_due(start: date, delay: Delay) -> date:
    """
    The due day of a preset, counted from `start`; a Saturday or a Sunday is moved to the Monday after.

    `start` is the day on which the person chooses, not the day of the exchange: « demain » typed on the third for a
    visit of the first means the fourth, and never a day already gone. A month is a calendar month: 31 January
    gives 28 February, before the week-end is looked at. Public holidays are not known here.
    """
    due = _add_month(start) if delay is Delay.IN_1_MONTH else start + timedelta(days=_DAYS[delay])
    return due + timedelta(days=7 - due.weekday()) if due.weekday() >= _SATURDAY else due


_DAYS = {Delay.TOMORROW: 1, Delay.IN_7_DAYS: 7}


def _add_month(start: date) -> date:
    year, month = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
