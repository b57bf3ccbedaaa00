"""Brings the changes to the timeline of a partner."""

from datetime import datetime
from typing import Any

from crm.access.policy import Permission
from crm.partners.page.changes import queries
from crm.partners.registry import Moment, Stream, Viewing, add_stream
from crm.wording import N_


def wire() -> None:
    """Register the stream, the last of the tabs."""
    add_stream(
        Stream(
            key="modifications",
            label=N_("Modifications"),
            order=90,
            permission=Permission.PARTNER_READ,
            template="partners/page/_change.html",
            load=_load,
        )
    )


def _load(session: Any, viewing: Viewing, before: tuple[datetime, int] | None, limit: int) -> list[Moment]:
    return queries.moments(session, viewing.partner_id, actor=viewing.actor, before=before, limit=limit)
