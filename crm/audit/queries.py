"""Reads of the audit trail."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import AuditEvent


class Change(NamedTuple):
    """Who changed something, and when. `user_id` is None for the application itself or a command."""

    user_id: int | None
    at: datetime


def last_change(session: Session, table: str, object_id: int) -> Change | None:
    """The latest creation or change of one row; None when the trail no longer goes back that far."""
    statement = (
        select(AuditEvent.actor_id, AuditEvent.at)
        .where(
            AuditEvent.object_type == table,
            AuditEvent.object_id == object_id,
            AuditEvent.action.in_(("create", "update")),
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    row = session.execute(statement).first()
    return None if row is None else Change(row.actor_id, row.at)
