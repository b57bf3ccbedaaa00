"""What the bin registers with the others."""

from crm.partners.bin import services
from crm.reminders.purges import add_purge


def wire() -> None:
    """Empty the bin of what has been there for thirty days."""
    add_purge("partners.bin", lambda session, now: services.purge(session, now=now))
