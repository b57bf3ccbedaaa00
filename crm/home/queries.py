"""What « Aujourd'hui » shows: heaps of things to do, or the first thing to do when there is none."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can
from crm.accounts.models import User
from crm.partners.models import Partner
from crm.reminders.queries import TodoLine, open_todos
from crm.reminders.rules import Bucket, bucket


class Beginning(StrEnum):
    """Why there is nothing to do, and so what to do first."""

    NO_PARTNER = "no_partner"
    NOTHING_PLANNED = "nothing_planned"


@dataclass(frozen=True, slots=True)
class Today:
    """
    One person's day, or their `team`'s. `heaps` holds every bucket, in order; `beginning` is set when all are empty.
    """

    team: bool
    heaps: dict[Bucket, list[TodoLine]]
    beginning: Beginning | None

    @property
    def pressing(self) -> tuple[int, int]:
        """How many are late, and how many are for today."""
        return len(self.heaps[Bucket.LATE]), len(self.heaps[Bucket.TODAY])


def may_see_team(actor: Actor) -> bool:
    """Whether the actor may look at everybody's things to do: who may do anybody's."""
    return can(actor, Permission.TODO_DO_ANY)


def has_todos(actor: Actor) -> bool:
    """Whether the actor's roles have anything to do with partners at all (a board member's have not)."""
    return can(actor, Permission.TODO_DO_OWN)


def today(session: Session, *, actor: Actor, team: bool, day: date) -> Today:
    """What is open on that day: the actor's own, or the structure's when `team` and the actor may see it."""
    everybody = team and may_see_team(actor)
    lines = open_todos(session, actor=actor, assignee_id=None if everybody else actor.user_id)
    heaps: dict[Bucket, list[TodoLine]] = {heap: [] for heap in Bucket}
    for line in lines:
        heaps[bucket(line.due_on, day)].append(line)
    return Today(everybody, heaps, None if lines else _beginning(session))


def first_name(session: Session, *, actor: Actor) -> str:
    """How to greet the actor."""
    return session.scalar(select(User.first_name).where(User.id == actor.user_id)) or actor.name


def _beginning(session: Session) -> Beginning:
    known = session.scalar(select(exists().where(Partner.binned_at.is_(None))))
    return Beginning.NOTHING_PLANNED if known else Beginning.NO_PARTNER
