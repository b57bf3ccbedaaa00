"""Writes: pairs of contacts kept as they change, answers, who looks at what."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from crm.access.policy import Actor
from crm.db import insert_if_absent
from crm.dedupe.contacts import queries
from crm.dedupe.contacts.likeness import Alike, alike, keys
from crm.dedupe.contacts.models import ContactDecision, ContactKey, ContactPair, WaitingContact
from crm.dedupe.pairs.enums import Answer
from crm.dedupe.pairs.refusals import AlreadyAnswered, PairGone
from crm.dedupe.sorting import services as sorting
from crm.dedupe.sorting.queries import who
from crm.partners.models import Contact


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
    sorting.wait(session, WaitingContact, "contact_id", Contact, identifiers)


def compare_waiting(session: Session, *, most: int) -> int:
    """Compare some of those that wait; how many."""
    return sorting.compare_waiting(session, WaitingContact, "contact_id", compare, most=most)


def claim(session: Session, public_ids: Sequence[str], *, actor: Actor, now: datetime) -> ContactPair:
    """Say that the actor looks at this pair. Somebody else's claim is not taken away. Raises PairGone, NotAllowed."""
    found = queries.find(session, public_ids, actor=actor, for_update=True)
    if found is None:
        raise PairGone
    sorting.claim(session, found[0], actor=actor, now=now)
    return found[0]


def answer(
    session: Session,
    public_ids: Sequence[str],
    said: Answer,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
    note: str = "",
    assignee_id: int | None = None,
) -> ContactDecision:
    """
    Keep what the actor says of a pair of contacts. `seen`: version of the answer that was shown, 0 for none.

    Raises PairGone, AlreadyAnswered when somebody answered meanwhile, DomainError, NotAllowed.
    """
    found = queries.find(session, public_ids, actor=actor, for_update=True)
    if found is None:
        raise PairGone
    pair, _, _ = found
    kept = queries.decision_of(session, pair, for_update=True)
    if seen != (kept.version if kept else 0):
        raise AlreadyAnswered(kept.answer if kept else None, who(session, kept, actor=actor))
    decision = kept or ContactDecision(first_id=pair.first_id, second_id=pair.second_id)
    sorting.say(session, decision, pair, said, actor=actor, now=now, note=note, assignee_id=assignee_id)
    decision.mark = pair.mark
    session.add(decision)
    session.flush()
    return decision


def take_back(session: Session, public_ids: Sequence[str], *, seen: int, actor: Actor) -> bool:
    """Forget an answer of the structure just given; False when it is no longer there. Raises AlreadyAnswered."""
    kept = queries.answered(session, public_ids, actor=actor)
    if kept is None:
        return False
    if kept.version != seen or kept.structure_id != actor.structure_id:
        raise AlreadyAnswered(kept.answer, who(session, kept, actor=actor))
    session.delete(kept)
    session.flush()
    return True
