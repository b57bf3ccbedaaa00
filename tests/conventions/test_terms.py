"""How long conventions last."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.conventions.terms import (
    Terms,
    add_months,
    final_end,
    is_advised,
    length,
    notice_by,
    nth_end,
    period_end,
    term_at,
)

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2027-01-01", 36, "2029-12-31"),
        ("2027-03-15", 1, "2027-04-14"),
        ("2028-02-29", 12, "2029-02-28"),  # no such day: the last of the month
        ("2028-02-29", 36, "2031-02-28"),
        ("2028-02-29", 48, "2032-02-28"),  # there is one: the eve
        ("2027-01-31", 1, "2027-02-28"),
        ("2027-01-29", 1, "2027-02-28"),
        ("2027-03-31", 1, "2027-04-30"),
        ("2027-12-31", 1, "2028-01-30"),
        ("9999-06-01", 12, "9999-12-31"),  # as far as the calendar goes
    ],
)
def test_the_last_day_of_a_period(start, months, end):
    assert period_end(d(start), months) == d(end)


@pytest.mark.parametrize(
    ("end", "months", "by"),
    [
        ("2027-12-31", 3, "2027-09-30"),
        ("2027-12-31", 0, "2027-12-31"),
        ("2027-05-30", 3, "2027-02-27"),  # 31/05 less three months is the end of February, and the day before it
        ("2028-05-30", 3, "2028-02-28"),
        ("2027-03-14", 1, "2027-02-14"),
    ],
)
def test_the_last_day_to_give_notice(end, months, by):
    assert notice_by(d(end), months) == d(by)


TACIT = Terms(starts_on=d("2024-03-01"), ends_on=d("2025-02-28"), tacit_months=12, tacit_times=2)


@pytest.mark.parametrize(
    ("today", "number", "start", "end"),
    [
        ("2023-01-01", 0, "2024-03-01", "2025-02-28"),
        ("2025-02-28", 0, "2024-03-01", "2025-02-28"),
        ("2025-03-01", 1, "2025-03-01", "2026-02-28"),
        ("2027-02-28", 2, "2026-03-01", "2027-02-28"),
        ("2040-01-01", 2, "2026-03-01", "2027-02-28"),
    ],
)
def test_the_term_under_way(today, number, start, end):
    term = term_at(TACIT, d(today))
    assert (term.number, term.starts_on, term.ends_on) == (number, d(start), d(end))


@pytest.mark.parametrize(
    ("terms", "end"),
    [
        (TACIT, d("2027-02-28")),
        (Terms(starts_on=d("2024-03-01"), ends_on=d("2025-02-28")), d("2025-02-28")),
        (Terms(starts_on=d("2024-03-01"), ends_on=d("2025-02-28"), tacit_months=12), None),
        (Terms(starts_on=d("2024-03-01")), None),
        (Terms(starts_on=d("2024-03-01"), ends_on=d("2025-02-28"), tacit_months=12, tacit_times=0), d("2025-02-28")),
    ],
)
def test_the_end_of_all(terms, end):
    assert final_end(terms) == end


@pytest.mark.parametrize(
    ("start", "end", "months", "advised"),
    [
        ("2027-01-01", "2029-12-31", 36, True),
        ("2027-01-01", "2030-12-31", 48, True),
        ("2027-01-01", "2029-12-30", 35, False),
        ("2027-01-01", "2031-01-31", 49, False),
        ("2027-01-01", "2027-01-01", 0, False),
    ],
)
def test_three_to_four_years_are_advised(start, end, months, advised):
    assert length(d(start), d(end)) == months
    assert is_advised(d(start), d(end)) is advised


@given(DAYS, st.integers(1, 600))
def test_a_period_and_its_length_agree(start, months):
    assert length(start, period_end(start, months)) == months


@given(DAYS, st.integers(0, 600))
def test_notice_comes_before_the_end_and_leaves_so_many_months(end, months):
    by = notice_by(end, months)
    assert by <= end
    assert add_months(by + timedelta(days=1), months) <= end + timedelta(days=1)


@given(DAYS, st.integers(1, 2000), st.integers(1, 60), st.one_of(st.none(), st.integers(0, 50)), DAYS)
def test_terms_follow_one_another_and_hold_the_day(start, days, months, times, today):
    terms = Terms(starts_on=start, ends_on=start + timedelta(days=days), tacit_months=months, tacit_times=times)
    term = term_at(terms, today)
    end = final_end(terms)
    assert term.starts_on <= term.ends_on
    assert end is None or term.ends_on <= end
    assert term.number == 0 or term.starts_on == nth_end(terms, term.number - 1) + timedelta(days=1)
    if terms.starts_on <= today and (end is None or today <= end) and term.number < 50:
        assert term.starts_on <= today <= term.ends_on


@given(st.dates(), st.integers(-20_000, 20_000))
def test_months_never_leave_the_calendar(day, months):
    assert date.min <= add_months(day, months) <= date.max
