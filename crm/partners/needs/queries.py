"""Reads of needs: each structure sees those it heard itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.audit.words import Reference
from crm.errors import NotFound
from crm.partners.enums import NeedKind, NeedState
from crm.partners.models import Need, Partner
from crm.partners.needs.horizon import Horizon, horizon, next_states
from crm.partners.queries import told_partners

_CLOSED = frozenset({NeedState.MET, NeedState.DROPPED})


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A need as the page of its partner shows it, with what it may become in one tap."""

    public_id: str
    kind: NeedKind
    wording: str
    season_month: int | None
    state: NeedState
    version: int
    horizon: Horizon
    next_states: tuple[NeedState, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """The needs of a partner: those to meet, the most pressing first, and those that are over."""

    current: list[NeedLine]
    over: list[NeedLine]


def needs_of(session: Session, partner_id: int, *, actor: Actor, today: date) -> Needs:
    """What the actor's structure knows that the partner needs. One query."""
    require(actor, Permission.PARTNER_READ)
    statement = (
        select(Need)
        .where(Need.partner_id == partner_id, Need.structure_id == actor.structure_id)
        .order_by(Need.id.desc())
    )
    lines = [_line(need, today) for need in session.scalars(statement)]
    current = [line for line in lines if line.state not in _CLOSED]
    current.sort(key=lambda line: line.horizon.on or date.max)
    return Needs(current, [line for line in lines if line.state in _CLOSED])


def get_need(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> tuple[Need, Partner]:
    """
    The need of that public id and its partner, locked when `for_update`.

    Raises NotFound, also for one of another structure, and when the partner is in the bin.
    """
    require(actor, Permission.PARTNER_READ)
    statement = (
        select(Need, Partner)
        .join(Partner, Partner.id == Need.partner_id)
        .where(Need.public_id == public_id, Need.structure_id == actor.structure_id, Partner.binned_at.is_(None))
    )
    row = session.execute(statement.with_for_update(of=Need) if for_update else statement).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def needing(value: str, actor: Actor, _today: date) -> ColumnElement[bool] | None:
    """The condition that the actor's structure knows a need of that kind still to be met; None for no kind."""
    if value not in set(NeedKind):
        return None
    heard = (Need.partner_id == Partner.id, Need.structure_id == actor.structure_id)
    return exists().where(*heard, Need.kind == value, Need.state.not_in(_CLOSED))


def told_needs(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names the partners whose needs these are; those of another structure are left out."""
    statement = select(Need.id, Need.partner_id).where(
        Need.id.in_(identifiers), Need.structure_id == actor.structure_id
    )
    partner_of = {row.id: row.partner_id for row in session.execute(statement)}
    seen = told_partners(session, set(partner_of.values()), actor) if partner_of else {}
    return {key: seen[partner_id] for key, partner_id in partner_of.items() if partner_id in seen}


def _line(need: Need, today: date) -> NeedLine:
    return NeedLine(
        need.public_id,
        need.kind,
        need.wording,
        need.season_month,
        need.state,
        need.version,
        horizon(need.horizon_on, need.season_month, need.state, today),
        next_states(need.state),
    )
