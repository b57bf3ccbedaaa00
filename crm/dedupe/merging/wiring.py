"""What merges register: the words of the trail, of what follows, of what deserves a look."""

from crm.audit.words import Told, add_acts, add_table
from crm.dedupe.merging import services
from crm.dedupe.merging.checks import queries as checks
from crm.dedupe.merging.conflicts import Moving, add_conflict_check, add_moving
from crm.reminders.purges import add_purge
from crm.wording import N_


def wire() -> None:
    """Say in words what was merged and undone, and what follows a merged partner."""
    add_acts({"merge": N_("Fusion de fiches"), "unmerge": N_("Fusion annulée")})
    add_table(
        "merges",
        Told(
            created=N_("Fusion de fiches"),
            changed=N_("Fusion annulée"),
            deleted=N_("Fusion effacée"),
        ),
    )
    add_table(
        "merge_proposals",
        Told(
            created=N_("Fusion proposée à une autre structure"),
            changed=N_("Fusion proposée : suite donnée"),
            deleted=N_("Fusion proposée : effacée"),
            fields={"state": N_("état")},
        ),
    )
    add_table(
        "merge_answers",
        Told(
            created=N_("Fusion proposée à une structure"),
            changed=N_("Réponse à une fusion proposée"),
            deleted=N_("Réponse à une fusion proposée effacée"),
            fields={"agrees": N_("réponse"), "reason": N_("raison")},
        ),
    )
    for order, (place, label) in enumerate(_FOLLOWING):
        add_moving(Moving(place, label, order))
    add_purge("dedupe.merges", lambda session, now: services.forget(session, now=now))
    add_conflict_check("contacts", checks.same_contacts)
    add_conflict_check("follows", checks.followed_twice)
    add_conflict_check("addresses", checks.two_addresses)


_FOLLOWING = (
    ("interactions.partner_id", N_("Échanges")),
    ("documents.interaction_id", N_("Documents")),
    ("contacts.partner_id", N_("Contacts")),
    ("contact_posts.partner_id", N_("Postes de contacts venus d'ailleurs")),
    ("todos.partner_id", N_("Choses à faire")),
    ("needs.partner_id", N_("Besoins")),
    ("follows.partner_id", N_("Suivis des structures")),
    ("follow_tags.follow_id", N_("Étiquettes")),
    ("partner_names.partner_id", N_("Anciens noms")),
    ("partner_channels.partner_id", N_("Autres téléphones et e-mails")),
    ("partner_addresses.partner_id", N_("Adresses de courrier et de facturation")),
    ("partner_roles.partner_id", N_("Rôles")),
    ("partner_trades.partner_id", N_("Métiers")),
    ("partners.parent_id", N_("Établissements rattachés")),
)
