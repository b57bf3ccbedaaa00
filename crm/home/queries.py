"""What « Aujourd'hui » shows: heaps of things to do, meetings, reports, reminders, who has nothing planned, news."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can
from crm.accounts.models import User
from crm.accounts.queries import names
from crm.home.day import queries as parts
from crm.home.day.queries import Meeting, News, Unplanned
from crm.interactions.nudging.nudges import REPORT_MISSING
from crm.partners.models import Partner
from crm.reminders.notices import queries as notices
from crm.reminders.notices.queries import ReminderLine
from crm.reminders.nudges import TODO_DUE, registered
from crm.reminders.queries import TodoLine, open_todos
from crm.reminders.rules import Bucket, bucket, is_call
from crm.reminders.schedule import end_of_week, instant

#: What the page shows by itself: no line of reminder besides.
_SHOWN_OTHERWISE = frozenset({TODO_DUE.key, REPORT_MISSING.key})
#: Reminders looked at; the page says that there are more.
_MOST_REMINDERS = 100


class Beginning(StrEnum):
    """Why there is nothing to do, and so what to do first."""

    NO_PARTNER = "no_partner"
    NOTHING_PLANNED = "nothing_planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """
    One person's day, or their `team`'s. `heaps` holds every bucket, in order; `beginning` is set when all is empty.

    `calls` are those of the heaps to be made by the end of the week; `people` names who is reminded, for a team.
    """

    team: bool
    heaps: dict[Bucket, list[TodoLine]]
    meetings: list[Meeting] = field(default_factory=list)
    meetings_later: list[Meeting] = field(default_factory=list)
    reports: list[Meeting] = field(default_factory=list)
    calls: list[TodoLine] = field(default_factory=list)
    reminders: list[ReminderLine] = field(default_factory=list)
    people: dict[int, str] = field(default_factory=dict)
    unplanned: list[Unplanned] = field(default_factory=list)
    unplanned_total: int = 0
    news: list[News] = field(default_factory=list)
    beginning: Beginning | None = None

    @property
    def pressing(self) -> tuple[int, int]:
        """How many are late, and how many are for today, meetings included."""
        return len(self.heaps[Bucket.LATE]), len(self.heaps[Bucket.TODAY]) + len(self.meetings)


def may_see_team(actor: Actor) -> bool:
    """Whether the actor may look at everybody's things to do: who may do anybody's."""
    return can(actor, Permission.TODO_DO_ANY)


def has_todos(actor: Actor) -> bool:
    """Whether the actor's roles have anything to do with partners at all (a board member's have not)."""
    return can(actor, Permission.TODO_DO_OWN)


def today(session: Session, *, actor: Actor, team: bool, day: date, now: datetime) -> Today:
    """
    What is open now: the actor's own, or the structure's when `team` and the actor may see it.

    A constant number of queries.
    """
    everybody = team and may_see_team(actor)
    if not has_todos(actor):
        return Today(team=False, heaps={heap: [] for heap in Bucket}, beginning=_beginning(session))
    lines = open_todos(session, actor=actor, assignee_id=None if everybody else actor.user_id, with_people=True)
    heaps: dict[Bucket, list[TodoLine]] = {heap: [] for heap in Bucket}
    for line in lines:
        heaps[bucket(line.due_on, day)].append(line)
    midnight = instant(day + timedelta(days=1), time())
    sunday_night = instant(end_of_week(day) + timedelta(days=1), time())
    meetings = parts.meetings(session, actor=actor, mine=not everybody, now=now, until=sunday_night)
    reports = parts.reports(session, actor=actor, mine=not everybody, now=now)
    reminders = _reminders(session, actor, everybody)
    unplanned, total = parts.unplanned(session, actor=actor, mine=not everybody, day=day, now=now)
    something = lines or meetings or reports or reminders or unplanned
    return Today(
        team=everybody,
        heaps=heaps,
        meetings=[one for one in meetings if one.held_at < midnight],
        meetings_later=[one for one in meetings if one.held_at >= midnight],
        reports=reports,
        calls=[line for line in lines if line.due_on <= end_of_week(day) and _is_call(line)],
        reminders=reminders,
        people=names(session, {line.user_id for line in reminders}) if everybody else {},
        unplanned=unplanned,
        unplanned_total=total,
        news=parts.news(session, actor=actor, mine=not everybody, now=now),
        beginning=None if something else _beginning(session),
    )


def _is_call(line: TodoLine) -> bool:
    return line.subject is not None and bool(line.subject.phone) and is_call(line.what)


def _reminders(session: Session, actor: Actor, everybody: bool) -> list[ReminderLine]:
    rules = [one.nudge.key for one in registered() if one.nudge.key not in _SHOWN_OTHERWISE]
    users = None if everybody or actor.user_id is None else [actor.user_id]
    stands = notices.open_reminders(session, structure_id=actor.structure_id, users=users, rules=rules)
    return notices.told(session, stands[:_MOST_REMINDERS], actor)


def first_name(session: Session, *, actor: Actor) -> str:
    """How to greet the actor."""
    return session.scalar(select(User.first_name).where(User.id == actor.user_id)) or actor.name


def _beginning(session: Session) -> Beginning:
    known = session.scalar(select(exists().where(Partner.binned_at.is_(None))))
    return Beginning.NOTHING_PLANNED if known else Beginning.NO_PARTNER
