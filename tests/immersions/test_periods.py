"""The calendar under the rules: months, windows, ages, holidays."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.immersions.holidays import holidays_of
from crm.immersions.periods import DAY, Period, age_on, birthday, first_window_over, last_day_of_months

REFERENCE = Path(__file__).parents[2] / "seeds" / "reference" / "jours_feries.csv"

YEARS = [
    ("2026-03-02", "2027-03-01"),
    ("2027-02-28", "2028-02-27"),
    ("2027-03-01", "2028-02-29"),
    ("2028-02-28", "2029-02-27"),
    ("2028-02-29", "2029-02-28"),
    ("2028-03-01", "2029-02-28"),
    ("2026-01-01", "2026-12-31"),
]


@pytest.mark.parametrize(("first", "last"), YEARS)
def test_twelve_months(first, last):
    assert last_day_of_months(date.fromisoformat(first), 12).isoformat() == last


@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)), st.integers(1, 24))
def test_the_first_window_over_a_day_is_the_first(day, months):
    first = first_window_over(day, months)

    assert last_day_of_months(first, months) >= day
    assert last_day_of_months(first - DAY, months) < day


@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)), st.integers(1, 24))
def test_a_later_beginning_never_ends_earlier(day, months):
    assert last_day_of_months(day, months) <= last_day_of_months(day + DAY, months)
    assert timedelta(0) <= last_day_of_months(day + DAY, months) - last_day_of_months(day, months) <= timedelta(4)


def test_a_period_does_not_end_before_it_begins():
    assert Period(date(2026, 3, 2), date(2026, 3, 2)).days == 1
    with pytest.raises(ValueError, match="before"):
        Period(date(2026, 3, 2), date(2026, 3, 1))


AGES = [
    ("2008-03-02", "2026-03-01", 17),
    ("2008-03-02", "2026-03-02", 18),
    ("2008-12-31", "2026-12-30", 17),
    ("2008-02-29", "2026-02-28", 17),
    ("2008-02-29", "2026-03-01", 18),
    ("2008-02-29", "2028-02-29", 20),
]


@pytest.mark.parametrize(("birth", "day", "age"), AGES)
def test_age(birth, day, age):
    assert age_on(date.fromisoformat(birth), date.fromisoformat(day)) == age


@given(st.dates(date(1920, 1, 1), date(2100, 12, 31)), st.integers(1, 90))
def test_a_birthday_is_the_first_day_of_an_age(birth, age):
    day = birthday(birth, age)

    assert age_on(birth, day) == age
    assert age_on(birth, day - DAY) == age - 1


def test_holidays_are_those_of_the_reference_file():
    with REFERENCE.open(encoding="utf-8") as file:
        rows = [(date.fromisoformat(row["date"]), row["zone"]) for row in csv.DictReader(file)]
    years = sorted({day.year for day, _ in rows})

    assert len(years) > 15
    for year in years:
        local = {day for day, zone in rows if zone and day.year == year}
        everybody = {day for day, zone in rows if not zone and day.year == year}
        assert holidays_of(year, alsace_moselle=False) == everybody
        assert holidays_of(year, alsace_moselle=True) == everybody | local
