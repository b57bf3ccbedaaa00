"""Views of the list that people saved, and what they did to many partners at once."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.partners.listing.enums import BulkKind


class SavedView(PublicId, Versioned, Base):
    """« Vue »: filters, order and columns of a page under a name. `shared` ones are seen by the whole structure."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("structure_id", "owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    name: Mapped[str] = mapped_column(String(80), info=NEUTRAL)
    page: Mapped[str] = mapped_column(
        String(20), default="partners", server_default="partners", info=NEUTRAL, doc="Key of a SavedPage."
    )
    address: Mapped[str] = mapped_column(String(2000), doc="The query string of that page, in its canonical form.")
    shared: Mapped[bool] = mapped_column(default=False, info=NEUTRAL)
    created_at: Mapped[datetime]


class BulkAction(PublicId, Base):
    """One action on many partners, and whether it was undone."""

    __tablename__ = "bulk_actions"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    kind: Mapped[BulkKind] = mapped_column(info=NEUTRAL)
    done_at: Mapped[datetime] = mapped_column(info=NEUTRAL)
    undone_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)


class BulkChange(Base):
    """What a bulk action changed of one partner: enough to undo it, and to see that somebody changed it since."""

    __tablename__ = "bulk_changes"
    __table_args__ = (UniqueConstraint("action_id", "partner_id"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("bulk_actions.id", ondelete="CASCADE"))
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "drop", "erase": "keep"}), index=True
    )
    before: Mapped[str] = mapped_column(Text, doc="JSON: the values that the action replaced.")
    after: Mapped[str] = mapped_column(Text, doc="JSON: the values that it wrote.")
