"""
Decides what is to be said this morning, then hands the outbox to the mail server.

Mail cannot leave exactly once: between the server's « 250 » and our mark the process may die. Delivery is at least
once: nothing is lost, each message is claimed and marked alone, so that a killed process repeats one message at most,
under the same Message-ID.
"""

import logging
import smtplib
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from flask import Flask
from sqlalchemy.orm import Session

from crm.access.policy import Actor
from crm.accounts.queries import Reader, digest_readers, structures
from crm.clock import day_of
from crm.db import transaction
from crm.reminders import digest, mail
from crm.reminders.envelope import Draft, one_line
from crm.reminders.links import delivery as links
from crm.reminders.mail import Encryption, MailServer
from crm.reminders.notices import queries as notices
from crm.reminders.notices import services as nudging
from crm.reminders.notices.queries import OpenReminder, ReminderLine
from crm.reminders.nudges import TODO_DUE
from crm.reminders.outbox import queries, services
from crm.reminders.outbox.queries import OpenTodo
from crm.reminders.outbox.services import NOBODY, WITHDRAWN, Claimed
from crm.reminders.schedule import EVERY_DAY, Due, due_digest, end_of_week, hour_of, instant
from crm.reminders.workdays import WorkCalendar

SYSTEM = Actor(None, "planificateur", None, kind="system")
DIGEST = "digest"
SWEEP = "sweep"
NUDGES = "nudges"

#: Seconds that one answer of the mail server may take.
TIMEOUT = 10
#: Longer than the slowest conversation of one message, each of its answers at the limit.
LEASE = timedelta(minutes=5)
#: Messages of one call; the rest leaves a minute later.
MOST = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one call of deliver() did. `configured` is False without a mail server: nothing was even claimed."""

    configured: bool
    sent: int = 0
    postponed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A digest that would leave, and when it was due."""

    draft: Draft
    due: Due


def remind(*, now: datetime, hourly: bool = False) -> int:
    """
    Arm, close and withdraw reminders as the facts of now ask, in one transaction; how many were armed.

    With `hourly`, only the first scheduler of each hour does. A digest looks at the facts again by itself.
    """
    with transaction(actor=SYSTEM, now=now) as session:
        if hourly and not services.claim_run(session, NUDGES, hour_of(now), now=now):
            return 0
        return nudging.sweep(session, now=now)


def outlook(*, now: datetime) -> int:
    """How many reminders remind() would arm. Writes nothing."""
    with transaction(actor=SYSTEM, now=now, writes=False) as session:
        return sum(len(change.armed) for change in nudging.changes(session, now=now))


def sweep(app: Flask, *, now: datetime, tick: datetime | None = None) -> int:
    """
    Put the digests that are due into the outbox, in one transaction; how many.

    `tick` is the scheduler's own due time: when another scheduler took it, nothing is done. A digest hour is claimed
    with what is queued for it: a crash gives it back, and whoever finds something to do at eleven gets no second
    « morning » digest.
    """
    with transaction(actor=SYSTEM, now=now) as session:
        if tick is not None and not services.claim_run(session, SWEEP, tick, now=now):
            return 0
        due = _due(session, now)
        won = {at for at in sorted(due) if services.claim_run(session, DIGEST, at, now=now)}
        host = mail.host_of(app.config["PUBLIC_URL"])
        queued = 0
        if won:
            nudging.sweep(session, now=now)  # what is told this morning is what holds this morning
        for planned in _plan(app, session, [who for at in sorted(won) for who in due[at]], now):
            services.replace_older(session, planned.draft, now=now)
            queued += services.queue_or_record(session, planned.draft, host=host, not_before=planned.due.at, now=now)
        return queued


def preview(app: Flask, *, now: datetime) -> list[Planned]:
    """What sweep() would queue at `now`. Writes nothing."""
    with transaction(actor=SYSTEM, now=now, writes=False) as session:
        due = _due(session, now)
        taken = queries.taken_runs(session, DIGEST, due)
        return _plan(app, session, [who for at in sorted(due) if at not in taken for who in due[at]], now)


def waiting(*, now: datetime) -> int:
    """How many messages deliver() would try at `now`."""
    with transaction(actor=SYSTEM, now=now, writes=False) as session:
        return queries.waiting(session, now=now)


@dataclass(frozen=True, slots=True)
class _Morning:
    """A digest that is due to somebody, from those of their structures that work today."""

    reader: Reader
    due: Due
    calendars: dict[int, WorkCalendar]


