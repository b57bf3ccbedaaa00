"""What follows register with the others."""

from crm.access.policy import Permission
from crm.accounts.registry import add_leaving
from crm.audit.words import Told, add_table
from crm.partners import queries as partners
from crm.partners import registry
from crm.partners.follow import queries, services
from crm.wording import N_


def wire() -> None:
    """Pass the follows of a leaver on; show the follow on the partner's page; say it in words."""
    add_leaving("partners.follows", services.hand_over)
    add_table(
        "follows",
        Told(
            created=N_("Suivi commencé"),
            changed=N_("Suivi modifié"),
            deleted=N_("Suivi supprimé"),
            fields={
                "partner_id": N_("partenaire"),
                "owner_id": N_("responsable"),
                "stage": N_("suivi"),
                "paused_until": N_("fin de la pause"),
                "willingness": N_("disposition"),
                "source": N_("origine"),
                "priority": N_("priorité"),
                "do_not_solicit": N_("ne plus solliciter"),
                "do_not_solicit_reason": N_("raison de ne plus solliciter"),
                "solicitation_threshold": N_("seuil de demandes"),
                "checked_on": N_("date de vérification"),
            },
            find=partners.told_follows,
        ),
    )
    registry.add_panel(
        registry.Panel(
            key="follow",
            title=N_("Suivi"),
            place="side",
            order=10,
            permission=Permission.PARTNER_READ,
            template="follow/_panel.html",
            load=queries.panel,
        )
    )
