"""What the queue registers: the flush, the scheduler, the words of the trail."""

from crm.audit.words import Told, add_table
from crm.clock import now
from crm.dedupe.pairs import listeners, rescan
from crm.reminders.tasks import add_task
from crm.wording import N_


def wire() -> None:
    """Compare at each flush; each minute what waits; say in words what was answered."""
    listeners.wire()
    add_task("duplicates.pending", lambda app: rescan.run_pending(app, clock=now))
    add_table(
        "duplicate_decisions",
        Told(
            created=N_("Réponse sur un doublon"),
            changed=N_("Réponse sur un doublon changée"),
            deleted=N_("Réponse sur un doublon retirée"),
            fields={"answer": N_("réponse"), "note": N_("note"), "assignee_id": N_("confié à")},
        ),
    )
