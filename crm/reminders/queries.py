"""Reads of what is to be done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can
from crm.accounts.models import User
from crm.accounts.queries import Colleague, colleagues
from crm.audit.words import Reference
from crm.errors import NotFound
from crm.reminders import subjects
from crm.reminders.models import Todo
from crm.reminders.subjects import SubjectRef

#: Colleagues to whom a line offers to give a thing in one tap; with more of them, a page asks.
MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody to whom a thing may be given; `is_me` when it is the actor."""

    id: int
    name: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class TodoLine:
    """
    One open thing to do, as lists show it. `subject` is None when it is out of the actor's sight.

    `givable` are those to whom the actor may give it in one tap.
    """

    public_id: str
    what: str
    due_on: date
    assignee_id: int
    assignee: str
    is_mine: bool
    can_tick: bool
    subject: SubjectRef | None
    can_give: bool = False
    postponed_count: int = 0
    postponed_reason: str = ""
    givable: tuple[Taker, ...] = ()


def open_todos(
    session: Session,
    *,
    actor: Actor,
    assignee_id: int | None = None,
    partner_id: int | None = None,
    with_people: bool = False,
) -> list[TodoLine]:
    """
    What is still to be done in the actor's structure, the earliest due day first.

    `assignee_id` keeps what one person has to do, `partner_id` what is about one partner; `with_people` says to whom
    each may be given. Two queries, and one more for each kind of subject, however many lines there are.
    """
    statement = (
        select(Todo, User.first_name, User.last_name)
        .join(User, User.id == Todo.assignee_id)
        .where(_in_sight(actor), Todo.done_at.is_(None))
        .order_by(Todo.due_on, Todo.id)
    )
    if assignee_id is not None:
        statement = statement.where(Todo.assignee_id == assignee_id)
    if partner_id is not None:
        statement = statement.where(Todo.partner_id == partner_id)
    rows = session.execute(statement).all()
    refs = _subjects(session, [todo for todo, _, _ in rows], actor)
    people = _givable(session, actor) if rows and with_people else ()
    # What is about something in the bin is nowhere until that comes back.
    return [
        _line(todo, f"{first_name} {last_name}", refs[todo.id], actor, people)
        for todo, first_name, last_name in rows
        if todo.id in refs
    ]


def one(session: Session, public_id: str, *, actor: Actor) -> TodoLine:
    """The todo of that identifier, done or not. Raises NotFound when there is none in the actor's sight."""
    statement = (
        select(Todo, User.first_name, User.last_name)
        .join(User, User.id == Todo.assignee_id)
        .where(_in_sight(actor), Todo.public_id == public_id)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    todo, first_name, last_name = row
    return _line(todo, f"{first_name} {last_name}", _subjects(session, [todo], actor).get(todo.id), actor)


def takers(session: Session, *, actor: Actor) -> list[Colleague]:
    """Who may be given something to do: the active people of the structure whose role lets them do it."""
    return colleagues(session, actor=actor, able=Permission.TODO_DO_OWN)


def _givable(session: Session, actor: Actor) -> tuple[Taker, ...]:
    """Everybody of the structure, the actor first; nobody when they are too many for a menu, or without the right."""
    if not can(actor, Permission.TODO_ASSIGN):
        return ()
    people = [Taker(one.id, one.name, one.id == actor.user_id) for one in takers(session, actor=actor)]
    return tuple(sorted(people, key=lambda one: not one.is_me)) if len(people) <= MOST_OFFERED + 1 else ()


def _line(
    todo: Todo, assignee: str, subject: SubjectRef | None, actor: Actor, people: Sequence[Taker] = ()
) -> TodoLine:
    return TodoLine(
        public_id=todo.public_id,
        what=todo.what,
        due_on=todo.due_on,
        assignee_id=todo.assignee_id,
        assignee=assignee,
        is_mine=todo.assignee_id == actor.user_id,
        can_tick=may_tick(todo, actor),
        subject=subject,
        can_give=can(actor, Permission.TODO_ASSIGN),
        postponed_count=todo.postponed_count,
        postponed_reason=todo.postponed_reason,
        givable=tuple(one for one in people if one.id != todo.assignee_id),
    )


def may_tick(todo: Todo, actor: Actor) -> bool:
    """Whether the actor may close or reopen this one: their own, or anybody's for who may do anybody's."""
    if todo.structure_id != actor.structure_id:
        return False
    own = todo.assignee_id == actor.user_id
    return can(actor, Permission.TODO_DO_ANY) or (own and can(actor, Permission.TODO_DO_OWN))


def get_for_change(session: Session, public_id: str, *, actor: Actor) -> Todo:
    """
    The todo of that identifier, locked until the transaction ends.

    Raises NotFound when there is none in the actor's structure.
    """
    ours = Todo.structure_id == actor.structure_id
    statement = select(Todo).where(Todo.public_id == public_id, ours).with_for_update()
    todo = session.scalars(statement).one_or_none()
    if todo is None:
        raise NotFound
    return todo


def told_todos(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names these things to do, each with the page of what it is about; those out of sight left out."""
    todos = session.scalars(select(Todo).where(Todo.id.in_(identifiers), _in_sight(actor))).all()
    refs = _subjects(session, todos, actor)
    return {
        todo.id: Reference(todo.what, refs[todo.id].endpoint, refs[todo.id].public_id)
        if todo.id in refs
        else Reference(todo.what)
        for todo in todos
    }


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    """Those of the structure for who plans or does anybody's; only their own for the others (volunteers)."""
    ours = Todo.structure_id == actor.structure_id
    if can(actor, Permission.TODO_PLAN) or can(actor, Permission.TODO_DO_ANY):
        return ours
    return ours & (Todo.assignee_id == actor.user_id)


def _subjects(session: Session, todos: Sequence[Todo], actor: Actor) -> dict[int, SubjectRef]:
    """What each todo is about, by the todo's identifier: one query for each kind of subject that occurs."""
    found: dict[int, SubjectRef] = {}
    for column in subjects.columns():
        about = {todo.id: key for todo in todos if (key := getattr(todo, column)) is not None}
        refs = subjects.resolve(session, column, set(about.values()), actor)
        found |= {todo_id: refs[key] for todo_id, key in about.items() if key in refs}
    return found
