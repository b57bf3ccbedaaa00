"""Reads of the roadmap of a partnership."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, joinedload

from crm.access.policy import Actor, Permission, can, require
from crm.accounts import queries as accounts
from crm.errors import NotFound
from crm.method.enums import BudgetSide, CardState, ItemState
from crm.method.models import Partnership
from crm.method.partnerships.models import BudgetLine, RoadmapItem
from crm.method.roadmap.budget import Amounts, Budget, add_up
from crm.partners.models import Contact, Partner

#: What nobody has to do any more.
CLOSED = (ItemState.DONE, ItemState.DROPPED)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line of the roadmap with the names of those it concerns, '' for nobody."""

    item: RoadmapItem
    ours: str
    theirs: str

    def is_late(self, today: date) -> bool:
        """Whether its day has passed and it is still to do."""
        return self.item.due_on is not None and self.item.due_on < today and self.item.state not in CLOSED


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """A line of the budget; `funder` is the partner who pays, else the name that was typed."""

    line: BudgetLine
    funder: str
    funder_public_id: str | None


@dataclass(frozen=True, slots=True)
class RoadmapPage:
    """Everything that the page of a roadmap shows. `agreed_by` is a name, '' for nobody."""

    items: list[ItemLine]
    costs: list[MoneyLine]
    funding: list[MoneyLine]
    budget: Budget
    agreed_by: str


def page_of(session: Session, partnership: Partnership, *, actor: Actor) -> RoadmapPage:
    """The roadmap and the budget of one partnership. Four queries."""
    require(actor, Permission.PROJECT_READ, structure_id=partnership.structure_id)
    items = session.scalars(
        select(RoadmapItem)
        .where(RoadmapItem.partnership_id == partnership.id)
        .order_by(RoadmapItem.due_on.is_(None), RoadmapItem.due_on, RoadmapItem.id)
    ).all()
    names = accounts.names(session, {one.ours_id for one in items if one.ours_id is not None})
    contacts = people(session, {one.theirs_id for one in items} | {partnership.agreed_by_id}, actor=actor)
    lines = [
        ItemLine(one, names.get(one.ours_id or 0, ""), contacts.get(one.theirs_id or 0, "") or one.theirs)
        for one in items
    ]
    money = _money(session, partnership.id)
    return RoadmapPage(
        lines,
        [one for one in money if one.line.side is BudgetSide.COST],
        [one for one in money if one.line.side is BudgetSide.FUNDING],
        add_up(Amounts(one.line.side, one.line.planned_cents, one.line.actual_cents) for one in money),
        contacts.get(partnership.agreed_by_id or 0, "") or partnership.agreed_by,
    )


def people(session: Session, identifiers: set[int | None], *, actor: Actor) -> dict[int, str]:
    """The names of these contacts, those of the bin left out; none for whoever may not read contacts. One query."""
    if not can(actor, Permission.CONTACT_READ):
        return {}
    statement = select(Contact).where(
        Contact.id.in_({one for one in identifiers if one is not None}), Contact.binned_at.is_(None)
    )
    return {one.id: one.full_name for one in session.scalars(statement)}


def _money(session: Session, partnership_id: int) -> list[MoneyLine]:
    statement = (
        select(BudgetLine, Partner.name, Partner.public_id)
        .outerjoin(Partner, and_(Partner.id == BudgetLine.funder_id, Partner.binned_at.is_(None)))
        .where(BudgetLine.partnership_id == partnership_id)
        .order_by(BudgetLine.id)
    )
    return [MoneyLine(line, name or line.funder, public_id) for line, name, public_id in session.execute(statement)]


def has_budget(session: Session, partnership_id: int) -> bool:
    """Whether a partnership has a line of budget."""
    return bool(session.scalar(select(exists().where(BudgetLine.partnership_id == partnership_id))))


def get_item(
    session: Session, public_id: str, *, actor: Actor, for_update: bool = False
) -> tuple[RoadmapItem, Partnership]:
    """
    The line of that public id and its partnership, in the actor's structure; the line locked on demand.

    Raises NotFound.
    """
    require(actor, Permission.PROJECT_READ)
    statement = select(RoadmapItem).where(RoadmapItem.public_id == public_id)
    item = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if item is None:
        raise NotFound
    return item, place_of(session, item.partnership_id, actor=actor)


def get_line(
    session: Session, public_id: str, *, actor: Actor, for_update: bool = False
) -> tuple[BudgetLine, Partnership]:
    """The line of a partnership's budget, as `get_item`. Raises NotFound."""
    require(actor, Permission.PROJECT_READ)
    statement = select(BudgetLine).where(BudgetLine.public_id == public_id)
    line = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if line is None or line.partnership_id is None:
        raise NotFound
    return line, place_of(session, line.partnership_id, actor=actor)


def place_of(session: Session, partnership_id: int, *, actor: Actor) -> Partnership:
    """The partnership of that number, in sight of the actor, with its project and partner. Raises NotFound."""
    statement = (
        select(Partnership)
        .join(Partnership.partner)
        .where(
            Partnership.id == partnership_id,
            Partnership.structure_id == actor.structure_id,
            Partnership.state != CardState.WITHDRAWN,
            Partner.binned_at.is_(None),
        )
        .options(joinedload(Partnership.initiative, innerjoin=True), joinedload(Partnership.partner, innerjoin=True))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
