"""Facts of the nudges about partnerships. A paused partnership is left alone: « rappelez en mars » is respected."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from crm import clock
from crm.method.deadlines.nudges import ITEM_DUE, SESSION_COMES, ItemFact, ReviewFact, SessionFact
from crm.method.enums import LAST_STEP, CardState
from crm.method.models import Partnership
from crm.method.partnerships.models import CoordinationSession, Review, RoadmapItem
from crm.method.roadmap.queries import CLOSED
from crm.partners.models import Partner
from crm.reminders.notices.queries import open_subjects

#: Days before a session from which it may be spoken of: more than any delay that a structure may choose.
_FAR = 400


def item_facts(session: Session, now: datetime, subjects: Collection[int] | None) -> list[ItemFact]:
    """The dated lines of partnerships under way, and those done since somebody was reminded of their partner."""
    armed = Partnership.partner_id.in_(open_subjects(ITEM_DUE.key, "partner_id"))
    carrier = func.coalesce(RoadmapItem.ours_id, Partnership.owner_id)
    statement = _under_way(
        subjects,
        Partnership.structure_id,
        carrier.label("carrier"),
        Partnership.partner_id,
        RoadmapItem.id,
        RoadmapItem.due_on,
        RoadmapItem.state,
        of=RoadmapItem,
    ).where(
        carrier.is_not(None),
        RoadmapItem.due_on.is_not(None),
        RoadmapItem.due_on <= clock.day_of(now),
        or_(RoadmapItem.state.not_in(CLOSED), armed),
    )
    return [
        ItemFact(row.structure_id, row.carrier, row.partner_id, row.id, row.due_on, row.state in CLOSED)
        for row in session.execute(statement)
    ]


def review_facts(session: Session, _now: datetime, subjects: Collection[int] | None) -> list[ReviewFact]:
    """The partnerships that live, with the day of their last review."""
    latest = (
        select(func.max(Review.held_on))
        .where(Review.partnership_id == Partnership.id)
        .correlate(Partnership)
        .scalar_subquery()
    )
    statement = _under_way(
        subjects,
        Partnership.structure_id,
        Partnership.owner_id,
        Partnership.partner_id,
        Partnership.id,
        Partnership.step_since,
        latest.label("latest"),
    ).where(Partnership.owner_id.is_not(None), Partnership.step == LAST_STEP)
    return [
        ReviewFact(
            row.structure_id,
            row.owner_id,
            row.partner_id,
            row.id,
            max(clock.day_of(row.step_since), row.latest) if row.latest else clock.day_of(row.step_since),
        )
        for row in session.execute(statement)
    ]


def session_facts(session: Session, now: datetime, subjects: Collection[int] | None) -> list[SessionFact]:
    """The sessions to come, and those past since somebody was reminded of their partner."""
    today = clock.day_of(now)
    armed = Partnership.partner_id.in_(open_subjects(SESSION_COMES.key, "partner_id"))
    preparer = func.coalesce(Partnership.our_pilot_id, Partnership.owner_id)
    statement = _under_way(
        subjects,
        Partnership.structure_id,
        preparer.label("preparer"),
        Partnership.partner_id,
        CoordinationSession.id,
        CoordinationSession.held_on,
        of=CoordinationSession,
    ).where(
        preparer.is_not(None),
        CoordinationSession.held_on <= today + timedelta(days=_FAR),
        or_(CoordinationSession.held_on >= today, armed),
    )
    return [
        SessionFact(row.structure_id, row.preparer, row.partner_id, row.id, row.held_on)
        for row in session.execute(statement)
    ]


def _under_way(subjects: Collection[int] | None, *columns: Any, of: Any = None) -> Select[Any]:
    """Columns of partnerships under way, and of the parts `of` a kind that belong to them."""
    chosen: Select[Any] = select(*columns)
    statement = chosen.select_from(Partnership).where(
        Partner.id == Partnership.partner_id, Partnership.state == CardState.ACTIVE, Partner.binned_at.is_(None)
    )
    if of is not None:
        statement = statement.where(of.partnership_id == Partnership.id)
    return statement if subjects is None else statement.where(Partnership.partner_id.in_(subjects))


def near(rule: str) -> Callable[[Session, Collection[int]], list[int]]:
    """How to find the partners of these partnerships that somebody is reminded of by this rule. One query."""

    def found(session: Session, partnerships: Collection[int]) -> list[int]:
        statement = select(Partnership.partner_id).where(
            Partnership.id.in_(partnerships), Partnership.partner_id.in_(open_subjects(rule, "partner_id"))
        )
        return list(session.scalars(statement.distinct()))

    return found
