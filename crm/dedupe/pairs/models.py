"""Pairs of records that may be one, what people said of them, and comparing everybody anew."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.dedupe.pairs.enums import Answer, RescanState


def _partner(*, index: bool = False) -> Mapped[int]:
    key = ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "ignore", "erase": "keep"})
    return mapped_column(key, index=index)


class DuplicatePair(Base):
    """
    Two live partners that the scorer takes for one, in the order of their identifiers. Made anew, hence no audit.

    `mark`: of their key fields (see fingerprint.py). `claimed_by_id`: somebody looks at it until `claimed_until`.
    """

    __tablename__ = "duplicate_pairs"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
        Index("ix_duplicate_pairs_order", "probability", "id"),
    )
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = _partner()
    second_id: Mapped[int] = _partner(index=True)
    probability: Mapped[float] = mapped_column(Double)
    reasons: Mapped[str] = mapped_column(Text, doc="JSON: French sentences with their values.")
    mark: Mapped[str] = mapped_column(String(16))
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    claimed_until: Mapped[datetime | None]


class DuplicateDecision(Versioned, Base):
    """
    What somebody said of a pair. `prints`: the key fields of both then; the answer holds while `mark` is the pair's.

    The collectif shares the partners, and the answers; a note and whom it is given to stay in the structure.
    """

    __tablename__ = "duplicate_decisions"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = _partner()
    second_id: Mapped[int] = _partner(index=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    answer: Mapped[Answer] = mapped_column(info=NEUTRAL)
    prints: Mapped[str] = mapped_column(Text, doc="JSON: the hashes of both.")
    mark: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(300), default="")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    decided_at: Mapped[datetime]


class WaitingPartner(Base):
    """A partner changed among too many to be compared in their own transaction: it is at once after."""

    __tablename__ = "waiting_partners"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "ignore", "erase": "keep"}), unique=True
    )


class Rescan(PublicId, Base):
    """Everybody compared anew, by batches: `reached` is the last partner compared; whoever holds the lease goes on."""

    __tablename__ = "rescans"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    state: Mapped[RescanState] = mapped_column(default=RescanState.RUNNING, index=True)
    reached: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