def _due(session: Session, now: datetime) -> dict[datetime, list[_Morning]]:
    """Whose digest is due, by the instant it was due. Nobody's on a day off of all their structures."""
    found: dict[datetime, list[_Morning]] = {}
    calendars = notices.calendars(session, day_of(now))
    for reader in digest_readers(session):
        due = due_digest(now, reader.digest_at, working_days=EVERY_DAY)
        if due is None:
            continue
        working = {
            key: calendars[key]
            for key in reader.structure_ids
            if key in calendars and calendars[key].is_working(due.day)
        }
        if working:
            found.setdefault(due.at, []).append(_Morning(reader, due, working))
    return found


def _told_since(session: Session, morning: _Morning) -> datetime:
    """When the digest before this one was made: what was armed by then was told. Each week begins with everything."""
    ever, day = datetime.min.replace(tzinfo=UTC), morning.due.day
    if any(calendar.begins_week(day) for calendar in morning.calendars.values()):
        return ever
    earlier = [instant(day - timedelta(days=back), morning.reader.digest_at) for back in range(1, 8)]
    return max(queries.run_times(session, DIGEST, earlier), default=ever)


def _plan(app: Flask, session: Session, who: Sequence[_Morning], now: datetime) -> list[Planned]:
    if not who:
        return []
    done = queries.already_queued(session, DIGEST, {one.due.occurrence for one in who})
    wanted = [one for one in who if (one.reader.user_id, one.due.occurrence) not in done]
    if not wanted:
        return []
    until = max(end_of_week(one.due.day) for one in wanted)
    actors = queries.actors(session, [one.reader for one in wanted])
    todos = queries.open_todos(session, actors, until=until)
    reminders = queries.told_reminders(session, actors, _standing(session, now))
    names = {structure.id: structure.name for structure in structures(session)}
    planned = []
    for one in wanted:
        reader, shown = one.reader, names if len(one.reader.structure_ids) > 1 else {}
        since = _told_since(session, one)
        here = [todo for todo in todos.get(reader.user_id, ()) if todo.structure_id in one.calendars]
        told = [
            line
            for line in reminders.get(reader.user_id, ())
            if line.structure_id in one.calendars and line.created_at > since
        ]
        built = digest.build(
            [_entry(app, todo, shown) for todo in here], one.due, [_recall(app, line, shown) for line in told]
        )
        if built is not None:
            title, body = mail.write_digest(app, built, name=reader.name, language=reader.language)
            draft = Draft(DIGEST, reader.user_id, one.due.occurrence, reader.email, title, body)
            planned.append(Planned(draft, one.due))
    return planned


def _standing(session: Session, now: datetime) -> list[OpenReminder]:
    """
    The reminders that hold now, written or not: a dry run tells what a real one would.

    A thing to do stands in the digest by itself.
    """
    stands = notices.open_reminders(session)
    if not session.info["writes"]:
        stands = notices.after(stands, nudging.changes(session, now=now), now)
    return [one for one in stands if one.rule != TODO_DUE.key]


def _entry(app: Flask, todo: OpenTodo, structure_names: dict[int, str]) -> digest.Entry:
    about = todo.about
    return digest.Entry(
        what=todo.what,
        due_on=todo.due_on,
        about=about.label if about else "",
        url=mail.link(app, about.endpoint, public_id=about.public_id) if about else "",
        structure=structure_names.get(todo.structure_id, ""),
    )


def _recall(app: Flask, line: ReminderLine, structure_names: dict[int, str]) -> digest.Entry:
    return digest.Entry(
        what=line.label,
        due_on=line.due_on,
        about=line.about.label,
        url=mail.link(app, line.about.endpoint, public_id=line.about.public_id),
        structure=structure_names.get(line.structure_id, ""),
    )


def deliver(app: Flask, *, clock: Callable[[], datetime], stopping: Callable[[], bool] = lambda: False) -> Delivered:
    """
    Send what the outbox holds, one message after the other, until nothing is due, or the server gives trouble.

    `clock` is read anew for each message: a lease counted from an old instant would already be over.
    """
    if not app.config["SMTP_URL"]:
        return Delivered(configured=False)
    server = mail.parse(app.config["SMTP_URL"])
    tally: Counter[str] = Counter()
    me, sender = mail.host_of(app.config["PUBLIC_URL"]), mail.sender_of(app)
    with _Connection(server, me=me, sender=sender) as connection:
        while tally.total() < MOST and not stopping():
            outcome = _deliver_next(app, connection, clock)
            if outcome is None:
                break
            tally[outcome] += 1
            if connection.in_trouble:
                break  # the others wait for the next minute rather than for as many time-outs
    return Delivered(True, tally["sent"], tally["postponed"], tally["failed"])


