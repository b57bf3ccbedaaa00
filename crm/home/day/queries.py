"""Meetings, reports to write, followed partners without anything to do, what changed lately: each in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, can
from crm.accounts.models import User
from crm.accounts.queries import names
from crm.audit import words
from crm.audit.models import AuditEvent
from crm.audit.words import Reference
from crm.interactions.enums import MEETINGS, InteractionKind
from crm.interactions.models import Interaction, Participant
from crm.partners.enums import FollowStage
from crm.partners.models import Contact, Follow, Partner
from crm.reminders.models import Todo

#: Lines of one list; beyond, their number is said.
MOST = 30
#: How many days « depuis une semaine » looks back.
NEWS_DAYS = 7


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of the structure: when, of which kind, with whom, whose."""

    public_id: str
    kind: InteractionKind
    held_at: datetime
    place: str
    partner: str
    partner_id: str
    who: str

    @property
    def day(self) -> date:
        """Its day in Paris."""
        return clock.day_of(self.held_at)


def meetings(session: Session, *, actor: Actor, mine: bool, now: datetime, until: datetime) -> list[Meeting]:
    """The planned meetings from `now` to `until`, the next first; with `mine`, those one takes part in."""
    statement = _meetings(actor, mine).where(Interaction.held_at > now, Interaction.held_at < until)
    return _read(session, actor, statement.order_by(Interaction.held_at, Interaction.id).limit(MOST))


def reports(session: Session, *, actor: Actor, mine: bool, now: datetime) -> list[Meeting]:
    """The meetings held of which nothing is written, the latest first; with `mine`, those that one noted oneself."""
    statement = _meetings(actor, mine=False).where(Interaction.held_at <= now, func.trim(Interaction.report) == "")
    if mine:
        statement = statement.where(Interaction.author_id == actor.user_id)
    return _read(session, actor, statement.order_by(Interaction.held_at.desc(), Interaction.id).limit(MOST))


def _meetings(actor: Actor, mine: bool) -> Select[Interaction, str, str, str, str]:
    statement = (
        select(Interaction, Partner.name, Partner.public_id, User.first_name, User.last_name)
        .join(Partner, Partner.id == Interaction.partner_id)
        .join(User, User.id == Interaction.author_id)
        .where(
            Interaction.structure_id == actor.structure_id,
            Interaction.kind.in_(MEETINGS),
            Interaction.cancelled_at.is_(None),
            Interaction.binned_at.is_(None),
            Partner.binned_at.is_(None),
        )
    )
    if not mine:
        return statement
    goes = exists().where(Participant.interaction_id == Interaction.id, Participant.user_id == actor.user_id)
    return statement.where(or_(Interaction.author_id == actor.user_id, goes))


