"""
What domains further down have the scheduler do each minute: work begun beside a request and left by its process.

A registration is keyed: registering twice replaces. Each task elects its own worker (a lease): several may run at once.
"""

from collections.abc import Callable
from typing import Any

#: `task(app)` does what waits, in transactions of its own, and gives how much.
Task = Callable[[Any], int]

_tasks: dict[str, Task] = {}


def add_task(key: str, task: Task) -> None:
    """Call this each minute."""
    _tasks[key] = task


def registered() -> dict[str, Task]:
    """What is called, by key."""
    return dict(_tasks)
