"""
How long a card has been in its step, and whether somebody should call again. Pure. Source: docs/rules/method.md.

Silence is counted in days worked: neither rest days, holidays and closings, nor August. A pause is respected.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from crm.method.enums import CardState, MoveKind
from crm.method.gates import state_on
from crm.reminders.workdays import WorkCalendar
from crm.wording import N_, Labelled

#: Days worked without an exchange after which a partnership is « à relancer », unless the structure says otherwise.
SILENT_AFTER = 90
_AUGUST = 8


class Stale(Labelled):
    """Why a card is « à relancer »."""

    NOTHING_PLANNED = "nothing_planned", N_("Rien de daté à faire")
    SILENT = "silent", N_("Pas d'échange depuis longtemps")


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of a card's history, as ageing needs it. `undoes` is the number of the move it takes back."""

    number: int
    kind: MoveKind
    before: int | None
    after: int
    at: datetime
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A time spent in a step; `until` is None while it lasts."""

    step: int
    since: datetime
    until: datetime | None


class WorkedDays:
    """Counts the days worked between two days of a period: built once, then asked for each card."""

    def __init__(self, calendar: WorkCalendar, first: date, last: date) -> None:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        self._worked = [day for day in days if day.month != _AUGUST and calendar.is_working(day)]
        self._first = first

    def between(self, since: date, today: date) -> int:
        """Days worked after `since`, today included; from the first day of the period when `since` is older."""
        if today <= since:
            return 0
        return bisect_right(self._worked, today) - bisect_right(self._worked, max(since, self._first))


def standing_moves(moves: Sequence[Moved]) -> list[Moved]:
    """What remains of a history, oldest first, once what was undone is taken out with its undoing."""
    undone = {one.undoes for one in moves if one.undoes is not None}
    return [one for one in moves if one.kind is not MoveKind.UNDONE and one.number not in undone]


def stays(moves: Sequence[Moved]) -> list[Stay]:
    """The steps a card went through, in order, the last one open. What does not change the step ends no stay."""
    changes = [one for one in standing_moves(moves) if one.before != one.after]
    found = []
    for place, one in enumerate(changes):
        until = changes[place + 1].at if place + 1 < len(changes) else None
        found.append(Stay(one.after, one.at, until))
    return found


def in_step_since(moves: Sequence[Moved]) -> datetime | None:
    """Since when the card is where it is; None when nothing stands of it."""
    found = stays(moves)
    return found[-1].since if found else None


def days_between(since: datetime, until: datetime) -> int:
    """Whole days from one instant to another."""
    return max(0, (until - since).days)


def medians(histories: Iterable[Sequence[Moved]], now: datetime) -> dict[int, float]:
    """The median time in each step, in days, of all the cards that went through it; one still there counts so far."""
    lasted: dict[int, list[int]] = {}
    for moves in histories:
        for stay in stays(moves):
            lasted.setdefault(stay.step, []).append(days_between(stay.since, stay.until or now))
    return {step: median(days) for step, days in sorted(lasted.items())}


def stale(
    *,
    state: CardState,
    paused_until: date | None,
    has_dated_todo: bool,
    last_exchange_on: date | None,
    entered_on: date,
    today: date,
    worked: WorkedDays,
    silent_after: int = SILENT_AFTER,
) -> tuple[Stale, ...]:
    """Why a card is « à relancer » today; nothing while it is paused, and nothing once it is over."""
    if state_on(state, paused_until, today) is not CardState.ACTIVE:
        return ()
    found = []
    if not has_dated_todo:
        found.append(Stale.NOTHING_PLANNED)
    if worked.between(last_exchange_on or entered_on, today) >= silent_after:
        found.append(Stale.SILENT)
    return tuple(found)
