"""The trail of exchanges, in words. Pure."""

from crm.audit.words import Find, Told
from crm.wording import N_


def exchange_told(find: Find) -> Told:
    """What is said of an exchange."""
    return Told(
        created=N_("Échange noté"),
        changed=N_("Échange modifié"),
        deleted=N_("Échange supprimé"),
        fields={
            "partner_id": N_("partenaire"),
            "contact_id": N_("contact"),
            "author_id": N_("auteur ou autrice"),
            "kind": N_("type"),
            "direction": N_("sens"),
            "nature": N_("nature"),
            "held_at": N_("date"),
            "duration_minutes": N_("durée"),
            "place": N_("lieu"),
            "purpose": N_("objet"),
            "result": N_("résultat"),
            "report": N_("compte rendu"),
            "promises": N_("promesses"),
            "cancelled_at": N_("annulation"),
            "binned_at": N_("corbeille"),
            "shared": N_("partage"),
        },
        find=find,
    )


PARTICIPANT_TOLD = Told(
    created=N_("Participant ajouté à un échange"),
    changed=N_("Participant d'un échange modifié"),
    deleted=N_("Participant retiré d'un échange"),
    fields={"contact_id": N_("contact"), "interaction_id": N_("échange")},
)

ANSWER_TOLD = Told(
    created=N_("Réponse ajoutée à la grille d'entretien"),
    changed=N_("Réponse de la grille d'entretien modifiée"),
    deleted=N_("Réponse retirée de la grille d'entretien"),
    fields={"question": N_("question"), "answer": N_("réponse"), "interaction_id": N_("échange")},
)


def document_told(find: Find) -> Told:
    """What is said of a document."""
    return Told(
        created=N_("Document joint"),
        changed=N_("Document modifié"),
        deleted=N_("Document supprimé"),
        fields={"name": N_("nom"), "interaction_id": N_("échange"), "removed_at": N_("corbeille")},
        find=find,
    )
