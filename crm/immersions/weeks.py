"""A weekly schedule as it is written: slots by weekday, {"mon": [["08:00", "12:00"], ["13:00", "16:00"]]}."""

import re
from itertools import pairwise

from crm.immersions.fields import Field, refuse
from crm.immersions.findings import shown_hours
from crm.immersions.timetable import DAY_MINUTES, HOUR, Slot, Timetable

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)
#: A slot that passes midnight and lasts longer is one whose two hours were exchanged.
_LONGEST_NIGHT = 12 * HOUR
_ENDS = 2


def read_timetable(field: Field) -> Timetable | None:
    """
    Read a schedule; None when it is missing, or holds no hour at all. Raises Malformed.

    A slot that ends before it begins passes midnight (« 22:00 » to « 06:00 »), for twelve hours at most; « 24:00 » and
    « 00:00 » end a day. Two slots may touch, not overlap, be it across midnight.
    """
    if field.value is None:
        return None
    given = field.as_object(DAYS)
    for key in given.values:
        if key not in DAYS:
            refuse(field, "« %(key)s » n'est pas un jour. Écrire : %(days)s.", key=key[:20], days=", ".join(DAYS))
    week = tuple(_slots(given.maybe(day)) for day in DAYS)
    for place, day in enumerate(DAYS):
        following = week[(place + 1) % len(DAYS)]
        if week[place] and following and week[place][-1].last - DAY_MINUTES > following[0].first:
            refuse(given.maybe(day), "la nuit déborde sur les heures du lendemain. Corriger l'un des deux.")
    return Timetable(week) if any(week) else None


def _slots(field: Field) -> tuple[Slot, ...]:
    if field.value is None:
        return ()
    slots = sorted(_slot(item) for item in field.as_list())
    for one, other in pairwise(slots):
        if one.last > other.first:
            refuse(field, "deux créneaux se chevauchent. En corriger un.")
    return tuple(slots)


def _slot(field: Field) -> Slot:
    ends = field.as_list()
    if len(ends) != _ENDS:
        refuse(field, 'un créneau a un début et une fin. Écrire ["08:00", "12:00"].')
    first, last = (_minutes(end) for end in ends)
    if first in (DAY_MINUTES, last):
        refuse(field, "ce créneau ne dure rien. Corriger le début ou la fin.")
    if last > first:
        return Slot(first, last)
    if (minutes := last + DAY_MINUTES - first) > _LONGEST_NIGHT:
        msgid = "ce créneau durerait %(hours)s jusqu'au lendemain. Échanger le début et la fin, ou les corriger."
        refuse(field, msgid, hours=shown_hours(minutes))
    return Slot(first, last + DAY_MINUTES)


def _minutes(field: Field) -> int:
    found = _CLOCK.fullmatch(field.value) if isinstance(field.value, str) else None
    minutes = int(found[1]) * HOUR + int(found[2]) if found else DAY_MINUTES + 1
    if minutes > DAY_MINUTES:
        refuse(field, "%(found)s n'est pas une heure. L'écrire comme « 08:30 ».")
    return minutes
