"""Several schedulers at once, and schedulers that die: nothing twice, nothing lost."""

import random
import signal
import threading
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.reminders import delivery
from crm.reminders.delivery import Delivered
from crm.reminders.enums import MessageState
from crm.reminders.models import OutboxMessage, Reminder
from crm.reminders.scheduler import Scheduler
from crm.web.application import Application
from tests.factories import Factory
from tests.resilience.processes import finish, start
from tests.smtp import MailServer

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 6, 31, tzinfo=UTC)
SWEEP = ("reminders", "sweep", "--at", "2026-11-23T07:31", "--for-real")


def some_readers(make: Factory, count: int, due_on: date = MONDAY) -> list[list[str]]:
    """That many people with something to do; the recipients of their mails, sorted."""
    partner = make.partner()
    readers = [make.user(email=f"personne-{n:03}@exemple.test") for n in range(count)]
    for reader in readers:
        make.todo(partner, reader, due_on=due_on)
    return [[reader.email] for reader in readers]


def test_three_schedulers_in_threads(
    app: Application, make: Factory, mail_server: MailServer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the same instant, three times over: the claims are fought for each time."""
    expected = some_readers(make, 12)
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    together = threading.Barrier(3)
    faults: list[BaseException] = []

    def morning() -> None:
        try:
            scheduler = Scheduler(app)
            for task in (scheduler.sweep, scheduler.deliver, scheduler.sweep, scheduler.deliver):
                together.wait(10)
                with app.app_context():
                    task()
        except BaseException as fault:
            faults.append(fault)
            together.abort()

    threads = [threading.Thread(target=morning) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert sorted(mail_server.recipients) == expected
    assert set(session.scalars(select(OutboxMessage.attempts))) == {1}


def test_three_schedulers_arm_each_reminder_once(
    app: Application, make: Factory, mail_server: MailServer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the same instant, with and without the claim of the hour: one reminder and one mail for each person."""
    expected = some_readers(make, 6)
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    together = threading.Barrier(3)
    faults: list[BaseException] = []

    def morning() -> None:
        try:
            scheduler = Scheduler(app)
            tasks = (scheduler.remind, scheduler.sweep, lambda: delivery.remind(now=MORNING), scheduler.deliver)
            for task in tasks:
                together.wait(10)
                with app.app_context():
                    task()
        except BaseException as fault:
            faults.append(fault)
            together.abort()

    threads = [threading.Thread(target=morning) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert sorted(mail_server.recipients) == expected
    rules = [(row.rule, row.user_id) for row in session.scalars(select(Reminder))]
    assert len(rules) == len(set(rules)) == 6


def test_three_processes(app: Application, make: Factory, mail_server: MailServer, tmp_path: Path) -> None:
    expected = some_readers(make, 12)
    outputs = [finish(process) for process in [start(app, tmp_path, *SWEEP) for _ in range(3)]]
    assert sorted(mail_server.recipients) == expected
    assert sum("Récapitulatifs préparés : 12" in output for output in outputs) == 1, outputs


def test_the_lease_of_a_killed_sender_is_taken_over(
    app: Application, make: Factory, mail_server: MailServer, session: Session, tmp_path: Path
) -> None:
    """Killed after the server took the message and before it said so: at worst a second copy of the same name."""
    some_readers(make, 2)
    mail_server.holds = True
    process = start(app, tmp_path, *SWEEP)
    try:
        assert mail_server.reached.wait(60)
    finally:
        process.kill()
        process.communicate()
    mail_server.holds = False
    held = session.scalars(select(OutboxMessage).where(OutboxMessage.state == MessageState.SENDING)).one()
    lease_until = held.lease_until
    assert lease_until is not None
    session.rollback()
    with app.app_context():
        early = delivery.deliver(app, clock=lambda: lease_until - timedelta(seconds=1))
        after = delivery.deliver(app, clock=lambda: lease_until)
    assert early == Delivered(True, sent=1)  # the other one, which nobody held
    assert after == Delivered(True, sent=1)
    copies = Counter(str(message["Message-ID"]) for message in mail_server.messages)
    assert sorted(copies.values()) == [1, 2]
    assert copies[held.message_id] == 2
    assert set(session.scalars(select(OutboxMessage.state))) == {MessageState.SENT}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_ends_cleanly(
    app: Application, mail_server: MailServer, tmp_path: Path, number: signal.Signals
) -> None:
    process = start(app, tmp_path, "scheduler")
    assert process.stdout is not None
    assert process.stdout.readline() == "Planificateur démarré. Ctrl+C pour arrêter.\n"
    time.sleep(0.5)  # until it waits for its next minute, or is in a task: both must end well
    process.send_signal(number)
    assert finish(process).endswith("Planificateur arrêté.\n")


SENDER = """
from datetime import timedelta
from crm import clock, create_app
from crm.reminders import delivery
delivery.LEASE, delivery.MOST = timedelta(seconds=4), 8
app = create_app()
with app.app_context():
    delivery.deliver(app, clock=clock.now)
raise SystemExit
"""


@pytest.mark.soak
def test_eighteen_killed_processes(
    app: Application, make: Factory, mail_server: MailServer, session: Session, tmp_path: Path
) -> None:
    """400 messages, three senders, eighteen killed while they send: none lost, one more copy at most for each."""
    friday = datetime(2026, 11, 20, 6, 31, tzinfo=UTC)  # gone by: the senders go by the real clock
    expected = some_readers(make, 400, due_on=friday.date())
    with app.app_context():
        assert delivery.sweep(app, now=friday) == 400
    dice = random.Random(18)  # noqa: S311  to be played again, not to keep a secret
    killed = 0
    deadline = time.monotonic() + 600
    while session.scalars(select(OutboxMessage).where(OutboxMessage.state != MessageState.SENT)).first():
        session.rollback()
        assert time.monotonic() < deadline
        running = [start(app, tmp_path, before=SENDER) for _ in range(3)]
        if killed < 18:
            mail_server.reached.clear()
            mail_server.reached.wait(10)
            time.sleep(dice.uniform(0, 0.1))
            for process in running:
                process.kill()
                killed += process.wait() == -signal.SIGKILL
        for process in running:
            process.communicate(timeout=120)
    assert killed >= 18
    assert sorted({recipient for (recipient,) in mail_server.recipients}) == [email for (email,) in expected]
    assert len(mail_server.recipients) - 400 <= killed
    assert set(session.scalars(select(OutboxMessage.state))) == {MessageState.SENT}
