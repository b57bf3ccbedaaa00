"""When a digest is due, nights of 23 and 25 hours included."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.clock import PARIS
from crm.reminders.schedule import EVERY_DAY, due_digest, end_of_week, hour_of, minute_of, wait_after

HALF_PAST_SEVEN = time(7, 30)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "late"),
    [
        ("2026-11-23T07:30", False),
        ("2026-11-23T08:30", False),
        ("2026-11-23T08:31", True),
        ("2026-11-23T23:59", True),
    ],
)
def test_due_from_its_hour_until_midnight(now: str, late: bool) -> None:
    due = due_digest(paris(now), HALF_PAST_SEVEN)
    assert due is not None
    assert (due.occurrence, due.at, due.late) == ("2026-11-23", datetime(2026, 11, 23, 6, 30, tzinfo=UTC), late)


@pytest.mark.parametrize(
    "now",
    [
        "2026-11-23T07:29",  # too early
        "2026-11-24T00:00",  # yesterday's is no longer due
        "2026-11-21T12:00",  # a Saturday
        "2026-11-22T12:00",  # a Sunday
    ],
)
def test_not_due(now: str) -> None:
    assert due_digest(paris(now), HALF_PAST_SEVEN) is None


# Each night on which the clock changes, an hour, and the instant in UTC when its digest leaves.
NIGHTS = [
    ("2026-10-25", "00:30", "2026-10-24T22:30"),
    ("2026-10-25", "01:59", "2026-10-24T23:59"),
    ("2026-10-25", "02:30", "2026-10-25T00:30"),  # 02:30 comes twice: the first
    ("2026-10-25", "03:00", "2026-10-25T02:00"),
    ("2026-10-25", "07:30", "2026-10-25T06:30"),
    ("2027-03-28", "00:30", "2027-03-27T23:30"),
    ("2027-03-28", "01:59", "2027-03-28T00:59"),
    ("2027-03-28", "02:30", "2027-03-28T01:30"),  # there is no 02:30: 03:30
    ("2027-03-28", "03:00", "2027-03-28T01:00"),
    ("2027-03-28", "07:30", "2027-03-28T05:30"),
    ("2027-10-31", "00:30", "2027-10-30T22:30"),
    ("2027-10-31", "02:00", "2027-10-31T00:00"),
    ("2027-10-31", "02:59", "2027-10-31T00:59"),
    ("2027-10-31", "03:00", "2027-10-31T02:00"),
    ("2027-10-31", "23:30", "2027-10-31T22:30"),
    ("2028-03-26", "00:30", "2028-03-25T23:30"),
    ("2028-03-26", "02:00", "2028-03-26T01:00"),
    ("2028-03-26", "02:59", "2028-03-26T01:59"),
    ("2028-03-26", "03:00", "2028-03-26T01:00"),
    ("2028-03-26", "23:30", "2028-03-26T21:30"),
]


@pytest.mark.parametrize(("day", "hour", "instant"), NIGHTS)
def test_one_digest_on_the_nights_that_change(day: str, hour: str, instant: str) -> None:
    """Asked each minute from the evening before until the evening after, one occurrence becomes due, once."""
    wanted = time.fromisoformat(hour)
    start = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=UTC) - timedelta(hours=6)
    seen = {}
    for minutes in range(36 * 60):
        now = start + timedelta(minutes=minutes)
        due = due_digest(now, wanted, working_days=EVERY_DAY)
        if due is not None and due.day == date.fromisoformat(day):
            seen.setdefault(due.occurrence, (now, due.at, due.late))
    leaves = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert seen == {day: (leaves, leaves, False)}


def test_waits_double_from_a_minute_to_an_hour() -> None:
    assert [wait_after(n) // timedelta(minutes=1) for n in (1, 2, 3, 4, 5, 6, 7, 8, 500)] == [
        *(1, 2, 4, 8, 16, 32, 60, 60, 60)
    ]


def test_due_times_of_the_tasks() -> None:
    now = datetime(2026, 11, 23, 6, 31, 59, 7, tzinfo=UTC)
    assert minute_of(now) == datetime(2026, 11, 23, 6, 31, tzinfo=UTC)
    assert hour_of(now) == datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-28", "2026-11-29"])
def test_the_week_ends_on_sunday(day: str) -> None:
    assert end_of_week(date.fromisoformat(day)) == date(2026, 11, 29)
