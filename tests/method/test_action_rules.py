"""How far an action is, which days that writes, and what is left to tick."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.method.actions.rules import NEXT, Factor, Standing, checklist, moved
from crm.method.enums import ActionState

TODAY = date(2026, 11, 27)
BEFORE = date(2026, 11, 2)
P, L, D, C = ActionState.PLANNED, ActionState.LAUNCHED, ActionState.DONE, ActionState.CANCELLED
days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
standings = st.builds(Standing, st.sampled_from(ActionState), days, days)


@pytest.mark.parametrize(
    ("standing", "wanted", "expected"),
    [
        (Standing(P), L, Standing(L, TODAY)),
        (Standing(P), D, Standing(D, TODAY, TODAY)),
        (Standing(L, BEFORE), D, Standing(D, BEFORE, TODAY)),
        (Standing(D, BEFORE, TODAY), L, Standing(L, BEFORE)),
        (Standing(L, BEFORE), P, Standing(P)),
        (Standing(L, BEFORE), C, Standing(C, BEFORE)),
        (Standing(C, BEFORE), P, Standing(P)),
        (Standing(D, None, BEFORE), D, Standing(D, BEFORE, BEFORE)),
    ],
)
def test_each_tap_writes_its_days(standing, wanted, expected):
    assert moved(standing, wanted, TODAY) == expected


@given(standings, st.sampled_from(ActionState))
def test_a_second_tap_changes_nothing(standing, wanted):
    once = moved(standing, wanted, TODAY)
    assert once.state is wanted
    assert moved(once, wanted, TODAY) == once
    if wanted is D:
        assert once.launched_on <= once.ended_on


def test_every_state_leads_somewhere():
    assert set(NEXT) == set(ActionState)
    assert all(state not in following for state, following in NEXT.items())


def test_the_factors_of_the_guide_come_after_those_of_the_action():
    written = [Factor("Préparer les salariés", True)]
    assert checklist(written, ["Un circuit", "Préparer les salariés", "Un circuit"]) == [
        Factor("Préparer les salariés", True),
        Factor("Un circuit", False),
    ]
