"""What becomes of a survey, and whether an indicator was set in time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.method.steering.indicators import set_in_time
from crm.method.surveys.rules import SurveyState, Times, state_of

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
SECOND = timedelta(seconds=1)
instants = st.datetimes(timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("times", "state"),
    [
        (Times(LATER), SurveyState.WAITING),
        (Times(NOW), SurveyState.WAITING),
        (Times(NOW - SECOND), SurveyState.EXPIRED),
        (Times(LATER, revoked_at=NOW), SurveyState.REVOKED),
        (Times(NOW - SECOND, revoked_at=NOW), SurveyState.REVOKED),
        (Times(LATER, answered_at=NOW), SurveyState.ANSWERED),
        (Times(NOW - SECOND, answered_at=NOW - SECOND), SurveyState.ANSWERED),
        (Times(LATER, answered_at=NOW, revoked_at=NOW), SurveyState.ANSWERED),
    ],
)
def test_what_became_of_a_survey(times, state):
    assert state_of(times, NOW) is state


@given(instants, instants)
def test_a_link_that_is_dead_stays_dead(expires_at, now):
    if state_of(Times(expires_at), now) is not SurveyState.WAITING:
        later = now + timedelta(days=1) if now.year < 9000 else now
        assert state_of(Times(expires_at), later) is SurveyState.EXPIRED


@pytest.mark.parametrize(
    ("set_on", "first_launch", "in_time"),
    [
        (date(2026, 3, 1), None, True),
        (date(2026, 3, 1), date(2026, 3, 1), True),
        (date(2026, 3, 1), date(2026, 3, 2), True),
        (date(2026, 3, 2), date(2026, 3, 1), False),
    ],
)
def test_an_indicator_is_set_before_launching(set_on, first_launch, in_time):
    assert set_in_time(set_on, first_launch) is in_time
