"""The trail of partners and follows, in words."""

from crm.audit.words import Find, Told
from crm.wording import N_


def partner_told(find: Find) -> Told:
    """What is said of a partner's identity."""
    return Told(
        created=N_("Partenaire créé"),
        changed=N_("Partenaire modifié"),
        deleted=N_("Partenaire supprimé"),
        fields={
            "name": N_("nom"),
            "trade_name": N_("enseigne"),
            "kind": N_("type"),
            "siren": N_("SIREN"),
            "siret": N_("SIRET"),
            "street": N_("rue"),
            "postal_code": N_("code postal"),
            "city": N_("ville"),
            "department": N_("département"),
            "phone": N_("téléphone"),
            "email": N_("adresse e-mail"),
            "website": N_("site"),
            "sector": N_("activité"),
            "commune_code": N_("commune"),
            "legal_form_code": N_("forme juridique"),
            "registration_number": N_("numéro d'immatriculation"),
            "registered_on": N_("date d'immatriculation"),
            "naf_code": N_("code NAF"),
            "collective_agreement": N_("convention collective"),
            "headcount_band": N_("effectif"),
            "size": N_("taille"),
            "has_clauses": N_("clauses sociales"),
            "is_csr_committed": N_("démarche RSE"),
            "signatory": N_("signataire"),
            "signing_days": N_("délai de signature"),
            "parent_id": N_("groupe"),
            "binned_at": N_("corbeille"),
            "merged_into_id": N_("fusion"),
        },
        find=find,
    )
