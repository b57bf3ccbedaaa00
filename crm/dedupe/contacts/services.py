"""Writes: pairs of contacts kept as they change, and « distinct »."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.db import insert_if_absent
from crm.dedupe.contacts import queries
from crm.dedupe.contacts.likeness import Alike, alike, keys
from crm.dedupe.contacts.models import ContactDecision, ContactKey, ContactPair, WaitingContact
from crm.dedupe.pairs.enums import Answer
from crm.dedupe.pairs.refusals import PairGone
from crm.errors import NotAllowed
from crm.partners.models import Contact

_AT_ONCE = 1000


def compare(session: Session, identifiers: Sequence[int]) -> None:
    """Write the keys and the pairs of these contacts as they are now. Pairs with one in the bin stay as they are."""
    people = queries.people(session, identifiers)
    session.execute(delete(ContactKey).where(ContactKey.contact_id.in_(list(identifiers))))
    fresh = [
        {"contact_id": key, "kind": kind, "value": value}
        for key, known in people.items()
        for kind, value in sorted(keys(known.person))
    ]
    if fresh:
        session.execute(insert(ContactKey), fresh)
    for key in sorted(people):
        one = people[key]
        others = queries.people(session, queries.candidates(session, one))
        found = {
            other.id: said for other in others.values() if other.id != key and (said := alike(one.person, other.person))
        }
        _keep(session, one, others, found)


def _keep(session: Session, one: queries.Known, others: dict[int, queries.Known], found: dict[int, Alike]) -> None:
    live = queries.live()
    statement = select(ContactPair).where(
        or_(ContactPair.first_id == one.id, ContactPair.second_id == one.id),
        ContactPair.first_id.in_(live),
        ContactPair.second_id.in_(live),
    )
    held = {pair.second_id if pair.first_id == one.id else pair.first_id: pair for pair in session.scalars(statement)}
    gone = [pair.id for other, pair in held.items() if other not in found]
    if gone:
        session.execute(delete(ContactPair).where(ContactPair.id.in_(gone)))
    for other, said in sorted(found.items()):
        values = _values(one, others[other], said)
        if other not in held:
            insert_if_absent(session, ContactPair, values)
        elif any(getattr(held[other], name) != value for name, value in values.items()):
            session.execute(update(ContactPair).where(ContactPair.id == held[other].id).values(**values))


def _values(one: queries.Known, other: queries.Known, said: Alike) -> dict[str, Any]:
    first, second = sorted((one, other), key=lambda known: known.id)
    return {
        "first_id": first.id,
        "second_id": second.id,
        "is_likely": said.is_likely,
        "has_moved": said.has_moved,
        "reasons": json.dumps([reason.msgid for reason in said.reasons], ensure_ascii=False),
        "mark": queries.mark_of(first.person, second.person),
    }


def wait(session: Session, identifiers: Collection[int]) -> None:
    """Let these contacts be compared at once after the transaction."""
    wanted = sorted(identifiers)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        known = set(session.scalars(select(WaitingContact.contact_id).where(WaitingContact.contact_id.in_(some))))
        there = set(session.scalars(select(Contact.id).where(Contact.id.in_(some))))
        fresh = [{"contact_id": key} for key in some if key in there and key not in known]
        if fresh:
            session.execute(insert(WaitingContact), fresh)


def compare_waiting(session: Session, *, most: int) -> int:
    """Compare some of those that wait; how many."""
    rows = session.scalars(
        select(WaitingContact).order_by(WaitingContact.id).limit(most).with_for_update(skip_locked=True)
    ).all()
    if rows:
        compare(session, [row.contact_id for row in rows])
        session.execute(delete(WaitingContact).where(WaitingContact.id.in_([row.id for row in rows])))
    return len(rows)


def say_distinct(session: Session, public_ids: Sequence[str], *, actor: Actor, now: datetime) -> ContactDecision:
    """Remember that these two are not one person, until one of them changes. Raises PairGone, NotAllowed."""
    require(actor, Permission.DUPLICATE_DECIDE)
    if actor.structure_id is None:
        raise NotAllowed
    found = queries.find(session, public_ids, actor=actor, for_update=True)
    if found is None:
        raise PairGone
    pair, _, _ = found
    statement = select(ContactDecision).where(
        ContactDecision.first_id == pair.first_id, ContactDecision.second_id == pair.second_id
    )
    decision = session.scalars(statement.with_for_update()).one_or_none()
    if decision is None:
        decision = ContactDecision(first_id=pair.first_id, second_id=pair.second_id)
        session.add(decision)
    decision.structure_id, decision.answer = actor.structure_id, Answer.DISTINCT
    decision.mark, decision.decided_by_id, decision.decided_at = pair.mark, actor.user_id, now
    session.flush()
    return decision
