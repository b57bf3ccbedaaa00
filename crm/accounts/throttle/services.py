"""Counting tries in the database, which every worker shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from crm.accounts.models import Attempt
from crm.accounts.throttle.rules import LONGEST, Bucket, wait


@dataclass(frozen=True, slots=True)
class Reservation:
    """A try counted before it is checked: its rows, to give back if it succeeds; or how long to wait instead."""

    rows: tuple[int, ...] = ()
    wait: timedelta | None = None


def reserve(session: Session, buckets: Sequence[Bucket], *, now: datetime) -> Reservation:
    """
    Count one more try in every bucket, or in none when one of them is full.

    Two workers never see the same free place: PostgreSQL locks the buckets until the transaction ends; with SQLite
    the transaction is the only writer since it began.
    """
    _lock(session, buckets)
    waits = []
    for bucket in buckets:
        longest = max(limit.within for limit in bucket.limits)
        counted = select(Attempt.at).where(Attempt.bucket == bucket.name, Attempt.at > now - longest)
        if (needed := wait(bucket.limits, session.scalars(counted).all(), now)) is not None:
            waits.append(needed)
    if waits:
        return Reservation(wait=max(waits))
    rows = [
        session.scalars(insert(Attempt).values(bucket=bucket.name, at=now).returning(Attempt.id)).one()
        for bucket in buckets
    ]
    return Reservation(rows=tuple(rows))


def _lock(session: Session, buckets: Sequence[Bucket]) -> None:
    if session.get_bind().dialect.name != "postgresql":
        return
    for name in sorted(bucket.name for bucket in buckets):
        # 60 bits of the hash: a lock shared by chance only makes one of the two wait.
        session.execute(select(func.pg_advisory_xact_lock(int(name[:15], 16))))


def give_back(session: Session, rows: Sequence[int]) -> None:
    """Forget a try that succeeded."""
    if rows:
        session.execute(delete(Attempt).where(Attempt.id.in_(rows)))


def forget(session: Session, *, now: datetime) -> None:
    """Delete the tries that count nowhere any more."""
    session.execute(delete(Attempt).where(Attempt.at <= now - LONGEST))
