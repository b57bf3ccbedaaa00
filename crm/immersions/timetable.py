"""The hours of an immersion: slots by weekday, laid on the days of a period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crm.immersions.periods import DAY, Period

HOUR = 60
DAY_MINUTES = 24 * HOUR
#: No period that the law allows is longer; beyond, the same weeks would be read again and again.
LONGEST_READ = timedelta(days=400)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """Work without a stop, in minutes from the midnight that begins its day; beyond 1440 it goes on the next "
    "morning."""

    first: int
    last: int

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Timetable:
    """A usual week: for each weekday (Monday first), its slots in order, apart from one another."""

    week: tuple[tuple[Slot, ...], ...]

    def shifts(self, period: Period) -> dict[date, tuple[Slot, ...]]:
        """The slots that begin on each day of the period that has some, in order."""
        last = min(period.last, period.first + LONGEST_READ)
        days = (period.first + DAY * ahead for ahead in range((last - period.first).days + 1))
        return {day: slots for day in days if (slots := self.week[day.weekday()])}


def by_calendar_day(shifts: Mapping[date, tuple[Slot, ...]]) -> dict[date, tuple[Slot, ...]]:
    """The same work, cut at midnight: what each calendar day holds of it, in order."""
    cut: dict[date, list[Slot]] = {}
    for day, slots in shifts.items():
        for slot in slots:
            if slot.first < DAY_MINUTES:
                cut.setdefault(day, []).append(Slot(slot.first, min(slot.last, DAY_MINUTES)))
            if slot.last > DAY_MINUTES:
                morning = Slot(max(slot.first - DAY_MINUTES, 0), slot.last - DAY_MINUTES)
                cut.setdefault(day + DAY, []).append(morning)
    return {day: tuple(sorted(cut[day])) for day in sorted(cut)}


def minutes_of(slots: tuple[Slot, ...]) -> int:
    """The work of a day, in minutes."""
    return sum(slot.minutes for slot in slots)


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - DAY * day.weekday()


def minutes_by_week(days: Mapping[date, tuple[Slot, ...]]) -> dict[date, int]:
    """The work of each Monday-to-Sunday week, by its Monday, in minutes."""
    weeks: dict[date, int] = {}
    for day, slots in days.items():
        weeks[monday_of(day)] = weeks.get(monday_of(day), 0) + minutes_of(slots)
    return weeks


def longest_stretch(slots: tuple[Slot, ...], *, real_break: int) -> int:
    """The longest work, in minutes, between two breaks of at least `real_break` minutes."""
    longest = stretch = 0
    previous: Slot | None = None
    for slot in slots:
        broken = previous is None or slot.first - previous.last >= real_break
        stretch = slot.minutes if broken else stretch + slot.minutes
        longest, previous = max(longest, stretch), slot
    return longest
