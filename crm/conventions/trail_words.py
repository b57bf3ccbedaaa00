"""The trail of conventions, in words. Pure."""

from crm.audit.words import Find, Told
from crm.wording import N_


def convention_told(find: Find) -> Told:
    """What is said of a convention."""
    return Told(
        created=N_("Convention commencée"),
        changed=N_("Convention modifiée"),
        deleted=N_("Convention supprimée"),
        fields={
            "partner_id": N_("partenaire"),
            "title": N_("titre"),
            "purpose": N_("objet"),
            "stage": N_("étape"),
            "edition": N_("version"),
            "starts_on": N_("début"),
            "ends_on": N_("fin"),
            "final_on": N_("fin"),
            "tacit_months": N_("reconduction"),
            "tacit_times": N_("reconduction"),
            "notice_months": N_("préavis"),
            "amount_asked": N_("montant demandé"),
            "amount_granted": N_("montant accordé"),
            "owner_id": N_("responsable"),
            "renews_id": N_("convention renouvelée"),
            "terminated_on": N_("résiliation"),
            "termination_reason": N_("raison de la résiliation"),
            "signed_on": N_("date de signature"),
            "binned_at": N_("corbeille"),
        },
        find=find,
    )


SIGNATORY_TOLD = Told(
    created=N_("Signataire ajouté à une convention"),
    changed=N_("Signataire d'une convention modifié"),
    deleted=N_("Signataire retiré d'une convention"),
    fields={
        "convention_id": N_("convention"),
        "side": N_("partie"),
        "name": N_("nom"),
        "capacity": N_("qualité"),
        "contact_id": N_("contact"),
        "signed_on": N_("date de signature"),
        "position": N_("place"),
    },
)

COMMITMENT_TOLD = Told(
    created=N_("Engagement ajouté à une convention"),
    changed=N_("Engagement d'une convention modifié"),
    deleted=N_("Engagement retiré d'une convention"),
    fields={
        "convention_id": N_("convention"),
        "side": N_("partie"),
        "wording": N_("texte"),
        "due_on": N_("échéance"),
        "kept_on": N_("tenu ou non"),
        "position": N_("place"),
    },
)

CLAUSE_TOLD = Told(
    created=N_("Article ajouté à une convention"),
    changed=N_("Article d'une convention modifié"),
    deleted=N_("Article retiré d'une convention"),
    fields={
        "convention_id": N_("convention"),
        "title": N_("titre"),
        "text": N_("texte"),
        "position": N_("place"),
    },
)

DATE_TOLD = Told(
    created=N_("Échéance ajoutée à une convention"),
    changed=N_("Échéance d'une convention modifiée"),
    deleted=N_("Échéance retirée d'une convention"),
    fields={"convention_id": N_("convention"), "due_on": N_("date"), "done_on": N_("fait ou à faire")},
)

FILE_TOLD = Told(
    created=N_("Exemplaire signé joint"),
    changed=N_("Exemplaire signé modifié"),
    deleted=N_("Exemplaire signé supprimé"),
    fields={
        "convention_id": N_("convention"),
        "delegation_id": N_("délégation de signature"),
        "edition": N_("version"),
        "name": N_("nom"),
        "removed_at": N_("corbeille"),
    },
)

TEMPLATE_TOLD = Told(
    created=N_("Article type ajouté"),
    changed=N_("Article type modifié"),
    deleted=N_("Article type supprimé"),
    fields={"title": N_("titre"), "text": N_("texte"), "position": N_("place")},
)

DELEGATION_TOLD = Told(
    created=N_("Délégation de signature ajoutée"),
    changed=N_("Délégation de signature modifiée"),
    deleted=N_("Délégation de signature supprimée"),
    fields={
        "starts_on": N_("début"),
        "ends_on": N_("fin"),
        "kinds": N_("types de convention"),
        "act": N_("acte"),
    },
)
