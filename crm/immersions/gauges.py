"""
What is left: conventions and days at a host, days of a contract, the latest end. Known before any date is typed.

Readings (docs/rules/pmsmp.md): a window of twelve months ends like a month date to date; a convention counts in it when
its first day is inside; days count one by one, those inside only, each stay for itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from crm.immersions.enums import ContractKind
from crm.immersions.facts import Case, Contract, Stay
from crm.immersions.periods import DAY, Period, first_window_over, last_day_of_months
from crm.immersions.renewals import renewal_faults
from crm.immersions.thresholds import Limits

#: The contracts that rule R8 is about.
CAPPED = frozenset({ContractKind.CDDI, ContractKind.CUI})
#: How many full windows are passed over in search of a free day.
_MOST_JUMPS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """
    What is left before the immersion asked for is added, counted from `from_day`.

    `latest_end`: last day under rules R2, R3, R5, R8; None if there is none. `contract_days`: None when no CDDI or CUI
    of known dates covers that day. `window_end`: the last of the twelve months that begin there.
    """

    conventions: int
    days_in_host: int
    latest_end: date | None
    contract_days: int | None
    from_day: date
    window_end: date


def left_of(case: Case, limits: Limits) -> Left:
    """Every gauge of a case."""
    day = case.first_day
    return Left(
        conventions=max(0, limits.conventions - most_conventions(starts_here(case), day, limits)),
        days_in_host=days_left([stay.period for stay in case.stays_here], day, limits),
        latest_end=latest_end(case, limits),
        contract_days=contract_days_left(case, day, limits),
        from_day=day,
        window_end=last_day_of_months(day, limits.window_months),
    )


# --- R4: conventions


def conventions_here(case: Case) -> tuple[Stay, ...]:
    """Those at this host; a renewal is none of its own."""
    return tuple(stay for stay in case.stays_here if stay.renewal_of is None)


def starts_here(case: Case) -> list[date]:
    """Their first days."""
    return [stay.period.first for stay in conventions_here(case)]


def most_conventions(starts: Sequence[date], day: date, limits: Limits) -> int:
    """The most conventions that begin in one window that holds `day`."""
    beginnings = {day, *(start for start in starts if start <= day)}
    windows = [(first, last_day_of_months(first, limits.window_months)) for first in beginnings]
    counts = [sum(first <= start <= last for start in starts) for first, last in windows if last >= day]
    return max(counts)


def next_start(starts: Sequence[date], day: date, limits: Limits) -> date:
    """The first day from `day` on which one more convention may begin."""
    freed = sorted(last_day_of_months(start, limits.window_months) + DAY for start in starts)
    for candidate in (day, *(later for later in freed if later > day)):
        if most_conventions(starts, candidate, limits) < limits.conventions:
            return candidate
    return freed[-1]


# --- R5: days


def days_left(stays: Sequence[Period], start: date, limits: Limits) -> int:
    """
    The largest number of days from `start` that keeps every window holding one of them within the limit; 0 if none.

    Each window caps the last day: by the room that it leaves, unless it would hold all of its own days.
    """
    earliest = first_window_over(start, limits.window_months)
    latest = last_day_of_months(start + DAY * limits.days_in_host, limits.window_months)
    near = [stay for stay in stays if stay.first <= latest and stay.last >= earliest]
    if not near:
        return limits.days_in_host
    before = _running_days(near, earliest, latest)
    last = start + DAY * (limits.days_in_host - 1)
    for ahead, (first, end) in enumerate(_windows(earliest, limits)):
        if first > last:
            break
        room = limits.days_in_host - (before[(end - earliest).days + 1] - before[ahead])
        begin = max(first, start)
        if room < (end - begin).days + 1:
            last = min(last, begin + DAY * (max(room, 0) - 1))
    return max(0, (last - start).days + 1)


def first_day_with_room(stays: Sequence[Period], start: date, limits: Limits) -> date | None:
    """The first day from `start` that could be added. None when it is not soon found."""
    day = start
    for _ in range(_MOST_JUMPS):
        full = None
        for first, end in _windows(first_window_over(day, limits.window_months), limits):
            if first > day:
                break
            if _days_in(stays, first, end) >= limits.days_in_host:
                full = end
        if full is None:
            return day
        day = full + DAY
    return None


def _running_days(stays: Sequence[Period], first: date, last: date) -> list[int]:
    """How many days of stays come before each day from `first`, and before the one after `last`."""
    changes = [0] * ((last - first).days + 2)
    for stay in stays:
        changes[(max(stay.first, first) - first).days] += 1
        changes[(min(stay.last, last) - first).days + 1] -= 1
    return [0, *accumulate(accumulate(changes[:-1]))]


def _windows(first: date, limits: Limits) -> Iterator[tuple[date, date]]:
    while True:
        yield first, last_day_of_months(first, limits.window_months)
        first += DAY


def _days_in(stays: Sequence[Period], first: date, last: date) -> int:
    return sum(stay.days_within(first, last) for stay in stays)


# --- R8: a quarter of the contract


def cap_of(contract: Period, limits: Limits) -> int:
    """The days of immersion that a contract allows, rounded down."""
    return contract.days * limits.contract_percent // 100


def left_on(contract: Period, stays: Sequence[Stay], limits: Limits) -> int:
    """What is left of them once the stays are taken off; negative when they already pass it."""
    return cap_of(contract, limits) - sum(stay.period.days_within(contract.first, contract.last) for stay in stays)


def capped_contracts(contracts: Sequence[Contract]) -> list[Period]:
    """The days of each CDDI and CUI whose dates are known."""
    return [contract.period for contract in contracts if contract.kind in CAPPED and contract.period]


def contract_days_left(case: Case, day: date, limits: Limits) -> int | None:
    """Days left on the contract that covers this day; the fewest if several do, never below 0."""
    covering = [contract for contract in capped_contracts(case.contracts) if day in contract]
    return min((max(0, left_on(contract, case.stays, limits)) for contract in covering), default=None)


def last_day_on(contract: Period, start: date, left: int) -> date | None:
    """The last day of a stay that begins on `start`, as far as this contract limits it; None when it does not."""
    begin = max(contract.first, start)
    if begin > contract.last or left >= (contract.last - begin).days + 1:
        return None
    return begin + timedelta(days=max(left, 0) - 1)


# --- The latest end


def latest_end(case: Case, limits: Limits) -> date | None:
    """The last day, from the first one, under rules R2, R3, R5 and R8; None if there is none."""
    start = case.first_day
    ends = [last_day_of_months(start, limits.convention_months)]
    if case.wanted and case.wanted.renewal_of is not None:
        if renewal_faults(case, case.wanted, limits):
            return None
        ends.append(last_day_of_months(start, limits.renewal_months))
    ends.append(start + DAY * (days_left([stay.period for stay in case.stays_here], start, limits) - 1))
    for contract in capped_contracts(case.contracts):
        last = last_day_on(contract, start, left_on(contract, case.stays, limits))
        if last is not None:
            ends.append(last)
    return min(ends) if min(ends) >= start else None
