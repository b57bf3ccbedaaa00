"""The trail of contacts, in words."""

from crm.audit.words import Find, Told
from crm.wording import N_


def contact_told(find: Find) -> Told:
    """What is said of somebody met at a partner."""
    return Told(
        created=N_("Contact ajouté"),
        changed=N_("Contact modifié"),
        deleted=N_("Contact supprimé"),
        fields={
            "partner_id": N_("partenaire"),
            "first_name": N_("prénom"),
            "last_name": N_("nom"),
            "function": N_("fonction"),
            "role": N_("rôle"),
            "phone": N_("téléphone"),
            "email": N_("adresse e-mail"),
            "is_main": N_("contact principal"),
        },
        find=find,
    )
