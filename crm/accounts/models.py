"""Structures, people, what a person is in a structure, and their open sessions."""

from datetime import date, datetime, time

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access.policy import Role
from crm.accounts.enums import LegalKind, LinkPurpose
from crm.db import NEUTRAL, Base, PublicId, Versioned


class Structure(PublicId, Versioned, Base):
    """A structure d'insertion. Several may share one database (a collectif)."""

    __tablename__ = "structures"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), info=NEUTRAL)
    legal_kind: Mapped[LegalKind] = mapped_column(default=LegalKind.AI, server_default="ai", info=NEUTRAL)
    siret: Mapped[str | None] = mapped_column(String(14), info=NEUTRAL)
    working_days: Mapped[str] = mapped_column(
        String(7), default="12345", server_default="12345", info=NEUTRAL, doc="Monday is 1: no digest on other days."
    )
    solicitation_days: Mapped[int] = mapped_column(
        default=30, server_default="30", info=NEUTRAL, doc="How long a request counts as recent."
    )
    solicitation_threshold: Mapped[int] = mapped_column(
        default=4, server_default="4", info=NEUTRAL, doc="Requests a quarter from which a partner is solicited enough."
    )
    created_at: Mapped[datetime]


class StructureLogo(Base):
    """The logo of a structure: a PNG or JPEG checked by its content, drawn again without what cameras add."""

    __tablename__ = "structure_logos"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(
        ForeignKey("structures.id", ondelete="CASCADE"), unique=True, info=NEUTRAL
    )
    media_type: Mapped[str] = mapped_column(String(20), info=NEUTRAL)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Unit(PublicId, Versioned, Base):
    """« Pôle » or workshop of a structure, with its own legal kind and SIRET. Once closed it stays in past records."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="SET NULL"), info=NEUTRAL)
    name: Mapped[str] = mapped_column(String(200), info=NEUTRAL)
    legal_kind: Mapped[LegalKind] = mapped_column(info=NEUTRAL)
    siret: Mapped[str | None] = mapped_column(String(14), info=NEUTRAL)
    closed_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)


class ClosingPeriod(PublicId, Versioned, Base):
    """Days, both included, on which a structure is closed."""

    __tablename__ = "closing_periods"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    starts_on: Mapped[date] = mapped_column(info=NEUTRAL)
    ends_on: Mapped[date] = mapped_column(info=NEUTRAL)
    label: Mapped[str] = mapped_column(String(100), default="", info=NEUTRAL)


class User(PublicId, Versioned, Base):
    """A person who signs in. `email` is stored in lower case; the password as an Argon2id hash only."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="fr", server_default="fr", info=NEUTRAL)
    digest_at: Mapped[time | None] = mapped_column(info=NEUTRAL, doc="Hour of the digest in Paris; null: none wanted.")
    active: Mapped[bool] = mapped_column(default=True, info=NEUTRAL)
    created_at: Mapped[datetime]
    password_changed_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)
    totp_secret: Mapped[str | None] = mapped_column(String(300), doc="Encrypted (see sealing.py); null: not set up.")
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)
    totp_last_step: Mapped[int | None] = mapped_column(
        BigInteger, doc="Time step of the last code used: none serves twice."
    )

    memberships: Mapped[list["Membership"]] = relationship(lazy="raise_on_sql", back_populates="user")

    @property
    def name(self) -> str:
        """First and last name, as shown."""
        return f"{self.first_name} {self.last_name}"


class Membership(Base):
    """One role of one person in one structure. Rights are the union of the roles, inside the structure."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "structure_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), info=NEUTRAL)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    role: Mapped[Role] = mapped_column(info=NEUTRAL)

    user: Mapped[User] = relationship(lazy="raise_on_sql", back_populates="memberships")
    structure: Mapped[Structure] = relationship(lazy="raise_on_sql")


class RecoveryCode(Base):
    """One single-use code that stands for the telephone. Only its SHA-256 is stored."""

    __tablename__ = "recovery_codes"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), doc="SHA-256 of an 80-bit code.")
    used_at: Mapped[datetime | None]


class SingleUseLink(PublicId, Base):
    """
    A link sent by mail or copied by hand. Only the SHA-256 of its word is stored; it serves once, for 60 minutes
    (an invitation: 7 days). `send_to` is where it waits to be sent: its word is drawn when the mail leaves.
    """

    __tablename__ = "single_use_links"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    new_email: Mapped[str | None] = mapped_column(String(254))
    send_to: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Device(PublicId, Base):
    """
    A browser that somebody signed in from, by the hash of its own cookie. `enrolled_at` makes it a field phone:
    its session lasts 30 days for partners and exchanges only.
    """

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    label: Mapped[str] = mapped_column(String(100), info=NEUTRAL)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(info=NEUTRAL)
    enrolled_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)


class Attempt(Base):
    """One try at a password, a code or a link, counted before it is checked (see throttle/rules.py)."""

    __tablename__ = "throttle"
    __table_args__ = (Index("ix_throttle_bucket", "bucket", "at"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(String(64), doc="Keyed hash of what is counted: never an address in clear.")
    at: Mapped[datetime] = mapped_column(index=True)


class OpenSession(Base):
    """
    One signed-in browser, or an anonymous one holding a form's token.

    The cookie's value is never stored: `token_hash` is its SHA-256. `payload` is what Flask keeps (flashes, CSRF).
    """

    __tablename__ = "sessions"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    structure_id: Mapped[int | None] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"))
    payload: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"), index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(doc="When the password was last given in this session.")
    seen_at: Mapped[datetime] = mapped_column(index=True)
    browser: Mapped[str] = mapped_column(
        String(200), default="", server_default="", doc="What the browser calls itself."
    )
