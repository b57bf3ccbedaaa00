"""What actions bring to the page of a partner."""

from datetime import datetime
from typing import Any

from crm.access.policy import Permission
from crm.method.actions import queries
from crm.partners.registry import Moment, Stream, Viewing, add_stream
from crm.wording import N_


def wire() -> None:
    """Tell the actions done in the story of a partner."""
    add_stream(
        Stream(
            key="actions",
            label=N_("Actions"),
            order=35,
            permission=Permission.PROJECT_READ,
            template="actions/_moment.html",
            load=_load,
        )
    )


def _load(session: Any, viewing: Viewing, before: tuple[datetime, int] | None, limit: int) -> list[Moment]:
    return queries.moments(session, viewing.partner_id, actor=viewing.actor, before=before, limit=limit)
