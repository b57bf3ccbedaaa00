"""What this domain registers with the others."""

from crm.access.policy import Permission
from crm.partners import queries, registry
from crm.reminders.subjects import add_subject
from crm.wording import N_


def wire() -> None:
    """Name the partners of todos; show contacts on the partner's page."""
    add_subject("partner_id", queries.subjects)
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
