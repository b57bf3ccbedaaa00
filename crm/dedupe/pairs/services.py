"""Writes of the queue: pairs kept as the scorer sees them, answers, who looks at what, comparing everybody."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.db import insert_if_absent
from crm.dedupe import queries as dedupe
from crm.dedupe.pairs import queries
from crm.dedupe.pairs.enums import Answer, Head, RescanState
from crm.dedupe.pairs.fingerprint import mark, prints
from crm.dedupe.pairs.models import DuplicateDecision, DuplicatePair, Rescan, WaitingPartner
from crm.dedupe.pairs.refusals import AlreadyAnswered, NotAGroup, PairGone
from crm.dedupe.scoring import DOUBT, Likeness
from crm.dedupe.sorting import queries as sorted_by
from crm.dedupe.sorting import services as sorting
from crm.errors import NotAllowed
from crm.partners.models import Partner

#: A comparison of everybody whose holder is silent for so long is taken over.
LEASE = timedelta(minutes=2)


def compare(session: Session, identifiers: Sequence[int]) -> None:
    """
    Write the pairs of these partners as the scorer sees them now. Pairs with a partner in the bin are left as they
    are: nobody sees them, and they are right again when it comes back.
    """
    partners = {
        one.id: one
        for one in session.scalars(
            select(Partner).where(Partner.id.in_(identifiers), Partner.binned_at.is_(None)).order_by(Partner.id)
        )
    }
    # With former names and other phones: each side must be compared as the other one sees it.
    cards = dedupe.cards(session, partners)
    for partner in partners.values():
        found = {
            candidate.partner.id: candidate.likeness
            for candidate in dedupe.candidates(session, cards[partner.id], limit=dedupe.SHORTLIST)
            if candidate.partner.id != partner.id and _is_worth_asking(candidate.likeness)
        }
        _keep(session, partner, found)


def _is_worth_asking(likeness: Likeness) -> bool:
    return likeness.probability >= DOUBT


def _keep(session: Session, partner: Partner, found: dict[int, Likeness]) -> None:
    live = select(Partner.id).where(Partner.binned_at.is_(None))
    statement = select(DuplicatePair).where(
        or_(DuplicatePair.first_id == partner.id, DuplicatePair.second_id == partner.id),
        DuplicatePair.first_id.in_(live),
        DuplicatePair.second_id.in_(live),
    )
    held = {one.second_id if one.first_id == partner.id else one.first_id: one for one in session.scalars(statement)}
    gone = [one.id for other, one in held.items() if other not in found]
    if gone:
        session.execute(delete(DuplicatePair).where(DuplicatePair.id.in_(gone)))
    others = {one.id: one for one in session.scalars(select(Partner).where(Partner.id.in_(found)))} if found else {}
    for other, likeness in sorted(found.items()):
        values = _values(partner, others[other], likeness)
        if other not in held:
            insert_if_absent(session, DuplicatePair, values)
        elif any(getattr(held[other], name) != value for name, value in values.items()):
            session.execute(update(DuplicatePair).where(DuplicatePair.id == held[other].id).values(**values))


def _values(one: Partner, other: Partner, likeness: Likeness) -> dict[str, Any]:
    first, second = sorted((one, other), key=lambda partner: partner.id)
    return {
        "first_id": first.id,
        "second_id": second.id,
        "probability": likeness.probability,
        "reasons": json.dumps([[said.msgid, dict(said.values)] for said in likeness.reasons], ensure_ascii=False),
        "mark": mark(prints(first), prints(second)),
    }


def wait(session: Session, identifiers: Collection[int]) -> None:
    """Let these partners be compared at once after the transaction."""
    sorting.wait(session, WaitingPartner, "partner_id", Partner, identifiers)


def compare_waiting(session: Session, *, most: int) -> int:
    """Compare some of those that wait; how many."""
    return sorting.compare_waiting(session, WaitingPartner, "partner_id", compare, most=most)


def claim(session: Session, public_ids: Sequence[str], *, actor: Actor, now: datetime) -> DuplicatePair:
    """Say that the actor looks at this pair. Somebody else's claim is not taken away. Raises PairGone, NotAllowed."""
    require(actor, Permission.DUPLICATE_DECIDE)
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
    head: Head = Head.NONE,
) -> DuplicateDecision:
    """
    Keep what the actor says of a pair. `seen`: version of the answer that was shown, 0 for none.

    Raises PairGone, AlreadyAnswered when somebody answered meanwhile, NotAGroup, DomainError, NotAllowed.
    """
    require(actor, Permission.DUPLICATE_DECIDE)
    found = queries.find(session, public_ids, actor=actor, for_update=True)
    if found is None:
        raise PairGone
    pair, first, second = found
    kept = queries.decision_of(session, pair, for_update=True)
    if seen != (kept.version if kept else 0):
        raise AlreadyAnswered(kept.answer if kept else None, sorted_by.who(session, kept, actor=actor))
    decision = kept or DuplicateDecision(first_id=pair.first_id, second_id=pair.second_id)
    sorting.say(session, decision, pair, said, actor=actor, now=now, note=note, assignee_id=assignee_id)
    one, other = prints(first), prints(second)
    decision.prints, decision.mark = json.dumps([one, other]), mark(one, other)
    session.add(decision)
    if said is Answer.GROUP:
        _link(session, first, second, public_ids, head, actor=actor, now=now)
    session.flush()
    return decision


