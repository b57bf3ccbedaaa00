"""
Where domains further down take part in what accounts do unknown to them: what becomes of a leaver's work.

A registration is keyed: registering twice replaces, so that building the application twice changes nothing.
"""

from datetime import datetime
from typing import Any, Protocol

from crm.access.policy import Actor


class Leaving(Protocol):
    """
    Called when `user_id` leaves the actor's structure, with the colleague who takes over.

    It changes the rows of that structure one by one, so that each is audited, and flushes without committing.
    """

    def __call__(self, session: Any, user_id: int, heir_id: int, *, actor: Actor, now: datetime) -> object:
        """Pass the work on."""


_leaving: dict[str, Leaving] = {}


def add_leaving(key: str, handler: Leaving) -> None:
    """Ask this handler to pass somebody's work on when they leave."""
    _leaving[key] = handler


def pass_on(session: Any, user_id: int, heir_id: int, *, actor: Actor, now: datetime) -> None:
    """Give what was entrusted to `user_id` in the actor's structure to `heir_id`, domain by domain."""
    for key in sorted(_leaving):
        _leaving[key](session, user_id, heir_id, actor=actor, now=now)
