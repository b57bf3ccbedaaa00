"""Conditions and words of both queues; `pair` and `decision` are their models, which have the same columns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor
from crm.accounts.models import Structure
from crm.accounts.queries import colleagues
from crm.dedupe.pairs.enums import Answer, Heap

#: Answers that hold while neither record changes.
LATEST = (Answer.DISTINCT, Answer.GROUP)


def is_in(heap: Heap, structure: int | BindParameter[int] | None, pair: Any, decision: Any) -> ColumnElement[bool]:
    """Whether a pair, with what was said of it when something was, belongs to that heap of this structure."""
    ours = decision.structure_id == structure
    if heap is Heap.TO_MERGE:
        return cast(ColumnElement[bool], decision.answer == Answer.DUPLICATE)
    if heap is Heap.LATER:
        return and_(decision.answer == Answer.LATER, ours)
    return or_(
        decision.id.is_(None),
        and_(decision.answer.in_(LATEST), decision.mark != pair.mark),
        and_(decision.answer == Answer.LATER, ~ours),
    )


def is_free(pair: Any, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Whether nobody else looks at a pair."""
    return or_(pair.claimed_until.is_(None), pair.claimed_until <= now, pair.claimed_by_id == actor.user_id)


def claimed_by(pair: Any, people: Mapping[int, str], actor: Actor, now: datetime) -> str:
    """Who else looks at a pair: a colleague's name, « … » for somebody of another structure, '' for nobody."""
    if pair.claimed_until is None or pair.claimed_until <= now or pair.claimed_by_id == actor.user_id:
        return ""
    return people.get(pair.claimed_by_id or 0, "") or "…"


def who(session: Session, decision: Any, *, actor: Actor) -> str:
    """Who gave that answer, when there is one: a colleague's name, another structure's, or nothing."""
    if decision is None:
        return ""
    if decision.structure_id != actor.structure_id:
        return session.scalar(select(Structure.name).where(Structure.id == decision.structure_id)) or ""
    people = {one.id: one.name for one in colleagues(session, actor=actor)}
    return people.get(decision.decided_by_id or 0, "")
