"""The trail of what a partner has several of, in words."""

from crm.audit.words import Find, Told
from crm.wording import N_


def name_told(find: Find) -> Told:
    """What is said of a former name."""
    return Told(
        created=N_("Ancien nom ajouté"),
        changed=N_("Ancien nom modifié"),
        deleted=N_("Ancien nom retiré"),
        fields={"partner_id": N_("partenaire"), "name": N_("nom")},
        find=find,
    )


def channel_told(find: Find) -> Told:
    """What is said of one more phone or e-mail."""
    return Told(
        created=N_("Téléphone ou e-mail ajouté"),
        changed=N_("Téléphone ou e-mail modifié"),
        deleted=N_("Téléphone ou e-mail retiré"),
        fields={
            "partner_id": N_("partenaire"),
            "kind": N_("sorte"),
            "value": N_("numéro ou adresse"),
            "label": N_("ce que c'est"),
        },
        find=find,
    )


def address_told(find: Find) -> Told:
    """What is said of the addresses for letters and invoices."""
    return Told(
        created=N_("Adresse ajoutée"),
        changed=N_("Adresse modifiée"),
        deleted=N_("Adresse retirée"),
        fields={
            "partner_id": N_("partenaire"),
            "kind": N_("usage"),
            "street": N_("rue"),
            "postal_code": N_("code postal"),
            "city": N_("ville"),
        },
        find=find,
    )


def role_told(find: Find) -> Told:
    """What is said of what the partner is to the collectif."""
    return Told(
        created=N_("Rôle ajouté"),
        changed=N_("Rôle modifié"),
        deleted=N_("Rôle retiré"),
        fields={
            "partner_id": N_("partenaire"),
            "role": N_("rôle"),
            "since": N_("début"),
            "until": N_("fin"),
        },
        find=find,
    )


def trade_told(find: Find) -> Told:
    """What is said of the trades practised there."""
    return Told(
        created=N_("Métier ajouté"),
        changed=N_("Métier modifié"),
        deleted=N_("Métier retiré"),
        fields={"partner_id": N_("partenaire"), "rome_code": N_("métier")},
        find=find,
    )
