"""Reads of the queue: which pairs wait, two records side by side, what hangs together. Constant numbers of queries."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, and_, bindparam, case, cast, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.dedupe.contacts import queries as people
from crm.dedupe.pairs.enums import Answer, Heap, RescanState
from crm.dedupe.pairs.fingerprint import changed, mark, prints
from crm.dedupe.pairs.grouping import groups
from crm.dedupe.pairs.models import DuplicateDecision, DuplicatePair, Rescan, WaitingPartner
from crm.dedupe.scoring import MATCH
from crm.dedupe.sorting import queries as sorting
from crm.interactions.models import Interaction
from crm.partners.models import Partner
from crm.sentences import Sentence

#: Pairs of a page.
SIZE = 25
#: The menu counts no further.
MOST_COUNTED = 99
#: Companies within companies: further up, the chain is a mistake.
_HIGHEST = 20
_First, _Second = aliased(Partner), aliased(Partner)

Cursor = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    A pair as the list shows it. `by`: who looks at it now, '' for nobody, and for the actor. `group`: public ids of
    all that hangs together with it, when that is more than two. `key` is its place in the list.
    """

    first: Partner
    second: Partner
    is_likely: bool
    reasons: tuple[Sentence, ...]
    exchanges: int
    by: str
    note: str
    assignee: str
    changed: tuple[str, ...]
    group: tuple[str, ...]
    key: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two records side by side. `answer`: what was said of them, with `seen`, its version (0 for none)."""

    first: Partner
    second: Partner
    is_likely: bool
    reasons: tuple[Sentence, ...]
    counts: tuple[int, int]
    by: str
    answer: Answer | None
    answered_by: str
    answered_at: datetime | None
    note: str
    changed: tuple[str, ...]
    seen: int
    group: tuple[Partner, ...]


def find(
    session: Session, public_ids: Sequence[str], *, actor: Actor, for_update: bool = False
) -> tuple[DuplicatePair, Partner, Partner] | None:
    """The pair of these two live partners, in the order of their identifiers; None when they are no pair."""
    require(actor, Permission.DUPLICATE_DECIDE)
    wanted = list(dict.fromkeys(public_ids))
    if len(wanted) != 2:
        return None
    both = select(Partner).where(Partner.public_id.in_(wanted), Partner.binned_at.is_(None)).order_by(Partner.id)
    if for_update:
        both = both.with_for_update().execution_options(populate_existing=True)
    partners = session.scalars(both).all()
    if len(partners) != 2:
        return None
    first, second = partners
    statement = select(DuplicatePair).where(DuplicatePair.first_id == first.id, DuplicatePair.second_id == second.id)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    pair = session.scalars(statement).one_or_none()
    return None if pair is None else (pair, first, second)


def decision_of(session: Session, pair: DuplicatePair, *, for_update: bool = False) -> DuplicateDecision | None:
    """What was said of a pair, whether it still holds or not."""
    statement = select(DuplicateDecision).where(
        DuplicateDecision.first_id == pair.first_id, DuplicateDecision.second_id == pair.second_id
    )
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def answered(session: Session, public_ids: Sequence[str], *, actor: Actor) -> DuplicateDecision | None:
    """What was said of these two partners, whether they still are a pair or not; locked."""
    require(actor, Permission.DUPLICATE_DECIDE)
    keys = session.scalars(select(Partner.id).where(Partner.public_id.in_(public_ids)).order_by(Partner.id)).all()
    if len(keys) != 2:
        return None
    statement = select(DuplicateDecision).where(
        DuplicateDecision.first_id == keys[0], DuplicateDecision.second_id == keys[1]
    )
    return session.scalars(statement.with_for_update()).one_or_none()


def is_under(session: Session, partner: Partner, top: int) -> bool:
    """Whether `top` is `partner` or above it; a chain without end counts as one that comes back."""
    at: int | None = partner.id
    for _step in range(_HIGHEST):
        if at is None:
            return False
        if at == top:
            return True
        at = session.scalar(select(Partner.parent_id).where(Partner.id == at))
    return True


def lines(
    session: Session, *, actor: Actor, now: datetime, heap: Heap = Heap.OPEN, after: Cursor | None = None
) -> list[Line]:
    """
    The pairs of a heap: the very likely first, then those people work with, then the most alike. SIZE of them, and one
    more when there are more.
    """
    require(actor, Permission.DUPLICATE_DECIDE)
    place = _place()
    statement = (
        _pairs(actor, heap)
        .add_columns(*(part.label(f"part{number}") for number, part in enumerate(place)))
        .order_by(*place)
        .limit(SIZE + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(*place) > tuple_(*(literal(part) for part in after)))
    rows = session.execute(statement).all()
    people = {one.id: one.name for one in colleagues(session, actor=actor)}
    together = _together(session, {key for row in rows for key in (row[1].id, row[2].id)})
    found = []
    for pair, first, second, decision, *parts in rows:
        group = together.get((first.id, second.id), ())
        found.append(
            Line(
                first=first,
                second=second,
                is_likely=pair.probability >= MATCH,
                reasons=_reasons(pair),
                exchanges=-parts[1],
                by=sorting.claimed_by(pair, people, actor, now),
                note=decision.note if decision is not None and decision.structure_id == actor.structure_id else "",
                assignee=people.get(decision.assignee_id or 0, "") if decision is not None else "",
                changed=_changed(decision, first, second),
                group=tuple(one.public_id for one in group),
                key=(parts[0], parts[1], parts[2], parts[3]),
            )
        )
    return found


def counts(session: Session, *, actor: Actor) -> dict[Heap, int]:
    """How many pairs of each heap, MOST_COUNTED and one at most. Three queries."""
    return {heap: _count(session, actor, heap) for heap in Heap}


def waiting(session: Session, *, actor: Actor) -> int:
    """How many pairs are to be sorted, for the menu: MOST_COUNTED and one at most. One query."""
    require(actor, Permission.DUPLICATE_DECIDE)
    return _count(session, actor, Heap.OPEN)


def compared(session: Session, public_ids: Sequence[str], *, actor: Actor, now: datetime) -> Compared | None:
    """Two partners side by side, in the order asked for; None when they are no pair."""
    found = find(session, public_ids, actor=actor)
    if found is None:
        return None
    pair, first, second = found
    decision = decision_of(session, pair)
    people = {one.id: one.name for one in colleagues(session, actor=actor)}
    numbers = dict(
        session.execute(
            select(Interaction.partner_id, func.count())
            .where(Interaction.partner_id.in_([first.id, second.id]), Interaction.binned_at.is_(None))
            .group_by(Interaction.partner_id)
        ).all()
    )
    group = _together(session, {first.id, second.id}).get((first.id, second.id), ())
    ours = decision is not None and decision.structure_id == actor.structure_id
    if first.public_id != public_ids[0]:
        first, second = second, first
    return Compared(
        first=first,
        second=second,
        is_likely=pair.probability >= MATCH,
        reasons=_reasons(pair),
        counts=(numbers.get(first.id, 0), numbers.get(second.id, 0)),
        by=sorting.claimed_by(pair, people, actor, now),
        answer=decision.answer if decision else None,
        answered_by=sorting.who(session, decision, actor=actor),
        answered_at=decision.decided_at if decision else None,
        note=decision.note if decision is not None and ours else "",
        changed=_changed(decision, *sorted((first, second), key=lambda one: one.id)),
        seen=decision.version if decision else 0,
        group=group,
    )


def next_free(session: Session, *, actor: Actor, now: datetime) -> tuple[str, str] | None:
    """The first pair to be sorted that nobody else looks at."""
    require(actor, Permission.DUPLICATE_DECIDE)
    free = sorting.is_free(DuplicatePair, actor, now)
    row = session.execute(_pairs(actor, Heap.OPEN).where(free).order_by(*_place()).limit(1)).first()
    return (row[1].public_id, row[2].public_id) if row else None


def waiting_partners(session: Session) -> int:
    """How many partners are still to be compared, after an import."""
    return session.scalar(select(func.count()).select_from(WaitingPartner)) or 0


def rescan(session: Session, *, actor: Actor) -> Rescan | None:
    """The last comparison of everybody."""
    require(actor, Permission.DUPLICATE_DECIDE)
    return session.scalars(select(Rescan).order_by(Rescan.id.desc()).limit(1)).first()


def is_busy(session: Session) -> bool:
    """Whether everybody is being compared, or somebody still waits for it."""
    running = session.scalars(select(Rescan.id).where(Rescan.state == RescanState.RUNNING).limit(1)).first()
    return running is not None or waiting_partners(session) > 0 or people.is_waiting(session)


def _pairs(actor: Actor, heap: Heap) -> Select[DuplicatePair, Partner, Partner, DuplicateDecision]:
    return _those(heap, actor.structure_id)


def _those(
    heap: Heap, structure: int | BindParameter[int] | None
) -> Select[DuplicatePair, Partner, Partner, DuplicateDecision]:
    decided = and_(
        DuplicateDecision.first_id == DuplicatePair.first_id,
        DuplicateDecision.second_id == DuplicatePair.second_id,
    )
    return (
        select(DuplicatePair, _First, _Second, DuplicateDecision)
        .join(_First, _First.id == DuplicatePair.first_id)
        .join(_Second, _Second.id == DuplicatePair.second_id)
        .outerjoin(DuplicateDecision, decided)
        .where(
            _First.binned_at.is_(None),
            _Second.binned_at.is_(None),
            sorting.is_in(heap, structure, DuplicatePair, DuplicateDecision),
        )
    )


def _place() -> list[Any]:
    """Where a pair stands: all parts ascending, so that the next page begins after the last key."""
    activity = (
        select(func.count())
        .select_from(Interaction)
        .where(
            Interaction.partner_id.in_([DuplicatePair.first_id, DuplicatePair.second_id]),
            Interaction.binned_at.is_(None),
        )
        .correlate(DuplicatePair)
        .scalar_subquery()
    )
    return [
        case((DuplicatePair.probability >= MATCH, 0), else_=1),
        -activity,
        -cast(DuplicatePair.probability * 10_000, Integer),
        DuplicatePair.id,
    ]


def _count(session: Session, actor: Actor, heap: Heap) -> int:
    return session.scalar(_counted(heap), {"structure": actor.structure_id}) or 0


@cache
def _counted(heap: Heap) -> Select[int]:
    """How many pairs of a heap, for the `structure` to be given. Built once: every page asks it for its menu."""
    some = (
        _those(heap, bindparam("structure", type_=Integer))
        .with_only_columns(DuplicatePair.id)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return select(func.count()).select_from(some)


def _reasons(pair: DuplicatePair) -> tuple[Sentence, ...]:
    return tuple(Sentence(msgid, values) for msgid, values in json.loads(pair.reasons))


def _changed(decision: DuplicateDecision | None, first: Partner, second: Partner) -> tuple[str, ...]:
    """What changed since somebody said that the two are not one."""
    if decision is None or decision.answer not in sorting.LATEST:
        return ()
    now = prints(first), prints(second)
    if mark(*now) == decision.mark:
        return ()
    before = json.loads(decision.prints)
    return tuple(dict.fromkeys((*changed(before[0], now[0]), *changed(before[1], now[1]))))


def _together(session: Session, keys: Collection[int]) -> dict[tuple[int, int], tuple[Partner, ...]]:
    """For each pair of these partners, all that hangs together with it, when that is more than the two. Two queries."""
    if not keys:
        return {}
    statement = (
        select(DuplicatePair.first_id, DuplicatePair.second_id, DuplicatePair.probability)
        .join(_First, _First.id == DuplicatePair.first_id)
        .join(_Second, _Second.id == DuplicatePair.second_id)
        .outerjoin(
            DuplicateDecision,
            and_(
                DuplicateDecision.first_id == DuplicatePair.first_id,
                DuplicateDecision.second_id == DuplicatePair.second_id,
            ),
        )
        .where(
            _First.binned_at.is_(None),
            _Second.binned_at.is_(None),
            or_(DuplicatePair.first_id.in_(keys), DuplicatePair.second_id.in_(keys)),
            or_(DuplicateDecision.id.is_(None), DuplicateDecision.answer.not_in(sorting.LATEST)),
        )
    )
    likely = {(one, other): probability for one, other, probability in session.execute(statement)}
    ids = {key for pair in likely for key in pair}
    partners = {one.id: one for one in session.scalars(select(Partner).where(Partner.id.in_(ids)))} if ids else {}
    found: dict[tuple[int, int], tuple[Partner, ...]] = {}
    sirens = {key: one.siren for key, one in partners.items()}
    sirets = {key: one.siret for key, one in partners.items()}
    for group in groups(likely, sirens, sirets):
        if len(group) < 3:
            continue
        members = tuple(partners[key] for key in group)
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                found[one, other] = members
    return found