def _read(session: Session, actor: Actor, statement: Select[Interaction, str, str, str, str]) -> list[Meeting]:
    if not can(actor, Permission.INTERACTION_READ) or not can(actor, Permission.PARTNER_READ):
        return []
    return [
        Meeting(one.public_id, one.kind, one.held_at, one.place, name, partner_id, f"{first} {last}")
        for one, name, partner_id, first, last in session.execute(statement)
    ]


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A followed partner about which nothing is to be done. `pause_over`: the day its pause ended."""

    partner: str
    partner_id: str
    city: str
    pause_over: date | None
    who: str


def unplanned(session: Session, *, actor: Actor, mine: bool, day: date, now: datetime) -> tuple[list[Unplanned], int]:
    """
    The followed partners with neither a thing to do nor a meeting to come, and how many there are.

    A pause is a reason to do nothing, until the day it ends.
    """
    if not can(actor, Permission.PARTNER_READ) or not can(actor, Permission.TODO_PLAN):
        return [], 0
    wanted = and_(
        _followed(actor, mine),
        Partner.binned_at.is_(None),
        or_(
            Follow.stage == FollowStage.FOLLOWED,
            and_(Follow.stage == FollowStage.PAUSED, Follow.paused_until <= day),
        ),
        ~exists().where(
            Todo.partner_id == Follow.partner_id,
            Todo.structure_id == Follow.structure_id,
            Todo.done_at.is_(None),
        ),
        ~exists().where(
            Interaction.partner_id == Follow.partner_id,
            Interaction.structure_id == Follow.structure_id,
            Interaction.held_at > now,
            Interaction.cancelled_at.is_(None),
            Interaction.binned_at.is_(None),
        ),
    )
    statement = (
        select(
            Partner.name,
            Partner.public_id,
            Partner.city,
            Follow.stage,
            Follow.paused_until,
            User.first_name,
            User.last_name,
            func.count().over().label("total"),
        )
        .select_from(Follow)
        .join(Partner, Partner.id == Follow.partner_id)
        .outerjoin(User, User.id == Follow.owner_id)
        .where(wanted)
        .order_by(Partner.sort_key, Partner.id)
        .limit(MOST)
    )
    rows = session.execute(statement).all()
    lines = [
        Unplanned(
            partner=row.name,
            partner_id=row.public_id,
            city=row.city,
            pause_over=row.paused_until if row.stage is FollowStage.PAUSED else None,
            who=f"{row.first_name or ''} {row.last_name or ''}".strip(),
        )
        for row in rows
    ]
    return lines, rows[0].total if rows else 0


@dataclass(frozen=True, slots=True)
class News:
    """What others lately did to a partner: each thing once, the latest instant. `said` is French, marked."""

    about: Reference
    said: tuple[str, ...]
    at: datetime
    who: str


def news(session: Session, *, actor: Actor, mine: bool, now: datetime) -> list[News]:
    """
    What others changed in a week in the partners that one follows (the structure follows), the latest first.

    Somebody of another structure is not named.
    """
    if not can(actor, Permission.PARTNER_READ):
        return []
    followed = select(Follow.partner_id).where(_followed(actor, mine))
    follows = select(Follow.id).where(_followed(actor, mine))
    contacts = select(Contact.id).where(Contact.partner_id.in_(followed))
    exchanges = select(Interaction.id).where(
        Interaction.partner_id.in_(followed), Interaction.structure_id == actor.structure_id
    )
    about = {"partners": followed, "follows": follows, "contacts": contacts, "interactions": exchanges}
    statement = (
        select(AuditEvent)
        .where(
            AuditEvent.at >= now - timedelta(days=NEWS_DAYS),
            AuditEvent.actor_id.is_not(None),
            AuditEvent.actor_id != actor.user_id,
            AuditEvent.action.in_(("create", "update")),
            or_(
                *(
                    and_(AuditEvent.object_type == table, AuditEvent.object_id.in_(keys))
                    for table, keys in about.items()
                )
            ),
        )
        .order_by(AuditEvent.id.desc())
        .limit(100)
    )
    return _told(session, session.scalars(statement).all(), actor)


def _told(session: Session, events: Sequence[AuditEvent], actor: Actor) -> list[News]:
    wanted: dict[str, set[int]] = {}
    for event in events:
        if event.object_id is not None:
            wanted.setdefault(event.object_type, set()).add(event.object_id)
    named = words.find(session, wanted, actor)
    people = names(session, {e.actor_id for e in events if e.actor_id is not None})
    found: dict[tuple[str, str], list[tuple[Reference, AuditEvent]]] = {}
    for event in events:
        about = named.get((event.object_type, event.object_id or 0))
        if about is not None and about.public_id:
            ours = event.structure_id == actor.structure_id
            who = people.get(event.actor_id or 0, "") if ours else ""
            found.setdefault((about.public_id, who), []).append((about, event))
    lines = []
    for (_, who), several in found.items():
        said = dict.fromkeys(words.said(event.action, event.object_type) for _, event in several)
        # The partner's own name, where one of the changes is about the partner itself.
        about = next((ref for ref, event in several if event.object_type != "contacts"), several[0][0])
        lines.append(News(about, tuple(said), several[0][1].at, who))
    return lines[:MOST]


def _followed(actor: Actor, mine: bool) -> ColumnElement[bool]:
    ours = Follow.structure_id == actor.structure_id
    return and_(ours, Follow.owner_id == actor.user_id if mine else true())
