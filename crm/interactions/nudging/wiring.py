"""What this room registers with the reminders."""

from crm.interactions.nudging import nudges, queries
from crm.partners import queries as partners
from crm.reminders.nudges import add_nudge


def wire() -> None:
    """Two nudges."""
    add_nudge(nudges.REPORT_MISSING, queries.report_facts, queries.about_interactions)
    add_nudge(nudges.SILENT, queries.silence_facts, partners.subjects)
