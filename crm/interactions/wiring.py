"""What this domain shows on the page of a partner: the timeline, and what is to be done about it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from crm.access.policy import Permission
from crm.audit.words import add_table
from crm.interactions import queries, services
from crm.interactions.documents import queries as documents
from crm.interactions.documents import services as document_services
from crm.interactions.solicitations import queries as solicitations
from crm.interactions.solicitations.rules import told_saturation
from crm.interactions.trail_words import ANSWER_TOLD, PARTICIPANT_TOLD, document_told, exchange_told
from crm.partners.bin.keeping import add_hold
from crm.partners.registry import Moment, Panel, Stream, Viewing, add_panel, add_stream
from crm.reminders.purges import add_purge
from crm.reminders.queries import TodoLine, open_todos
from crm.reminders.rules import Bucket, bucket
from crm.sentences import Sentence
from crm.wording import N_


def wire() -> None:
    """Register exchanges and todos. The todos' own domain comes before the partners and cannot know their page."""
    add_stream(
        Stream(
            key="echanges",
            label=N_("Échanges"),
            order=10,
            permission=Permission.INTERACTION_READ,
            template="interactions/_moment.html",
            load=_exchanges,
        )
    )
    add_panel(
        Panel(
            key="reminders.todos",
            title=N_("À faire"),
            place="side",
            order=10,
            permission=Permission.TODO_DO_OWN,
            template="reminders/_todos.html",
            load=_todos,
        )
    )
    add_panel(
        Panel(
            key="interactions.saturation",
            title=N_("Sollicitations"),
            place="head",
            order=10,
            permission=Permission.INTERACTION_READ,
            template="interactions/_saturation.html",
            load=_saturation,
        )
    )
    add_hold("interactions", queries.structures_met)
    add_purge("interactions.bin", lambda session, now: services.purge(session, now=now))
    add_purge("interactions.documents", _forget_documents)
    _tell()


def _saturation(session: Any, viewing: Viewing) -> tuple[Sentence | None, bool]:
    found = solicitations.saturation(session, viewing.partner_id, actor=viewing.actor, now=session.info["now"])
    return told_saturation(found), found.is_reached


def _forget_documents(session: Any, now: datetime) -> int:
    folder = Path(current_app.config["INSTANCE"]) / "documents"
    return document_services.purge(session, folder=folder, now=now)


def _tell() -> None:
    add_table("interactions", exchange_told(queries.told_interactions))
    add_table("interaction_participants", PARTICIPANT_TOLD)
    add_table("interaction_answers", ANSWER_TOLD)
    add_table("documents", document_told(documents.told_documents))


def _exchanges(session: Any, viewing: Viewing, before: tuple[datetime, int] | None, limit: int) -> list[Moment]:
    return queries.moments(session, viewing.partner_id, actor=viewing.actor, before=before, limit=limit)


def _todos(session: Any, viewing: Viewing) -> list[tuple[TodoLine, Bucket]]:
    lines = open_todos(session, actor=viewing.actor, partner_id=viewing.partner_id, with_people=True)
    return [(line, bucket(line.due_on, viewing.today)) for line in lines]
