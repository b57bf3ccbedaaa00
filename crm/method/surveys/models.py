"""A survey sent to a partner by a link, and its one answer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import NEUTRAL, Base, PublicId
from crm.method.surveys.rules import Again


class Survey(PublicId, Base):
    """
    One link for one person at a partner. Only the SHA-256 of its word is stored; it serves once, for thirty days.

    `satisfaction`: 1 to 5. What is answered stays here; the link is dead from then on.
    """

    __tablename__ = "satisfaction_surveys"
    __table_args__ = (CheckConstraint("satisfaction BETWEEN 1 AND 5", name="a_score"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(
        ForeignKey("partnerships.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    recipient: Mapped[str] = mapped_column(String(160), default="", doc="Who answers, when it is no contact.")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(info=NEUTRAL)
    revoked_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)
    answered_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    satisfaction: Mapped[int | None] = mapped_column(info=NEUTRAL)
    again: Mapped[Again | None] = mapped_column(info=NEUTRAL)
    went_well: Mapped[str] = mapped_column(Text, default="")
    to_improve: Mapped[str] = mapped_column(Text, default="")
