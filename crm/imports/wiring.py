"""What this domain registers with the others."""

from crm.audit.words import add_acts
from crm.clock import now
from crm.imports.desk import services as desk
from crm.imports.sifting import job as sifting_job
from crm.imports.sifting import services as sifting
from crm.imports.undoing import services as undoing
from crm.imports.work import job
from crm.reminders.purges import add_purge
from crm.reminders.tasks import add_task
from crm.wording import N_


def wire() -> None:
    """
    Say in words that a file was imported or compared; forget the files after a week, what they wrote after 90 days,
    what was found in a file after 3.
    """
    add_task("imports.pending", lambda app: job.run_pending(app, clock=now))
    add_task("sifting.pending", lambda app: sifting_job.run_pending(app, clock=now))
    add_purge("sifting.files", lambda session, now: sifting.forget_old(session, now=now))
    add_purge("imports.files", lambda session, now: desk.forget_files(session, now=now))
    add_purge("imports.changes", lambda session, now: undoing.forget(session, now=now))
    add_acts(
        {
            "import": N_("Import de partenaires"),
            "import.exchanges": N_("Import d'échanges"),
            "import.undo": N_("Import annulé"),
            "sift": N_("Doublons cherchés dans un fichier"),
        }
    )
