"""What this room registers with the reminders."""

from crm.partners import queries as partners
from crm.partners.nudging import nudges, queries
from crm.reminders.nudges import add_nudge
from crm.reminders.workdays import add_days_off


def wire() -> None:
    """Two nudges, and the public holidays."""
    add_nudge(nudges.NOT_CHECKED, queries.check_facts, partners.subjects)
    add_nudge(nudges.CONTACT_GONE, queries.gone_facts, queries.about_contacts, queries.gone_from)
    add_days_off("partners.holidays", queries.holidays)
