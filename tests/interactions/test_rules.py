"""Wall clocks of Paris, and what is said of recent requests."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.interactions.rules import (
    Request,
    instant_in_paris,
    recent_requests,
    wall_clock_in_paris,
)

TODAY = date(2026, 11, 22)


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
    ("request_", "told"),
    [
        (Request("Sonia", False, TODAY), ["Sonia a déjà sollicité ce partenaire aujourd'hui."]),
        (Request("Sonia", False, TODAY - timedelta(1)), ["Sonia a déjà sollicité ce partenaire hier."]),
        (
            Request("Sonia", False, TODAY - timedelta(12)),
            ["Sonia a déjà sollicité ce partenaire il y a 12 jours."],
        ),
        (
            Request("Inès", True, TODAY - timedelta(30)),
            ["Vous avez déjà sollicité ce partenaire il y a 30 jours."],
        ),
        (Request("Sonia", False, TODAY - timedelta(31)), []),
        (Request("Sonia", False, TODAY + timedelta(1)), []),
    ],
)
def test_a_recent_request_is_told(request_, told):
    assert [str(sentence) for sentence in recent_requests([request_], TODAY)] == told


def test_many_requests_are_counted_the_latest_first():
    requests = [Request(f"N{days}", False, TODAY - timedelta(days)) for days in (20, 3, 29, 40, 8)]
    told = [str(sentence) for sentence in recent_requests(requests, TODAY)]
    assert [line.split()[0] for line in told] == ["N3", "N8", "N20", "4"]
    assert recent_requests([], TODAY) == []
