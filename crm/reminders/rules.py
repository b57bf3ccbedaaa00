"""When something is to be done: presets of the due day, and the heap in which a day falls."""

import calendar
import re
import unicodedata
from datetime import date, timedelta

from crm.reminders.schedule import end_of_week
from crm.wording import N_, Labelled

_SATURDAY = 5  # date.weekday()


class Bucket(Labelled):
    """The heaps of « Aujourd'hui », most pressing first."""

    LATE = "late", N_("En retard")
    TODAY = "today", N_("Aujourd'hui")
    THIS_WEEK = "this_week", N_("Cette semaine")
    LATER = "later", N_("Plus tard")


class Delay(Labelled):
    """The due days offered in one tap."""

    TOMORROW = "tomorrow", N_("demain")
    IN_7_DAYS = "in_7_days", N_("dans 7 jours")
    IN_1_MONTH = "in_1_month", N_("dans 1 mois")


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


#: What a thing to do begins or goes on with when it is a call.
_CALL_WORDS = frozenset({"appel", "appeler", "rappel", "rappeler", "telephoner", "telephone", "tel", "joindre", "coup"})


def is_call(what: str) -> bool:
    """
    Whether a thing to do is a call, by its words.

    >>> is_call("Rappeler M. Diallo"), is_call("Téléphoner"), is_call("Préparer l'appel d'offres")
    (True, True, False)
    """
    words = _words(what)
    return any(
        word in _CALL_WORDS
        and (word != "coup" or "fil" in words)
        and words[n + 1 : n + 3] not in (["d", "offres"], ["d", "offre"])
        for n, word in enumerate(words)
    )


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return re.findall(r"[a-z]+", plain)


_DAYS = {Delay.TOMORROW: 1, Delay.IN_7_DAYS: 7}


def _add_month(start: date) -> date:
    year, month = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
