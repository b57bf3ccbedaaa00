"""A convention, who signs it, what it promises, and its earlier versions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.conventions.enums import ConventionKind, DateKind, Side, Stage
from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.interactions.documents.enums import DocumentKind
from crm.partners.models import Partner


class Convention(PublicId, Versioned, Base):
    """
    « Convention » with one partner; belongs to one structure.

    Its state follows from `stage` and the days (lifecycle.py). `edition` counts the versions that people sign: changing
    what was signed makes the next one and clears the signatures. `final_on` is the last day, tacit renewals included,
    None without end. `terminated_on` is the first day without effect.
    """

    __tablename__ = "conventions"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="in_order"),
        CheckConstraint("tacit_months >= 0 AND notice_months >= 0", name="months"),
        Index("ix_conventions_list", "structure_id", "final_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    kind: Mapped[ConventionKind] = mapped_column(info=NEUTRAL)
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")
    stage: Mapped[Stage] = mapped_column(default=Stage.DRAFT, info=NEUTRAL)
    edition: Mapped[int] = mapped_column(default=1, info=NEUTRAL)
    starts_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    ends_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    final_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    tacit_months: Mapped[int] = mapped_column(default=0, info=NEUTRAL)
    tacit_times: Mapped[int | None] = mapped_column(info=NEUTRAL, doc="None: without limit.")
    notice_months: Mapped[int] = mapped_column(default=0, info=NEUTRAL)
    amount_asked: Mapped[int | None] = mapped_column(info=NEUTRAL, doc="Whole euros, of a funding.")
    amount_granted: Mapped[int | None] = mapped_column(info=NEUTRAL, doc="Whole euros.")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True, info=NEUTRAL)
    renews_id: Mapped[int | None] = mapped_column(
        ForeignKey("conventions.id", ondelete="SET NULL"), index=True, info=NEUTRAL, doc="The one that it follows."
    )
    terminated_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    termination_reason: Mapped[str] = mapped_column(String(500), default="")
    signed_on: Mapped[date | None] = mapped_column(info=NEUTRAL, doc="The day of the last signature of this version.")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None] = mapped_column(doc="Changes with the lines of the convention too.")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    binned_at: Mapped[datetime | None] = mapped_column(index=True, info=NEUTRAL)
    binned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)

    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
    signatories: Mapped[list["Signatory"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="Signatory.position"
    )
    commitments: Mapped[list["Commitment"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="Commitment.position"
    )
    clauses: Mapped[list["Clause"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="Clause.position"
    )
    dates: Mapped[list["ConventionDate"]] = relationship(
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ConventionDate.due_on, ConventionDate.id",
    )


class Signatory(PublicId, Base):
    """« Signataire »: who signs, in what capacity. `user_id` is a colleague, `contact_id` somebody at the partner."""

    __tablename__ = "convention_signatories"

    id: Mapped[int] = mapped_column(primary_key=True)
    convention_id: Mapped[int] = mapped_column(
        ForeignKey("conventions.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    side: Mapped[Side] = mapped_column(info=NEUTRAL)
    name: Mapped[str] = mapped_column(String(300))
    capacity: Mapped[str] = mapped_column(String(200), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    signed_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    position: Mapped[int] = mapped_column(default=0)


class Commitment(PublicId, Base):
    """« Engagement » of one side, for a day or not, and the day on which it was said to be kept."""

    __tablename__ = "convention_commitments"

    id: Mapped[int] = mapped_column(primary_key=True)
    convention_id: Mapped[int] = mapped_column(
        ForeignKey("conventions.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    side: Mapped[Side] = mapped_column(info=NEUTRAL)
    wording: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    kept_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    position: Mapped[int] = mapped_column(default=0)


class Clause(Base):
    """« Article »: copied from a template or typed; it belongs to its convention alone."""

    __tablename__ = "convention_clauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    convention_id: Mapped[int] = mapped_column(
        ForeignKey("conventions.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)


class ConventionDate(PublicId, Base):
    """« Échéance »: a review, the deadline of an application, a report to give; and the day on which it was done."""

    __tablename__ = "convention_dates"

    id: Mapped[int] = mapped_column(primary_key=True)
    convention_id: Mapped[int] = mapped_column(
        ForeignKey("conventions.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    kind: Mapped[DateKind] = mapped_column(info=NEUTRAL)
    due_on: Mapped[date] = mapped_column(info=NEUTRAL)
    done_on: Mapped[date | None] = mapped_column(info=NEUTRAL)


class ConventionEdition(Base):
    """
    An earlier version, as it was signed: `content` is the JSON of editions.py. Never changed once written.

    A thing of the application made of rows that are audited themselves, hence no audit.
    """

    __tablename__ = "convention_editions"
    __table_args__ = (UniqueConstraint("convention_id", "number"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class ConventionFile(PublicId, Base):
    """
    « Exemplaire signé »: the scan of one version of a convention, or the act of a delegation; exactly one of both.

    Kept as documents of exchanges are (crm/interactions/documents), in a folder of its own.
    """

    __tablename__ = "convention_files"
    __table_args__ = (CheckConstraint("(convention_id IS NULL) <> (delegation_id IS NULL)", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    convention_id: Mapped[int | None] = mapped_column(
        ForeignKey("conventions.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    delegation_id: Mapped[int | None] = mapped_column(
        ForeignKey("signing_delegations.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    edition: Mapped[int] = mapped_column(default=1, info=NEUTRAL, doc="The version of which it is the signed copy.")
    name: Mapped[str] = mapped_column(String(120), doc="As shown and offered for download; never a path.")
    kind: Mapped[DocumentKind] = mapped_column(info=NEUTRAL)
    size: Mapped[int] = mapped_column(info=NEUTRAL, doc="Bytes, as kept.")
    pages: Mapped[int | None] = mapped_column(info=NEUTRAL, doc="Of a PDF.")
    key: Mapped[str] = mapped_column(String(43), unique=True, doc="Random name of the file.")
    sha256: Mapped[str] = mapped_column(String(64), doc="Of the bytes kept.")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL, doc="To the bin; the file goes 30 days later.")


class ClauseTemplate(PublicId, Versioned, Base):
    """« Article type » of a structure, for one kind of convention or for all. Copied, never linked."""

    __tablename__ = "clause_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    kind: Mapped[ConventionKind | None] = mapped_column(info=NEUTRAL)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0, info=NEUTRAL)


class SigningDelegation(PublicId, Versioned, Base):
    """« Délégation de signature »: who may sign for the structure, from when to when, for what kinds ('' for all)."""

    __tablename__ = "signing_delegations"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    starts_on: Mapped[date] = mapped_column(info=NEUTRAL)
    ends_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    kinds: Mapped[str] = mapped_column(String(300), default="", info=NEUTRAL)
    act: Mapped[str] = mapped_column(String(300), default="", doc="Where it comes from: a deliberation, its date.")
