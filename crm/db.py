"""
The database: base of the models, engine settings of both engines, and the only commit.

What differs between SQLite and PostgreSQL sits here or in one file per domain.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    UOWTransaction,
    declared_attr,
    mapped_column,
)

from crm.access.policy import Actor

#: Releases of SQLite whose WAL no longer has the WAL-reset race (see docs/decisions/0003-two-engines.md).
_WAL_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))

#: What a column says of itself to the audit: without it, only the column's name is ever written there.
NEUTRAL: dict[Any, Any] = {"audit": "value"}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware instant, stored in UTC on both engines (SQLite has no zone of its own)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table. Constraint names are fixed so that migrations can name them on both engines."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy declares it without ClassVar
        datetime: UtcDateTime,
        Enum: sa.Enum(
            Enum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda kind: [m.value for m in kind],
        ),
    }

    #: Whether the flush writes a line of audit for this table.
    __audited__ = True


class PublicId:
    """A random identifier for addresses: rows cannot be counted nor guessed from outside."""

    public_id: Mapped[str] = mapped_column(
        sa.String(22), unique=True, default=lambda: secrets.token_urlsafe(16), info=NEUTRAL
    )


class Versioned:
    """An optimistic version: a write from a stale form is refused (see crm/web/conflicts.py)."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class DatabaseSession(FlaskSession):
    """The session class of the application: what listens to the flush listens to this class."""


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": DatabaseSession, "expire_on_commit": False})


class ReadOnlyViolation(RuntimeError):
    """A GET tried to change a business table: a fault of ours, never of the user."""


def init_app(app: Flask) -> None:
    """Bind the database to the application and set its connections up."""
    db.init_app(app)
    with app.app_context():
        _set_engine_up(db.engine, durable=app.config["DURABLE_DATABASE"])


@contextmanager
def transaction(*, actor: Actor, now: datetime, request_id: str = "", writes: bool = True) -> Iterator[Session]:
    """
    Open the one transaction of a request, a command or a task; commit at the end, roll back on any exception.

    `session.info` carries actor, now, request id for whoever listens to the flush; and, from the settings, the public
    address of the application and whether it sends mail, for whoever writes a link.
    With `writes=False` a flush that would change anything but the audit raises ReadOnlyViolation.
    """
    session = db.session()
    session.info.update(actor=actor, now=now, request_id=request_id, writes=writes)
    session.info.update(public_url=current_app.config["PUBLIC_URL"], sends_mail=bool(current_app.config["SMTP_URL"]))
    try:
        session.connection(execution_options={"writes": writes})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        db.session.remove()


@event.listens_for(DatabaseSession, "before_flush")
def _read_only_requests_stay_so(session: Session, _context: UOWTransaction, _instances: object) -> None:
    if session.info.get("writes", True):
        return
    touched = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    for row in touched:
        if row.__class__.__tablename__ != "audit_events":
            raise ReadOnlyViolation(f"a read-only request changed {row!r}")


@event.listens_for(DatabaseSession, "do_orm_execute")
def _bulk_writes_are_named(state: ORMExecuteState) -> None:
    """Bulk writes fire no flush event: they are refused on audited tables unless a known place asks for them."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    if not state.session.info.get("writes", True):
        raise ReadOnlyViolation("a read-only request sent a bulk write")
    if state.execution_options.get("bulk") in {"dedupe.merge", "imports.commit", "privacy.erase"}:
        return
    table = getattr(state.statement, "table", None)
    name = getattr(table, "name", None)
    if name in audited_tables():
        raise ReadOnlyViolation(f"a bulk write on {name} would leave no audit")


def insert_if_absent(session: Session, model: type[Base], values: dict[str, Any]) -> bool:
    """
    Insert a row unless a unique key forbids it; True when this call inserted.

    RETURNING tells, not `rowcount`: the PostgreSQL driver answers -1 there.
    """
    table = model.__table__
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(table.c.id)  # type: ignore[arg-type]  # a Table
    return session.execute(statement).first() is not None


def audited_tables() -> frozenset[str]:
    """Names of the tables whose changes are written to the audit by the flush."""
    return frozenset(
        mapper.class_.__tablename__ for mapper in Base.registry.mappers if getattr(mapper.class_, "__audited__", True)
    )


def _set_engine_up(engine: sa.Engine, *, durable: bool) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_sqlite_up)
        event.listen(engine, "begin", _begin_sqlite)
    elif durable:
        event.listen(engine, "first_connect", _refuse_unsafe_postgres)


def _set_sqlite_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours: see _begin_sqlite
    journal = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "TRUNCATE"
    for pragma in (
        "busy_timeout=5000",
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "recursive_triggers=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another writes: writers say so at the start.
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset race; without it, rollback journals are used."""
    if version >= _WAL_FIXED[0]:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in _WAL_FIXED[1:])


def _refuse_unsafe_postgres(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"SHOW {setting}")
            if cursor.fetchone()[0] == "off":
                raise UnsafeDatabase(setting)
    connection.rollback()


class UnsafeDatabase(RuntimeError):
    """The server may lose an acknowledged write (the message names the setting): every connection is refused."""
