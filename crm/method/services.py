"""Writes of projects: create, change, copy as a model, and the portfolio of what was there before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts import queries as accounts
from crm.accounts.models import Structure, Unit
from crm.errors import Conflict, NotAllowed
from crm.method.enums import FIRST_OF_PARTNERSHIP, FIRST_STEP, CardState, FindingKind, PlaceKind
from crm.method.models import Initiative, InitiativePlace, InitiativeTrade, InitiativeUnit
from crm.method.moves import services as moves
from crm.method.partnerships.models import Indicator
from crm.method.projects.models import Finding, Strategy, StrategyAction
from crm.partners.reference.models import RomeTrade
from crm.partners.refusals import FieldRefused
from crm.wording import N_

STALE_PROJECT = N_("Ce projet a été modifié entre-temps.")
#: Written in the database, in the language of the house; a structure may rename it.
PORTFOLIO_TITLE = N_("Portefeuille existant")


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a territory: see InitiativePlace."""

    kind: PlaceKind
    name: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeData:
    """A project as typed. `units` are identifiers of the structure's, `trades` ROME codes."""

    title: str
    sector: str = ""
    places: tuple[Place, ...] = ()
    trades: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    pilot_id: int | None = None
    other_structures: str = ""
    horizon_on: date | None = None


def create(session: Session, data: InitiativeData, *, actor: Actor, now: datetime) -> Initiative:
    """Begin a project at step 1. Raises FieldRefused, NotAllowed."""
    require(actor, Permission.PROJECT_EDIT)
    made = _blank(actor, now)
    _check(session, made, data, actor)
    _fill(made, data)
    session.add(made)
    session.flush()
    moves.record_entrance(session, made, taken_over_on=None, actor=actor, now=now)
    return made


def amend(
    session: Session, initiative: Initiative, data: InitiativeData, *, version: int | None, actor: Actor, now: datetime
) -> None:
    """Change a project read with `for_update`. Raises Conflict, FieldRefused, NotAllowed."""
    require(actor, Permission.PROJECT_EDIT, structure_id=initiative.structure_id)
    if version != initiative.version:
        raise Conflict(STALE_PROJECT, current=initiative.version)
    _check(session, initiative, data, actor)
    _fill(initiative, data)
    initiative.updated_at = now
    session.flush()


def portfolio(session: Session, *, actor: Actor, now: datetime) -> Initiative:
    """« Portefeuille existant » of the actor's structure, made when somebody first needs it, locked."""
    require(actor, Permission.PROJECT_EDIT)
    # One portfolio: those who need it first wait for each other on their structure.
    session.scalars(select(Structure).where(Structure.id == actor.structure_id).with_for_update()).one()
    statement = (
        select(Initiative)
        .where(Initiative.structure_id == actor.structure_id, Initiative.is_portfolio)
        .order_by(Initiative.id)
        .limit(1)
    )
    found = session.scalars(statement.with_for_update()).one_or_none()
    if found is not None:
        return found
    made = _blank(actor, now)
    made.title, made.is_portfolio, made.step = PORTFOLIO_TITLE, True, FIRST_OF_PARTNERSHIP
    session.add(made)
    session.flush()
    moves.record_entrance(session, made, taken_over_on=clock.day_of(now), actor=actor, now=now)
    return made


