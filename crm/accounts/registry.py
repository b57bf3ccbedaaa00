"""
Where domains further down take part in what accounts do unknown to them: what becomes of a leaver's work.

A registration is keyed: registering twice replaces, so that building the application twice changes nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from crm.access.policy import Actor

#: Called as `(session, user_id, heir_id, actor, now)` when a person leaves the actor's structure. `heir_id` is the
#: colleague who takes over. It changes rows one by one, so that each is audited, and flushes without committing.
Leaving = Callable[[Any, int, int, Actor, datetime], None]

_leaving: dict[str, Leaving] = {}


def add_leaving(key: str, handler: Leaving) -> None:
    """Ask this handler to pass somebody's work on when they leave."""
    _leaving[key] = handler


def pass_on(session: Any, user_id: int, heir_id: int, *, actor: Actor, now: datetime) -> None:
    """Give what was entrusted to `user_id` in the actor's structure to `heir_id`, domain by domain."""
    for key in sorted(_leaving):
        _leaving[key](session, user_id, heir_id, actor, now)
