"""What this domain registers with the others."""

from crm.audit.words import add_acts
from crm.clock import now
from crm.imports.desk import services as desk
from crm.imports.undoing import services as undoing
from crm.imports.work import job
from crm.reminders.purges import add_purge
from crm.reminders.tasks import add_task
from crm.wording import N_


def wire() -> None:
    """Say in words that a file was imported; forget the files after a week, what they wrote after 90 days."""
    add_task("imports.pending", lambda app: job.run_pending(app, clock=now))
    add_purge("imports.files", lambda session, now: desk.forget_files(session, now=now))
    add_purge("imports.changes", lambda session, now: undoing.forget(session, now=now))
    add_acts(
        {
            "import": N_("Import de partenaires"),
            "import.exchanges": N_("Import d'échanges"),
            "import.undo": N_("Import annulé"),
        }
    )
