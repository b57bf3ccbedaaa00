"""What this domain registers with the others."""

from crm.audit.words import add_table
from crm.partners import queries, trail_words
from crm.reminders.subjects import add_subject


def wire() -> None:
    """Name the partners of todos and of the trail."""
    add_subject("partner_id", queries.subjects, lambda session, key, actor: queries.get(session, key, actor=actor).id)
    add_table("partners", trail_words.partner_told(queries.told_partners))
