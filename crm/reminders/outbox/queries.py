"""Reads of what is about to be sent: what each reader is told, what waits, which due times are taken."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, Role, can
from crm.accounts.models import Membership
from crm.accounts.queries import Reader
from crm.reminders import queries
from crm.reminders.enums import MessageState
from crm.reminders.models import OutboxMessage, TaskRun
from crm.reminders.notices import queries as notices
from crm.reminders.notices.queries import OpenReminder, ReminderLine
from crm.reminders.subjects import SubjectRef


@dataclass(frozen=True, slots=True)
class OpenTodo:
    """One open thing to do, in one of its assignee's structures. `about` is None when it is out of their sight."""

    structure_id: int
    what: str
    due_on: date
    about: SubjectRef | None


def open_todos(session: Session, readers: Collection[Actor], *, until: date) -> dict[int, list[OpenTodo]]:
    """
    What each reader has to do by `until`, by reader.

    Rights are those of the moment, structure by structure, and the reads are those of the lists: a role that does no
    todos, or a structure left, shows nothing. A few queries for each reader, once a day.
    """
    found: dict[int, list[OpenTodo]] = defaultdict(list)
    for actor in readers:
        if actor.user_id is None or actor.structure_id is None or not can(actor, Permission.TODO_DO_OWN):
            continue
        found[actor.user_id] += [
            OpenTodo(actor.structure_id, line.what, line.due_on, line.subject)
            for line in queries.open_todos(session, actor=actor, assignee_id=actor.user_id)
            if line.due_on <= until
        ]
    return found


def told_reminders(
    session: Session, readers: Collection[Actor], reminders: Iterable[OpenReminder]
) -> dict[int, list[ReminderLine]]:
    """The reminders of each reader, named as they may see them, by reader."""
    mine: dict[tuple[int, int], list[OpenReminder]] = defaultdict(list)
    for one in reminders:
        mine[one.user_id, one.structure_id].append(one)
    found: dict[int, list[ReminderLine]] = defaultdict(list)
    for actor in readers:
        if actor.user_id is not None and actor.structure_id is not None:
            found[actor.user_id] += notices.told(session, mine[actor.user_id, actor.structure_id], actor)
    return found


def actors(session: Session, readers: Collection[Reader]) -> list[Actor]:
    """Each reader as each of their structures knows them."""
    names = {reader.user_id: reader.name for reader in readers}
    roles: dict[tuple[int, int], set[Role]] = defaultdict(set)
    for row in session.scalars(select(Membership).where(Membership.user_id.in_(names))):
        roles[row.user_id, row.structure_id].add(row.role)
    return [
        Actor(user_id, names[user_id], structure_id, frozenset(held))
        for (user_id, structure_id), held in sorted(roles.items())
    ]


def taken_runs(session: Session, task: str, due_times: Collection[datetime]) -> set[datetime]:
    """Which of these due times of a task somebody has already run."""
    statement = select(TaskRun.due_at).where(TaskRun.task == task, TaskRun.due_at.in_(due_times))
    return set(session.scalars(statement))


def run_times(session: Session, task: str, due_times: Collection[datetime]) -> list[datetime]:
    """When somebody ran a task, of these due times."""
    statement = select(TaskRun.run_at).where(TaskRun.task == task, TaskRun.due_at.in_(due_times))
    return list(session.scalars(statement))


def already_queued(session: Session, rule: str, occurrences: Collection[str]) -> set[tuple[int, str]]:
    """(person, occurrence) of the messages of a rule that exist, whatever became of them."""
    rows = session.execute(
        select(OutboxMessage.user_id, OutboxMessage.occurrence).where(
            OutboxMessage.rule == rule, OutboxMessage.occurrence.in_(occurrences)
        )
    )
    return {(row.user_id, row.occurrence) for row in rows}


def waiting(session: Session, *, now: datetime) -> int:
    """How many messages could be sent now, an unfinished attempt whose lease ended included."""
    count = session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.not_before <= now,
            or_(
                OutboxMessage.state == MessageState.WAITING,
                (OutboxMessage.state == MessageState.SENDING) & (OutboxMessage.lease_until <= now),
            ),
        )
    )
    return count or 0
