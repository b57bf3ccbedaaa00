"""What happens to a convention: moves, signatures, promises kept, termination, the bin."""

from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.conventions import queries
from crm.conventions.delegations import Authority, authority
from crm.conventions.enums import Move, Side, Stage
from crm.conventions.lifecycle import TRANSITIONS, refusals, stage_after_signatures
from crm.conventions.models import Commitment, Convention, ConventionDate, Signatory
from crm.conventions.refusals import (
    DONE_IN_FUTURE,
    GONE,
    NO_REASON,
    SIGNED_IN_FUTURE,
    STALE,
    TERMINATED_TOO_EARLY,
    ConventionRefused,
    MoveRefused,
)
from crm.errors import Conflict

Row = TypeVar("Row", Signatory, Commitment, ConventionDate)

#: How long the bin keeps.
KEPT = timedelta(days=30)
#: Rows that one purge deletes; the rest goes an hour later.
MOST_PURGED = 200


def move(
    session: Session,
    convention: Convention,
    wanted: Move,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    """Submit, send back or approve a convention read with `for_update`. Raises MoveRefused, Conflict, NotAllowed."""
    _require(session, convention, wanted, actor=actor, today=today)
    _same(convention, version)
    stage = TRANSITIONS[wanted].stage
    if stage is not None:
        convention.stage = stage
    convention.updated_at = now
    session.flush()


def sign(
    session: Session,
    convention: Convention,
    public_id: str,
    signed_on: date | None,
    *,
    actor: Actor,
    now: datetime,
    today: date,
) -> Authority | None:
    """
    Note the day on which somebody signed, or take it back (None); what the register says of one of ours.

    The last one makes the convention signed. Signing without a delegation is told, never refused. Raises MoveRefused,
    ConventionRefused.
    """
    one = _find(convention.signatories, public_id)
    _require(session, convention, Move.UNSIGN if signed_on is None else Move.SIGN, actor=actor, today=today)
    if signed_on is not None and signed_on > today:
        raise ConventionRefused(SIGNED_IN_FUTURE, "signed_on")
    one.signed_on = signed_on
    dates = [each.signed_on for each in convention.signatories if each.signed_on is not None]
    convention.stage = stage_after_signatures(len(convention.signatories), len(dates))
    convention.signed_on = max(dates) if convention.stage is Stage.SIGNED else None
    convention.updated_at = now
    session.flush()
    if signed_on is None or one.side is not Side.OURS:
        return None
    return authority(queries.delegations(session, actor=actor), one.user_id, convention.kind, signed_on)


def keep_commitment(
    session: Session, convention: Convention, public_id: str, kept_on: date | None, *, actor: Actor, today: date
) -> Commitment:
    """Say that a promise was kept, or not after all (None). Raises ConventionRefused, NotAllowed."""
    require(actor, Permission.CONVENTION_EDIT, structure_id=convention.structure_id)
    one = _find(convention.commitments, public_id)
    if kept_on is not None and kept_on > today:
        raise ConventionRefused(DONE_IN_FUTURE)
    one.kept_on = kept_on
    session.flush()
    return one


def do_date(
    session: Session, convention: Convention, public_id: str, done_on: date | None, *, actor: Actor, today: date
) -> ConventionDate:
    """Say that a review was held or a report given, or not after all (None). Raises ConventionRefused."""
    require(actor, Permission.CONVENTION_EDIT, structure_id=convention.structure_id)
    one = _find(convention.dates, public_id)
    if done_on is not None and done_on > today:
        raise ConventionRefused(DONE_IN_FUTURE)
    one.done_on = done_on
    session.flush()
    return one


def terminate(
    session: Session,
    convention: Convention,
    *,
    on: date,
    reason: str,
    version: int | None,
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    """End a signed convention from a day on, for a reason. Raises MoveRefused, ConventionRefused, Conflict."""
    _require(session, convention, Move.TERMINATE, actor=actor, today=today)
    _same(convention, version)
    if not reason.strip():
        raise ConventionRefused(NO_REASON, "reason")
    if convention.starts_on is not None and on < convention.starts_on:
        raise ConventionRefused(TERMINATED_TOO_EARLY, "on")
    convention.terminated_on, convention.termination_reason, convention.updated_at = on, reason, now
    session.flush()


def reinstate(session: Session, convention: Convention, *, actor: Actor, now: datetime, today: date) -> bool:
    """Undo a termination; whether there was one. Raises MoveRefused, NotAllowed."""
    if convention.terminated_on is None:
        require(actor, Permission.CONVENTION_VALIDATE, structure_id=convention.structure_id)
        return False
    _require(session, convention, Move.REINSTATE, actor=actor, today=today)
    convention.terminated_on, convention.termination_reason, convention.updated_at = None, "", now
    session.flush()
    return True


def to_bin(session: Session, convention: Convention, *, actor: Actor, now: datetime) -> bool:
    """To the bin, for thirty days; whether this call did it. Raises NotAllowed."""
    require(actor, Permission.CONVENTION_BIN, structure_id=convention.structure_id)
    if convention.binned_at is not None:
        return False
    convention.binned_at, convention.binned_by_id = now, actor.user_id
    session.flush()
    return True


def restore(session: Session, convention: Convention, *, actor: Actor) -> bool:
    """Out of the bin, with all it had; whether this call did it. Raises NotAllowed."""
    require(actor, Permission.CONVENTION_BIN, structure_id=convention.structure_id)
    if convention.binned_at is None:
        return False
    convention.binned_at, convention.binned_by_id = None, None
    session.flush()
    return True


def purge(session: Session, *, now: datetime) -> int:
    """Delete for good what has been in the bin for thirty days; how many."""
    statement = (
        select(Convention)
        .where(Convention.binned_at <= now - KEPT)
        .order_by(Convention.binned_at, Convention.id)
        .limit(MOST_PURGED)
    )
    gone = session.scalars(statement).all()
    for one in gone:
        session.delete(one)
    session.flush()
    return len(gone)


def hand_over(session: Session, user_id: int, heir_id: int, *, actor: Actor, now: datetime) -> int:
    """Give the conventions of a leaver in the actor's structure to a colleague; how many. Raises NotAllowed."""
    require(actor, Permission.ACCOUNT_ASSIST)
    statement = select(Convention).where(Convention.structure_id == actor.structure_id, Convention.owner_id == user_id)
    owned = session.scalars(statement.order_by(Convention.id).with_for_update()).all()
    for one in owned:
        one.owner_id, one.updated_at = heir_id, now
    session.flush()
    return len(owned)


def _require(session: Session, convention: Convention, wanted: Move, *, actor: Actor, today: date) -> None:
    require(actor, TRANSITIONS[wanted].right, structure_id=convention.structure_id)
    if reasons := refusals(wanted, queries.facts(session, convention), today, actor.permissions):
        raise MoveRefused(reasons)


def _same(convention: Convention, version: int | None) -> None:
    if version != convention.version:
        raise Conflict(STALE, current=convention.version)


def _find(rows: list[Row], public_id: str) -> Row:
    found = next((row for row in rows if row.public_id == public_id), None)
    if found is None:
        raise ConventionRefused(GONE)
    return found
