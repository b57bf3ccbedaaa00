"""Reads of reminders: what stands, what structures chose of the nudges, when they work, what a person is told."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, can
from crm.accounts.models import ClosingPeriod, Membership, Structure, User
from crm.reminders import nudges, queries, workdays
from crm.reminders.enums import ReminderState
from crm.reminders.models import NudgeSetting, Reminder, Todo
from crm.reminders.nudges import Changes, Setting, Standing, TodoFact
from crm.reminders.subjects import SubjectRef
from crm.reminders.workdays import WorkCalendar, read_weekdays

#: Subjects of one question; more are cut into several.
_MOST_ASKED = 500


def standing(session: Session, rule: str, column: str, subjects: Collection[int] | None = None) -> list[Standing]:
    """The open reminders of a nudge; of these subjects alone when some are given."""
    subject = getattr(Reminder, column)
    statement = select(
        Reminder.id, Reminder.structure_id, Reminder.user_id, subject.label("subject_id"), Reminder.occurrence
    ).where(Reminder.rule == rule, Reminder.state == ReminderState.OPEN, subject.is_not(None))
    if subjects is not None:
        statement = statement.where(subject.in_(subjects))
    return [Standing(**row._mapping) for row in session.execute(statement)]


def open_subjects(rule: str, column: str) -> Select[tuple[int]]:
    """The subjects of the open reminders of a nudge: its facts must tell what became of them."""
    subject = getattr(Reminder, column)
    return select(subject).where(Reminder.rule == rule, Reminder.state == ReminderState.OPEN, subject.is_not(None))


def todo_facts(session: Session, now: datetime, subjects: Collection[int] | None) -> list[TodoFact]:
    """What is open and due, and what became of the things to do that somebody was reminded of."""
    is_open = Todo.done_at.is_(None) & (Todo.due_on <= clock.day_of(now))
    armed = open_subjects(nudges.TODO_DUE.key, "todo_id")
    statement = select(Todo).where(or_(is_open, Todo.id.in_(armed)))
    if subjects is not None:
        statement = statement.where(Todo.id.in_(subjects))
    return [
        TodoFact(todo.structure_id, todo.assignee_id, todo.id, todo.due_on, todo.done_at is not None)
        for todo in session.scalars(statement)
    ]


def settings(session: Session) -> dict[tuple[int, str], Setting]:
    """What each structure changed, by structure and nudge."""
    found = {}
    for row in session.scalars(select(NudgeSetting)):
        known = nudges.find(row.rule)
        if known is not None:
            delay = known.nudge.delay_days if row.delay_days is None else row.delay_days
            found[row.structure_id, row.rule] = Setting(row.enabled, delay)
    return found


def recipients(session: Session) -> set[tuple[int, int]]:
    """Who may be reminded in which structure: the active people who belong to it."""
    rows = session.execute(
        select(Membership.user_id, Membership.structure_id).join(User, User.id == Membership.user_id).where(User.active)
    )
    return {(row.user_id, row.structure_id) for row in rows}


def calendars(session: Session, day: date) -> dict[int, WorkCalendar]:
    """When each structure works around a day: two weeks before, and that day."""
    first = day - timedelta(days=14)
    holidays = workdays.days_off(session, first, day)
    closings: dict[int, list[tuple[date, date]]] = defaultdict(list)
    closed = select(ClosingPeriod).where(ClosingPeriod.starts_on <= day)
    for period in session.scalars(closed):
        closings[period.structure_id].append((period.starts_on, period.ends_on))
    return {
        row.id: WorkCalendar(read_weekdays(row.working_days), tuple(closings[row.id]), holidays)
        for row in session.execute(select(Structure.id, Structure.working_days))
    }


@dataclass(frozen=True, slots=True)
class OpenReminder:
    """An open reminder of one person. `id` is 0 when it would only be armed now."""

    id: int
    rule: str
    structure_id: int
    user_id: int
    subject_id: int
    due_on: date
    created_at: datetime


def open_reminders(
    session: Session,
    *,
    structure_id: int | None = None,
    users: Collection[int] | None = None,
    rules: Collection[str] | None = None,
) -> list[OpenReminder]:
    """What stands, the earliest due day first."""
    statement = select(Reminder).where(Reminder.state == ReminderState.OPEN).order_by(Reminder.due_on, Reminder.id)
    if structure_id is not None:
        statement = statement.where(Reminder.structure_id == structure_id)
    if users is not None:
        statement = statement.where(Reminder.user_id.in_(users))
    if rules is not None:
        statement = statement.where(Reminder.rule.in_(rules))
    return [found for row in session.scalars(statement) if (found := _open(row)) is not None]


def _open(row: Reminder) -> OpenReminder | None:
    known = nudges.find(row.rule)
    subject_id = getattr(row, known.nudge.column) if known else None
    if subject_id is None:
        return None
    return OpenReminder(row.id, row.rule, row.structure_id, row.user_id, subject_id, row.due_on, row.created_at)


def after(stands: Iterable[OpenReminder], changes: Iterable[Changes], now: datetime) -> list[OpenReminder]:
    """What would stand once these changes are written."""
    changes = list(changes)
    gone = {key for change in changes for key in (*change.done, *change.withdrawn)}
    kept = [one for one in stands if one.id not in gone]
    kept += [
        OpenReminder(0, change.nudge.key, one.structure_id, one.user_id, one.subject_id, one.due_on, now)
        for change in changes
        for one in change.armed
    ]
    return sorted(kept, key=lambda one: (one.due_on, one.id))


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """A reminder as a page or a mail shows it. `label` is French, marked."""

    id: int
    rule: str
    label: str
    due_on: date
    created_at: datetime
    user_id: int
    structure_id: int
    about: SubjectRef


def told(session: Session, reminders: Iterable[OpenReminder], actor: Actor) -> list[ReminderLine]:
    """Those of the actor's structure, named; what is out of their sight is left out. A query for each nudge."""
    if not can(actor, Permission.TODO_DO_OWN):
        return []
    ours = [one for one in reminders if one.structure_id == actor.structure_id]
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in ours:
        wanted[one.rule].add(one.subject_id)
    named: dict[tuple[str, int], SubjectRef] = {}
    labels: dict[str, str] = {}
    for rule, subjects in wanted.items():
        known = nudges.find(rule)
        if known is None:
            continue
        labels[rule] = known.nudge.label
        named |= {(rule, key): ref for key, ref in known.about(session, subjects, actor).items()}
    return [
        ReminderLine(
            id=one.id,
            rule=one.rule,
            label=labels[one.rule],
            due_on=one.due_on,
            created_at=one.created_at,
            user_id=one.user_id,
            structure_id=one.structure_id,
            about=ref,
        )
        for one in ours
        if (ref := named.get((one.rule, one.subject_id))) is not None
    ]


