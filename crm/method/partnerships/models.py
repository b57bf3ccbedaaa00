"""
What a partnership is made of: evidence, roadmap, budget, sessions, indicators, actions, reviews, highlights.

Budget, indicators, actions, reviews and highlights belong to a project; `partnership_id` says of which partnership
when they concern one alone, and is then one of that project.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.method.enums import (
    ActionKind,
    ActionState,
    BudgetSide,
    EvidenceKind,
    HighlightKind,
    IndicatorNature,
    ItemState,
)
from crm.method.models import of_initiative


def _of_partnership() -> Mapped[int]:
    return mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True, info=NEUTRAL)


def _maybe_partnership() -> Mapped[int | None]:
    return mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True, info=NEUTRAL)


class Evidence(PublicId, Base):
    """What shows that the partner is committed, when it is no convention kept here. An e-mail names its exchange."""

    __tablename__ = "partnership_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = _of_partnership()
    kind: Mapped[EvidenceKind] = mapped_column(info=NEUTRAL)
    signed_on: Mapped[date] = mapped_column(info=NEUTRAL)
    note: Mapped[str] = mapped_column(String(300), default="")
    interaction_id: Mapped[int | None] = mapped_column(
        ForeignKey("interactions.id", ondelete="SET NULL"), index=True, info=NEUTRAL
    )
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]


class RoadmapItem(PublicId, Versioned, Base):
    """A line of the « feuille de route »: what, who on each side, by when, how."""

    __tablename__ = "roadmap_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = _of_partnership()
    what: Mapped[str] = mapped_column(String(300))
    ours_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True, info=NEUTRAL)
    theirs_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    theirs: Mapped[str] = mapped_column(String(160), default="", doc="Who on their side, when it is no contact.")
    due_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    how: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ItemState] = mapped_column(default=ItemState.TODO, info=NEUTRAL)
    created_at: Mapped[datetime]


class BudgetLine(PublicId, Versioned, Base):
    """A cost or a funding. Amounts in cents of euros; the funder is a partner, or a name alone."""

    __tablename__ = "budget_lines"
    __table_args__ = (CheckConstraint("planned_cents >= 0 AND actual_cents >= 0", name="amounts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative()
    partnership_id: Mapped[int | None] = _maybe_partnership()
    side: Mapped[BudgetSide] = mapped_column(info=NEUTRAL)
    wording: Mapped[str] = mapped_column(String(200))
    period: Mapped[str] = mapped_column(String(40), default="", info=NEUTRAL, doc="A year, or years.")
    funder_id: Mapped[int | None] = mapped_column(
        ForeignKey("partners.id", ondelete="SET NULL", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    funder: Mapped[str] = mapped_column(String(200), default="", info=NEUTRAL)
    planned_cents: Mapped[int | None] = mapped_column(info=NEUTRAL)
    actual_cents: Mapped[int | None] = mapped_column(info=NEUTRAL)
    created_at: Mapped[datetime]


class CoordinationSession(PublicId, Versioned, Base):
    """A session of the body that follows the partnership."""

    __tablename__ = "coordination_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = _of_partnership()
    held_on: Mapped[date] = mapped_column(info=NEUTRAL)
    present: Mapped[str] = mapped_column(String(500), default="")
    decisions: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


class Indicator(PublicId, Versioned, Base):
    """What will be looked at, set before launching. `created_at` tells whether it was."""

    __tablename__ = "indicators"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative()
    partnership_id: Mapped[int | None] = _maybe_partnership()
    wording: Mapped[str] = mapped_column(String(200))
    nature: Mapped[IndicatorNature] = mapped_column(info=NEUTRAL)
    unit: Mapped[str] = mapped_column(String(80), default="", info=NEUTRAL)
    target: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    values: Mapped[list["IndicatorValue"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="IndicatorValue.id"
    )


class IndicatorValue(Base):
    """What an indicator was, for a period; a number or some words."""

    __tablename__ = "indicator_values"

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    period: Mapped[str] = mapped_column(String(80), default="", info=NEUTRAL)
    value: Mapped[str] = mapped_column(String(200))
    is_target: Mapped[bool] = mapped_column(default=False, server_default=text("false"), info=NEUTRAL)
    note: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]


class Action(PublicId, Versioned, Base):
    """« Action »: one of the sixteen types, planned, launched, done. Names nobody in insertion: numbers only."""

    __tablename__ = "partnership_actions"
    __table_args__ = (CheckConstraint("people >= 0", name="people"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative()
    partnership_id: Mapped[int | None] = _maybe_partnership()
    kind: Mapped[ActionKind] = mapped_column(info=NEUTRAL)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[ActionState] = mapped_column(default=ActionState.PLANNED, info=NEUTRAL)
    planned_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    launched_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    ended_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True, info=NEUTRAL)
    people: Mapped[int | None] = mapped_column(info=NEUTRAL, doc="How many took part.")
    audience: Mapped[str] = mapped_column(String(200), default="", doc="For whom: a kind of public, no name.")
    results: Mapped[str] = mapped_column(Text, default="")
    difficulties: Mapped[str] = mapped_column(Text, default="")
    budget: Mapped[str] = mapped_column(String(300), default="")
    interaction_id: Mapped[int | None] = mapped_column(
        ForeignKey("interactions.id", ondelete="SET NULL"), index=True, info=NEUTRAL, doc="Holds its documents."
    )
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]

    factors: Mapped[list["ActionFactor"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="ActionFactor.id"
    )
    partners: Mapped[list["ActionPartner"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="ActionPartner.id"
    )


class ActionFactor(Base):
    """A factor of success of an action, ticked or not. Copied from the method: a later wording changes nothing."""

    __tablename__ = "action_factors"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(
        ForeignKey("partnership_actions.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    wording: Mapped[str] = mapped_column(String(300), info=NEUTRAL)
    is_met: Mapped[bool] = mapped_column(default=False, info=NEUTRAL)


class ActionPartner(Base):
    """Another partner who took part in an action."""

    __tablename__ = "action_partners"
    __table_args__ = (UniqueConstraint("action_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("partnership_actions.id", ondelete="CASCADE"), info=NEUTRAL)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )


class Review(PublicId, Versioned, Base):
    """« Bilan »: how the partnership goes, as the three sides see it."""

    __tablename__ = "partnership_reviews"
    __table_args__ = (CheckConstraint("actions >= 0", name="actions"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative()
    partnership_id: Mapped[int | None] = _maybe_partnership()
    held_on: Mapped[date] = mapped_column(info=NEUTRAL)
    relations: Mapped[str] = mapped_column(Text, default="")
    actions: Mapped[int | None] = mapped_column(info=NEUTRAL)
    gaps: Mapped[str] = mapped_column(Text, default="")
    factors: Mapped[str] = mapped_column(Text, default="")
    our_view: Mapped[str] = mapped_column(Text, default="")
    employees_view: Mapped[str] = mapped_column(Text, default="", doc="As a whole: no name.")
    their_view: Mapped[str] = mapped_column(Text, default="")
    ambitions: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]


class Highlight(PublicId, Versioned, Base):
    """« Temps fort »: what makes a partnership known."""

    __tablename__ = "highlights"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative()
    partnership_id: Mapped[int | None] = _maybe_partnership()
    kind: Mapped[HighlightKind] = mapped_column(info=NEUTRAL)
    held_on: Mapped[date] = mapped_column(info=NEUTRAL)
    wording: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
