"""What links register with the others."""

from sqlalchemy import event

from crm.accounts.links.listeners import links_die
from crm.audit.words import add_acts
from crm.db import DatabaseSession
from crm.wording import N_


def wire() -> None:
    """Listen to the accounts, and say in words what happens to links. Calling it twice listens once."""
    if not event.contains(DatabaseSession, "after_flush", links_die):
        event.listen(DatabaseSession, "after_flush", links_die)
    add_acts(
        {
            "link_made": N_("Lien d'accès préparé"),
            "link_used": N_("Lien d'accès suivi"),
            "reset_asked": N_("Nouveau mot de passe demandé"),
            "address_changed": N_("Adresse e-mail changée"),
        }
    )
