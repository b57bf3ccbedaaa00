"""Writes that both queues make: a claim, an answer, who waits to be compared."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor
from crm.accounts.queries import colleagues
from crm.dedupe.pairs.enums import Answer
from crm.errors import DomainError, NotAllowed
from crm.wording import N_

#: Somebody who opened a pair has so long before it is offered to others again.
CLAIM = timedelta(minutes=10)
_AT_ONCE = 1000


def claim(session: Session, pair: Any, *, actor: Actor, now: datetime) -> None:
    """Say that the actor looks at this locked pair. Somebody else's claim is not taken away."""
    if pair.claimed_until is None or pair.claimed_until <= now or pair.claimed_by_id == actor.user_id:
        pair.claimed_by_id, pair.claimed_until = actor.user_id, now + CLAIM
        session.flush()


def say(
    session: Session,
    decision: Any,
    pair: Any,
    said: Answer,
    *,
    actor: Actor,
    now: datetime,
    note: str,
    assignee_id: int | None,
) -> None:
    """
    Write what the actor says of a pair, and let it go. The note and the person serve « à voir » alone.

    Raises DomainError when that person is not of the structure, NotAllowed.
    """
    if actor.structure_id is None:
        raise NotAllowed
    if assignee_id is not None and assignee_id not in {one.id for one in colleagues(session, actor=actor)}:
        raise DomainError(N_("Cette personne ne fait pas partie de votre structure."))
    decision.structure_id, decision.answer = actor.structure_id, said
    decision.note = note if said is Answer.LATER else ""
    decision.assignee_id = assignee_id if said is Answer.LATER else None
    decision.decided_by_id, decision.decided_at = actor.user_id, now
    pair.claimed_by_id, pair.claimed_until = None, None


def wait(session: Session, model: Any, subject: str, of: Any, identifiers: Collection[int]) -> None:
    """Let these rows of `of` be compared at once after the transaction; `subject`: the column of `model` for them."""
    column, keys = getattr(model, subject), sorted(identifiers)
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        known = set(session.scalars(select(column).where(column.in_(some))))
        there = set(session.scalars(select(of.id).where(of.id.in_(some))))
        fresh = [{subject: key} for key in some if key in there and key not in known]
        if fresh:
            session.execute(insert(model), fresh)


def compare_waiting(
    session: Session, model: Any, subject: str, compare: Callable[[Session, Sequence[int]], None], *, most: int
) -> int:
    """Compare some of those that wait; how many. Two at work share them, and neither waits for the other."""
    rows = session.scalars(select(model).order_by(model.id).limit(most).with_for_update(skip_locked=True)).all()
    if rows:
        compare(session, [getattr(row, subject) for row in rows])
        session.execute(delete(model).where(model.id.in_([row.id for row in rows])))
    return len(rows)
