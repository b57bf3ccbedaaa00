"""What proves, how long, who is to call again, where prospecting is: rules by tables."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.interactions.enums import Direction, InteractionKind
from crm.method.ageing import Moved, Stale, Stay, WorkedDays, in_step_since, medians, stale, stays
from crm.method.enums import CardState, EvidenceKind, MoveKind, Proof
from crm.method.proofs import PartnershipFacts, ProjectFacts, offered_evidence, partnership_proofs, project_proofs
from crm.method.prospecting import Exchange, Prospecting, next_step, prospecting, size_advice
from crm.partners.enums import Willingness
from crm.partners.reference.enums import SizeClass
from crm.reminders.workdays import WorkCalendar

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
WHOLE_PROJECT = ProjectFacts(
    places=1,
    has_pilot=True,
    opportunities=1,
    threats=1,
    listenings=1,
    strengths=1,
    weaknesses=1,
    debated_on=TODAY,
    debated_with="le conseil d'administration",
    offer="o",
    difference="d",
    resources="r",
    priority_actions=1,
    approved_by="le bureau",
    approved_on=TODAY,
)
WHOLE_PARTNERSHIP = PartnershipFacts(
    project_step=4,
    meetings=1,
    deciders=1,
    needs=1,
    willingness=Willingness.INTERESTED,
    roadmap=1,
    budget_lines=1,
    agreed_by=True,
    agreed_on=TODAY,
    signed=frozenset({EvidenceKind.EMAIL}),
    has_our_pilot=True,
    has_their_pilot=True,
    indicators=1,
    launched=1,
)


def but(facts, **changes):
    return type(facts)(**{name: getattr(facts, name) for name in type(facts).__slots__} | changes)


def test_what_is_whole_lacks_nothing():
    assert project_proofs(WHOLE_PROJECT) | partnership_proofs(WHOLE_PARTNERSHIP) == set(Proof)
    assert project_proofs(ProjectFacts()) | partnership_proofs(PartnershipFacts()) == set()


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"places": 0}, {Proof.PERIMETER}),
        ({"places": 0, "trades": 1}, set()),
        ({"places": 0, "sector": "bâtiment"}, set()),
        ({"places": 0, "sector": " "}, {Proof.PERIMETER}),
        ({"has_pilot": False}, {Proof.PILOT, Proof.PRE_PROJECT}),
        ({"opportunities": 0}, {Proof.OPPORTUNITY}),
        ({"threats": 0}, {Proof.THREAT}),
        ({"listenings": 0}, {Proof.LISTENING}),
        ({"strengths": 0}, {Proof.STRENGTH}),
        ({"weaknesses": 0}, {Proof.WEAKNESS}),
        ({"debated_on": None}, {Proof.DEBATED}),
        ({"debated_with": " "}, {Proof.DEBATED}),
        ({"offer": ""}, {Proof.PRE_PROJECT}),
        ({"difference": " "}, {Proof.PRE_PROJECT}),
        ({"resources": ""}, {Proof.PRE_PROJECT}),
        ({"priority_actions": 0}, {Proof.PRIORITY_ACTION}),
        ({"approved_on": None}, {Proof.APPROVED}),
        ({"approved_by": ""}, {Proof.APPROVED}),
    ],
)
def test_what_a_project_lacks(changes, lacking):
    assert project_proofs(WHOLE_PROJECT) - project_proofs(but(WHOLE_PROJECT, **changes)) == lacking


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"project_step": 3}, {Proof.STRATEGY_PASSED}),
        ({"project_step": 3, "in_portfolio": True}, set()),
        ({"meetings": 0}, {Proof.MEETING}),
        ({"deciders": 0}, {Proof.DECIDER}),
        ({"needs": 0}, {Proof.NEED}),
        ({"willingness": None}, {Proof.WILLING}),
        ({"willingness": Willingness.TO_CONVINCE}, {Proof.WILLING}),
        ({"willingness": Willingness.NOT_NOW}, {Proof.WILLING}),
        ({"willingness": Willingness.COMMITTED}, set()),
        ({"roadmap": 0}, {Proof.ROADMAP}),
        ({"budget_lines": 0}, {Proof.BUDGET}),
        ({"budget_lines": 0, "without_budget": True}, set()),
        ({"agreed_by": False}, {Proof.AGREEMENT}),
        ({"agreed_on": None}, {Proof.AGREEMENT}),
        ({"signed": frozenset()}, {Proof.SIGNED}),
        ({"has_our_pilot": False}, {Proof.PILOTS}),
        ({"has_their_pilot": False}, {Proof.PILOTS}),
        ({"indicators": 0}, {Proof.INDICATOR}),
        ({"launched": 0}, {Proof.LAUNCHED}),
    ],
)
def test_what_a_partnership_lacks(changes, lacking):
    assert partnership_proofs(WHOLE_PARTNERSHIP) - partnership_proofs(but(WHOLE_PARTNERSHIP, **changes)) == lacking


def test_a_very_small_company_signs_no_charter():
    assert set(EvidenceKind) - set(offered_evidence(SizeClass.VERY_SMALL)) == {EvidenceKind.CHARTER}
    for size in (None, SizeClass.SMALL_OR_MEDIUM, SizeClass.INTERMEDIATE, SizeClass.LARGE):
        assert set(offered_evidence(size)) == set(EvidenceKind)


# --- Ageing

WEEK = WorkCalendar(frozenset(range(5)), closings=((date(2026, 10, 26), date(2026, 10, 30)),))
WORKED = WorkedDays(WEEK, date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (date(2026, 11, 23), date(2026, 11, 27), 4),  # Monday to Friday, the first day left out
        (date(2026, 11, 27), date(2026, 11, 30), 1),  # over a week-end
        (date(2026, 7, 31), date(2026, 9, 1), 1),  # August does not count
        (date(2026, 10, 23), date(2026, 11, 2), 1),  # a closing week does not count
        (date(2026, 11, 27), date(2026, 11, 27), 0),
        (date(2026, 11, 28), date(2026, 11, 27), 0),
    ],
)
def test_days_worked(since, until, days):
    assert WORKED.between(since, until) == days


def how_stale(**changes):
    given = {
        "state": CardState.ACTIVE,
        "paused_until": None,
        "has_dated_todo": True,
        "last_exchange_on": TODAY,
        "entered_on": date(2026, 1, 5),
        "today": TODAY,
        "worked": WORKED,
    }
    return stale(**given | changes)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, ()),
        ({"has_dated_todo": False}, (Stale.NOTHING_PLANNED,)),
        ({"last_exchange_on": None}, (Stale.SILENT,)),
        ({"last_exchange_on": None, "entered_on": date(2026, 11, 2)}, ()),
        ({"last_exchange_on": date(2026, 6, 1), "has_dated_todo": False}, (Stale.NOTHING_PLANNED, Stale.SILENT)),
        ({"last_exchange_on": date(2026, 10, 9), "silent_after": 30}, (Stale.SILENT,)),
        ({"last_exchange_on": date(2026, 10, 12), "silent_after": 30}, ()),
        ({"has_dated_todo": False, "state": CardState.PAUSED}, ()),
        ({"has_dated_todo": False, "state": CardState.PAUSED, "paused_until": date(2027, 3, 1)}, ()),
        ({"has_dated_todo": False, "state": CardState.PAUSED, "paused_until": TODAY}, (Stale.NOTHING_PLANNED,)),
        ({"has_dated_todo": False, "state": CardState.FINISHED}, ()),
        ({"has_dated_todo": False, "state": CardState.ABANDONED}, ()),
    ],
)
def test_who_is_to_be_called_again(changes, reasons):
    assert how_stale(**changes) == reasons


def day(number):
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


HISTORY = [
    Moved(1, MoveKind.ENTERED, None, 4, day(0)),
    Moved(2, MoveKind.PAUSED, 4, 4, day(5)),
    Moved(3, MoveKind.RESUMED, 4, 4, day(8)),
    Moved(4, MoveKind.FORWARD, 4, 5, day(10)),
    Moved(5, MoveKind.FORWARD, 5, 6, day(30)),
    Moved(6, MoveKind.UNDONE, 6, 5, day(31), undoes=5),
]


def test_stays_are_what_remains_of_the_history():
    assert stays(HISTORY) == [Stay(4, day(0), day(10)), Stay(5, day(10), None)]
    assert in_step_since(HISTORY) == day(10)
    assert in_step_since([]) is None


def test_medians_count_what_is_over_and_what_lasts():
    other = [Moved(1, MoveKind.ENTERED, None, 4, day(0)), Moved(2, MoveKind.FORWARD, 4, 5, day(20))]
    assert medians([HISTORY, other], day(50)) == {4: 15, 5: 35}


# --- Prospecting


def exchange(kind, days_ago, direction=Direction.OURS):
    return Exchange(kind, direction, NOW - timedelta(days=days_ago))


LETTER, CALL, VISIT = InteractionKind.LETTER, InteractionKind.CALL, InteractionKind.VISIT


@pytest.mark.parametrize(
    ("exchanges", "has_todo", "state"),
    [
        ([], False, Prospecting.TO_CONTACT),
        ([exchange(LETTER, 2)], False, Prospecting.LETTER_SENT),
        ([exchange(InteractionKind.EMAIL, 2)], False, Prospecting.LETTER_SENT),
        ([exchange(LETTER, 10)], False, Prospecting.TO_FOLLOW_UP),
        ([exchange(LETTER, 10)], True, Prospecting.LETTER_SENT),
        ([exchange(LETTER, 12), exchange(CALL, 3)], False, Prospecting.CALLED),
        ([exchange(CALL, 30)], False, Prospecting.TO_FOLLOW_UP),
        ([exchange(CALL, 30), exchange(VISIT, -3)], False, Prospecting.MEETING_PLANNED),
        ([exchange(CALL, -3)], False, Prospecting.TO_CONTACT),
        ([exchange(VISIT, 12)], False, Prospecting.MET),
        ([exchange(VISIT, 30)], False, Prospecting.TO_FOLLOW_UP),
        ([exchange(VISIT, 300)], True, Prospecting.MET),
        ([exchange(CALL, 1, Direction.THEIRS)], False, Prospecting.TO_FOLLOW_UP),
        ([exchange(CALL, 1, Direction.THEIRS)], True, Prospecting.CALLED),
    ],
)
def test_where_prospecting_is(exchanges, has_todo, state):
    assert prospecting(exchanges, now=NOW, has_dated_todo=has_todo) is state


def test_a_letter_comes_before_a_call_but_for_a_very_small_company():
    letter = next_step([], Prospecting.TO_CONTACT, size=None, now=NOW)
    visit = next_step([], Prospecting.TO_CONTACT, size=SizeClass.VERY_SMALL, now=NOW)
    assert "courrier" in str(letter)
    assert "de visu" in str(visit)
    called = [exchange(CALL, 1)]
    assert "courrier" in str(next_step(called, Prospecting.CALLED, size=SizeClass.LARGE, now=NOW))
    both = [exchange(LETTER, 4), *called]
    assert "45 à 60 minutes" in str(next_step(both, Prospecting.CALLED, size=SizeClass.LARGE, now=NOW))
    assert next_step(both, Prospecting.MET, size=None, now=NOW) is None


def test_each_size_has_its_advice():
    small, large = size_advice(SizeClass.VERY_SMALL), size_advice(SizeClass.LARGE)
    assert len(small) == len(large) == 5
    assert set(small) & set(large) == set(size_advice(None))
