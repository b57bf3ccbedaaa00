"""
From the link that waits to the mail that holds it.

The outbox never holds a word: its row says which link, and the body is written when the mail leaves.
"""

from dataclasses import replace
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from crm.access.policy import Actor
from crm.accounts.links import queries
from crm.accounts.links import services as links
from crm.accounts.links.queries import ToSend
from crm.accounts.links.typed import one_line
from crm.accounts.models import User
from crm.db import transaction
from crm.reminders import mail
from crm.reminders.envelope import Draft
from crm.reminders.links.titles import ADDRESS_CHANGED, CHANGED, LINK, TITLES
from crm.reminders.outbox.services import Claimed, queue_or_record
from crm.sentences import Sentence

_SYSTEM = Actor(None, "planificateur", None, kind="system")


def queue_waiting(app: Flask, *, now: datetime) -> int:
    """Put the mails that links wait for into the outbox, in one transaction; how many. One link makes one mail."""
    with transaction(actor=_SYSTEM, now=now) as session:
        queued = sum(_queue(app, session, LINK, link, TITLES[link.purpose], now) for link in queries.waiting(session))
        told = queries.changed_addresses(session)
        return queued + sum(_queue(app, session, ADDRESS_CHANGED, link, CHANGED, now) for link in told)


def _queue(app: Flask, session: Session, rule: str, link: ToSend, title: Sentence, now: datetime) -> bool:
    draft = Draft(
        rule=rule,
        user_id=link.user_id,
        occurrence="",
        recipient=link.recipient,
        title=mail.title_in(app, link.language, title),
        body="",
        subject=link.public_id,
    )
    host = mail.host_of(app.config["PUBLIC_URL"])
    return queue_or_record(session, draft, host=host, not_before=now, now=now)


def worded(app: Flask, session: Session, claimed: Claimed, *, now: datetime) -> Claimed | None:
    """
    The message with the body that is only written when it leaves; None when its link is dead.

    Each attempt draws a new word, so that the only word that ever opens anything is that of the last mail.
    """
    if claimed.rule == ADDRESS_CHANGED:
        user = session.get_one(User, claimed.user_id)
        return replace(
            claimed, body=mail.write_link(app, "address_changed", language=claimed.language, name=user.first_name)
        )
    if claimed.rule != LINK:
        return claimed
    drawn = links.draw(session, claimed.subject, now=now)
    if drawn is None:
        return None
    body = mail.write_link(
        app,
        drawn.purpose.value,
        language=claimed.language,
        name=one_line(drawn.first_name),
        structure=one_line(drawn.structure),
        new_email=drawn.new_email,
        url=drawn.url,
        until=drawn.expires_at,
    )
    return replace(claimed, body=body)


def mark_sent(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """The mail left: nobody writes it again."""
    if claimed.rule == LINK:
        links.mark_sent(session, claimed.subject, now=now)
