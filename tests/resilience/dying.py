"""A child of this process that is killed at the n-th statement it sends: nothing of it is tidied up."""

import os
import signal
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from crm.db import db
from crm.web.application import Application


def run_and_die(app: Application, work: Callable[[], Any], *, at: int | None) -> int:
    """
    Do `work` in a child that kills itself (SIGKILL) just after its `at`-th statement, 0 for just before its commit;
    None to let it live. The status that the child ended with: a negative signal, or 0.
    """
    child = os.fork()
    if child == 0:
        _child(app, work, at)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _child(app: Application, work: Callable[[], Any], at: int | None) -> None:
    code = 1
    try:
        with app.app_context():
            # The connections of the parent are not ours to close.
            db.engine.dispose(close=False)
            _arm(db.engine, at)
        work()
        code = 0
    finally:
        os._exit(code)


def _arm(engine: sa.Engine, at: int | None) -> None:
    sent: list[str] = []

    def die(*_args: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        sent.append(statement)
        if len(sent) == at:
            die()

    if at == 0:
        sa.event.listen(engine, "commit", die)
    elif at is not None:
        sa.event.listen(engine, "after_cursor_execute", note)
