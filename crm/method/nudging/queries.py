"""Facts of the nudge about partnerships."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from crm import clock
from crm.method.enums import CardState
from crm.method.models import Partnership
from crm.method.nudging.nudges import StalledFact
from crm.partners.models import Partner
from crm.reminders.models import Todo


def stalled_facts(session: Session, now: datetime, subjects: Collection[int] | None) -> list[StalledFact]:
    """The partnerships under way of each owner, pauses that are over included. One query."""
    today = clock.day_of(now)
    under_way = or_(
        Partnership.state == CardState.ACTIVE,
        and_(Partnership.state == CardState.PAUSED, Partnership.paused_until <= today),
    )
    mine = and_(Todo.partner_id == Partnership.partner_id, Todo.structure_id == Partnership.structure_id)
    statement = (
        select(
            Partnership.structure_id,
            Partnership.owner_id,
            Partnership.partner_id,
            func.max(Partnership.step_since).label("moved"),
            func.max(Todo.done_at).label("done"),
            func.sum(case((and_(Todo.id.is_not(None), Todo.done_at.is_(None)), 1), else_=0)).label("todos"),
        )
        .join(Partner, Partner.id == Partnership.partner_id)
        .outerjoin(Todo, mine)
        .where(under_way, Partnership.owner_id.is_not(None), Partner.binned_at.is_(None))
        .group_by(Partnership.structure_id, Partnership.owner_id, Partnership.partner_id)
    )
    if subjects is not None:
        statement = statement.where(Partnership.partner_id.in_(subjects))
    return [
        StalledFact(
            row.structure_id,
            row.owner_id,
            row.partner_id,
            clock.day_of(max(row.moved, row.done) if row.done else row.moved),
            bool(row.todos),
        )
        for row in session.execute(statement)
    ]
