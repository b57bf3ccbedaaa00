"""Writes of what is to be done: plan it, close it, reopen it, hand it over."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.errors import DomainError, NotAllowed
from crm.reminders.models import Todo
from crm.reminders.queries import get_for_change, may_tick
from crm.wording import N_

LONGEST = 200  # characters of `what`, as the column


class UnclearTodo(DomainError):
    """What, by whom or for when cannot stand. `field` is 'what', 'assignee' or 'due_on'."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Ticked:
    """A todo after a tick. `changed` is False when it already was so."""

    todo: Todo
    changed: bool


def plan(
    session: Session,
    *,
    what: str,
    due_on: date,
    assignee_id: int,
    partner_id: int,
    actor: Actor,
    now: datetime,
) -> Todo:
    """
    Write down something to do about a partner that the caller has found in the actor's sight.

    Raises NotAllowed, or UnclearTodo for an empty or long text, a day already gone, a person of another structure.
    """
    require(actor, Permission.TODO_PLAN)
    structure_id = actor.structure_id
    if structure_id is None:
        raise NotAllowed
    what = what.strip()
    if not what:
        raise UnclearTodo(N_("Dites ce qu'il faut faire."), field="what")
    if len(what) > LONGEST:
        raise UnclearTodo(N_("Trop long : 200 caractères au plus."), field="what")
    if due_on < clock.day_of(now):
        raise UnclearTodo(N_("Ce jour est déjà passé."), field="due_on")
    if assignee_id != actor.user_id:
        require(actor, Permission.TODO_ASSIGN)
    if assignee_id not in {colleague.id for colleague in colleagues(session, actor=actor)}:
        raise UnclearTodo(N_("Cette personne n'est pas de votre structure."), field="assignee")
    todo = Todo(
        structure_id=structure_id,
        partner_id=partner_id,
        what=what,
        due_on=due_on,
        assignee_id=assignee_id,
        created_by_id=actor.user_id,
        created_at=now,
    )
    session.add(todo)
    session.flush()
    return todo


def done(session: Session, public_id: str, *, actor: Actor, now: datetime) -> Ticked:
    """Close a todo. Closing it again changes nothing. Raises NotFound, or NotAllowed for somebody else's."""
    todo = _mine_to_tick(session, public_id, actor)
    if todo.done_at is not None:
        return Ticked(todo, changed=False)
    todo.done_at, todo.done_by_id = now, actor.user_id
    session.flush()
    return Ticked(todo, changed=True)


def reopen(session: Session, public_id: str, *, actor: Actor) -> Ticked:
    """Open a todo again. An open one stays as it is. Raises NotFound, or NotAllowed for somebody else's."""
    todo = _mine_to_tick(session, public_id, actor)
    if todo.done_at is None:
        return Ticked(todo, changed=False)
    todo.done_at, todo.done_by_id = None, None
    session.flush()
    return Ticked(todo, changed=True)


def hand_over(session: Session, user_id: int, heir_id: int, *, actor: Actor, now: datetime) -> int:
    """
    Give what a leaver still had to do in the actor's structure to a colleague; how many todos there were.

    What is done stays to their credit. One row after the other, so that each has its line of audit. Raises NotAllowed.
    """
    require(actor, Permission.ACCOUNT_ASSIST)
    todos = session.scalars(
        select(Todo)
        .where(Todo.structure_id == actor.structure_id, Todo.assignee_id == user_id, Todo.done_at.is_(None))
        .order_by(Todo.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for todo in todos:
        todo.assignee_id = heir_id
    session.flush()
    return len(todos)


def _mine_to_tick(session: Session, public_id: str, actor: Actor) -> Todo:
    todo = get_for_change(session, public_id, actor=actor)
    if not may_tick(todo, actor):
        raise NotAllowed(N_("Cette chose à faire est confiée à quelqu'un d'autre."))
    return todo
