"""The keys by which likely duplicates are found, kept in the transaction of the partner they come from."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base


class DuplicateKey(Base):
    """
    One key of one partner, as a number (see numbering.py). Two partners that share one are candidates.

    Thirty rows a partner, read at each letter that is typed: the primary key is the whole row, and on SQLite the whole
    table, so that those who share a key lie side by side and nothing else is read.
    """

    __tablename__ = "partner_keys"
    __table_args__ = ({"sqlite_with_rowid": False},)
    __audited__ = False

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "drop", "erase": "keep"}),
        primary_key=True,
        autoincrement=False,
        index=True,
    )


class EarlierKey(Base):
    """The keys as texts: the release before writes them while it still runs. The next one drops the table."""

    __tablename__ = "duplicate_keys"
    __table_args__ = (Index("ix_duplicate_keys_lookup", "kind", "value", "partner_id"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "drop", "erase": "keep"}), index=True
    )
    kind: Mapped[str] = mapped_column(String(12))
    value: Mapped[str] = mapped_column(String(120))
