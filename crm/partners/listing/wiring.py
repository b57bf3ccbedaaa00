"""What the list of partners registers with the others."""

from crm.audit.words import Told, add_table
from crm.partners.listing import listeners
from crm.partners.listing.saved import queries
from crm.wording import N_


def wire() -> None:
    """Keep the words of every flush; name saved views in the trail."""
    listeners.wire()
    add_table(
        "saved_views",
        Told(
            created=N_("Vue enregistrée"),
            changed=N_("Vue modifiée"),
            deleted=N_("Vue supprimée"),
            fields={
                "name": N_("nom"),
                "shared": N_("partage"),
                "address": N_("filtres"),
                "owner_id": N_("propriétaire"),
            },
            find=queries.told,
        ),
    )
