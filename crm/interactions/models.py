"""One exchange with a partner."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.interactions.enums import CallResult, Direction, InteractionKind, Nature, Purpose
from crm.partners.models import Contact, Partner


class Interaction(PublicId, Versioned, Base):
    """
    « Échange »: the collectif sees its date, kind and structure; the text stays in the structure unless `shared`.

    A meeting may be planned: `held_at` is then to come, and `report` empty until somebody writes it.
    `contact_id` is the first person met; the others, and the colleagues who were there, are `participants`.
    """

    __tablename__ = "interactions"
    __table_args__ = (
        CheckConstraint("duration_minutes > 0", name="duration_positive"),
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
    duration_minutes: Mapped[int | None] = mapped_column(info=NEUTRAL)
    place: Mapped[str] = mapped_column(String(200), default="", server_default="")
    purpose: Mapped[Purpose | None] = mapped_column(info=NEUTRAL)
    result: Mapped[CallResult | None] = mapped_column(info=NEUTRAL, doc="Of a call.")
    report: Mapped[str] = mapped_column(Text)
    promises: Mapped[str] = mapped_column(Text, default="", server_default="", doc="What each side promised.")
    cancelled_at: Mapped[datetime | None] = mapped_column(
        info=NEUTRAL, doc="A planned meeting that did not take place."
    )
    binned_at: Mapped[datetime | None] = mapped_column(index=True, info=NEUTRAL)
    binned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    shared: Mapped[bool] = mapped_column(default=False, info=NEUTRAL)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None] = mapped_column(doc="Changes with the participants and the grid too.")

    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    author: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[author_id])
    participants: Mapped[list["Participant"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="Participant.id"
    )
    answers: Mapped[list["GridAnswer"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="GridAnswer.id"
    )


class Participant(Base):
    """Somebody else who took part: one more contact, or a colleague."""

    __tablename__ = "interaction_participants"
    __table_args__ = (
        CheckConstraint("(contact_id IS NULL) <> (user_id IS NULL)", name="one_person"),
        UniqueConstraint("interaction_id", "contact_id"),
        UniqueConstraint("interaction_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id", ondelete="CASCADE"), info=NEUTRAL)
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True, info=NEUTRAL)


class GridAnswer(Base):
    """What was answered to a question of the guide's interview grid (see grid.py). Empty ones are not kept."""

    __tablename__ = "interaction_answers"
    __table_args__ = (UniqueConstraint("interaction_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id", ondelete="CASCADE"), info=NEUTRAL)
    question: Mapped[str] = mapped_column(String(40), info=NEUTRAL)
    answer: Mapped[str] = mapped_column(Text)
