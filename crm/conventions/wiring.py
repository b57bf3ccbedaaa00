"""What conventions register with the others."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from crm.access.policy import Permission
from crm.accounts.registry import add_leaving
from crm.audit.words import add_table
from crm.conventions import queries, services, trail_words
from crm.conventions.papers import services as papers
from crm.dedupe.merging.conflicts import Moving, add_moving
from crm.partners import registry
from crm.partners.bin.keeping import add_hold
from crm.reminders.purges import add_purge
from crm.wording import N_


def wire() -> None:
    """Show conventions on the partner's page, pass them on, forget those of the bin, name them in the trail."""
    registry.add_panel(
        registry.Panel(
            key="conventions",
            title=N_("Conventions"),
            place="side",
            order=40,
            permission=Permission.CONVENTION_READ,
            template="conventions/_panel.html",
            load=_load,
        )
    )
    registry.add_stream(
        registry.Stream(
            key="conventions",
            label=N_("Conventions"),
            order=30,
            permission=Permission.CONVENTION_READ,
            template="conventions/_moment.html",
            load=_moments,
        )
    )
    add_hold("conventions", queries.structures_bound)
    add_leaving("conventions", services.hand_over)
    add_purge("conventions.bin", lambda session, now: services.purge(session, now=now))
    add_purge("conventions.files", _forget_files)
    add_moving(Moving("conventions.partner_id", N_("Conventions"), 20))
    add_moving(Moving("convention_signatories.contact_id", N_("Signatures de conventions"), 26))
    _tell()


def _tell() -> None:
    add_table("conventions", trail_words.convention_told(queries.told))
    add_table("convention_signatories", trail_words.SIGNATORY_TOLD)
    add_table("convention_commitments", trail_words.COMMITMENT_TOLD)
    add_table("convention_clauses", trail_words.CLAUSE_TOLD)
    add_table("convention_dates", trail_words.DATE_TOLD)
    add_table("convention_files", trail_words.FILE_TOLD)
    add_table("clause_templates", trail_words.TEMPLATE_TOLD)
    add_table("signing_delegations", trail_words.DELEGATION_TOLD)


def _load(session: Any, viewing: registry.Viewing) -> list[queries.Line]:
    return queries.of_partner(session, viewing.partner_id, actor=viewing.actor, today=viewing.today)


def _moments(
    session: Any, viewing: registry.Viewing, before: tuple[datetime, int] | None, limit: int
) -> list[registry.Moment]:
    return queries.moments(session, viewing.partner_id, actor=viewing.actor, before=before, limit=limit)


def _forget_files(session: Any, now: datetime) -> int:
    return papers.purge(session, folder=Path(current_app.config["INSTANCE"]) / "conventions", now=now)
