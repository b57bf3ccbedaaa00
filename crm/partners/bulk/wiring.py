"""What the actions on many partners register with the others."""

from crm.audit.words import Told, add_table
from crm.wording import N_


def wire() -> None:
    """Say in words what was done to many partners at once."""
    add_table(
        "bulk_actions",
        Told(
            created=N_("Action sur plusieurs partenaires"),
            changed=N_("Action sur plusieurs partenaires annulée"),
            deleted=N_("Action sur plusieurs partenaires effacée"),
            fields={"undone_at": N_("annulation")},
        ),
    )
