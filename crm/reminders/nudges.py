"""
Nudges: what a domain wants people reminded of. Facts, delays and the present instant in; what stands today out.

Each domain declares its own in a file nudges.py and registers it with the query of its facts. A registration is keyed
by the nudge: registering twice replaces, so that building the application twice changes nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from crm import clock
from crm.access.policy import Actor
from crm.reminders.subjects import SubjectRef
from crm.wording import N_

#: Sorts after every occurrence: all of them were done.
ALL_DONE = "~"


@dataclass(frozen=True, slots=True)
class Notice:
    """
    What a nudge says of one subject, to one person of one structure.

    `occurrence` re-arms the reminder when it changes. Of those armed before, the ones that sort before `done_before`
    were done; whatever else stands no more is withdrawn.
    """

    structure_id: int
    user_id: int
    subject_id: int
    occurrence: str
    due_on: date
    is_due: bool
    done_before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """
    One rule. `label` is what its reader is asked, `help` when it speaks; `column` is the subject column of reminders.

    `judge(fact, delay_days, now)` reads one fact. `watches` gives, of each table that decides, the column that names
    the subject: a change there closes what stands no more at once, the next sweep does the rest. `around` gives
    columns that name something near the subject instead, such as the partner of a contact (see add_nudge).
    """

    key: str
    label: str
    help: str
    column: str
    delay_days: int
    judge: Callable[[Any, int, datetime], Notice]
    watches: Mapping[str, str] = field(default_factory=dict)
    around: Mapping[str, str] = field(default_factory=dict)
    order: int = 0


#: Facts of every structure at `now`, in one query; of these subjects alone when some are given. Besides what may be
#: due, the facts of every subject with an open reminder: one without facts is withdrawn.
FactsQuery = Callable[[Any, datetime, Collection[int] | None], Iterable[Any]]
#: How the subjects are named to somebody: one query, filtered by what they may see.
About = Callable[[Any, Collection[int], Actor], dict[int, SubjectRef]]
#: The subjects with an open reminder near these rows, which `around` names: one query.
Nearby = Callable[[Any, Collection[int]], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A nudge, where its facts come from, how its subjects are named, and which are near a row that changed."""

    nudge: Nudge
    facts: FactsQuery
    about: About
    nearby: Nearby | None = None


_nudges: dict[str, Registered] = {}


def add_nudge(nudge: Nudge, facts: FactsQuery, about: About, nearby: Nearby | None = None) -> None:
    """Remind people of this. `nearby` goes with `nudge.around`."""
    _nudges[nudge.key] = Registered(nudge, facts, about, nearby)


def registered() -> list[Registered]:
    """Every nudge, in the order of the settings."""
    return sorted(_nudges.values(), key=lambda one: (one.nudge.order, one.nudge.key))


def find(key: str) -> Registered | None:
    """The nudge of that key; None for one of an older version."""
    return _nudges.get(key)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a structure wants of a nudge."""

    enabled: bool
    delay_days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """An open reminder of one nudge."""

    id: int
    structure_id: int
    user_id: int
    subject_id: int
    occurrence: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be written for one nudge: reminders to arm, to close as done, to withdraw (by identifier)."""

    nudge: Nudge
    armed: tuple[Notice, ...] = ()
    done: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()


def settle(
    nudge: Nudge,
    standing: Iterable[Standing],
    facts: Iterable[Any],
    *,
    setting: Callable[[int], Setting],
    may_receive: Callable[[int, int], bool],
    is_working: Callable[[int], bool],
    now: datetime,
) -> Changes:
    """
    Compare what stands with what the facts say now.

    `setting` and `is_working` are asked for a structure, `may_receive` for a person and a structure. On a day off
    nothing new is armed, but what was done is still closed.
    """
    due: dict[tuple[int, int, int, str], Notice] = {}
    done_before: dict[tuple[int, int], str] = {}
    for fact in facts:
        notice = _judged(nudge, fact, setting, now)
        subject = (notice.structure_id, notice.subject_id)
        done_before[subject] = max(done_before.get(subject, ""), notice.done_before)
        if notice.is_due and may_receive(notice.user_id, notice.structure_id):
            due[_key(notice)] = notice
    held = {_key(one): one for one in standing}
    gone = [one for key, one in held.items() if key not in due]
    done = [one.id for one in gone if one.occurrence < done_before.get((one.structure_id, one.subject_id), "")]
    armed = [notice for key, notice in due.items() if key not in held and is_working(notice.structure_id)]
    return Changes(nudge, tuple(armed), tuple(done), tuple(one.id for one in gone if one.id not in set(done)))


def _judged(nudge: Nudge, fact: Any, setting: Callable[[int], Setting], now: datetime) -> Notice:
    chosen = setting(fact.structure_id)
    notice = nudge.judge(fact, chosen.delay_days, now)
    if chosen.enabled:
        return notice
    return Notice(
        notice.structure_id, notice.user_id, notice.subject_id, notice.occurrence, notice.due_on, is_due=False
    )


def _key(one: Notice | Standing) -> tuple[int, int, int, str]:
    return (one.structure_id, one.user_id, one.subject_id, one.occurrence)


@dataclass(frozen=True, slots=True)
class TodoFact:
    """A thing to do: by whom, for which day, and whether it is done."""

    structure_id: int
    user_id: int
    todo_id: int
    due_on: date
    done: bool


def todo_due(fact: TodoFact, delay_days: int, now: datetime) -> Notice:
    """A thing to do whose day has come. Another day is another occurrence: put off, it comes back on that day."""
    delay = timedelta(days=delay_days)
    due_on = min(fact.due_on, date.max - delay) + delay  # one absurd day must not stop everybody's sweep
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.todo_id,
        fact.due_on.isoformat(),
        due_on,
        is_due=not fact.done and due_on <= clock.day_of(now),
        done_before=ALL_DONE if fact.done else "",
    )


TODO_DUE = Nudge(
    key="reminders.todo",
    label=N_("Chose à faire arrivée à échéance"),
    help=N_("Le jour de l'échéance, à la personne qui en est chargée. Délai : jours après l'échéance."),
    column="todo_id",
    delay_days=0,
    judge=todo_due,
    watches={"todos": "id"},
    order=10,
)
