"""What the contacts register with the others."""

from crm.access.policy import Permission
from crm.audit.words import add_acts, add_table
from crm.partners import registry
from crm.partners.contacts import queries, trail_words
from crm.wording import N_


def wire() -> None:
    """Name the contacts of the trail; show them on the partner's page."""
    add_table("contacts", trail_words.contact_told(queries.told_contacts))
    add_table("contact_channels", trail_words.channel_told(queries.told_channels))
    add_table("contact_posts", trail_words.post_told(queries.told_posts))
    add_acts(trail_words.ACTS)
    registry.add_panel(
        registry.Panel(
            key="contacts",
            title=N_("Contacts"),
            place="side",
            order=20,
            permission=Permission.CONTACT_READ,
            template="contacts/_panel.html",
            load=lambda session, viewing: queries.people_of(session, viewing.partner_id, actor=viewing.actor),
        )
    )
