"""Reads of projects: their list, and the page of one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts import queries as accounts
from crm.accounts.models import Unit
from crm.interactions.models import Interaction
from crm.method.enums import CardState, FindingKind, PlaceKind
from crm.method.models import Initiative, InitiativePlace, Partnership
from crm.method.partnerships.models import Action, BudgetLine, Highlight, Indicator, Review
from crm.method.projects.models import Finding, Listening, Strategy, StrategyAction
from crm.method.queries import OPEN
from crm.method.services import Place
from crm.partners.models import Partner
from crm.partners.reference import queries as reference
from crm.partners.reference.enums import SizeClass
from crm.partners.reference.matching import read_town, trade_code
from crm.partners.reference.models import Commune
from crm.partners.refusals import FieldRefused
from crm.partners.search import fold
from crm.wording import N_

PAGE = 50


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project in the list. `partnerships`: those under way; `places` in words."""

    initiative: Initiative
    pilot: str
    places: str
    partnerships: int


def projects(
    session: Session, *, actor: Actor, after: int | None = None, closed: bool = False
) -> tuple[list[ProjectLine], bool]:
    """
    The projects of the actor's structure, the latest first, PAGE at a time after that identifier; whether more follow.

    Four queries.
    """
    require(actor, Permission.PROJECT_READ)
    states = (CardState.ABANDONED, CardState.FINISHED) if closed else OPEN
    statement = (
        select(Initiative)
        .where(Initiative.structure_id == actor.structure_id, Initiative.state.in_(states))
        .order_by(Initiative.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(Initiative.id < after)
    found = session.scalars(statement).all()
    keys = [one.id for one in found[:PAGE]]
    places: dict[int, list[str]] = {}
    for row in session.execute(
        select(InitiativePlace.initiative_id, InitiativePlace.name)
        .where(InitiativePlace.initiative_id.in_(keys))
        .order_by(InitiativePlace.id)
    ):
        places.setdefault(row.initiative_id, []).append(row.name)
    counts = session.execute(
        select(Partnership.initiative_id, func.count())
        .join(Partner, Partner.id == Partnership.partner_id)
        .where(Partnership.initiative_id.in_(keys), Partnership.state.in_(OPEN), Partner.binned_at.is_(None))
        .group_by(Partnership.initiative_id)
    )
    under_way = {row[0]: row[1] for row in counts}
    names = accounts.names(session, {one.pilot_id for one in found if one.pilot_id is not None})
    lines = [
        ProjectLine(one, names.get(one.pilot_id or 0, ""), ", ".join(places.get(one.id, ())), under_way.get(one.id, 0))
        for one in found[:PAGE]
    ]
    return lines, len(found) > PAGE


def open_projects(session: Session, *, actor: Actor) -> list[tuple[str, str]]:
    """Public ids and titles of the projects that a partner may enter, the portfolio last. One query."""
    require(actor, Permission.PROJECT_READ)
    statement = (
        select(Initiative.public_id, Initiative.title)
        .where(Initiative.structure_id == actor.structure_id, Initiative.state.in_(OPEN))
        .order_by(Initiative.is_portfolio, Initiative.title, Initiative.id)
    )
    return [(row.public_id, row.title) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class CardLine:
    """A partnership as its project shows it."""

    partnership: Partnership
    name: str
    owner: str


@dataclass(frozen=True, slots=True)
class Around:
    """What the partner database says of the territory: by size, by sector, and how many were already met."""

    total: int
    met: int
    sizes: list[tuple[SizeClass | None, int]]
    sectors: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Everything that the page of a project shows."""

    findings: dict[FindingKind, list[Finding]]
    listenings: Sequence[Listening]
    strategy: Strategy | None
    actions_aimed: Sequence[StrategyAction]
    partnerships: list[CardLine]
    indicators: Sequence[Indicator]
    actions: Sequence[Action]
    budget: Sequence[BudgetLine]
    reviews: Sequence[Review]
    highlights: Sequence[Highlight]


def page_of(session: Session, initiative: Initiative) -> ProjectPage:
    """The parts of a project that no partnership owns, and its partnerships. A dozen queries."""
    key = initiative.id
    findings: dict[FindingKind, list[Finding]] = {kind: [] for kind in FindingKind}
    for one in session.scalars(select(Finding).where(Finding.initiative_id == key).order_by(Finding.id)):
        findings[one.kind].append(one)
    return ProjectPage(
        findings,
        session.scalars(select(Listening).where(Listening.initiative_id == key).order_by(Listening.held_on)).all(),
        strategy_of(session, initiative),
        aimed(session, initiative),
        cards_of(session, initiative),
        _own(session, Indicator, key),
        _own(session, Action, key),
        _own(session, BudgetLine, key),
        _own(session, Review, key),
        _own(session, Highlight, key),
    )


def _own(session: Session, model: Any, key: int) -> Sequence[Any]:
    statement = select(model).where(model.initiative_id == key, model.partnership_id.is_(None)).order_by(model.id)
    return session.scalars(statement).all()


def strategy_of(session: Session, initiative: Initiative) -> Strategy | None:
    """The strategy of a project, when somebody wrote one."""
    return session.scalars(select(Strategy).where(Strategy.initiative_id == initiative.id)).one_or_none()


def aimed(session: Session, initiative: Initiative) -> Sequence[StrategyAction]:
    """The types of actions aimed at, the first one first."""
    statement = select(StrategyAction).where(StrategyAction.initiative_id == initiative.id)
    return session.scalars(
        statement.order_by(StrategyAction.priority.is_(None), StrategyAction.priority, StrategyAction.id)
    ).all()


def cards_of(session: Session, initiative: Initiative) -> list[CardLine]:
    """The partnerships of a project, the most advanced first. Two queries."""
    statement = (
        select(Partnership, Partner.name)
        .join(Partner, Partner.id == Partnership.partner_id)
        .where(
            Partnership.initiative_id == initiative.id,
            Partnership.state != CardState.WITHDRAWN,
            Partner.binned_at.is_(None),
        )
        .order_by(Partnership.step.desc(), Partner.sort_key, Partnership.id)
    )
    rows = session.execute(statement).all()
    names = accounts.names(session, {one.owner_id for one, _ in rows if one.owner_id is not None})
    return [CardLine(one, name, names.get(one.owner_id or 0, "")) for one, name in rows]


def around(session: Session, initiative: Initiative, *, actor: Actor) -> Around | None:
    """What is known of the companies of the project's territory; None without communes or groups of them. 3 queries."""
    require(actor, Permission.PARTNER_READ)
    codes = [one.code for one in initiative.places if one.code]
    if not codes:
        return None
    # Those whose commune nobody looked up are known by the name of their town alone.
    towns = [fold(one.name) for one in initiative.places if one.kind is PlaceKind.COMMUNE]
    here = or_(
        Partner.commune_code.in_(codes),
        and_(Partner.commune_code.is_(None), Partner.city_key.in_(towns)),
        Partner.commune_code.in_(select(Commune.insee_code).where(Commune.epci_code.in_(codes))),
    )
    live = (Partner.binned_at.is_(None), here)
    sizes = session.execute(select(Partner.size, func.count()).where(*live).group_by(Partner.size)).all()
    sectors = session.execute(
        select(Partner.sector, func.count())
        .where(*live, Partner.sector != "")
        .group_by(Partner.sector)
        .order_by(func.count().desc(), Partner.sector)
        .limit(6)
    ).all()
    met = _met(session, here, actor)
    return Around(
        sum(number for _, number in sizes),
        met,
        [(size, number) for size, number in sizes],
        [(sector, number) for sector, number in sectors],
    )


def _met(session: Session, here: ColumnElement[bool], actor: Actor) -> int:
    statement = select(func.count(func.distinct(Interaction.partner_id))).where(
        Interaction.structure_id == actor.structure_id,
        Interaction.binned_at.is_(None),
        Interaction.partner_id.in_(select(Partner.id).where(Partner.binned_at.is_(None), here)),
    )
    return session.scalar(statement) or 0


#: Words of a place that is no town.
_PARK = re.compile(r"\b(zone|parc|z\.?[aic]\.?|zac)\b", re.IGNORECASE)


def places_named(session: Session, lines: Sequence[str]) -> tuple[Place, ...]:
    """What each line names: a town, a group of towns, a business park, or words alone. Two queries a line at most."""
    found = []
    for line in dict.fromkeys(lines):
        towns = reference.communes_called(session, read_town(line))
        folded = [one for one in towns if fold(one.name) == fold(read_town(line).name)]
        if len(towns) == 1 or len(folded) == 1:
            town = (folded or towns)[0]
            found.append(Place(PlaceKind.COMMUNE, town.name, town.insee_code))
            continue
        epci = session.execute(
            select(Commune.epci_code, Commune.epci_name)
            .where(Commune.epci_name == line, Commune.epci_code != "")
            .limit(1)
        ).first()
        if epci is not None:
            found.append(Place(PlaceKind.EPCI, epci.epci_name, epci.epci_code))
        else:
            found.append(Place(PlaceKind.PARK if _PARK.search(line) else PlaceKind.OTHER, line))
    return tuple(found)


def trades_named(session: Session, lines: Sequence[str]) -> tuple[str, ...]:
    """The ROME codes that these lines name, by code or by words. Raises FieldRefused for one that names none."""
    found = []
    for line in lines:
        code = trade_code(line)
        if code is None:
            known = reference.rome_search(session, line, limit=2)
            if len(known) != 1:
                raise FieldRefused(
                    N_("On ne sait pas quel métier est « %(line)s » : donnez son code ROME."), field="trades", line=line
                )
            code = known[0].code
        found.append(code)
    return tuple(dict.fromkeys(found))


def trade_lines(session: Session, codes: Sequence[str]) -> list[str]:
    """These trades as the form and the page show them: code and label."""
    labels = reference.trade_labels(session, codes)
    return [f"{code} {labels[code]}" if code in labels else code for code in codes]


def units_of(session: Session, *, actor: Actor) -> list[tuple[int, str]]:
    """The open units of the actor's structure. One query."""
    statement = (
        select(Unit.id, Unit.name)
        .where(Unit.structure_id == actor.structure_id, Unit.closed_at.is_(None))
        .order_by(Unit.name, Unit.id)
    )
    return [(row.id, row.name) for row in session.execute(statement)]
