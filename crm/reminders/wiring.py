"""What this domain registers with the others."""

from crm.accounts.registry import add_leaving
from crm.audit.words import Told, add_table
from crm.reminders import listeners, nudges, queries, services
from crm.reminders.notices import queries as notices
from crm.wording import N_


def wire() -> None:
    """Pass the todos of a leaver on; remind people of what is due; say in words what happens to todos."""
    add_leaving("reminders.todos", services.hand_over)
    nudges.add_nudge(nudges.TODO_DUE, notices.todo_facts, notices.about_todos)
    listeners.listen()
    add_table(
        "todos",
        Told(
            created=N_("Suite planifiée"),
            changed=N_("Suite modifiée"),
            deleted=N_("Suite supprimée"),
            fields={
                "partner_id": N_("partenaire"),
                "what": N_("intitulé"),
                "due_on": N_("échéance"),
                "assignee_id": N_("personne chargée"),
                "done_at": N_("fait ou à faire"),
                "done_by_id": N_("fait ou à faire"),
                "postponed_reason": N_("raison du report"),
                "postponed_count": N_("report"),
            },
            find=queries.told_todos,
        ),
    )
    add_table(
        "nudge_settings",
        Told(
            created=N_("Rappel réglé"),
            changed=N_("Rappel réglé"),
            deleted=N_("Réglage de rappel retiré"),
            fields={"enabled": N_("activé ou non"), "delay_days": N_("délai")},
        ),
    )
