"""
Does the imports that wait, killed at ten points of it: nine at random among the statements, one after the last commit.

A script of its own (see processes.start), because it forks. For each death it prints a line of JSON: the point, the
signal, a mark of every row of every table, how many partners there are.
"""

import hashlib
import json
import os
import random
import signal
import sys

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from crm import clock, create_app
from crm.db import Base, db
from crm.imports.work import job
from crm.partners.models import Partner

#: What taking an import moves; whoever comes next takes it again.
_TAKEN = {"imports": {"attempt", "lease_until", "version"}}
DEATHS = 10


def main(seed: str) -> None:
    """Print a line for the state before, then one a death."""
    app = create_app()
    with app.app_context():
        _print("before", 0)
        total = _rehearse(app)
        points = sorted(random.Random(seed).sample(range(1, total + 1), DEATHS - 1))  # noqa: S311  no secret
        for point in points:
            _print(f"statement {point} of {total}", _run(app, point, after_commit=False))
            with db.engine.begin() as connection:
                connection.execute(sa.text("UPDATE imports SET lease_until = NULL, attempt = 0"))
            db.engine.dispose()
        _print("after the commit", _run(app, total, after_commit=True))
    sys.exit(0)


def _rehearse(app) -> int:
    """How many statements come before the commit that changes everything; it does not take place."""
    out, into = os.pipe()
    if (child := os.fork()) == 0:
        count = _listen()

        def tell(_connection):
            if count["wrote"]:
                os.write(into, str(count["statements"]).encode())
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(Engine, "commit", tell)
        job.run_pending(app, clock=clock.now)
        os._exit(1)
    os.waitpid(child, 0)
    total = int(os.read(out, 20))
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE imports SET lease_until = NULL, attempt = 0"))
    db.engine.dispose()
    return total


def _run(app, point: int, *, after_commit: bool) -> int:
    """Let a child work until it dies; the signal that ended it."""
    if (child := os.fork()) == 0:
        count = _listen(None if after_commit else point)
        if after_commit:

            def die(_fairy, _record):
                if count["wrote"] and count["statements"] >= point:
                    os.kill(os.getpid(), signal.SIGKILL)

            # The connection goes back to the pool once everything is committed.
            sa.event.listen(db.engine, "checkin", die)
        job.run_pending(app, clock=clock.now)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -1


def _listen(point: int | None = None) -> dict[str, int]:
    count = {"statements": 0, "wrote": 0}

    def count_one(_connection, _cursor, statement, *_others):
        count["statements"] += 1
        if "INTO follows" in statement or ("FROM partners WHERE" in statement and statement.startswith("DELETE")):
            count["wrote"] = 1
        if count["statements"] == point:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(Engine, "after_cursor_execute", count_one)
    return count


def _print(what: str, died_of: int) -> None:
    mark = hashlib.sha256()
    with db.engine.connect().execution_options(writes=False) as connection:
        for table in Base.metadata.sorted_tables:
            columns = [one for one in table.columns if one.name not in _TAKEN.get(table.name, ())]
            for row in connection.execute(sa.select(*columns).order_by(*table.primary_key)):
                mark.update(repr((table.name, tuple(row))).encode())
        partners = connection.scalar(sa.select(sa.func.count()).select_from(Partner))
    db.engine.dispose()
    sys.stdout.write(json.dumps([what, died_of, mark.hexdigest(), partners]) + "\n")
    sys.stdout.flush()
