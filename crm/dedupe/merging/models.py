"""What was merged into what, what it takes to undo it, and what was proposed to other structures."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.dedupe.merging.enums import ProposalState


class Merge(PublicId, Base):
    """
    « Fusion » of partners, or of contacts, and whether it was undone.

    `journal` is all it takes to put everything back (see journal.py); emptied once nobody may undo it any more.
    """

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    done_at: Mapped[datetime] = mapped_column(index=True, info=NEUTRAL)
    undone_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    journal: Mapped[str] = deferred(mapped_column(Text, nullable=False, doc="JSON."))
    left: Mapped[str] = deferred(
        mapped_column(Text, default="[]", nullable=False, doc="JSON: what an undo left as it was, and why.")
    )


class MergedRecord(Base):
    """One of the records of a merge: the one that remains, or one whose address now leads there."""

    __tablename__ = "merged_records"
    __table_args__ = (
        CheckConstraint("(partner_id IS NULL) <> (contact_id IS NULL)", name="one_subject"),
        UniqueConstraint("merge_id", "partner_id"),
        UniqueConstraint("merge_id", "contact_id"),
    )
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("merges.id", ondelete="CASCADE"))
    partner_id: Mapped[int | None] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "ignore", "erase": "keep"}), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE", info={"merge": "ignore", "erase": "keep"}), index=True
    )
    remains: Mapped[bool] = mapped_column(default=False)


class MergeProposal(PublicId, Versioned, Base):
    """A merge of partners, or of contacts, that other structures work with: done when each of them agreed."""

    __tablename__ = "merge_proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    partners: Mapped[str] = mapped_column(Text, doc="JSON: public identifiers, the one that would remain first.")
    seen: Mapped[str] = mapped_column(String(300), doc="Mark of what the records held when it was proposed.")
    values: Mapped[str] = mapped_column(Text, doc="JSON: what the record that remains would hold.")
    people: Mapped[str | None] = mapped_column(
        Text, doc="JSON, of contacts (then named by `partners`): which one remains, whether it left the others."
    )
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN, index=True, info=NEUTRAL)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)


class MergeAnswer(Base):
    """What one structure says of a proposal; `agrees` is empty until it does."""

    __tablename__ = "merge_answers"
    __table_args__ = (UniqueConstraint("proposal_id", "structure_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("merge_proposals.id", ondelete="CASCADE"), info=NEUTRAL)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    agrees: Mapped[bool | None] = mapped_column(info=NEUTRAL)
    reason: Mapped[str] = mapped_column(String(300), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    answered_at: Mapped[datetime | None]
