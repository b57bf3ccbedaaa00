"""Keys of contacts, pairs that may be one person, what people said of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import NEUTRAL, Base, Versioned
from crm.dedupe.pairs.enums import Answer


def _contact(*, index: bool = False, unique: bool = False) -> Mapped[int]:
    key = ForeignKey("contacts.id", ondelete="CASCADE", info={"merge": "ignore", "erase": "erase"})
    return mapped_column(key, index=index, unique=unique)


class ContactKey(Base):
    """By what contacts of different companies find each other (see likeness.py)."""

    __tablename__ = "contact_keys"
    __table_args__ = (Index("ix_contact_keys_lookup", "kind", "value", "contact_id"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = _contact(index=True)
    kind: Mapped[str] = mapped_column(String(12))
    value: Mapped[str] = mapped_column(String(254))


class ContactPair(Base):
    """
    Two live contacts that may be one person, in the order of their identifiers.

    `claimed_by_id`: somebody looks at it until `claimed_until`.
    """

    __tablename__ = "contact_pairs"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = _contact()
    second_id: Mapped[int] = _contact(index=True)
    is_likely: Mapped[bool]
    has_moved: Mapped[bool]
    reasons: Mapped[str] = mapped_column(Text, doc="JSON: French sentences.")
    mark: Mapped[str] = mapped_column(String(16))
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    claimed_until: Mapped[datetime | None]


class ContactDecision(Versioned, Base):
    """
    What somebody said of two contacts. That they are not one person holds while `mark` is the pair's.

    A note and whom it is given to stay in the structure.
    """

    __tablename__ = "contact_decisions"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = _contact()
    second_id: Mapped[int] = _contact(index=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    answer: Mapped[Answer] = mapped_column(info=NEUTRAL)
    mark: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    decided_at: Mapped[datetime]


class WaitingContact(Base):
    """A contact changed among too many to be compared in their own transaction."""

    __tablename__ = "waiting_contacts"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = _contact(unique=True)
