"""What is to be done, what was promised to be said of it, and what was sent."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.reminders.enums import MessageState, ReminderState


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
    postponed_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    postponed_count: Mapped[int] = mapped_column(default=0, server_default="0", info=NEUTRAL)


class Reminder(Base):
    """
    « Rappel »: one notice to one person about a todo or a nudge. A thing of the application, hence no audit.

    Exactly one subject is set. (`structure_id`, `rule`, subject, `user_id`, `occurrence`) is unique: sweeping twice
    adds nothing.
    `state` says whether it still stands: doing the thing closes it, a reason that vanished withdraws it.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN todo_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN partner_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN interaction_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN convention_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        UniqueConstraint("rule", "todo_id", "user_id", "occurrence"),
        # A partner and its people are shared: somebody may follow the same one in two structures.
        UniqueConstraint("structure_id", "rule", "partner_id", "user_id", "occurrence"),
        UniqueConstraint("structure_id", "rule", "contact_id", "user_id", "occurrence"),
        UniqueConstraint("rule", "interaction_id", "user_id", "occurrence"),
        UniqueConstraint("rule", "convention_id", "user_id", "occurrence"),
        Index("ix_reminders_open", "user_id", "state", "due_on"),
        {"info": {"several_subjects": "todos, exchanges, conventions are subjects too: the CHECK counts all five"}},
    )
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    rule: Mapped[str] = mapped_column(String(40))
    todo_id: Mapped[int | None] = mapped_column(ForeignKey("todos.id", ondelete="CASCADE"), index=True)
    partner_id: Mapped[int | None] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "drop", "erase": "keep"}), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE", info={"merge": "drop", "erase": "keep"}), index=True
    )
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id", ondelete="CASCADE"), index=True)
    convention_id: Mapped[int | None] = mapped_column(ForeignKey("conventions.id", ondelete="CASCADE"), index=True)
    occurrence: Mapped[str] = mapped_column(String(40), doc="What re-arms it when it changes: often the due day.")
    due_on: Mapped[date]
    state: Mapped[ReminderState] = mapped_column(default=ReminderState.OPEN)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class NudgeSetting(Base):
    """What a structure changed of a nudge: on or off, after how many days. Without a row the rule's own values hold."""

    __tablename__ = "nudge_settings"
    __table_args__ = (UniqueConstraint("structure_id", "rule"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    rule: Mapped[str] = mapped_column(String(40), info=NEUTRAL)
    enabled: Mapped[bool] = mapped_column(default=True, info=NEUTRAL)
    delay_days: Mapped[int | None] = mapped_column(info=NEUTRAL)


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
