"""The method as data: the guide's own words, the words of a structure beside them, its proofs and its delays."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.method.enums import ActionKind, LineSection, Proof, Weight


class MethodVersion(PublicId, Base):
    """
    The words of the method, at one time. Without a structure: the guide's original, as shipped.

    A structure that rewords makes a version of its own; the last one holds, the others stay.
    """

    __tablename__ = "method_versions"
    __table_args__ = (UniqueConstraint("structure_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int | None] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    number: Mapped[int] = mapped_column(info=NEUTRAL)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]


class MethodStep(Base):
    """The name of a step in a version, and its phase."""

    __tablename__ = "method_steps"
    __table_args__ = (UniqueConstraint("version_id", "number"), CheckConstraint("number BETWEEN 1 AND 7", name="step"))
    __audited__ = False  # its version tells

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("method_versions.id", ondelete="CASCADE"), info=NEUTRAL)
    number: Mapped[int] = mapped_column(info=NEUTRAL)
    title: Mapped[str] = mapped_column(String(200), info=NEUTRAL)
    phase: Mapped[str] = mapped_column(String(60), info=NEUTRAL)


class MethodLine(Base):
    """One line of a step, or a factor of success of a type of action. `guide_line`: where the guide says it."""

    __tablename__ = "method_lines"
    __table_args__ = (CheckConstraint("(step IS NULL) <> (action_kind IS NULL)", name="one_place"),)
    __audited__ = False  # its version tells

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("method_versions.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    step: Mapped[int | None] = mapped_column(info=NEUTRAL)
    action_kind: Mapped[ActionKind | None] = mapped_column(info=NEUTRAL)
    section: Mapped[LineSection] = mapped_column(info=NEUTRAL)
    position: Mapped[int] = mapped_column(info=NEUTRAL)
    wording: Mapped[str] = mapped_column(String(300), info=NEUTRAL)
    guide_line: Mapped[int | None] = mapped_column(info=NEUTRAL)


class GateRule(Versioned, Base):
    """What a missing proof does in a structure that said so: without a row it warns."""

    __tablename__ = "method_gates"
    __table_args__ = (UniqueConstraint("structure_id", "proof"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    proof: Mapped[Proof] = mapped_column(info=NEUTRAL)
    weight: Mapped[Weight] = mapped_column(info=NEUTRAL)


class StepDelay(Versioned, Base):
    """After how many days worked without an exchange a partnership in this step is « à relancer »."""

    __tablename__ = "method_delays"
    __table_args__ = (UniqueConstraint("structure_id", "step"), CheckConstraint("days > 0", name="days"))

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    step: Mapped[int] = mapped_column(info=NEUTRAL)
    days: Mapped[int] = mapped_column(info=NEUTRAL)
