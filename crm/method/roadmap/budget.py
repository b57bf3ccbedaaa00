"""What the lines of a budget add up to. Amounts in cents of euros. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.method.enums import BudgetSide


@dataclass(frozen=True, slots=True)
class Amounts:
    """A line: its side, what was planned and what was spent or received; None for what nobody wrote."""

    side: BudgetSide
    planned: int | None
    actual: int | None


@dataclass(frozen=True, slots=True)
class Sum:
    """Both columns of one side, in cents. `actual` is None while no line of that side has one."""

    planned: int = 0
    actual: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """A whole budget. `unwritten` counts the lines without a planned amount: the sums are then incomplete."""

    costs: Sum
    funding: Sum
    unwritten: int

    @property
    def to_find(self) -> int:
        """What is still to be found, in cents; 0 when the funding is enough."""
        return max(self.costs.planned - self.funding.planned, 0)

    @property
    def left_over(self) -> int:
        """What is planned beyond the costs, in cents."""
        return max(self.funding.planned - self.costs.planned, 0)


def add_up(lines: Iterable[Amounts]) -> Budget:
    """The sums of these lines; those whose amount is not written count for nothing, and are told."""
    known = list(lines)
    return Budget(
        _sum(one for one in known if one.side is BudgetSide.COST),
        _sum(one for one in known if one.side is BudgetSide.FUNDING),
        sum(one.planned is None for one in known),
    )


def _sum(lines: Iterable[Amounts]) -> Sum:
    known = list(lines)
    actual = [one.actual for one in known if one.actual is not None]
    return Sum(sum(one.planned or 0 for one in known), sum(actual) if actual else None)
