"""Connects the audit to the flush and to the guard."""

from crm.access import guard
from crm.audit import listeners


def wire() -> None:
    """Listen to every flush; write refusals."""
    listeners.wire()
    if listeners.refused not in guard.refusal_listeners:
        guard.refusal_listeners.append(listeners.refused)
