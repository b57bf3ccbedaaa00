"""What is to be done, what was promised to be said of it, and what was sent."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.reminders.enums import MessageState


class Todo(PublicId, Versioned, Base):
    """
    « À faire »: what, for which day, by whom, about whom. Belongs to one structure.

    One nullable foreign key per kind of subject, exactly one set; later parts add columns and widen the check.
    """

    __tablename__ = "todos"
    __table_args__ = (
        CheckConstraint("partner_id IS NOT NULL", name="one_subject"),
        Index("ix_todos_due", "structure_id", "assignee_id", "done_at", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    partner_id: Mapped[int | None] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    what: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date] = mapped_column(info=NEUTRAL)
    assignee_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), info=NEUTRAL)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)


class OutboxMessage(Base):
    """
    One mail to send, written in the transaction that decided it, sent later, marked, never deleted.

    (`rule`, `subject`, `user_id`, `occurrence`) is unique: deciding twice adds nothing. `lease_until` is how long
    the process that claimed it may take before another takes over.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        UniqueConstraint("rule", "subject", "user_id", "occurrence"),
        Index("ix_outbox_messages_next", "state", "not_before"),
    )
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60), default="", doc="What it is about, '' for a digest.")
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    occurrence: Mapped[str] = mapped_column(String(40), doc="The local day or due time this message is for.")
    recipient: Mapped[str] = mapped_column(String(254))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[MessageState] = mapped_column(default=MessageState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(300), default="")


class TaskRun(Base):
    """A due time of a scheduled task that somebody ran. The unique key elects one among several schedulers."""

    __tablename__ = "task_runs"
    __table_args__ = (UniqueConstraint("task", "due_at"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
    run_at: Mapped[datetime]
