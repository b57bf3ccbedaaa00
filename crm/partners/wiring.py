"""What this domain registers with the others."""

from crm.access.policy import Permission
from crm.audit.words import add_table
from crm.partners import queries, registry, trail_words
from crm.reminders.subjects import add_subject
from crm.wording import N_


def wire() -> None:
    """Name the partners of todos and of the trail; show contacts on the partner's page."""
    add_subject("partner_id", queries.subjects)
    add_table("partners", trail_words.partner_told(queries.told_partners))
    add_table("follows", trail_words.follow_told(queries.told_follows))
    add_table("contacts", trail_words.contact_told(queries.told_contacts))
    registry.add_panel(
        registry.Panel(
            key="contacts",
            title=N_("Contacts"),
            place="side",
            order=20,
            permission=Permission.CONTACT_READ,
            template="partners/_contacts.html",
            load=lambda session, viewing: queries.contacts_of(session, viewing.partner_id, actor=viewing.actor),
        )
    )
