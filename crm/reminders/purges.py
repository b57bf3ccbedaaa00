"""
What domains further down delete for good once its time is over: called each hour by the scheduler.

A registration is keyed: registering twice replaces.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

#: `purge(session, now)` deletes a bounded number of rows that served their time, flushes, and gives their number.
Purge = Callable[[Any, datetime], int]

_purges: dict[str, Purge] = {}


def add_purge(key: str, purge: Purge) -> None:
    """Call this at each hourly purge, in its transaction."""
    _purges[key] = purge


def run(session: Any, *, now: datetime) -> int:
    """Everything registered, in the order of the keys; how many rows are gone."""
    return sum(_purges[key](session, now) for key in sorted(_purges))
