"""The smallest project and partnership that are true, for tests about what a partnership is made of."""

import secrets
from datetime import date, timedelta
from typing import Any

from crm.accounts.models import Structure, User
from crm.method.enums import ActionKind, BudgetSide, IndicatorNature
from crm.method.models import Initiative, Partnership
from crm.method.partnerships.models import Action, BudgetLine, Indicator, RoadmapItem
from crm.method.surveys.models import Survey
from crm.partners.models import Partner
from tests.factories import THEN, Factory


def initiative(make: Factory, *, structure: Structure | None = None, **values: Any) -> Initiative:
    """A project whose strategy is passed."""
    given: dict[str, Any] = {"title": "Bâtiment au sud", "step": 4, "step_since": THEN, "created_at": THEN}
    made: Initiative = make.add(Initiative(structure_id=(structure or make.home).id, **given | values))
    return made


def partnership(
    make: Factory,
    partner: Partner | None = None,
    owner: User | None = None,
    *,
    structure: Structure | None = None,
    **values: Any,
) -> Partnership:
    """A partner in a project of its own, at step 5."""
    given: dict[str, Any] = {"step": 5, "step_since": THEN, "entered_at": THEN, "created_at": THEN}
    made: Partnership = make.add(
        Partnership(
            structure_id=(structure or make.home).id,
            initiative_id=initiative(make, structure=structure).id,
            partner_id=(partner or make.partner()).id,
            owner_id=owner.id if owner else None,
            **given | values,
        )
    )
    return made


def item(make: Factory, card: Partnership, **values: Any) -> RoadmapItem:
    """A line of the roadmap, for the first of December."""
    given: dict[str, Any] = {"what": "Visiter l'atelier", "due_on": date(2026, 12, 1), "created_at": THEN}
    made: RoadmapItem = make.add(RoadmapItem(partnership_id=card.id, **given | values))
    return made


def money(make: Factory, card: Partnership, side: BudgetSide = BudgetSide.COST, **values: Any) -> BudgetLine:
    """A line of the budget."""
    given: dict[str, Any] = {"wording": "Encadrement", "planned_cents": 150_050, "created_at": THEN}
    made: BudgetLine = make.add(
        BudgetLine(initiative_id=card.initiative_id, partnership_id=card.id, side=side, **given | values)
    )
    return made


def action(make: Factory, card: Partnership, **values: Any) -> Action:
    """A visit that is planned."""
    given: dict[str, Any] = {"kind": ActionKind.VISIT, "title": "Visite de l'atelier", "created_at": THEN}
    made: Action = make.add(Action(initiative_id=card.initiative_id, partnership_id=card.id, **given | values))
    return made


def indicator(make: Factory, card: Partnership, **values: Any) -> Indicator:
    """Something that is counted."""
    given: dict[str, Any] = {"wording": "Immersions", "nature": IndicatorNature.QUANTITATIVE, "created_at": THEN}
    made: Indicator = make.add(Indicator(initiative_id=card.initiative_id, partnership_id=card.id, **given | values))
    return made


def survey(make: Factory, card: Partnership, **values: Any) -> Survey:
    """A link that waits for a month; nobody knows its word."""
    given: dict[str, Any] = {"recipient": "Lou", "created_at": THEN, "expires_at": THEN + timedelta(days=30)}
    made: Survey = make.add(Survey(partnership_id=card.id, token_hash=secrets.token_bytes(32), **given | values))
    return made
