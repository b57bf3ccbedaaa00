"""Runs the migrations on the application's engine. Both engines, one history."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from crm.db import Base, db

LOCK_TIMEOUT = "5s"  # a migration that waits longer for a lock would stop the whole application


def run() -> None:
    """Run online only: offline scripts could not tell the engine."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Rebuilding a table drops it, and with foreign keys on that would cascade to its children's rows.
            _pragma(connection, "foreign_keys=OFF")
        else:
            connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            connection.commit()
        arguments = dict(current_app.extensions["migrate"].configure_args)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_server_default=False,
            transactional_ddl=True,  # on SQLite too: BEGIN is ours (crm/db.py), a migration that fails leaves nothing
            render_item=render,
            **{"render_as_batch": True} | arguments,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise RuntimeError(f"a migration left a dangling key: {broken}")
        if sqlite:
            _pragma(connection, "foreign_keys=ON")


def _pragma(connection: sa.Connection, pragma: str) -> None:
    # On the driver's own connection: SQLAlchemy would open a transaction, inside which this pragma does nothing.
    driver = connection.connection.dbapi_connection
    if driver is None:
        raise RuntimeError("no connection to set up")
    driver.execute(f"PRAGMA {pragma}")


def render(kind: str, thing: object, _autogen: object) -> str | bool:
    """Migrations name plain SQLAlchemy types: they must not change when the application's classes do."""
    if kind == "type" and type(thing).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(thing).__name__ == "Enum":
        return "sa.String(length=40)"
    return False


if context.is_offline_mode():
    raise SystemExit("Migrations run online only: passerelle db upgrade")
run()
