"""The keys by which likely duplicates are found, kept in the transaction of the partner they come from."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base


class DuplicateKey(Base):
    """One key of one partner. Two partners that share one are candidates; the scorer decides."""

    __tablename__ = "duplicate_keys"
    __table_args__ = (Index("ix_duplicate_keys_lookup", "kind", "value", "partner_id"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "drop", "erase": "keep"}), index=True
    )
    kind: Mapped[str] = mapped_column(String(12))
    value: Mapped[str] = mapped_column(String(120))
