"""
The outbox: put a message in, claim it for a while, say what became of it. Rows are never deleted here.

One code for both engines: PostgreSQL locks the claimed rows and skips those of others; SQLite has one writer at a time,
and its dialect leaves FOR UPDATE out.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from crm.accounts.models import Membership, User
from crm.db import insert_if_absent
from crm.reminders.enums import MessageState
from crm.reminders.envelope import Draft, Undeliverable, check, message_id, one_line
from crm.reminders.models import OutboxMessage, TaskRun
from crm.reminders.schedule import wait_after
from crm.wording import N_

#: Why a message was not sent, when the reason is ours. Shown to whoever looks after the outbox.
NOBODY = N_("Le compte n'est plus actif.")
REPLACED = N_("Remplacé par un récapitulatif plus récent.")
WITHDRAWN = N_("Le lien a servi, a été remplacé, ou n'a plus lieu d'être.")


@dataclass(frozen=True, slots=True)
class Claimed:
    """
    A message that this process alone may send until its lease ends.

    `attempt` tells this claim from a later one; `rule`, `subject` and `user_id` are those of its draft. `wanted` is
    False when its person may no longer receive anything.
    """

    id: int
    attempt: int
    rule: str
    subject: str
    user_id: int
    recipient: str
    language: str
    title: str
    body: str = field(repr=False)  # a link's word may stand in it
    message_id: str
    created_at: datetime
    wanted: bool


def queue(session: Session, draft: Draft, *, host: str, not_before: datetime, now: datetime) -> bool:
    """
    Store a message; False when it was already (same rule, subject, person, occurrence).

    `host` ends its Message-ID. Raises Undeliverable when mail could not carry it.
    """
    check(draft)
    return _insert(session, draft, host, not_before, now, MessageState.WAITING)


def queue_or_record(session: Session, draft: Draft, *, host: str, not_before: datetime, now: datetime) -> bool:
    """Store a message; one that mail cannot carry is stored as failed, so that it is seen and not tried for ever."""
    try:
        return queue(session, draft, host=host, not_before=not_before, now=now)
    except Undeliverable as refusal:
        _insert(session, draft, host, not_before, now, MessageState.FAILED, refusal.message)
        return False


def _insert(
    session: Session,
    draft: Draft,
    host: str,
    not_before: datetime,
    now: datetime,
    state: MessageState,
    error: str = "",
) -> bool:
    values = {
        "rule": draft.rule,
        "subject": draft.subject,
        "user_id": draft.user_id,
        "occurrence": draft.occurrence,
        "recipient": draft.recipient,
        "title": one_line(draft.title)[:200],
        "body": draft.body,
        "message_id": message_id(draft, host),
        "state": state,
        "attempts": 0,
        "not_before": not_before,
        "created_at": now,
        "last_error": error,
    }
    return insert_if_absent(session, OutboxMessage, values)


def replace_older(session: Session, draft: Draft, *, now: datetime) -> None:
    """
    Withdraw what the same person was still to receive under the same rule and subject for an earlier occurrence.

    After days without a mail server one digest leaves, not one a day. Occurrences of a rule sort as text.
    """
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.rule == draft.rule,
            OutboxMessage.subject == draft.subject,
            OutboxMessage.user_id == draft.user_id,
            OutboxMessage.occurrence < draft.occurrence,
            _free(now),
        )
        .values(state=MessageState.FAILED, lease_until=None, last_error=REPLACED)
    )


def _free(now: datetime) -> ColumnElement[bool]:
    # An expired lease means that its holder died: whoever comes next takes over.
    return or_(
        OutboxMessage.state == MessageState.WAITING,
        and_(OutboxMessage.state == MessageState.SENDING, OutboxMessage.lease_until <= now),
    )


def claim(session: Session, *, now: datetime, limit: int, lease: timedelta) -> list[Claimed]:
    """
    Take up to `limit` messages that are due, oldest first, for as long as `lease`.

    The transaction must end before anything is sent: the claim is what keeps the others away, not its locks.
    """
    belongs = exists().where(Membership.user_id == User.id)
    rows = session.execute(
        select(OutboxMessage, User.language, and_(User.active, belongs))
        .join(User, User.id == OutboxMessage.user_id)
        .where(OutboxMessage.not_before <= now, _free(now))
        .order_by(OutboxMessage.not_before, OutboxMessage.id)
        .limit(limit)
        .with_for_update(of=OutboxMessage, skip_locked=True)
    ).all()
    claimed = []
    for row, language, wanted in rows:
        row.state = MessageState.SENDING
        row.lease_until = now + lease
        row.attempts += 1
        claimed.append(
            Claimed(
                row.id,
                row.attempts,
                row.rule,
                row.subject,
                row.user_id,
                row.recipient,
                language,
                row.title,
                row.body,
                row.message_id,
                row.created_at,
                wanted,
            )
        )
    session.flush()
    return claimed


def mark_sent(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """It left. Written even when the lease ran out meanwhile: better one copy too many than a third."""
    row = _row(session, claimed)
    row.state, row.sent_at, row.lease_until, row.last_error = MessageState.SENT, now, None, ""
    session.flush()


def mark_retry(session: Session, claimed: Claimed, *, error: str, now: datetime) -> None:
    """It did not leave this time: again after a wait that doubles up to an hour, for as long as it takes."""
    row = _row(session, claimed)
    if not _still_ours(row, claimed):
        return
    row.state, row.lease_until, row.last_error = MessageState.WAITING, None, one_line(error)[:300]
    row.not_before = now + wait_after(row.attempts)
    session.flush()


def mark_failed(session: Session, claimed: Claimed, *, error: str) -> None:
    """It will never leave: refused for good, or nobody may receive it any more. The row says why."""
    row = _row(session, claimed)
    if not _still_ours(row, claimed):
        return
    row.state, row.lease_until, row.last_error = MessageState.FAILED, None, one_line(error)[:300]
    session.flush()


def _row(session: Session, claimed: Claimed) -> OutboxMessage:
    return session.get_one(OutboxMessage, claimed.id, with_for_update=True)


def _still_ours(row: OutboxMessage, claimed: Claimed) -> bool:
    return row.state == MessageState.SENDING and row.attempts == claimed.attempt


def claim_run(session: Session, task: str, due_at: datetime, *, now: datetime) -> bool:
    """
    Take a due time of a task for this transaction; False when somebody has it.

    The work is done in the same transaction: a crash gives the due time back.
    """
    return insert_if_absent(session, TaskRun, {"task": task, "due_at": due_at, "run_at": now})


def forget_runs(session: Session, *, before: datetime) -> None:
    """Delete the due times older than `before`: only recent ones elect somebody or show that the scheduler lives."""
    session.execute(delete(TaskRun).where(TaskRun.due_at < before))
