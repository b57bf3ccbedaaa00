"""
The block rules once more, from docs/rules/pmsmp.md, with none of the code of the engine: day by day, minute by minute.

Slow and plain on purpose. Works on the JSON of a case; every field is expected to be well formed, and both dates there.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

ONE = timedelta(days=1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read(text):
    return date.fromisoformat(text)


def span(first, last):
    return [first + ONE * n for n in range((last - first).days + 1)]


def days_of(period):
    return span(read(period["start"]), read(period["end"]))


@lru_cache(maxsize=20_000)
def end_of(first, months):
    """One month from 15 March is 14 April; from 31 January, the end of February."""
    year, month = first.year, first.month + months
    while month > 12:
        year, month = year + 1, month - 12
    try:
        return date(year, month, first.day) - ONE
    except ValueError:
        return (date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)) - ONE


def birthday(birth, age):
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)


def same(one, other):
    def bare(text):
        return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c)).split()

    return bare(one) == bare(other)


def windows_over(days):
    """Every twelve months that hold one of these days, which follow one another."""
    for first in span(days[0] - ONE * 370, days[-1]):
        last = end_of(first, 12)
        if last >= days[0]:
            yield first, last


def here(case):
    return [stay for stay in case["done"] if stay["host_siret"] == case["host"]["siret"]]


def breaks_r3(case):
    wanted = case["wanted"]
    if wanted["renewal_of"] is None:
        return False
    named = [stay for stay in case["done"] if stay["id"] == wanted["renewal_of"]]
    if not named:
        return True
    renewed, start = named[0], read(wanted["start"])
    gap = (start - read(renewed["end"])).days
    return not (
        renewed["renewal_of"] is None
        and not any(stay["renewal_of"] == renewed["id"] for stay in case["done"])
        and renewed["host_siret"] == case["host"]["siret"]
        and renewed["purpose"] == wanted["purpose"]
        and same(renewed["objectives"], wanted["objectives"])
        and renewed["objectives_reached"] is False
        and (wanted["renewal_reason"] or "").strip()
        and 1 <= gap <= 30
        and read(wanted["end"]) <= end_of(start, 1)
    )


def conventions_in(case, first, last):
    return [stay for stay in here(case) if stay["renewal_of"] is None and first <= read(stay["start"]) <= last]


def breaks_r4(case):
    wanted = case["wanted"]
    if wanted["renewal_of"] is not None:
        return False
    for window in windows_over([read(wanted["start"])]):
        others = conventions_in(case, *window)
        if len(others) > 1:
            return True
        for other in others:
            if other["purpose"] == wanted["purpose"] and same(other["objectives"], wanted["objectives"]):
                return True
    return False


def breaks_r5(case, days=None):
    asked = days or days_of(case["wanted"])
    present = sorted([day for stay in here(case) for day in days_of(stay)] + asked)
    return any(bisect_right(present, last) - bisect_left(present, first) > 60 for first, last in windows_over(asked))


def quarters(case):
    """Each CDDI or CUI of known dates: its days, the cap, the days done on it."""
    for contract in case["contracts"]:
        if contract["kind"] in ("CDDI", "CUI") and contract.get("start") and contract.get("end"):
            days = days_of(contract)
            done = sum(days[0] <= day <= days[-1] for stay in case["done"] for day in days_of(stay))
            yield days, len(days) // 4, done


def breaks_r8(case):
    for days, cap, done in quarters(case):
        asked = sum(days[0] <= day <= days[-1] for day in days_of(case["wanted"]))
        if asked and done + asked > cap:
            return True
    return False


def breaks_r30(case):
    wanted = case["wanted"]
    if not wanted["on_working_time"]:
        return False
    dated = [one for one in case["contracts"] if one.get("start")]
    free = [
        day
        for day in days_of(wanted)
        if not any(read(c["start"]) <= day and (not c.get("end") or day <= read(c["end"])) for c in dated)
    ]
    return bool(free) and len(dated) == len(case["contracts"])


def worked(case, keep=lambda day: True):
    """The minutes worked by the day on which their slot begins, counted from the midnight of that day."""
    schedule, found = case["wanted"]["weekly_schedule"] or {}, {}
    for day in days_of(case["wanted"]):
        minutes = set()
        for first, last in schedule.get(WEEK[day.weekday()], []):
            begin, end = (int(text[:2]) * 60 + int(text[3:]) for text in (first, last))
            minutes |= set(range(begin, end if end > begin else end + 1440))
        if minutes and keep(day):
            found[day] = minutes
    return found


def by_date(shifts):
    """The same, on the calendar day they fall on."""
    found = {}
    for day, minutes in shifts.items():
        for minute in minutes:
            found.setdefault(day + ONE * (minute // 1440), set()).add(minute % 1440)
    return found


def too_long(dates, day_hours, week_hours):
    weeks = {}
    for day, minutes in dates.items():
        weeks[day.isocalendar()[:2]] = weeks.get(day.isocalendar()[:2], 0) + len(minutes)
    return any(len(m) > day_hours * 60 for m in dates.values()) or any(w > week_hours * 60 for w in weeks.values())


def breaks_r12(case, holidays):
    eighteen = birthday(read(case["employee"]["birth_date"]), 18)
    shifts = worked(case, keep=lambda day: day < eighteen)
    dates = by_date(shifts)
    return (
        too_long(dates, 8, 35)
        or any(minute < 360 or minute >= 1320 for minutes in dates.values() for minute in minutes)
        or any(day in holidays for day in dates)
        or any(runs_too_long(minutes) for minutes in shifts.values())
        or any(not rested(week, shifts) for week in {day - ONE * day.weekday() for day in shifts})
    )


def runs_too_long(minutes):
    run = pause = 0
    for minute in range(min(minutes), max(minutes) + 1):
        run, pause = (run + 1, 0) if minute in minutes else (run, pause + 1)
        run = 0 if pause >= 30 else run
        if run > 270:
            return True
    return False


def rested(monday, shifts):
    week = [monday + ONE * n for n in range(8)]
    return any(one not in shifts and other not in shifts for one, other in pairwise(week))


def breaks_r31(case):
    shifts = worked(case)
    for day, minutes in shifts.items():
        if max(minutes) + 1 - min(minutes) > 13 * 60:
            return True
        if day + ONE in shifts and min(shifts[day + ONE]) + 1440 - (max(minutes) + 1) < 11 * 60:
            return True
    weeks = [day.isocalendar()[:2] for day in shifts]
    return any(weeks.count(week) == 7 for week in weeks)


def may_prescribe(case):
    kind, until = case["prescriber_kind"], case["delegation_until"]
    if kind in ("EBE", "GEIQ"):
        return until is not None and read(until) >= read(case["wanted"]["start"])
    return kind != "ETTI"


def broken(case, holidays=frozenset()):
    """The block rules that a case breaks. `holidays`: those of the host's département."""
    wanted = case["wanted"]
    start, asked = read(wanted["start"]), days_of(wanted)
    birth = read(case["employee"]["birth_date"])
    busy = {day for stay in case["done"] for day in days_of(stay)}
    rules = {
        1: wanted["purpose"] not in ("discover", "confirm", "recruit"),
        2: asked[-1] > end_of(start, 1),
        3: breaks_r3(case),
        4: breaks_r4(case),
        5: breaks_r5(case),
        8: breaks_r8(case),
        10: too_long(by_date(worked(case)), 10, 48),
        11: start < birthday(birth, 16),
        12: breaks_r12(case, holidays),
        14: start < read(case["today"]),
        19: not may_prescribe(case),
        29: bool(busy & set(asked)),
        30: breaks_r30(case),
        31: breaks_r31(case),
    }
    return {f"R{number}" for number, is_broken in rules.items() if is_broken}


def latest_end(case):
    """The last day, tried one by one, that breaks none of R2, R3, R5, R8."""
    start, found = read(case["wanted"]["start"]), None
    for end in span(start, start + ONE * 35):
        tried = case | {"wanted": case["wanted"] | {"end": end.isoformat()}}
        month = end <= end_of(start, 1)
        if month and not (breaks_r3(tried) or breaks_r5(tried) or breaks_r8(tried)):
            found = end
    return found.isoformat() if found else None


def days_left(case):
    """The longest stay from the first day, tried one by one, under R5 alone."""
    start = read(case["wanted"]["start"])
    return max((n for n in range(1, 62) if not breaks_r5(case, span(start, start + ONE * (n - 1)))), default=0)


def conventions_left(case):
    start = read(case["wanted"]["start"])
    return max(0, 2 - max(len(conventions_in(case, *window)) for window in windows_over([start])))


def contract_days(case):
    start = read(case["wanted"]["start"])
    return min((max(0, cap - done) for days, cap, done in quarters(case) if days[0] <= start <= days[-1]), default=None)
