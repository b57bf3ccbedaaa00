"""Wall clocks of Paris."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.interactions.rules import instant_in_paris, likely_meeting, wall_clock_in_paris


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2026-11-22T14:05", "2026-11-22T13:05"),  # winter
        ("2026-07-14T14:05", "2026-07-14T12:05"),  # summer
        ("2026-11-22T00:30", "2026-11-21T23:30"),  # the day before in UTC
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T02:30", "2026-03-29T01:30"),  # does not exist: read as 3:30
        ("2026-03-29T03:30", "2026-03-29T01:30"),
        ("2026-10-25T01:59", "2026-10-24T23:59"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # comes twice: the first
        ("2026-10-25T03:00", "2026-10-25T02:00"),
        ("1990-01-01T00:00", "1989-12-31T23:00"),
        ("9999-12-31T23:59", "9999-12-31T22:59"),
    ],
)
def test_a_wall_clock_of_paris_as_an_instant(local, instant):
    read = instant_in_paris(datetime.fromisoformat(local))
    assert read == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("wrong", "says"),
    [("2026-11-22T14:05+00:00", "zone"), ("1989-12-31T23:59", "before"), ("0001-01-01T00:00", "before")],
)
def test_what_is_no_wall_clock_of_our_time_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        instant_in_paris(datetime.fromisoformat(wrong))


@pytest.mark.parametrize("instant", ["2026-11-22T13:05:59", "2026-07-14T12:05:31", "2026-03-29T01:00:00"])
def test_the_default_of_the_form_is_never_in_the_future(instant):
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert timedelta(0) <= now - instant_in_paris(wall_clock_in_paris(now)) < timedelta(minutes=1)


def test_in_the_hour_that_comes_twice_the_default_is_the_first():
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert instant_in_paris(wall_clock_in_paris(second)) == second - timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "likely"),
    [
        ("2026-11-23T09:00", "2026-11-24T10:00"),  # Monday
        ("2026-11-26T22:59", "2026-11-27T10:00"),
        ("2026-11-26T23:30", "2026-11-30T10:00"),  # already Friday in Paris
        ("2026-11-27T09:00", "2026-11-30T10:00"),
        ("2026-11-28T09:00", "2026-11-30T10:00"),
        ("2026-11-29T09:00", "2026-11-30T10:00"),
    ],
)
def test_a_meeting_is_offered_on_the_next_day_of_the_week(now, likely):
    assert likely_meeting(datetime.fromisoformat(now).replace(tzinfo=UTC)) == datetime.fromisoformat(likely)
