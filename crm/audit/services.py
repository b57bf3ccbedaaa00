"""Lines of audit that no flush would write."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.audit.models import AuditEvent


def note(
    session: Session,
    action: str,
    *,
    object_type: str = "",
    object_id: int | None = None,
    result: str = "done",
    reason: str = "",
) -> None:
    """Add one line that no flush would write: a sign-in, a refusal, an export, the opening of a file."""
    line = facts(session) | {
        "action": action,
        "object_type": object_type,
        "object_id": object_id,
        "fields": {},
        "result": result,
        "reason": reason,
    }
    session.connection().execute(sa.insert(AuditEvent), [line])


def facts(session: Session) -> dict[str, Any]:
    """What every line of this transaction says: when, who, in which structure, during which request."""
    actor = session.info["actor"]
    return {
        "at": session.info["now"],
        "actor_kind": actor.kind,
        "actor_id": actor.user_id,
        "structure_id": actor.structure_id,
        "request_id": session.info.get("request_id", ""),
    }
