"""What the list of partners registers with the others."""

from crm.access.policy import Permission
from crm.audit.words import Told, add_table
from crm.partners.listing import listeners
from crm.partners.listing.filters import address, from_address
from crm.partners.listing.pages import PARTNERS, SavedPage, add_saved_page
from crm.partners.listing.saved import queries
from crm.wording import N_


def wire() -> None:
    """Keep the words of every flush; name saved views in the trail."""
    listeners.wire()
    add_saved_page(
        SavedPage(
            PARTNERS,
            N_("Partenaires"),
            N_("Recherche, filtres, ordre et colonnes de la liste, sous un nom."),
            "partners.index",
            Permission.PARTNER_READ,
            lambda text: address(from_address(text)),
        )
    )
    add_table(
        "saved_views",
        Told(
            created=N_("Vue enregistrée"),
            changed=N_("Vue modifiée"),
            deleted=N_("Vue supprimée"),
            fields={
                "name": N_("nom"),
                "shared": N_("partage"),
                "page": N_("page"),
                "address": N_("filtres"),
                "owner_id": N_("propriétaire"),
            },
            find=queries.told,
        ),
    )