def about_todos(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, SubjectRef]:
    """How the reminders of things to do are named: they stand in the lists of things to do by themselves."""
    named = queries.told_todos(session, identifiers, actor)
    return {key: SubjectRef(one.label, one.endpoint, one.public_id) for key, one in named.items()}


def touched(session: Session, tables: dict[str, dict[str, set[int]]]) -> dict[str, set[int]]:
    """By nudge, the subjects with an open reminder among those named by changed rows (table, column, values)."""
    found: dict[str, set[int]] = {}
    for one in nudges.registered():
        named: set[Any] = set()
        for table, column in one.nudge.watches.items():
            named |= tables.get(table, {}).get(column, set())
        named.discard(None)
        if one.nearby is not None:
            around = {
                key for table, column in one.nudge.around.items() for key in tables.get(table, {}).get(column, ())
            }
            around.discard(None)
            named |= set(one.nearby(session, around)) if 0 < len(around) <= _MOST_ASKED else set()
        if not named or len(named) > _MOST_ASKED:
            continue  # the next sweep looks at them all
        stands = {s.subject_id for s in standing(session, one.nudge.key, one.nudge.column, named)}
        if stands:
            found[one.nudge.key] = stands
    return found


def seen_or_open(session: Session, reminder_id: int, *, actor: Actor) -> Reminder | None:
    """That reminder if it is the actor's own, in their structure; locked."""
    statement = (
        select(Reminder)
        .where(
            Reminder.id == reminder_id,
            Reminder.user_id == actor.user_id,
            Reminder.structure_id == actor.structure_id,
        )
        .with_for_update()
    )
    return session.scalars(statement).one_or_none()
