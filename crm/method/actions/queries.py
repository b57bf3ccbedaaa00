"""Reads of actions: one of them, those of a structure, those done with a partner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from crm import clock
from crm.access.policy import Actor, Permission, can, require
from crm.accounts import queries as accounts
from crm.errors import NotFound
from crm.interactions.documents.queries import DocumentLine, documents_of
from crm.interactions.models import Interaction
from crm.method.actions.rules import Factor, checklist
from crm.method.enums import ActionKind, ActionState, CardState
from crm.method.guide.queries import factors_of
from crm.method.models import Initiative, Partnership
from crm.method.partnerships.models import Action, ActionPartner
from crm.method.parts.queries import Place
from crm.partners.listing.queries import found_by
from crm.partners.models import Partner
from crm.partners.registry import Moment
from crm.partners.search import search_tokens

PAGE = 50
#: Partners offered for some words.
_MOST_OFFERED = 10


@dataclass(frozen=True, slots=True)
class Participant:
    """Another partner who takes part."""

    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ActionPage:
    """Everything that the page of an action shows besides the action and its place."""

    owner: str
    factors: list[Factor]
    participants: list[Participant]
    exchange: str | None
    documents: list[DocumentLine]


def get_action(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> tuple[Action, Place]:
    """
    The action of that public id with its factors and partners, and its place, in the actor's structure; locked on
    demand. Four queries. Raises NotFound.
    """
    require(actor, Permission.PROJECT_READ)
    statement = (
        select(Action)
        .where(Action.public_id == public_id)
        .options(selectinload(Action.factors), selectinload(Action.partners))
    )
    found = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if found is None:
        raise NotFound
    return found, _place(session, found, actor)


def _place(session: Session, action: Action, actor: Actor) -> Place:
    initiative = session.scalars(
        select(Initiative).where(Initiative.id == action.initiative_id, Initiative.structure_id == actor.structure_id)
    ).one_or_none()
    if initiative is None:
        raise NotFound
    if action.partnership_id is None:
        return Place(initiative, None)
    partnership = session.scalars(
        select(Partnership)
        .join(Partnership.partner)
        .where(
            Partnership.id == action.partnership_id,
            Partnership.state != CardState.WITHDRAWN,
            Partner.binned_at.is_(None),
        )
        .options(joinedload(Partnership.partner, innerjoin=True))
    ).one_or_none()
    if partnership is None:
        raise NotFound
    return Place(initiative, partnership)


def page_of(session: Session, action: Action, *, actor: Actor) -> ActionPage:
    """What the page of an action shows. Seven queries at most."""
    exchange = _exchange(session, action, actor)
    written = [Factor(one.wording, one.is_met) for one in action.factors]
    names = accounts.names(session, {action.owner_id} if action.owner_id is not None else set())
    return ActionPage(
        names.get(action.owner_id or 0, ""),
        checklist(written, factors_of(session, actor.structure_id or 0, action.kind)),
        participants(session, action),
        exchange.public_id if exchange else None,
        documents_of(session, exchange.id, actor=actor) if exchange else [],
    )


def _exchange(session: Session, action: Action, actor: Actor) -> Interaction | None:
    if action.interaction_id is None or not can(actor, Permission.INTERACTION_READ):
        return None
    statement = select(Interaction).where(
        Interaction.id == action.interaction_id,
        Interaction.structure_id == actor.structure_id,
        Interaction.binned_at.is_(None),
    )
    return session.scalars(statement).one_or_none()


def participants(session: Session, action: Action) -> list[Participant]:
    """The other partners who take part, by name. One query."""
    statement = (
        select(Partner.public_id, Partner.name)
        .join(ActionPartner, ActionPartner.partner_id == Partner.id)
        .where(ActionPartner.action_id == action.id, Partner.binned_at.is_(None))
        .order_by(Partner.sort_key, Partner.id)
    )
    return [Participant(row.public_id, row.name) for row in session.execute(statement)]


def offered(session: Session, words: str, action: Action, place: Place, *, actor: Actor) -> list[Participant]:
    """The partners that these words find and who may still take part. One query, none without words."""
    require(actor, Permission.PARTNER_READ)
    tokens = search_tokens(words)
    if not tokens:
        return []
    taken = [one.partner_id for one in action.partners]
    if place.partnership is not None:
        taken.append(place.partnership.partner_id)
    statement = (
        select(Partner.public_id, Partner.name)
        .where(Partner.binned_at.is_(None), Partner.id.not_in(taken), *(found_by(one, actor) for one in tokens))
        .order_by(Partner.sort_key, Partner.id)
        .limit(_MOST_OFFERED)
    )
    return [Participant(row.public_id, row.name) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action in the list: its project, and its partner, '' for an action of a whole project."""

    action: Action
    title: str
    partner: str


def actions(
    session: Session, *, actor: Actor, state: ActionState | None = None, after: int | None = None
) -> tuple[Sequence[ActionLine], bool]:
    """The actions of the actor's structure, the latest first, PAGE at a time; whether more follow. One query."""
    require(actor, Permission.PROJECT_READ)
    statement = (
        select(Action, Initiative.title, func.coalesce(Partner.name, ""))
        .join(Initiative, Initiative.id == Action.initiative_id)
        .outerjoin(Partnership, Partnership.id == Action.partnership_id)
        .outerjoin(Partner, Partner.id == Partnership.partner_id)
        .where(
            Initiative.structure_id == actor.structure_id,
            or_(
                Action.partnership_id.is_(None),
                (Partnership.state != CardState.WITHDRAWN) & Partner.binned_at.is_(None),
            ),
        )
        .order_by(Action.id.desc())
        .limit(PAGE + 1)
    )
    if state is not None:
        statement = statement.where(Action.state == state)
    if after is not None:
        statement = statement.where(Action.id < after)
    found = [ActionLine(*row) for row in session.execute(statement)]
    return found[:PAGE], len(found) > PAGE


@dataclass(frozen=True, slots=True)
class ActionMoment:
    """An action done, as the story of a partner tells it."""

    public_id: str
    kind: ActionKind
    title: str
    at: datetime
    people: int | None
    results: str


def moments(
    session: Session, partner_id: int, *, actor: Actor, before: tuple[datetime, int] | None, limit: int
) -> list[Moment]:
    """
    The actions done with a partner, its own or those it took part in, the latest first. One query.

    An action stands at noon of its last day: its hour is not known.
    """
    took_part = select(ActionPartner.action_id).where(ActionPartner.partner_id == partner_id)
    statement = (
        select(Action)
        .join(Initiative, Initiative.id == Action.initiative_id)
        .outerjoin(Partnership, Partnership.id == Action.partnership_id)
        .where(
            Initiative.structure_id == actor.structure_id,
            Action.state == ActionState.DONE,
            Action.ended_on.is_not(None),
            or_(Partnership.partner_id == partner_id, Action.id.in_(took_part)),
            or_(Action.partnership_id.is_(None), Partnership.state != CardState.WITHDRAWN),
        )
        .order_by(Action.ended_on.desc(), Action.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(_older(before))
    found = []
    for one in session.scalars(statement):
        at = _noon(one.ended_on or clock.day_of(one.created_at))
        found.append(Moment(at, one.id, ActionMoment(one.public_id, one.kind, one.title, at, one.people, one.results)))
    return found


def _older(before: tuple[datetime, int]) -> Any:
    at, key = before
    day = clock.day_of(at)
    noon = _noon(day)
    if noon < at:
        return Action.ended_on <= day
    if noon > at:
        return Action.ended_on < day
    return or_(Action.ended_on < day, (Action.ended_on == day) & (Action.id < key))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.PARIS)
