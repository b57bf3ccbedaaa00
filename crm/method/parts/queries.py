"""Reads of parts: the one of a public id with what it belongs to, and whom or what it may name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session, joinedload

from crm.access.policy import Actor, Permission, can, require
from crm.accounts import queries as accounts
from crm.errors import NotFound
from crm.interactions.enums import MEETINGS, InteractionKind
from crm.interactions.models import Interaction
from crm.method.enums import CardState
from crm.method.models import Initiative, Partnership
from crm.method.partnerships.models import (
    Action,
    BudgetLine,
    CoordinationSession,
    Evidence,
    Highlight,
    Indicator,
    Review,
    RoadmapItem,
)
from crm.method.parts.kinds import PartKind
from crm.method.projects.models import Finding, Listening
from crm.partners.models import Contact, Partner

MODELS: dict[PartKind, Any] = {
    PartKind.FINDING: Finding,
    PartKind.LISTENING: Listening,
    PartKind.ROADMAP: RoadmapItem,
    PartKind.BUDGET: BudgetLine,
    PartKind.EVIDENCE: Evidence,
    PartKind.SESSION: CoordinationSession,
    PartKind.INDICATOR: Indicator,
    PartKind.ACTION: Action,
    PartKind.REVIEW: Review,
    PartKind.HIGHLIGHT: Highlight,
}
#: What is loaded with a part, so that it can be changed whole.
_WITH: dict[PartKind, tuple[str, ...]] = {
    PartKind.INDICATOR: ("values",),
    PartKind.ACTION: ("factors", "partners"),
}
_MOST_EXCHANGES = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part is: its project, and its partnership with its partner when it is one's."""

    initiative: Initiative
    partnership: Partnership | None


@dataclass(frozen=True, slots=True)
class Held:
    """An exchange that a part may name. `partner` is '' when it goes without saying."""

    id: int
    kind: InteractionKind
    held_at: datetime
    partner: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom and what the form of a part may name: (identifier, words) pairs, and the latest exchanges."""

    people: list[tuple[int, str]]
    contacts: list[tuple[int, str]]
    exchanges: Sequence[Held]


def get_part(
    session: Session, public_id: str, *, actor: Actor, for_update: bool = False
) -> tuple[PartKind, Any, Place]:
    """
    The part of that public id, its kind and its place, in the actor's structure; locked on demand. Three queries.

    Raises NotFound.
    """
    require(actor, Permission.PROJECT_READ)
    known = [
        select(literal(kind.value).label("kind"), model.id.label("key")).where(model.public_id == public_id)
        for kind, model in MODELS.items()
    ]
    found = session.execute(union_all(*known)).first()
    if found is None:
        raise NotFound
    kind = PartKind(found.kind)
    model = MODELS[kind]
    statement = select(model).where(model.id == found.key)
    if for_update:
        statement = statement.with_for_update()
    part = session.scalars(statement).one()
    for name in _WITH.get(kind, ()):
        session.refresh(part, [name])
    return kind, part, _place(session, part, actor)


def _place(session: Session, part: Any, actor: Actor) -> Place:
    key = getattr(part, "partnership_id", None)
    if key is not None:
        statement = (
            select(Partnership)
            .where(
                Partnership.id == key,
                Partnership.structure_id == actor.structure_id,
                Partnership.state != CardState.WITHDRAWN,
            )
            .options(joinedload(Partnership.initiative), joinedload(Partnership.partner))
        )
        partnership = session.scalars(statement).one_or_none()
        if partnership is None:
            raise NotFound
        return Place(partnership.initiative, partnership)
    initiative = session.scalars(
        select(Initiative).where(Initiative.id == part.initiative_id, Initiative.structure_id == actor.structure_id)
    ).one_or_none()
    if initiative is None:
        raise NotFound
    return Place(initiative, None)


def choices_of(session: Session, place: Place, *, actor: Actor) -> Choices:
    """What the form of a part may name. Three queries at most."""
    people = [(one.id, one.name) for one in accounts.colleagues(session, actor=actor)]
    if place.partnership is None:
        return Choices(people, [], _exchanges(session, None, actor))
    partner_id = place.partnership.partner_id
    return Choices(people, contacts_of(session, partner_id, actor=actor), _exchanges(session, partner_id, actor))


def contacts_of(session: Session, partner_id: int, *, actor: Actor) -> list[tuple[int, str]]:
    """The people of a partner who are still there, by name. One query; nobody for who may not read contacts."""
    if not can(actor, Permission.CONTACT_READ):
        return []
    statement = (
        select(Contact)
        .where(Contact.partner_id == partner_id, Contact.left_on.is_(None), Contact.binned_at.is_(None))
        .order_by(Contact.last_name, Contact.first_name, Contact.id)
    )
    return [
        (one.id, f"{one.full_name}, {one.function}" if one.function else one.full_name)
        for one in session.scalars(statement)
    ]


def _exchanges(session: Session, partner_id: int | None, actor: Actor) -> list[Held]:
    """The latest exchanges with a partner; without one, the latest meetings with anybody, named by their partner."""
    if not can(actor, Permission.INTERACTION_READ):
        return []
    statement = (
        select(Interaction.id, Interaction.kind, Interaction.held_at, Partner.name)
        .join(Partner, Partner.id == Interaction.partner_id)
        .where(
            Interaction.structure_id == actor.structure_id,
            Interaction.binned_at.is_(None),
            Interaction.cancelled_at.is_(None),
            Partner.binned_at.is_(None),
        )
        .order_by(Interaction.held_at.desc(), Interaction.id.desc())
        .limit(_MOST_EXCHANGES)
    )
    if partner_id is not None:
        statement = statement.where(Interaction.partner_id == partner_id)
    else:
        statement = statement.where(Interaction.kind.in_(MEETINGS))
    rows = session.execute(statement)
    return [Held(row.id, row.kind, row.held_at, "" if partner_id else row.name) for row in rows]
