"""The heap of a due day, and the presets: tables of cases."""

from datetime import date

import pytest

from crm.reminders.rules import Bucket, Delay, bucket, next_due

WEDNESDAY = date(2026, 11, 25)
SATURDAY = date(2026, 11, 28)
SUNDAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("due_on", "today", "expected"),
    [
        (date(2026, 11, 24), WEDNESDAY, Bucket.LATE),
        (date(2020, 2, 29), WEDNESDAY, Bucket.LATE),
        (WEDNESDAY, WEDNESDAY, Bucket.TODAY),
        (date(2026, 11, 26), WEDNESDAY, Bucket.THIS_WEEK),
        (SUNDAY, WEDNESDAY, Bucket.THIS_WEEK),
        (date(2026, 11, 30), WEDNESDAY, Bucket.LATER),
        (SUNDAY, SATURDAY, Bucket.THIS_WEEK),
        (SUNDAY, SUNDAY, Bucket.TODAY),
        (date(2026, 11, 30), SUNDAY, Bucket.LATER),
        (date(2027, 1, 3), date(2026, 12, 28), Bucket.THIS_WEEK),
        (date(2027, 1, 4), date(2026, 12, 28), Bucket.LATER),
        (date.max, WEDNESDAY, Bucket.LATER),
    ],
)
def test_the_heap_of_a_due_day(due_on, today, expected):
    assert bucket(due_on, today) is expected


@pytest.mark.parametrize(
    ("start", "delay", "expected"),
    [
        (WEDNESDAY, Delay.TOMORROW, date(2026, 11, 26)),
        (date(2026, 11, 27), Delay.TOMORROW, date(2026, 11, 30)),  # a Friday: Saturday becomes Monday
        (SATURDAY, Delay.TOMORROW, date(2026, 11, 30)),
        (SUNDAY, Delay.TOMORROW, date(2026, 11, 30)),
        (WEDNESDAY, Delay.IN_7_DAYS, date(2026, 12, 2)),
        (SATURDAY, Delay.IN_7_DAYS, date(2026, 12, 7)),
        (date(2026, 12, 30), Delay.IN_7_DAYS, date(2027, 1, 6)),
        (WEDNESDAY, Delay.IN_1_MONTH, date(2026, 12, 25)),  # public holidays are not known here
        (date(2026, 12, 15), Delay.IN_1_MONTH, date(2027, 1, 15)),
        (date(2027, 1, 31), Delay.IN_1_MONTH, date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2028, 1, 31), Delay.IN_1_MONTH, date(2028, 2, 29)),
        (date(2026, 10, 31), Delay.IN_1_MONTH, date(2026, 11, 30)),
    ],
)
def test_the_due_day_of_a_preset(start, delay, expected):
    assert next_due(start, delay) == expected


@pytest.mark.parametrize("delay", Delay)
def test_a_preset_is_a_working_day_still_to_come(delay):
    for ordinal in range(date(2026, 1, 1).toordinal(), date(2028, 3, 1).toordinal()):
        start = date.fromordinal(ordinal)
        due = next_due(start, delay)
        assert due > start
        assert due.weekday() < 5
