"""Where a convention stands, and what may be done to it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.access.policy import Permission
from crm.conventions.enums import ConventionKind, ConventionState, Move, Stage
from crm.conventions.lifecycle import (
    ALREADY_RENEWED,
    ALREADY_SIGNED,
    ALREADY_TERMINATED,
    NO_END,
    NO_OURS,
    NO_PURPOSE,
    NO_RIGHT,
    NO_START,
    NO_THEIRS,
    NOT_NOW,
    NOT_TERMINATED,
    TRANSITIONS,
    Facts,
    possible,
    refusals,
    stage_after_edit,
    stage_after_signatures,
    state,
)
from crm.conventions.terms import Terms

TODAY = date(2026, 11, 27)
EDIT = frozenset({Permission.CONVENTION_EDIT})
ALL = EDIT | {Permission.CONVENTION_VALIDATE}
THREE_YEARS = Terms(starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
WRITTEN = Facts(
    kind=ConventionKind.FRAMEWORK,
    stage=Stage.DRAFT,
    terms=THREE_YEARS,
    purpose="Accueillir.",
    ours=1,
    theirs=1,
    parties=2,
)
SIGNED = replace(WRITTEN, stage=Stage.SIGNED, signed=2)
S = ConventionState


def ending(text):
    return Terms(starts_on=date(2024, 1, 1), ends_on=date.fromisoformat(text))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (WRITTEN, S.DRAFT),
        (replace(WRITTEN, stage=Stage.IN_REVIEW), S.IN_REVIEW),
        (replace(WRITTEN, stage=Stage.TO_SIGN), S.TO_SIGN),
        (SIGNED, S.IN_FORCE),
        (replace(SIGNED, terms=Terms(starts_on=date(2026, 11, 28), ends_on=date(2029, 11, 27))), S.SIGNED),
        (replace(SIGNED, terms=Terms(starts_on=TODAY, ends_on=date(2029, 11, 27))), S.IN_FORCE),
        (replace(SIGNED, terms=ending("2027-05-28")), S.IN_FORCE),
        (replace(SIGNED, terms=ending("2027-05-27")), S.ENDING),
        (replace(SIGNED, terms=ending("2026-11-27")), S.ENDING),
        (replace(SIGNED, terms=ending("2026-11-26")), S.ENDED),
        (replace(SIGNED, terms=None), S.IN_FORCE),
        (replace(SIGNED, terms=Terms(starts_on=date(2024, 1, 1))), S.IN_FORCE),
        # One that renews itself without limit never ends by itself; one that may do so twice ends after that.
        (replace(SIGNED, terms=replace(ending("2025-01-01"), tacit_months=12)), S.IN_FORCE),
        (replace(SIGNED, terms=replace(ending("2024-12-31"), tacit_months=12, tacit_times=2)), S.ENDING),
        (replace(SIGNED, terms=replace(ending("2024-12-31"), tacit_months=12, tacit_times=1)), S.ENDED),
        (replace(SIGNED, terminated_on=TODAY), S.TERMINATED),
        (replace(SIGNED, terminated_on=date(2026, 11, 28)), S.ENDING),
        (replace(SIGNED, terms=ending("2026-11-26"), succeeded_on=TODAY), S.RENEWED),
        (replace(SIGNED, terms=ending("2026-11-26"), succeeded_on=date(2026, 11, 28)), S.ENDED),
        (replace(SIGNED, terminated_on=TODAY, succeeded_on=TODAY), S.TERMINATED),
        # What is not signed by all is never in force, whatever its days.
        (replace(WRITTEN, stage=Stage.TO_SIGN, terms=ending("2026-11-26")), S.TO_SIGN),
    ],
)
def test_where_a_convention_stands(facts, expected):
    assert state(facts, TODAY) is expected


@pytest.mark.parametrize(
    ("move", "facts", "rights", "reasons"),
    [
        (Move.SUBMIT, WRITTEN, EDIT, []),
        (Move.SUBMIT, WRITTEN, frozenset(), [NO_RIGHT]),
        (Move.SUBMIT, replace(WRITTEN, purpose="  "), EDIT, [NO_PURPOSE]),
        (Move.SUBMIT, replace(WRITTEN, terms=None), EDIT, [NO_START, NO_END]),
        (Move.SUBMIT, replace(WRITTEN, terms=Terms(starts_on=TODAY)), EDIT, [NO_END]),
        (Move.SUBMIT, replace(WRITTEN, terms=Terms(starts_on=TODAY), kind=ConventionKind.CHARTER), EDIT, []),
        (Move.SUBMIT, replace(WRITTEN, stage=Stage.IN_REVIEW), EDIT, [NOT_NOW]),
        (Move.APPROVE, WRITTEN, ALL, []),
        (Move.APPROVE, replace(WRITTEN, stage=Stage.IN_REVIEW), ALL, []),
        (Move.APPROVE, WRITTEN, EDIT, [NO_RIGHT]),
        (Move.APPROVE, replace(WRITTEN, ours=0), ALL, [NO_OURS]),
        (Move.APPROVE, replace(WRITTEN, theirs=0), ALL, [NO_THEIRS]),
        (Move.APPROVE, replace(WRITTEN, purpose="", ours=0), EDIT, [NO_RIGHT, NO_PURPOSE, NO_OURS]),
        (Move.APPROVE, SIGNED, ALL, [NOT_NOW]),
        (Move.SEND_BACK, replace(WRITTEN, stage=Stage.IN_REVIEW), EDIT, []),
        (Move.SEND_BACK, replace(WRITTEN, stage=Stage.TO_SIGN), EDIT, []),
        (Move.SEND_BACK, replace(WRITTEN, stage=Stage.TO_SIGN, signed=1), EDIT, [ALREADY_SIGNED]),
        (Move.SIGN, replace(WRITTEN, stage=Stage.TO_SIGN), EDIT, []),
        (Move.SIGN, WRITTEN, EDIT, [NOT_NOW]),
        (Move.SIGN, SIGNED, EDIT, [NOT_NOW]),
        (Move.UNSIGN, SIGNED, EDIT, []),
        (Move.UNSIGN, replace(SIGNED, terms=ending("2026-01-01")), EDIT, [NOT_NOW]),
        (Move.TERMINATE, SIGNED, ALL, []),
        (Move.TERMINATE, SIGNED, EDIT, [NO_RIGHT]),
        (Move.TERMINATE, WRITTEN, ALL, [NOT_NOW]),
        (Move.TERMINATE, replace(SIGNED, terminated_on=date(2027, 1, 1)), ALL, [ALREADY_TERMINATED]),
        (Move.REINSTATE, replace(SIGNED, terminated_on=TODAY), ALL, []),
        (Move.REINSTATE, SIGNED, ALL, [NOT_TERMINATED]),
        (Move.RENEW, SIGNED, EDIT, []),
        (Move.RENEW, replace(SIGNED, terms=ending("2026-01-01")), EDIT, []),
        (Move.RENEW, replace(SIGNED, has_successor=True), EDIT, [ALREADY_RENEWED]),
        (Move.RENEW, WRITTEN, EDIT, [NOT_NOW]),
        (Move.RENEW, replace(SIGNED, terminated_on=TODAY), EDIT, [NOT_NOW]),
    ],
)
def test_what_may_be_done_and_why_not(move, facts, rights, reasons):
    assert [one.msgid for one in refusals(move, facts, TODAY, rights)] == reasons


def test_every_move_has_its_rule_and_every_state_an_end():
    assert set(TRANSITIONS) == set(Move)
    assert {start for rule in TRANSITIONS.values() for start in rule.starts} | {S.RENEWED} == set(S)


def test_possible_moves_are_those_without_a_reason():
    assert possible(WRITTEN, TODAY, ALL) == (Move.SUBMIT, Move.APPROVE)
    assert possible(SIGNED, TODAY, EDIT) == (Move.UNSIGN, Move.RENEW)


def test_signatures_and_edits_lead_the_stage():
    assert stage_after_signatures(2, 2) is Stage.SIGNED
    assert stage_after_signatures(2, 1) is Stage.TO_SIGN
    assert stage_after_signatures(0, 0) is Stage.TO_SIGN
    assert stage_after_edit(Stage.SIGNED, 2) == (Stage.TO_SIGN, True)
    assert stage_after_edit(Stage.TO_SIGN, 0) == (Stage.TO_SIGN, False)


DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))
TERMS = st.builds(
    lambda start, days, months, times: Terms(
        starts_on=start, ends_on=start + timedelta(days=days), tacit_months=months, tacit_times=times
    ),
    DAYS,
    st.integers(0, 2000),
    st.integers(0, 24),
    st.one_of(st.none(), st.integers(0, 5)),
)
FACTS = st.builds(
    Facts,
    kind=st.sampled_from(ConventionKind),
    stage=st.sampled_from(Stage),
    terms=st.one_of(st.none(), TERMS),
    purpose=st.sampled_from(["", "Objet"]),
    ours=st.integers(0, 2),
    theirs=st.integers(0, 2),
    parties=st.integers(0, 4),
    signed=st.integers(0, 4),
    terminated_on=st.one_of(st.none(), DAYS),
    succeeded_on=st.one_of(st.none(), DAYS),
    has_successor=st.booleans(),
)


@given(FACTS, DAYS, DAYS)
def test_time_alone_never_brings_a_convention_back(facts, one_day, another):
    """Over is over: a later day never finds it running again."""
    early, late = sorted((one_day, another))
    over = {S.ENDED, S.RENEWED, S.TERMINATED}
    assert state(facts, early) not in over or state(facts, late) in over


@given(FACTS, DAYS)
def test_nobody_without_rights_moves_anything(facts, today):
    assert possible(facts, today, frozenset()) == ()
    assert set(possible(facts, today, EDIT)) <= set(possible(facts, today, ALL))


@given(FACTS, DAYS)
def test_only_what_everybody_signed_is_ever_in_force(facts, today):
    bound = {S.SIGNED, S.IN_FORCE, S.ENDING, S.ENDED, S.RENEWED, S.TERMINATED}
    assert (state(facts, today) in bound) == (facts.stage is Stage.SIGNED)
