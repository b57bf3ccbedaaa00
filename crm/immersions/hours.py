"""Rules on hours: R9 and R10 (a week, a day), R12 (minors), R13 (Sundays, holidays), R31 (rest)."""

from collections.abc import Iterator, Mapping
from datetime import date

from crm.immersions.findings import Finding, found, shown, shown_days, shown_hours
from crm.immersions.holidays import is_holiday
from crm.immersions.periods import DAY, Period, age_on
from crm.immersions.thresholds import Limits
from crm.immersions.timetable import (
    DAY_MINUTES,
    HOUR,
    Slot,
    Timetable,
    by_calendar_day,
    longest_stretch,
    minutes_by_week,
    minutes_of,
    monday_of,
)
from crm.sentences import Sentence
from crm.wording import N_

_SUNDAY = 6  # date.weekday()
_WEEK = 7

Shifts = Mapping[date, tuple[Slot, ...]]


def check_usual_week(timetable: Timetable, period: Period, limits: Limits) -> Finding | None:
    """R9: more than the usual hours in a Monday-to-Sunday week; the days outside the period are not worked."""
    days = by_calendar_day(timetable.shifts(period))
    msgid = N_("%(hours)s la semaine du %(monday)s : plus que les %(most)s habituelles. En convenir avec l'accueil.")
    return found(_long_weeks(days, limits.usual_week_hours, msgid))


def check_longest(timetable: Timetable, period: Period, limits: Limits) -> Finding | None:
    """R10: more than the legal hours in a week, or in a day."""
    days = by_calendar_day(timetable.shifts(period))
    week = N_("%(hours)s la semaine du %(monday)s : au plus %(most)s. Alléger la semaine.")
    day = N_("%(hours)s le %(day)s : au plus %(most)s par jour. Raccourcir la journée.")
    return found([*_long_weeks(days, limits.week_hours, week), *_long_days(days, limits.day_hours, day)])


def check_minor(
    timetable: Timetable, period: Period, limits: Limits, *, birth: date, departement: str | None
) -> Finding | None:
    """R12, hours: each day by the age that day. The signature is rule R16's."""
    shifts = {day: slots for day, slots in timetable.shifts(period).items() if age_on(birth, day) < limits.full_age}
    days = by_calendar_day(shifts)
    day = N_("Mineur : %(hours)s le %(day)s, au plus %(most)s par jour. Raccourcir la journée.")
    week = N_("Mineur : %(hours)s la semaine du %(monday)s, au plus %(most)s. Alléger la semaine.")
    return found(
        [
            *_long_days(days, limits.minor_day_hours, day),
            *_long_weeks(days, limits.minor_week_hours, week),
            *_without_break(shifts, limits),
            *_without_days_off(shifts, limits),
            *_at_night(days, limits),
            *_on_holidays(days, departement),
        ]
    )


def check_sundays_and_holidays(timetable: Timetable, period: Period, departement: str | None) -> Finding | None:
    """R13: the rules of the host's own staff apply."""
    days = by_calendar_day(timetable.shifts(period))
    sundays = [day for day in days if day.weekday() == _SUNDAY]
    holidays = [day for day in days if is_holiday(day, departement)]
    said = []
    if sundays:
        msgid = N_("Dimanche travaillé : %(days)s. Vérifier que le personnel de l'accueil y travaille, et confirmer.")
        said.append(Sentence(msgid, {"days": shown_days(sundays)}))
    if holidays:
        msgid = N_("Jour férié travaillé : %(days)s. Vérifier que le personnel de l'accueil y travaille, et confirmer.")
        said.append(Sentence(msgid, {"days": shown_days(holidays)}))
    return found(said)


def check_rest(timetable: Timetable, period: Period, limits: Limits) -> Finding | None:
    """
    R31: the daily rest, and the day off of each Monday-to-Sunday week.

    A day that stretches over more than 24 hours less the rest leaves no room for it, even before a day off.
    """
    shifts = timetable.shifts(period)
    return found([*_short_rests(shifts, limits), *_full_weeks(shifts, limits)])


def _long_weeks(days: Shifts, most: int, msgid: str) -> Iterator[Sentence]:
    long = {monday: minutes for monday, minutes in minutes_by_week(days).items() if minutes > most * HOUR}
    if long:
        monday = max(long, key=lambda one: (long[one], -one.toordinal()))
        values = {"hours": shown_hours(long[monday]), "monday": shown(monday), "most": shown_hours(most * HOUR)}
        yield Sentence(msgid, values)


