"""What this room registers with the reminders."""

from crm.conventions import queries as conventions
from crm.conventions.nudging import nudges, queries
from crm.reminders.nudges import add_nudge


def wire() -> None:
    """Four nudges."""
    add_nudge(nudges.ENDING, queries.ending_facts, conventions.subjects, queries.renewed_by)
    add_nudge(nudges.NOTICE, queries.notice_facts, conventions.subjects)
    add_nudge(nudges.DATE, queries.date_facts, conventions.subjects)
    add_nudge(nudges.COMMITMENT, queries.commitment_facts, conventions.subjects)
