"""What links register with the others."""

from sqlalchemy import event

from crm.accounts.links.listeners import links_die
from crm.db import DatabaseSession


def wire() -> None:
    """Listen to the accounts: what happens to them ends their links. Calling it twice listens once."""
    if not event.contains(DatabaseSession, "after_flush", links_die):
        event.listen(DatabaseSession, "after_flush", links_die)
