"""Writes the audit by listening to the flush: no service can forget it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from crm.audit.models import AuditEvent
from crm.audit.services import facts, note
from crm.db import Base, DatabaseSession


def wire() -> None:
    """Listen to every session of the application. Calling it twice listens once."""
    if not event.contains(DatabaseSession, "after_flush", record_flush):
        event.listen(DatabaseSession, "after_flush", record_flush)


def record_flush(session: Session, _context: UOWTransaction) -> None:
    """
    Insert one line of audit per row created, changed or deleted, in the same transaction.

    Core inserts, not new objects: the flush is under way, and the identifiers of new rows are known by now.
    """
    lines = [_line(session, row, "create", _created(row)) for row in session.new if _is_audited(row)]
    for row in session.dirty:
        if _is_audited(row) and (fields := _changed(row)):
            lines.append(_line(session, row, "update", fields))
    lines += [_line(session, row, "delete", {}) for row in session.deleted if _is_audited(row)]
    if lines:
        session.connection().execute(sa.insert(AuditEvent), lines)


def refused(session: Session, reason: str) -> None:
    """A line for a refused access (see crm/access/guard.py)."""
    note(session, "refused", result="refused", reason=reason[:200])


def _is_audited(row: object) -> bool:
    return bool(getattr(row, "__audited__", True)) and isinstance(row, Base)


def _line(session: Session, row: Any, action: str, fields: dict[str, Any]) -> dict[str, Any]:
    return facts(session) | {
        "action": action,
        "object_type": row.__tablename__,
        "object_id": row.id,
        "fields": fields,
        "result": "done",
        "reason": "",
    }


def _created(row: Any) -> dict[str, Any]:
    return {
        attribute.key: [None, plain(getattr(row, attribute.key))] if _is_neutral(attribute) else None
        for attribute in sa.inspect(row).mapper.column_attrs
        if getattr(row, attribute.key) is not None
    }


def _changed(row: Any) -> dict[str, Any]:
    state = sa.inspect(row)
    fields: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        fields[attribute.key] = [plain(old), plain(new)] if _is_neutral(attribute) else None
    return fields


def _is_neutral(attribute: Any) -> bool:
    return bool(attribute.columns[0].info.get("audit") == "value")


def plain(value: object) -> object:
    """A value as JSON can hold it."""
    return value if value is None or isinstance(value, bool | int | float) else str(value)
