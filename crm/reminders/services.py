"""Writes of what is to be done: plan it, close it, reopen it, put it off, give it, hand it over."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.errors import Conflict, DomainError, NotAllowed
from crm.reminders.models import Todo
from crm.reminders.queries import get_for_change, may_tick, takers
from crm.wording import N_

LONGEST = 200  # characters of `what` and of a reason, as the columns
#: How far ahead something is planned; beyond, a year was mistyped, and nobody would see it again.
FARTHEST = timedelta(days=5 * 366)

_NOT_YOURS = N_("Cette chose à faire est confiée à quelqu'un d'autre.")


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

    Raises NotAllowed, or UnclearTodo for an empty or long text, a day gone or far off, somebody who could not do it.
    """
    require(actor, Permission.TODO_PLAN)
    structure_id = actor.structure_id
    if structure_id is None:
        raise NotAllowed
    what = _clear(what)
    _refuse_day(due_on, now)
    if assignee_id != actor.user_id:
        require(actor, Permission.TODO_ASSIGN)
    _refuse_stranger(session, assignee_id, actor)
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


@dataclass(frozen=True, slots=True)
class Before:
    """What a todo was before it was put off or given, and its version since: with them that can be undone."""

    due_on: date
    reason: str
    count: int
    assignee_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A todo put off or given, and how to undo that. `changed` is False when it already was so."""

    todo: Todo
    before: Before
    changed: bool = True


def postpone(session: Session, public_id: str, *, due_on: date, reason: str, actor: Actor, now: datetime) -> Moved:
    """
    Put a todo off to another day, saying why. Its reminder comes back on that day.

    Raises NotFound, NotAllowed for somebody else's, UnclearTodo: a day gone or far off, no reason, done already.
    """
    todo = _mine_to_tick(session, public_id, actor)
    _refuse_done(todo)
    _refuse_day(due_on, now)
    reason = reason.strip()
    if not reason:
        raise UnclearTodo(N_("Dites pourquoi c'est reporté."), field="reason")
    if len(reason) > LONGEST:
        raise UnclearTodo(N_("Trop long : 200 caractères au plus."), field="reason")
    before = _remember(todo)
    if due_on == todo.due_on:
        return Moved(todo, before, changed=False)
    todo.due_on, todo.postponed_reason = due_on, reason
    todo.postponed_count += 1
    session.flush()
    return Moved(todo, _since(before, todo))


def give(session: Session, public_id: str, *, assignee_id: int, actor: Actor) -> Moved:
    """
    Entrust a todo of the structure to a colleague. Who gives todos may give anybody's.

    Raises NotFound, NotAllowed, UnclearTodo for who could not do it or a todo done already.
    """
    require(actor, Permission.TODO_ASSIGN)
    todo = get_for_change(session, public_id, actor=actor)
    _refuse_done(todo)
    _refuse_stranger(session, assignee_id, actor)
    before = _remember(todo)
    if assignee_id == todo.assignee_id:
        return Moved(todo, before, changed=False)
    todo.assignee_id = assignee_id
    session.flush()
    return Moved(todo, _since(before, todo))


def put_back(session: Session, public_id: str, before: Before, *, actor: Actor) -> Todo:
    """
    Undo a postponement or a gift, while nothing else changed the todo.

    Raises NotFound, NotAllowed, Conflict when it changed since, UnclearTodo for a person who left meanwhile.
    """
    todo = get_for_change(session, public_id, actor=actor)
    if before.assignee_id != todo.assignee_id:
        require(actor, Permission.TODO_ASSIGN)
        _refuse_stranger(session, before.assignee_id, actor)
    elif not may_tick(todo, actor):
        raise NotAllowed(_NOT_YOURS)
    if todo.version != before.version:
        raise Conflict(N_("Cette chose à faire a changé depuis : rien n'a été annulé."), current=todo.version)
    todo.due_on, todo.assignee_id = before.due_on, before.assignee_id
    todo.postponed_reason, todo.postponed_count = before.reason[:LONGEST], max(0, before.count)
    session.flush()
    return todo


def _remember(todo: Todo) -> Before:
    return Before(todo.due_on, todo.postponed_reason, todo.postponed_count, todo.assignee_id, todo.version)


def _since(before: Before, todo: Todo) -> Before:
    return replace(before, version=todo.version)


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
        raise NotAllowed(_NOT_YOURS)
    return todo


def _clear(what: str) -> str:
    what = what.strip()
    if not what:
        raise UnclearTodo(N_("Dites ce qu'il faut faire."), field="what")
    if len(what) > LONGEST:
        raise UnclearTodo(N_("Trop long : 200 caractères au plus."), field="what")
    return what


def _refuse_day(due_on: date, now: datetime) -> None:
    today = clock.day_of(now)
    if due_on < today:
        raise UnclearTodo(N_("Ce jour est déjà passé."), field="due_on")
    if due_on > today + FARTHEST:
        raise UnclearTodo(N_("Cette date est trop loin : cinq ans à l'avance au plus."), field="due_on")


def _refuse_stranger(session: Session, user_id: int, actor: Actor) -> None:
    if user_id in {colleague.id for colleague in takers(session, actor=actor)}:
        return
    if user_id in {colleague.id for colleague in colleagues(session, actor=actor)}:
        raise UnclearTodo(N_("Le rôle de cette personne ne lui donne rien à faire ici."), field="assignee")
    raise UnclearTodo(N_("Cette personne n'est pas de votre structure."), field="assignee")


def _refuse_done(todo: Todo) -> None:
    if todo.done_at is not None:
        raise UnclearTodo(N_("C'est déjà fait : il n'y a plus rien à reporter ni à confier."), field="what")
