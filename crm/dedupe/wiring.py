"""Connects duplicates to the flush and to the partner's form."""

from crm.dedupe import listeners, queries
from crm.partners import registry


def wire() -> None:
    """Keep the keys of every flush; be asked before a partner is created."""
    listeners.wire()
    registry.add_check("dedupe", queries.check)
