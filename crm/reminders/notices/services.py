"""Writes of reminders: arm what is due, close what was done, withdraw what has no reason any more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.db import insert_if_absent
from crm.errors import NotFound
from crm.reminders import nudges
from crm.reminders.enums import ReminderState
from crm.reminders.models import Reminder
from crm.reminders.notices import queries
from crm.reminders.nudges import Changes, Notice, Nudge, Setting

#: Rows closed by one statement.
_AT_ONCE = 500


def changes(session: Session, *, now: datetime, only: Mapping[str, Collection[int]] | None = None) -> list[Changes]:
    """
    What the facts of now ask for, nudge by nudge. Writes nothing.

    `only` keeps these subjects of these nudges. One query of facts and one of reminders for each nudge.
    """
    chosen = queries.settings(session)
    receivers = queries.recipients(session)
    day = clock.day_of(now)
    calendars = queries.calendars(session, day)
    found = []
    for one in nudges.registered():
        if only is not None and one.nudge.key not in only:
            continue
        subjects = None if only is None else only[one.nudge.key]
        found.append(
            nudges.settle(
                one.nudge,
                queries.standing(session, one.nudge.key, one.nudge.column, subjects),
                one.facts(session, now, subjects),
                setting=lambda structure_id, nudge=one.nudge: chosen.get(  # type: ignore[misc]  # bound now, on purpose
                    (structure_id, nudge.key), Setting(True, nudge.delay_days)
                ),
                may_receive=lambda user_id, structure_id: (user_id, structure_id) in receivers,
                is_working=lambda structure_id: structure_id in calendars and calendars[structure_id].is_working(day),
                now=now,
            )
        )
    return found


def write(session: Session, found: Sequence[Changes], *, now: datetime) -> int:
    """Write them; how many reminders were armed. Written twice, they add nothing."""
    armed = 0
    for change in found:
        _close(session, change.done, ReminderState.DONE, now)
        _close(session, change.withdrawn, ReminderState.WITHDRAWN, now)
        armed += sum(_arm(session, change.nudge, notice, now) for notice in change.armed)
    return armed


def sweep(session: Session, *, now: datetime) -> int:
    """Compare every nudge with its facts, and write what changed; how many reminders were armed."""
    return write(session, changes(session, now=now), now=now)


def settle_touched(session: Session, tables: dict[str, dict[str, set[int]]], *, now: datetime) -> None:
    """Close at once what the changed rows put an end to. Arming is for the sweep, which knows the days off."""
    only = queries.touched(session, tables)
    if not only:
        return
    for change in changes(session, now=now, only=only):
        write(session, [Changes(change.nudge, (), change.done, change.withdrawn)], now=now)


def set_aside(session: Session, reminder_id: int, *, actor: Actor, now: datetime) -> Reminder:
    """« C'est vu »: this reminder is not shown any more, whatever the facts say. Raises NotFound for another's."""
    require(actor, Permission.TODO_DO_OWN)
    row = queries.seen_or_open(session, reminder_id, actor=actor)
    if row is None:
        raise NotFound
    if row.state == ReminderState.OPEN:
        row.state, row.closed_at = ReminderState.SEEN, now
        session.flush()
    return row


def take_back(session: Session, reminder_id: int, *, actor: Actor) -> Reminder:
    """Undo « c'est vu ». Raises NotFound for another's."""
    require(actor, Permission.TODO_DO_OWN)
    row = queries.seen_or_open(session, reminder_id, actor=actor)
    if row is None:
        raise NotFound
    if row.state == ReminderState.SEEN:
        row.state, row.closed_at = ReminderState.OPEN, None
        session.flush()
    return row


def _arm(session: Session, nudge: Nudge, notice: Notice, now: datetime) -> bool:
    values = {
        "structure_id": notice.structure_id,
        "user_id": notice.user_id,
        "rule": nudge.key,
        nudge.column: notice.subject_id,
        "occurrence": notice.occurrence,
        "due_on": notice.due_on,
        "state": ReminderState.OPEN,
        "created_at": now,
    }
    if insert_if_absent(session, Reminder, values):
        return True
    # It stood before: its reason came back (a tick undone, a nudge on again). One set aside stays so.
    again = (
        update(Reminder)
        .where(
            Reminder.rule == nudge.key,
            getattr(Reminder, nudge.column) == notice.subject_id,
            Reminder.structure_id == notice.structure_id,
            Reminder.user_id == notice.user_id,
            Reminder.occurrence == notice.occurrence,
            Reminder.state.in_((ReminderState.DONE, ReminderState.WITHDRAWN)),
        )
        .values(state=ReminderState.OPEN, closed_at=None, created_at=now)
        .returning(Reminder.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(again).first() is not None


def _close(session: Session, identifiers: Sequence[int], state: ReminderState, now: datetime) -> None:
    for start in range(0, len(identifiers), _AT_ONCE):
        session.execute(
            update(Reminder)
            .where(Reminder.id.in_(identifiers[start : start + _AT_ONCE]), Reminder.state == ReminderState.OPEN)
            .values(state=state, closed_at=now)
            .execution_options(synchronize_session=False)
        )
