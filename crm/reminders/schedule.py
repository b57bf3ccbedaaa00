"""
When things leave: the day a digest is due, the due times of the tasks, the wait before a second attempt.

A digest is known by its local day in Paris, so that a night with 25 hours makes one, and one with 23 does not lose it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from crm.clock import PARIS, day_of

#: Monday to Friday (`date.weekday()`): the usual ones. Each structure's own days are in workdays.py.
WORKING_DAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))

#: Beyond, a message says that it comes late.
LATE_AFTER = timedelta(hours=1)

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A digest to send: its day in Paris, the instant it was due (aware), and whether that is long past."""

    day: date
    at: datetime
    late: bool

    @property
    def occurrence(self) -> str:
        """What makes it one of a kind for its reader: the local day, 2026-11-23."""
        return self.day.isoformat()


def due_digest(now: datetime, digest_at: time, *, working_days: frozenset[int] = WORKING_DAYS) -> Due | None:
    """
    The digest due at `now` for whoever wants it at `digest_at` (Paris); None before that hour and on days off.

    Only today's is ever due: after an outage of three days one leaves, and what it lists as late covers the others.
    """
    day = day_of(now)
    if day.weekday() not in working_days:
        return None
    at = instant(day, digest_at)
    if now < at:
        return None
    return Due(day, at, now - at > LATE_AFTER)


def instant(day: date, at: time) -> datetime:
    """
    The instant (UTC) of an hour in Paris.

    An hour that the night of March skips falls one hour later on the clock (02:30 is 03:30); of one that the night
    of October has twice, the first counts. Both are what PEP 495 gives for fold=0.
    """
    return datetime.combine(day, at, tzinfo=PARIS).astimezone(UTC)


def end_of_week(day: date) -> date:
    """The Sunday of that day's week."""
    return day + timedelta(days=6 - day.weekday())


def minute_of(now: datetime) -> datetime:
    """The last full minute: the due time of what runs each minute."""
    return now.replace(second=0, microsecond=0)


def hour_of(now: datetime) -> datetime:
    """The last full hour: the due time of what runs each hour."""
    return now.replace(minute=0, second=0, microsecond=0)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after that many attempts (1 or more): a minute, doubled each time, an hour at most."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, 10)), _LONGEST_WAIT)
