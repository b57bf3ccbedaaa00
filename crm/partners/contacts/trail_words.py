"""The trail of contacts, in words."""

from crm.audit.words import Find, Told
from crm.wording import N_

ACTS = {"contact_card": N_("Fiche de contact téléchargée")}


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
            "left_on": N_("départ"),
            "successor_id": N_("qui prend la suite"),
            "opposed_on": N_("opposition"),
            "informed_on": N_("information donnée"),
            "binned_at": N_("corbeille"),
            "merged_into_id": N_("fusion"),
            "binned_by_id": N_("corbeille"),
        },
        find=find,
    )


def channel_told(find: Find) -> Told:
    """What is said of one more phone or e-mail of somebody."""
    return Told(
        created=N_("Numéro ou adresse d'un contact ajouté"),
        changed=N_("Numéro ou adresse d'un contact modifié"),
        deleted=N_("Numéro ou adresse d'un contact retiré"),
        fields={
            "contact_id": N_("contact"),
            "kind": N_("nature"),
            "value": N_("numéro ou adresse"),
            "label": N_("précision"),
        },
        find=find,
    )


def post_told(find: Find) -> Told:
    """What is said of what somebody does in another company."""
    return Told(
        created=N_("Autre entreprise d'un contact ajoutée"),
        changed=N_("Autre entreprise d'un contact modifiée"),
        deleted=N_("Autre entreprise d'un contact retirée"),
        fields={
            "contact_id": N_("contact"),
            "partner_id": N_("partenaire"),
            "function": N_("fonction"),
            "role": N_("rôle"),
            "is_main": N_("contact principal"),
            "left_on": N_("départ"),
        },
        find=find,
    )