def _long_days(days: Shifts, most: int, msgid: str) -> Iterator[Sentence]:
    long = {day: minutes_of(slots) for day, slots in days.items() if minutes_of(slots) > most * HOUR}
    if long:
        day = max(long, key=lambda one: (long[one], -one.toordinal()))
        yield Sentence(msgid, {"hours": shown_hours(long[day]), "day": shown(day), "most": shown_hours(most * HOUR)})


def _without_break(shifts: Shifts, limits: Limits) -> Iterator[Sentence]:
    stretches = {day: longest_stretch(slots, real_break=limits.minor_break_minutes) for day, slots in shifts.items()}
    long = [day for day, minutes in stretches.items() if minutes > limits.minor_stretch_minutes]
    if long:
        msgid = N_(
            "Mineur : %(hours)s d'affilée le %(day)s. Prévoir %(break)s minutes de pause avant %(most)s de travail."
        )
        yield Sentence(
            msgid,
            {
                "hours": shown_hours(stretches[long[0]]),
                "day": shown(long[0]),
                "break": limits.minor_break_minutes,
                "most": shown_hours(limits.minor_stretch_minutes),
            },
        )


def _without_days_off(shifts: Shifts, limits: Limits) -> Iterator[Sentence]:
    """A week whose rest begins on its Sunday is rested: the days after count."""
    for monday in sorted({monday_of(day) for day in shifts}):
        firsts = [monday + DAY * ahead for ahead in range(_WEEK)]
        if not any(_is_off(first, shifts, limits.minor_days_off) for first in firsts):
            msgid = N_("Mineur : la semaine du %(monday)s n'a pas %(count)s jours de repos de suite. Les prévoir.")
            yield Sentence(msgid, {"monday": shown(monday), "count": limits.minor_days_off})
            return


def _is_off(first: date, shifts: Shifts, count: int) -> bool:
    return not any(first + DAY * ahead in shifts for ahead in range(count))


def _at_night(days: Shifts, limits: Limits) -> Iterator[Sentence]:
    until, since = limits.night_until * HOUR, limits.night_from * HOUR
    nights = [day for day, slots in days.items() if any(slot.first < until or slot.last > since for slot in slots)]
    if nights:
        msgid = N_("Mineur : travail entre %(since)s h et %(until)s h le %(days)s. Déplacer ces heures.")
        yield Sentence(msgid, {"since": limits.night_from, "until": limits.night_until, "days": shown_days(nights)})


def _on_holidays(days: Shifts, departement: str | None) -> Iterator[Sentence]:
    holidays = [day for day in days if is_holiday(day, departement)]
    if holidays:
        msgid = N_("Mineur : jour férié travaillé (%(days)s). Laisser ce jour libre.")
        yield Sentence(msgid, {"days": shown_days(holidays)})


def _short_rests(shifts: Shifts, limits: Limits) -> Iterator[Sentence]:
    rest = limits.rest_hours * HOUR
    for day, slots in shifts.items():
        end = max(slot.last for slot in slots)
        width = end - slots[0].first
        if width > DAY_MINUTES - rest:
            msgid = N_(
                "La journée du %(day)s s'étend sur %(hours)s : il n'y reste pas %(rest)s de repos. La resserrer."
            )
            values = {"day": shown(day), "hours": shown_hours(width), "rest": shown_hours(rest)}
            yield Sentence(msgid, values)
            return
        following = shifts.get(day + DAY)
        if following and following[0].first + DAY_MINUTES - end < rest:
            msgid = N_("%(hours)s de repos après le %(day)s : au moins %(rest)s. Décaler le lendemain.")
            gap = max(0, following[0].first + DAY_MINUTES - end)
            yield Sentence(msgid, {"hours": shown_hours(gap), "day": shown(day), "rest": shown_hours(rest)})
            return


def _full_weeks(shifts: Shifts, limits: Limits) -> Iterator[Sentence]:
    weeks: dict[date, int] = {}
    for day in shifts:
        weeks[monday_of(day)] = weeks.get(monday_of(day), 0) + 1
    full = [monday for monday, count in weeks.items() if count > limits.week_days]
    if full:
        msgid = N_("%(count)s jours travaillés la semaine du %(monday)s : au plus %(most)s. Prévoir un jour de repos.")
        yield Sentence(msgid, {"count": weeks[full[0]], "monday": shown(full[0]), "most": limits.week_days})
