"""What this room registers with the reminders."""

from crm.method.deadlines import nudges, queries
from crm.partners import queries as partners
from crm.reminders.nudges import add_nudge


def wire() -> None:
    """Three nudges, which name their partner."""
    add_nudge(nudges.ITEM_DUE, queries.item_facts, partners.subjects, queries.near(nudges.ITEM_DUE.key))
    add_nudge(nudges.REVIEW_DUE, queries.review_facts, partners.subjects, queries.near(nudges.REVIEW_DUE.key))
    add_nudge(nudges.SESSION_COMES, queries.session_facts, partners.subjects, queries.near(nudges.SESSION_COMES.key))
