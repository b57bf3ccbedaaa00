"""What a budget adds up to."""

from hypothesis import given
from hypothesis import strategies as st

from crm.method.enums import BudgetSide
from crm.method.roadmap.budget import Amounts, Sum, add_up

cents = st.none() | st.integers(0, 10**11)
lines = st.lists(st.builds(Amounts, st.sampled_from(BudgetSide), cents, cents), max_size=8)


def test_an_empty_budget_adds_up_to_nothing():
    budget = add_up([])
    assert (budget.costs, budget.funding, budget.unwritten) == (Sum(), Sum(), 0)
    assert (budget.to_find, budget.left_over) == (0, 0)


def test_what_nobody_wrote_is_told_and_counts_for_nothing():
    budget = add_up(
        [
            Amounts(BudgetSide.COST, 150_000, None),
            Amounts(BudgetSide.COST, None, 20_050),
            Amounts(BudgetSide.FUNDING, 100_000, 0),
        ]
    )
    assert budget.costs == Sum(150_000, 20_050)
    assert budget.funding == Sum(100_000, 0)
    assert (budget.to_find, budget.left_over, budget.unwritten) == (50_000, 0, 1)


@given(lines)
def test_a_cent_is_never_lost(known):
    budget = add_up(known)
    signed = {BudgetSide.COST: 1, BudgetSide.FUNDING: -1}
    assert budget.to_find - budget.left_over == sum(signed[one.side] * (one.planned or 0) for one in known)
    assert min(budget.to_find, budget.left_over) == 0
    written = sum(one.actual for one in known if one.actual is not None)
    assert (budget.costs.actual or 0) + (budget.funding.actual or 0) == written
    assert budget.unwritten == sum(one.planned is None for one in known)


@given(lines, lines)
def test_two_budgets_add_up_to_one(first, second):
    one, other, both = add_up(first), add_up(second), add_up(first + second)
    assert both.costs.planned == one.costs.planned + other.costs.planned
    assert both.funding.planned == one.funding.planned + other.funding.planned
