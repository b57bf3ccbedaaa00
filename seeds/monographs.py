"""
The seventeen monographs of the guide as projects: their partners, actions, funding and figures.

Source: FNARS, « Partenariats réussis pour l'emploi » (2012), facts and figures; the words are ours. Nothing of it is
shown by the demonstration: the tests load it, to say that the model holds real projects.
"""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

import config
from crm import clock
from crm.access.policy import Actor
from crm.method import services as projects
from crm.method.enums import ActionKind, ActionState, BudgetSide, IndicatorNature, MoveKind, PlaceKind
from crm.method.gates import Asked
from crm.method.models import Initiative
from crm.method.moves import services as moves
from crm.method.partnerships.models import Action, ActionFactor, BudgetLine, Indicator, IndicatorValue
from crm.method.services import InitiativeData, Place
from crm.partners.enums import PartnerKind
from crm.partners.models import Partner
from crm.partners.search import search_key, sort_key

FILE = config.ROOT / "seeds" / "examples" / "monographs_fnars.json"
#: What the guide calls a result or a target counts; the rest tells how it was done.
_COUNTED = {"cible", "résultat"}


def load(session: Session, *, actor: Actor, now: datetime) -> list[Initiative]:
    """Write the seventeen projects in the actor's structure; partners of the same name are one."""
    partners: dict[str, Partner] = {}
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return [_project(session, one, partners, actor, now) for one in told]


def _project(
    session: Session, told: dict[str, Any], partners: dict[str, Partner], actor: Actor, now: datetime
) -> Initiative:
    data = InitiativeData(
        title=told["title"],
        sector=told["axis"],
        places=(Place(PlaceKind.OTHER, told["place"]),) if told["place"] else (),
        other_structures=told["carrier"],
    )
    made = projects.create(session, data, actor=actor, now=now)
    for step in (2, 3, 4):
        asked = Asked(MoveKind.FORWARD, step, reason="Monographie : le projet a vécu.")
        moves.move(session, made, asked, version=None, actor=actor, now=now)
    _actions(session, made, told, now)
    _money(session, made, told, now)
    _figures(session, made, told, now)
    for name, role in told["partners"]:
        partner = partners.get(name) or _partner(session, name, now)
        partners[name] = partner
        asked = Asked(MoveKind.TAKEN_OVER, 7, taken_over_on=_day(told["started"]) or clock.day_of(now))
        moves.enter(session, made, partner, asked, owner_id=None, role=role, actor=actor, now=now)
    session.flush()
    return made


def _partner(session: Session, name: str, now: datetime) -> Partner:
    made = Partner(name=name, kind=PartnerKind.COMPANY, sort_key=sort_key(name), created_at=now)
    made.search_key = search_key(names=[name], city="", postal_code="", siret="")
    session.add(made)
    session.flush()
    return made


def _actions(session: Session, made: Initiative, told: dict[str, Any], now: datetime) -> None:
    for place, code in enumerate(told["actions"]):
        action = Action(
            initiative_id=made.id,
            kind=ActionKind(code),
            title=told["title"],
            state=ActionState.DONE if told["ended"] else ActionState.LAUNCHED,
            launched_on=_day(told["started"]),
            ended_on=_day(told["ended"]),
            audience=told["audience"][:200],
            created_at=now,
        )
        action.factors = [ActionFactor(wording=one, is_met=True) for one in told["factors"]] if place == 0 else []
        action.partners = []
        session.add(action)


def _money(session: Session, made: Initiative, told: dict[str, Any], now: datetime) -> None:
    if told["budget"] is not None:
        session.add(
            BudgetLine(
                initiative_id=made.id,
                side=BudgetSide.COST,
                wording="Budget de l'action",
                planned_cents=told["budget"] * 100,
                created_at=now,
            )
        )
    for one in told["funding"]:
        session.add(
            BudgetLine(
                initiative_id=made.id,
                side=BudgetSide.FUNDING,
                wording=one["purpose"] or "Financement",
                funder=one["funder"],
                period=one["period"],
                actual_cents=None if one["euros"] is None else one["euros"] * 100,
                created_at=now,
            )
        )


def _figures(session: Session, made: Initiative, told: dict[str, Any], now: datetime) -> None:
    known: dict[str, Indicator] = {}
    for one in told["figures"]:
        indicator = known.get(one["what"])
        if indicator is None:
            counted = one["nature"] in _COUNTED
            nature = IndicatorNature.QUANTITATIVE if counted else IndicatorNature.QUALITATIVE
            indicator = Indicator(
                initiative_id=made.id, wording=one["what"], nature=nature, unit=one["unit"], created_at=now
            )
            indicator.values = []
            known[one["what"]] = indicator
            session.add(indicator)
        indicator.values.append(
            IndicatorValue(
                period=one["period"],
                value=one["value"],
                is_target=one["nature"] == "cible",
                note=one["nature"],
                created_at=now,
            )
        )


def _day(text: str) -> date | None:
    """« 2009-12 », « 2011 »: the first day; None for nothing. The guide gives no more."""
    parts = [int(part) for part in text.split("-") if part.isdigit()]
    return date(*[*parts, 1, 1][:3]) if parts else None