def copy(session: Session, source: Initiative, *, title: str, actor: Actor, now: datetime) -> Initiative:
    """
    « Essaimage »: a project taken as a model for another territory, at step 1.

    What holds anywhere is copied: trades, strengths and weaknesses, strategy, actions aimed at, indicators. Territory,
    opportunities, threats, people heard and approval are to be made anew. Raises NotAllowed.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=source.structure_id)
    made = _blank(actor, now)
    made.title, made.sector, made.copied_from_id = title, source.sector, source.id
    made.other_structures = ""
    made.trades = [InitiativeTrade(rome_code=one.rome_code) for one in source.trades]
    session.add(made)
    session.flush()
    moves.record_entrance(session, made, taken_over_on=None, actor=actor, now=now)
    _copy_parts(session, source.id, made.id, now)
    session.flush()
    return made


def _copy_parts(session: Session, source: int, made: int, now: datetime) -> None:
    inside = (FindingKind.STRENGTH, FindingKind.WEAKNESS)
    for one in session.scalars(select(Finding).where(Finding.initiative_id == source, Finding.kind.in_(inside))):
        session.add(
            Finding(
                initiative_id=made,
                kind=one.kind,
                facet=one.facet,
                wording=one.wording,
                source=one.source,
                found_on=one.found_on,
                author_id=one.author_id,
                created_at=now,
            )
        )
    strategy = session.scalars(select(Strategy).where(Strategy.initiative_id == source)).one_or_none()
    if strategy is not None:
        names = (*("priorities", "years", "if_nothing_changes", "offer", "difference", "resources"), "logics")
        session.add(Strategy(initiative_id=made, **{name: getattr(strategy, name) for name in names}))
    for action in session.scalars(select(StrategyAction).where(StrategyAction.initiative_id == source)):
        session.add(StrategyAction(initiative_id=made, kind=action.kind, priority=action.priority))
    of_project = (Indicator.initiative_id == source, Indicator.partnership_id.is_(None))
    for indicator in session.scalars(select(Indicator).where(*of_project).options(selectinload(Indicator.values))):
        session.add(
            Indicator(
                initiative_id=made,
                wording=indicator.wording,
                nature=indicator.nature,
                unit=indicator.unit,
                target=indicator.target,
                source=indicator.source,
                created_at=now,
            )
        )


def _blank(actor: Actor, now: datetime) -> Initiative:
    if actor.structure_id is None:
        raise NotAllowed
    return Initiative(
        structure_id=actor.structure_id,
        step=FIRST_STEP,
        state=CardState.ACTIVE,
        step_since=now,
        author_id=actor.user_id,
        created_at=now,
        places=[],
        trades=[],
        units=[],
    )


def _check(session: Session, initiative: Initiative, data: InitiativeData, actor: Actor) -> None:
    if data.pilot_id is not None and data.pilot_id != initiative.pilot_id:
        people = {one.id for one in accounts.colleagues(session, actor=actor)}
        if data.pilot_id not in people:
            raise FieldRefused(N_("Cette personne n'est pas de votre structure."), field="pilot")
    known = set(session.scalars(select(RomeTrade.code).where(RomeTrade.code.in_(data.trades))))
    known |= {one.rome_code for one in initiative.trades}
    unknown = [code for code in data.trades if code not in known]
    if unknown:
        raise FieldRefused(N_("Ce code ROME est inconnu : %(code)s."), field="trades", code=unknown[0])
    units = set(session.scalars(select(Unit.id).where(Unit.structure_id == actor.structure_id)))
    if not set(data.units) <= units:
        raise FieldRefused(N_("Ce pôle n'est pas de votre structure."), field="units")


def _fill(initiative: Initiative, data: InitiativeData) -> None:
    initiative.title, initiative.sector = data.title, data.sector
    initiative.pilot_id, initiative.horizon_on = data.pilot_id, data.horizon_on
    initiative.other_structures = data.other_structures
    places = {(one.kind, one.code, one.name): one for one in initiative.places}
    initiative.places = [
        places.get((one.kind, one.code, one.name)) or InitiativePlace(kind=one.kind, code=one.code, name=one.name)
        for one in data.places
    ]
    trades = {one.rome_code: one for one in initiative.trades}
    initiative.trades = [trades.get(code) or InitiativeTrade(rome_code=code) for code in dict.fromkeys(data.trades)]
    units = {one.unit_id: one for one in initiative.units}
    initiative.units = [units.get(key) or InitiativeUnit(unit_id=key) for key in _unique(data.units)]


def _unique(keys: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(keys))
