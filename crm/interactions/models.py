"""One exchange with a partner."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.interactions.enums import Direction, InteractionKind, Nature
from crm.partners.models import Contact, Partner


class Interaction(PublicId, Versioned, Base):
    """
    « Échange »: the collectif sees its date, kind and structure; the text stays in the structure unless `shared`.
    """

    __tablename__ = "interactions"
    __table_args__ = (
        CheckConstraint("length(report) > 0", name="report_not_empty"),
        Index("ix_interactions_timeline", "partner_id", "held_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}), info=NEUTRAL
    )
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True, info=NEUTRAL)
    kind: Mapped[InteractionKind] = mapped_column(info=NEUTRAL)
    direction: Mapped[Direction] = mapped_column(default=Direction.OURS, info=NEUTRAL)
    nature: Mapped[Nature] = mapped_column(default=Nature.FOLLOW_UP, info=NEUTRAL)
    held_at: Mapped[datetime] = mapped_column(info=NEUTRAL)
    report: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(default=False, info=NEUTRAL)
    created_at: Mapped[datetime]

    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    author: Mapped[User] = relationship(lazy="raise_on_sql")
