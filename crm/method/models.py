"""Projects, partnerships, and the moves of both. Each belongs to one structure."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.method.enums import CardState, MoveKind, Outcome, PlaceKind, Proof
from crm.partners.models import Partner


def _structure() -> Mapped[int]:
    return mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)


def _person(doc: str = "") -> Mapped[int | None]:
    return mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True, info=NEUTRAL, doc=doc)


class Initiative(PublicId, Versioned, Base):
    """
    « Projet partenarial »: one run of the method on a territory or a trade. Owns steps 1 to 3; at 4 they are passed.

    `step`, `state`, `paused_until` and `step_since` are what the moves say, kept here for the board.
    The portfolio gathers partners that were there before: it starts at 4 and no proof is asked of it.
    """

    __tablename__ = "initiatives"
    __table_args__ = (CheckConstraint("step BETWEEN 1 AND 4", name="a_step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = _structure()
    title: Mapped[str] = mapped_column(String(200), info=NEUTRAL)
    sector: Mapped[str] = mapped_column(String(200), default="", info=NEUTRAL)
    pilot_id: Mapped[int | None] = _person()
    other_structures: Mapped[str] = mapped_column(String(500), default="", info=NEUTRAL)
    horizon_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    is_portfolio: Mapped[bool] = mapped_column(default=False, server_default=text("false"), info=NEUTRAL)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("initiatives.id", ondelete="SET NULL"), info=NEUTRAL)
    debated_on: Mapped[date | None] = mapped_column(info=NEUTRAL, doc="When the internal analysis was debated.")
    debated_with: Mapped[str] = mapped_column(String(300), default="", server_default="")
    step: Mapped[int] = mapped_column(default=1, info=NEUTRAL)
    state: Mapped[CardState] = mapped_column(default=CardState.ACTIVE, info=NEUTRAL)
    paused_until: Mapped[date | None] = mapped_column(info=NEUTRAL)
    step_since: Mapped[datetime] = mapped_column(info=NEUTRAL)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]

    places: Mapped[list["InitiativePlace"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="InitiativePlace.id"
    )
    trades: Mapped[list["InitiativeTrade"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="InitiativeTrade.rome_code"
    )
    units: Mapped[list["InitiativeUnit"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="InitiativeUnit.id"
    )


def of_initiative(*, index: bool = True) -> Mapped[int]:
    """The foreign key of what is a part of one project."""
    return mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"), index=index, info=NEUTRAL)


class InitiativePlace(Base):
    """A part of the territory. `code`: INSEE of a commune, SIREN of an intercommunality, '' for what has none."""

    __tablename__ = "initiative_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative()
    kind: Mapped[PlaceKind] = mapped_column(info=NEUTRAL)
    code: Mapped[str] = mapped_column(String(9), default="", info=NEUTRAL)
    name: Mapped[str] = mapped_column(String(150), info=NEUTRAL)


class InitiativeTrade(Base):
    """A trade (ROME) that the project is about."""

    __tablename__ = "initiative_trades"
    __table_args__ = (UniqueConstraint("initiative_id", "rome_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative(index=False)
    rome_code: Mapped[str] = mapped_column(String(5), info=NEUTRAL)


class InitiativeUnit(Base):
    """A unit of the structure that takes part."""

    __tablename__ = "initiative_units"
    __table_args__ = (UniqueConstraint("initiative_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = of_initiative(index=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), index=True, info=NEUTRAL)


class Partnership(PublicId, Versioned, Base):
    """
    « Partenariat »: a project with one partner, from step 4 to step 7.

    `step`, `state`, `paused_until`, `step_since` as for a project. A partner may have several; two open ones on one
    project are refused by the services, but a merge may bring them together, and says so.
    """

    __tablename__ = "partnerships"
    __table_args__ = (
        CheckConstraint("step BETWEEN 4 AND 7", name="a_step"),
        Index("ix_partnerships_board", "structure_id", "state", "step", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    initiative_id: Mapped[int] = of_initiative()
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    owner_id: Mapped[int | None] = _person()
    role: Mapped[str] = mapped_column(String(100), default="", info=NEUTRAL, doc="What the partner is in the project.")
    step: Mapped[int] = mapped_column(default=4, info=NEUTRAL)
    state: Mapped[CardState] = mapped_column(default=CardState.ACTIVE, info=NEUTRAL)
    paused_until: Mapped[date | None] = mapped_column(info=NEUTRAL)
    step_since: Mapped[datetime] = mapped_column(info=NEUTRAL)
    entered_at: Mapped[datetime] = mapped_column(info=NEUTRAL)
    taken_over_on: Mapped[date | None] = mapped_column(info=NEUTRAL, doc="« Repris le ».")
    known_activity: Mapped[str] = mapped_column(Text, default="", doc="Preparation sheet.")
    known_needs: Mapped[str] = mapped_column(Text, default="")
    known_priorities: Mapped[str] = mapped_column(Text, default="")
    agreed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    agreed_by: Mapped[str] = mapped_column(String(160), default="", doc="Who agreed, when it is no contact.")
    agreed_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    without_budget: Mapped[bool] = mapped_column(default=False, server_default=text("false"), info=NEUTRAL)
    shared_with: Mapped[str] = mapped_column(String(500), default="", info=NEUTRAL, doc="Other structures.")
    our_pilot_id: Mapped[int | None] = _person()
    their_pilot_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    their_pilot: Mapped[str] = mapped_column(String(160), default="", doc="When it is no contact.")
    coordination: Mapped[str] = mapped_column(String(300), default="", doc="The body that follows the partnership.")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]

    initiative: Mapped[Initiative] = relationship(lazy="raise_on_sql")
    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")


class Transition(PublicId, Base):
    """
    One move of one card. Append-only: the database refuses to change a line (see the migration).

    `undoes_id` is the move that it takes back. What comes before and after tells time in step, history and medians.
    """

    __tablename__ = "method_transitions"
    __table_args__ = (
        CheckConstraint("(initiative_id IS NULL) <> (partnership_id IS NULL)", name="one_card"),
        Index("ix_method_transitions_at", "structure_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    initiative_id: Mapped[int | None] = mapped_column(
        ForeignKey("initiatives.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    partnership_id: Mapped[int | None] = mapped_column(
        ForeignKey("partnerships.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    kind: Mapped[MoveKind] = mapped_column(info=NEUTRAL)
    from_step: Mapped[int | None] = mapped_column(info=NEUTRAL, doc="None when it entered.")
    to_step: Mapped[int] = mapped_column(info=NEUTRAL)
    from_state: Mapped[CardState | None] = mapped_column(info=NEUTRAL)
    to_state: Mapped[CardState] = mapped_column(info=NEUTRAL)
    from_until: Mapped[date | None] = mapped_column(info=NEUTRAL)
    until: Mapped[date | None] = mapped_column(info=NEUTRAL, doc="End of a pause.")
    taken_over_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    reason: Mapped[str] = mapped_column(String(500), default="")
    undoes_id: Mapped[int | None] = mapped_column(
        ForeignKey("method_transitions.id", ondelete="CASCADE"), unique=True, info=NEUTRAL
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), info=NEUTRAL)
    at: Mapped[datetime] = mapped_column(info=NEUTRAL)

    proofs: Mapped[list["TransitionProof"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="TransitionProof.id"
    )


class TransitionProof(Base):
    """A proof that lacked when a card moved, and how it went on without. Shown on the card for ever."""

    __tablename__ = "transition_proofs"
    __table_args__ = (UniqueConstraint("transition_id", "proof"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    transition_id: Mapped[int] = mapped_column(ForeignKey("method_transitions.id", ondelete="CASCADE"), info=NEUTRAL)
    proof: Mapped[Proof] = mapped_column(info=NEUTRAL)
    outcome: Mapped[Outcome] = mapped_column(info=NEUTRAL)
    reason: Mapped[str] = mapped_column(String(500), default="")
    taken_over_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