def _deliver_next(app: Flask, connection: "_Connection", clock: Callable[[], datetime]) -> str | None:
    with transaction(actor=SYSTEM, now=clock()) as session:
        claimed = next(iter(services.claim(session, now=clock(), limit=1, lease=LEASE)), None)
    if claimed is None:
        return None
    if not claimed.wanted:
        return _fail(claimed, NOBODY, clock)
    with transaction(actor=SYSTEM, now=clock()) as session:
        worded = links.worded(app, session, claimed, now=clock())
    if worded is None:
        return _fail(claimed, WITHDRAWN, clock)
    try:
        message = mail.compose(app, worded, now=clock())
        connection.send(message, recipient=claimed.recipient)
    except (_Refused, ValueError) as refusal:  # ValueError: no mail can be made of this row
        return _fail(claimed, str(refusal), clock)
    except (smtplib.SMTPException, OSError) as trouble:
        # The server's own words go to the row: they often hold the address, and logs travel further.
        kind = type(trouble).__name__
        _log.warning("message %s postponed after attempt %s: %s", claimed.id, claimed.attempt, kind)
        with transaction(actor=SYSTEM, now=clock()) as session:
            services.mark_retry(session, claimed, error=_words(trouble), now=clock())
        return "postponed"
    with transaction(actor=SYSTEM, now=clock()) as session:
        services.mark_sent(session, claimed, now=clock())
        links.mark_sent(session, claimed, now=clock())
    return "sent"


def _fail(claimed: Claimed, reason: str, clock: Callable[[], datetime]) -> str:
    _log.warning("message %s will not be sent, its row says why", claimed.id)
    with transaction(actor=SYSTEM, now=clock()) as session:
        services.mark_failed(session, claimed, error=reason)
    return "failed"


class _Refused(Exception):
    """The server refuses this very message for good (5xx): trying again changes nothing."""


class _Connection:
    """One conversation with the mail server, begun at the first message and begun anew after trouble."""

    def __init__(self, server: MailServer, *, me: str, sender: str) -> None:
        self._server = server
        self._me = me
        self._sender = sender
        self._smtp: smtplib.SMTP | None = None
        self.in_trouble = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._smtp is not None:
            self._leave(self._smtp)

    def send(self, message: EmailMessage, *, recipient: str) -> None:
        """
        Hand one message over, for one recipient.

        Raises _Refused when the server refuses the recipient or the content for good, or cannot carry the address;
        SMTPException or OSError for whatever may pass: no answer, 4xx, a wrong password, a sender it does not know.
        The last two are settings to mend, and no reason to give the message up.
        """
        try:
            if self._smtp is None:
                self._smtp = _open(self._server, self._me)
            self._smtp.send_message(message, self._sender, [recipient])
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = refused.recipients[recipient]
            self._judge(code, words, refused)
        except smtplib.SMTPDataError as refused:
            self._judge(refused.smtp_code, refused.smtp_error, refused)
        except (smtplib.SMTPException, OSError) as trouble:
            if isinstance(trouble, smtplib.SMTPNotSupportedError) and self._smtp is not None:
                raise _Refused(_words(trouble)) from trouble
            self._give_up()
            raise

    def _judge(self, code: int, words: bytes | str, refused: smtplib.SMTPException) -> None:
        text = f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
        if 500 <= code < 600:
            raise _Refused(text) from refused
        if code == 421:  # the server is closing
            self._give_up()
        raise smtplib.SMTPResponseException(code, text) from refused

    def _give_up(self) -> None:
        self.in_trouble = True
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    @staticmethod
    def _leave(smtp: smtplib.SMTP) -> None:
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()


def _open(server: MailServer, me: str) -> smtplib.SMTP:
    # `me` is how we greet: left to itself, smtplib asks the resolver for this machine's name and may wait long.
    if server.encryption is Encryption.FROM_THE_START:
        context = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, me, timeout=TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, me, timeout=TIMEOUT)
    try:
        smtp.ehlo()
        offered = smtp.has_extn("starttls")
        if server.encryption is Encryption.REQUIRED or (server.encryption is Encryption.IF_OFFERED and offered):
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _words(trouble: Exception) -> str:
    """What went wrong, in one line."""
    if isinstance(trouble, smtplib.SMTPResponseException):
        error = trouble.smtp_error
        text = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
        return one_line(text if text.startswith(str(trouble.smtp_code)) else f"{trouble.smtp_code} {text}")
    return one_line(f"{type(trouble).__name__}: {trouble}")