def _link(
    session: Session,
    first: Partner,
    second: Partner,
    public_ids: Sequence[str],
    head: Head,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if head is Head.NONE:
        return
    require(actor, Permission.PARTNER_EDIT)
    shown_first, shown_second = (first, second) if first.public_id == public_ids[0] else (second, first)
    above, below = (shown_first, shown_second) if head is Head.FIRST else (shown_second, shown_first)
    if queries.is_under(session, above, below.id):
        raise NotAGroup(above.name, below.name)
    if below.parent_id != above.id:
        below.parent_id, below.updated_at = above.id, now


def take_back(session: Session, public_ids: Sequence[str], *, seen: int, actor: Actor) -> bool:
    """Forget an answer of the structure just given; False when it is no longer there. Raises AlreadyAnswered."""
    require(actor, Permission.DUPLICATE_DECIDE)
    kept = queries.answered(session, public_ids, actor=actor)
    if kept is None:
        return False
    if kept.version != seen or kept.structure_id != actor.structure_id:
        raise AlreadyAnswered(kept.answer, sorted_by.who(session, kept, actor=actor))
    session.delete(kept)
    session.flush()
    return True


def begin_rescan(session: Session, *, actor: Actor, now: datetime) -> Rescan:
    """Compare everybody anew, unless that is under way. Raises NotAllowed."""
    require(actor, Permission.DUPLICATE_MERGE)
    if actor.structure_id is None:
        raise NotAllowed
    running = session.scalars(select(Rescan).where(Rescan.state == RescanState.RUNNING).with_for_update()).first()
    if running is not None:
        return running
    total = session.scalar(select(func.count()).select_from(Partner).where(Partner.binned_at.is_(None))) or 0
    rescan = Rescan(structure_id=actor.structure_id, author_id=actor.user_id, total=total, started_at=now)
    session.add(rescan)
    session.flush()
    return rescan


def take_rescan(session: Session, *, now: datetime) -> int | None:
    """The comparison of everybody that nobody holds; None when there is none."""
    statement = (
        select(Rescan)
        .where(Rescan.state == RescanState.RUNNING, or_(Rescan.lease_until.is_(None), Rescan.lease_until <= now))
        .order_by(Rescan.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    rescan = session.scalars(statement).first()
    if rescan is None:
        return None
    rescan.lease_until = now + LEASE
    session.flush()
    return rescan.id


def rescan_some(session: Session, rescan_id: int, *, most: int, now: datetime) -> bool:
    """
    Compare the next ones, and say how far that is, in one transaction; False when everybody was.

    Killed in between, whoever comes next begins where the last batch ended.
    """
    rescan = session.get_one(Rescan, rescan_id, with_for_update=True, populate_existing=True)
    if rescan.state is not RescanState.RUNNING:
        return False
    keys = session.scalars(
        select(Partner.id)
        .where(Partner.id > rescan.reached, Partner.binned_at.is_(None))
        .order_by(Partner.id)
        .limit(most)
    ).all()
    compare(session, keys)
    rescan.done += len(keys)
    rescan.lease_until = now + LEASE
    if len(keys) < most:
        rescan.state, rescan.ended_at, rescan.lease_until = RescanState.DONE, now, None
    if keys:
        rescan.reached = keys[-1]
    session.flush()
    return rescan.state is RescanState.RUNNING
