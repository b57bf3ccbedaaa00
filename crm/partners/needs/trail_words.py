"""The trail of needs, in words."""

from crm.audit.words import Find, Told
from crm.wording import N_


def need_told(find: Find) -> Told:
    """What is said of what a partner needs."""
    return Told(
        created=N_("Besoin noté"),
        changed=N_("Besoin modifié"),
        deleted=N_("Besoin supprimé"),
        fields={
            "partner_id": N_("partenaire"),
            "kind": N_("nature"),
            "wording": N_("texte"),
            "horizon_on": N_("date"),
            "season_month": N_("saison"),
            "state": N_("état"),
            "author_id": N_("auteur"),
        },
        find=find,
    )
