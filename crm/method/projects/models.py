"""What was found around and inside the structure, who was heard, and the strategy drawn from it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.method.enums import ActionKind, Facet, FindingKind, Heading, ListeningKind
from crm.method.models import of_initiative


class Finding(PublicId, Versioned, Base):
    """« Constat »: an opportunity or a threat under a heading, with source and day; a strength or a weakness."""

    __tablename__ = "findings"
    __table_args__ = (CheckConstraint("heading IS NULL OR facet IS NULL", name="one_side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative()
    kind: Mapped[FindingKind] = mapped_column(info=NEUTRAL)
    heading: Mapped[Heading | None] = mapped_column(info=NEUTRAL, doc="Of an opportunity or a threat.")
    facet: Mapped[Facet | None] = mapped_column(info=NEUTRAL, doc="Of a strength or a weakness.")
    wording: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200), default="", info=NEUTRAL)
    found_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]


class Listening(PublicId, Versioned, Base):
    """An interview (1 to 2 hours, linked to its exchange) or a working group (8 to 15 people)."""

    __tablename__ = "listenings"
    __table_args__ = (CheckConstraint("people > 0", name="somebody"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative()
    kind: Mapped[ListeningKind] = mapped_column(info=NEUTRAL)
    held_on: Mapped[date] = mapped_column(info=NEUTRAL)
    who: Mapped[str] = mapped_column(String(200), doc="Whom, or on what theme.")
    facilitator: Mapped[str] = mapped_column(String(160), default="")
    people: Mapped[int | None] = mapped_column(info=NEUTRAL)
    half_days: Mapped[int | None] = mapped_column(info=NEUTRAL)
    summary: Mapped[str] = mapped_column(Text, default="")
    interaction_id: Mapped[int | None] = mapped_column(
        ForeignKey("interactions.id", ondelete="SET NULL"), index=True, info=NEUTRAL
    )
    created_at: Mapped[datetime]


class Strategy(Versioned, Base):
    """What was decided from both analyses. One of each project. `logics`: values of Contracting, by commas."""

    __tablename__ = "strategies"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(
        ForeignKey("initiatives.id", ondelete="CASCADE"), unique=True, info=NEUTRAL
    )
    priorities: Mapped[str] = mapped_column(Text, default="")
    years: Mapped[int | None] = mapped_column(info=NEUTRAL, doc="« Dans X ans, si rien ne change ».")
    if_nothing_changes: Mapped[str] = mapped_column(Text, default="")
    offer: Mapped[str] = mapped_column(Text, default="")
    difference: Mapped[str] = mapped_column(Text, default="", doc="What makes us different.")
    resources: Mapped[str] = mapped_column(Text, default="")
    logics: Mapped[str] = mapped_column(String(60), default="", info=NEUTRAL)
    lifted: Mapped[str] = mapped_column(Text, default="", doc="Constraints lifted.")
    created: Mapped[str] = mapped_column(Text, default="", doc="Constraints created.")
    approved_by: Mapped[str] = mapped_column(String(200), default="")
    approved_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    approval_noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    updated_at: Mapped[datetime | None]


class StrategyAction(Base):
    """A type of action aimed at. `priority` is 1 for the first; None when nobody ranked it."""

    __tablename__ = "strategy_actions"
    __table_args__ = (
        UniqueConstraint("initiative_id", "kind"),
        CheckConstraint("priority > 0", name="a_rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative(index=False)
    kind: Mapped[ActionKind] = mapped_column(info=NEUTRAL)
    priority: Mapped[int | None] = mapped_column(info=NEUTRAL)
