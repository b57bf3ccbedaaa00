"""Writes of steps 2 and 3: the debate, the strategy, its approval."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict
from crm.method.enums import ActionKind
from crm.method.models import Initiative
from crm.method.projects.models import Strategy, StrategyAction
from crm.partners.refusals import FieldRefused
from crm.wording import N_

STALE_STRATEGY = N_("Cette stratégie a été modifiée entre-temps.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyData:
    """A strategy as typed: see Strategy. The debate of step 2 is written with it."""

    priorities: str = ""
    years: int | None = None
    if_nothing_changes: str = ""
    offer: str = ""
    difference: str = ""
    resources: str = ""
    logics: str = ""
    lifted: str = ""
    created: str = ""


def write_strategy(
    session: Session,
    initiative: Initiative,
    data: StrategyData,
    actions: tuple[ActionKind, ...],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Strategy:
    """
    Write the strategy of a project read with `for_update`; `actions` are those aimed at, the first one first.

    `version` is 0 when there was none. Raises Conflict, NotAllowed.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=initiative.structure_id)
    strategy = _strategy(session, initiative)
    if version is not None and version != (strategy.version if strategy.id else 0):
        raise Conflict(STALE_STRATEGY, current=strategy.version if strategy.id else 0)
    for name in (part.name for part in fields(data)):
        setattr(strategy, name, getattr(data, name))
    strategy.updated_at = now
    known = {
        one.kind: one
        for one in session.scalars(select(StrategyAction).where(StrategyAction.initiative_id == initiative.id))
    }
    wanted = {kind: rank for rank, kind in enumerate(dict.fromkeys(actions), 1)}
    for kind, one in known.items():
        if kind not in wanted:
            session.delete(one)
    for kind, rank in wanted.items():
        if kind in known:
            known[kind].priority = rank
        else:
            session.add(StrategyAction(initiative_id=initiative.id, kind=kind, priority=rank))
    session.flush()
    return strategy


def write_debate(
    session: Session, initiative: Initiative, on: date | None, who: str, *, actor: Actor, now: datetime
) -> None:
    """Say when the internal analysis was debated, and with whom. Raises FieldRefused, NotAllowed."""
    require(actor, Permission.PROJECT_EDIT, structure_id=initiative.structure_id)
    if on is not None and on > clock.day_of(now):
        raise FieldRefused(N_("Cette date est à venir."), field="debated_on")
    initiative.debated_on, initiative.debated_with = on, who
    initiative.updated_at = now
    session.flush()


def approve(session: Session, initiative: Initiative, on: date, who: str, *, actor: Actor, now: datetime) -> None:
    """Say who approved the strategy, and when. Raises FieldRefused, NotAllowed."""
    require(actor, Permission.PROJECT_VALIDATE, structure_id=initiative.structure_id)
    if on > clock.day_of(now):
        raise FieldRefused(N_("Cette date est à venir."), field="approved_on")
    strategy = _strategy(session, initiative)
    strategy.approved_on, strategy.approved_by = on, who
    strategy.approval_noted_by_id, strategy.updated_at = actor.user_id, now
    session.flush()


def _strategy(session: Session, initiative: Initiative) -> Strategy:
    statement = select(Strategy).where(Strategy.initiative_id == initiative.id).with_for_update()
    found = session.scalars(statement).one_or_none()
    if found is None:
        found = Strategy(initiative_id=initiative.id)
        session.add(found)
    return found
