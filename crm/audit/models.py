"""The audit trail: append-only, by triggers of the database as well as by code."""

from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base


class AuditEvent(Base):
    """
    One action: who, when, on what, the names of the changed fields.

    `fields` maps each changed column to null, or to [old, new] for columns declared NEUTRAL. Personal data never
    stands here. `object_type` is a table's name; the pair (type, id) is not a foreign key: the trail outlives rows.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_object", "object_type", "object_id"),
        Index("ix_audit_events_actor", "actor_id", "id"),
    )
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None]
    structure_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(40))
    object_type: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[int | None]
    fields: Mapped[dict[str, list[object] | None]] = mapped_column(JSON, default=dict)
    result: Mapped[str] = mapped_column(String(20), default="done")
    reason: Mapped[str] = mapped_column(String(200), default="")
    request_id: Mapped[str] = mapped_column(String(32), default="")
