"""The table of transitions: every crossing, every missing proof, every way on; then any sequence of moves."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.access.policy import GRANTS, Permission, Role
from crm.method.enums import CardState, MoveKind, Outcome, Proof, Weight
from crm.method.gates import (
    PARTNERSHIP_TABLE,
    PROJECT_TABLE,
    STATE_AFTER,
    Asked,
    Passed,
    Standing,
    asked_proofs,
    evaluate,
)

TODAY = date(2026, 11, 27)
RIGHTS = GRANTS[Role.DEVELOPER]
WARN = dict.fromkeys(Proof, Weight.WARN)
BLOCK = dict.fromkeys(Proof, Weight.BLOCK)

CROSSINGS = [(True, one) for one in PROJECT_TABLE if one.before] + [
    (False, one) for one in PARTNERSHIP_TABLE if one.before
]
EACH = [(is_project, one, proof) for is_project, one in CROSSINGS for proof in one.proofs]


def judge(standing, asked, *, present=(), weights=WARN, permissions=RIGHTS):
    return evaluate(standing, asked, present=present, weights=weights, permissions=permissions, today=TODAY)


def test_the_table_is_the_one_of_the_method():
    told = {(one.before, one.after): {str(proof) for proof in one.proofs} for one in PROJECT_TABLE + PARTNERSHIP_TABLE}
    assert told == {
        (None, 1): set(),
        (1, 2): {"perimeter", "pilot", "opportunity", "threat", "listening"},
        (2, 3): {"strength", "weakness", "debated"},
        (3, 4): {"pre_project", "priority_action", "approved"},
        (None, 4): {"strategy_passed"},
        (4, 5): {"meeting", "decider", "need", "willing"},
        (5, 6): {"roadmap", "budget", "agreement"},
        (6, 7): {"signed", "pilots", "indicator", "launched"},
    }
    assert {proof for one in PROJECT_TABLE + PARTNERSHIP_TABLE for proof in one.proofs} == set(Proof)


@pytest.mark.parametrize(("is_project", "crossing", "lacking"), EACH)
def test_each_missing_proof_warns_or_blocks(is_project, crossing, lacking):
    standing = Standing(is_project, crossing.before)
    present = set(crossing.proofs) - {lacking}
    forward = Asked(MoveKind.FORWARD, crossing.after)
    for weights, blocks in ((WARN, False), (BLOCK, True)):
        asked = judge(standing, forward, present=present, weights=weights)
        assert ([one.proof for one in asked.missing], asked.goes_on, asked.blocks) == ([lacking], False, blocks)
        accepted = judge(
            standing, Asked(MoveKind.FORWARD, crossing.after, accepts=True), present=present, weights=weights
        )
        assert accepted.goes_on is not blocks
        assert accepted.passed == (() if blocks else (Passed(lacking, Outcome.WARNED),))
        reasoned = judge(
            standing,
            Asked(MoveKind.FORWARD, crossing.after, reason=" le maire attend "),
            present=present,
            weights=weights,
        )
        assert reasoned.goes_on
        assert reasoned.passed == (Passed(lacking, Outcome.OVERRIDDEN, "le maire attend"),)


@pytest.mark.parametrize(("is_project", "crossing"), CROSSINGS)
def test_a_crossing_with_every_proof_goes_on_by_itself(is_project, crossing):
    found = judge(
        Standing(is_project, crossing.before),
        Asked(MoveKind.FORWARD, crossing.after),
        present=crossing.proofs,
        weights=BLOCK,
    )
    assert (found.goes_on, found.missing, found.passed) == (True, (), ())


@pytest.mark.parametrize(("is_project", "crossing"), CROSSINGS)
@pytest.mark.parametrize("role", Role)
def test_who_may_cross(is_project, crossing, role):
    found = judge(
        Standing(is_project, crossing.before),
        Asked(MoveKind.FORWARD, crossing.after),
        present=crossing.proofs,
        permissions=GRANTS[role],
    )
    assert found.goes_on is (role in {Role.DEVELOPER, Role.DIRECTOR})


def test_a_long_way_asks_for_everything_between():
    found = judge(Standing(False, 4), Asked(MoveKind.FORWARD, 7), present={Proof.NEED})
    assert {one.proof for one in found.missing} == set(asked_proofs(False, 4, 7)) - {Proof.NEED}
    assert len(found.missing) == 10


@pytest.mark.parametrize("step", [4, 5, 6, 7])
def test_a_partnership_is_taken_over_at_any_step_from_four(step):
    day = TODAY - timedelta(days=400)
    found = judge(Standing(False, None), Asked(MoveKind.TAKEN_OVER, step, taken_over_on=day), weights=BLOCK)
    assert found.goes_on
    assert {one.proof for one in found.passed} == set(asked_proofs(False, None, step))
    assert {(one.outcome, one.taken_over_on) for one in found.passed} == {(Outcome.TAKEN_OVER, day)}


REFUSED = [
    (Standing(False, None), Asked(MoveKind.TAKEN_OVER, 3, taken_over_on=TODAY), "step"),
    (Standing(False, None), Asked(MoveKind.TAKEN_OVER, 8, taken_over_on=TODAY), "step"),
    (Standing(False, None), Asked(MoveKind.TAKEN_OVER, 5), "taken_over_on"),
    (Standing(False, None), Asked(MoveKind.TAKEN_OVER, 5, taken_over_on=TODAY + timedelta(days=1)), "taken_over_on"),
    (Standing(True, None), Asked(MoveKind.TAKEN_OVER, 4, taken_over_on=TODAY), "step"),
    (Standing(False, None), Asked(MoveKind.ENTERED, 5), "step"),
    (Standing(False, 4), Asked(MoveKind.ENTERED, 4), ""),
    (Standing(False, None), Asked(MoveKind.FORWARD, 5), ""),
    (Standing(True, 3), Asked(MoveKind.FORWARD, 5), "step"),
    (Standing(False, 7), Asked(MoveKind.FORWARD, 8), "step"),
    (Standing(False, 5), Asked(MoveKind.FORWARD, 5), "step"),
    (Standing(False, 5), Asked(MoveKind.FORWARD, 4), "step"),
    (Standing(False, 5), Asked(MoveKind.BACK, 6, reason="x"), "step"),
    (Standing(False, 5), Asked(MoveKind.BACK, 3, reason="x"), "step"),
    (Standing(False, 5), Asked(MoveKind.BACK, 4), "reason"),
    (Standing(False, 5), Asked(MoveKind.BACK, 4, reason="  "), "reason"),
    (Standing(False, 5), Asked(MoveKind.BACK, 4, reason="x" * 501), "reason"),
    (Standing(False, 5), Asked(MoveKind.ABANDONED), "reason"),
    (Standing(False, 5), Asked(MoveKind.PAUSED), "until"),
    (Standing(False, 5), Asked(MoveKind.PAUSED, until=TODAY), "until"),
    (Standing(False, 5), Asked(MoveKind.RESUMED), ""),
    (Standing(False, 5), Asked(MoveKind.REOPENED), ""),
    (Standing(False, 5), Asked(MoveKind.UNDONE), ""),
    (Standing(False, 5), Asked(MoveKind.FINISHED, 7), "step"),
    (Standing(False, 5, CardState.PAUSED, TODAY + timedelta(days=1)), Asked(MoveKind.FORWARD, 6), ""),
    (Standing(False, 5, CardState.PAUSED), Asked(MoveKind.FORWARD, 6), ""),
    (Standing(False, 5, CardState.FINISHED), Asked(MoveKind.FORWARD, 6), ""),
    (Standing(False, 5, CardState.ABANDONED), Asked(MoveKind.PAUSED, until=TODAY + timedelta(days=9)), ""),
    (Standing(False, 5, CardState.WITHDRAWN), Asked(MoveKind.REOPENED), ""),
]


@pytest.mark.parametrize(("standing", "asked", "field"), REFUSED)
def test_what_is_refused_says_what_mends_it(standing, asked, field):
    found = judge(standing, asked, present=Proof)
    assert found.refusal is not None
    assert not found.goes_on
    assert found.refusal.field == field


@pytest.mark.parametrize(
    ("standing", "asked"),
    [
        (Standing(False, 5), Asked(MoveKind.BACK, 4, reason="Le décideur est parti.")),
        (Standing(True, 3), Asked(MoveKind.BACK, 1, reason="Le territoire change.")),
        (Standing(False, 5), Asked(MoveKind.PAUSED, until=TODAY + timedelta(days=1))),
        (Standing(False, 5, CardState.PAUSED, TODAY + timedelta(days=9)), Asked(MoveKind.RESUMED)),
        (Standing(False, 5, CardState.PAUSED, TODAY), Asked(MoveKind.RESUMED)),
        (Standing(False, 5, CardState.PAUSED, TODAY), Asked(MoveKind.FORWARD, 6)),
        (Standing(False, 5), Asked(MoveKind.ABANDONED, reason="Le partenaire a fermé.")),
        (Standing(False, 7), Asked(MoveKind.FINISHED)),
        (Standing(False, 5, CardState.ABANDONED), Asked(MoveKind.REOPENED)),
        (Standing(True, 1, CardState.FINISHED), Asked(MoveKind.REOPENED)),
    ],
)
def test_what_is_not_forward_needs_no_proof(standing, asked):
    found = judge(standing, asked, present=Proof)
    assert found.goes_on


MOVES = st.builds(
    Asked,
    st.sampled_from([kind for kind in MoveKind if kind is not MoveKind.UNDONE]),
    st.sampled_from([None, 1, 2, 3, 4, 5, 6, 7]),
    accepts=st.booleans(),
    reason=st.sampled_from(["", "  ", "parce que"]),
    until=st.sampled_from([None, TODAY, TODAY + timedelta(days=3)]),
    taken_over_on=st.sampled_from([None, TODAY, TODAY + timedelta(days=3)]),
)


@given(
    st.booleans(),
    st.lists(st.tuples(MOVES, st.frozensets(st.sampled_from(Proof))), max_size=12),
    st.dictionaries(st.sampled_from(Proof), st.sampled_from(Weight)),
)
def test_no_sequence_reaches_a_step_without_its_proofs_or_their_record(is_project, steps, weights):
    """Each proof missing on the way is kept with the move: warned (never one that blocks), overridden, taken over."""
    standing = Standing(is_project, None)
    for asked, present in steps:
        found = judge(standing, asked, present=present, weights=weights)
        if not found.goes_on:
            assert found.refusal is not None or found.missing
            continue
        before, after = standing.step, asked.step if asked.step is not None else standing.step
        forward = asked.kind in {MoveKind.ENTERED, MoveKind.TAKEN_OVER, MoveKind.FORWARD}
        if forward and after is not None:
            lacking = set(asked_proofs(is_project, before, after)) - present
            kept = {one.proof: one for one in found.passed}
            assert set(kept) == lacking
            for proof, one in kept.items():
                blocks = weights.get(proof) is Weight.BLOCK
                assert one.outcome is not Outcome.WARNED or not blocks
                assert one.outcome is not Outcome.OVERRIDDEN or one.reason
                assert one.outcome is not Outcome.TAKEN_OVER or one.taken_over_on is not None
        else:
            assert after is None or before is None or after <= before
        assert after is None or (1 <= after <= 4 if is_project else 4 <= after <= 7)
        standing = Standing(is_project, after, STATE_AFTER[asked.kind], asked.until)


def test_the_rights_of_a_move_are_those_of_the_table():
    assert {one.permission for one in PROJECT_TABLE + PARTNERSHIP_TABLE} == {Permission.PROJECT_EDIT}
