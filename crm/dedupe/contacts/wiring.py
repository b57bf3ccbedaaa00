"""What duplicate contacts register: the flush, the scheduler, words."""

from crm.audit.words import Told, add_table
from crm.dedupe.contacts import listeners
from crm.dedupe.merging.conflicts import Moving, add_moving
from crm.wording import N_

_FOLLOWING = (
    ("interactions.contact_id", N_("Échanges")),
    ("interaction_participants.contact_id", N_("Participations à des échanges")),
    ("contact_posts.contact_id", N_("Postes dans d'autres entreprises")),
    ("contact_channels.contact_id", N_("Autres téléphones et e-mails")),
    ("contacts.successor_id", N_("Personnes dont elle a pris la suite")),
)


def wire() -> None:
    """Compare at each flush; say in words what was answered, and what follows a merged contact."""
    listeners.wire()
    add_table(
        "contact_decisions",
        Told(
            created=N_("Réponse sur un doublon"),
            changed=N_("Réponse sur un doublon changée"),
            deleted=N_("Réponse sur un doublon retirée"),
            fields={"answer": N_("réponse"), "note": N_("note"), "assignee_id": N_("confié à")},
        ),
    )
    for order, (place, label) in enumerate(_FOLLOWING):
        add_moving(Moving(place, label, order))
