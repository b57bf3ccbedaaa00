"""Structures, people, what a person is in a structure, and their open sessions."""

from datetime import datetime, time

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access.policy import Role
from crm.db import NEUTRAL, Base, PublicId, Versioned


class Structure(PublicId, Versioned, Base):
    """A structure d'insertion. Several may share one database (a collectif)."""

    __tablename__ = "structures"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), info=NEUTRAL)
    created_at: Mapped[datetime]


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
    seen_at: Mapped[datetime] = mapped_column(index=True)
