"""What tags register with the others."""

from crm.audit.words import Told, add_table
from crm.partners.tags import queries
from crm.wording import N_


def wire() -> None:
    """Say in words what happens to tags."""
    add_table(
        "tags",
        Told(
            created=N_("Étiquette créée"),
            changed=N_("Étiquette renommée"),
            deleted=N_("Étiquette supprimée"),
            fields={"name": N_("nom")},
            find=queries.told_tags,
        ),
    )
    add_table(
        "follow_tags",
        Told(
            created=N_("Étiquette mise"),
            changed=N_("Étiquette modifiée"),
            deleted=N_("Étiquette retirée"),
            find=queries.told_tags_worn,
        ),
    )
