"""The scheduler's own behaviour: what runs, when, and what does not stop it."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import ConfigurationError
from crm import clock
from crm.accounts.models import OpenSession
from crm.clock import PARIS
from crm.reminders import delivery
from crm.reminders.models import TaskRun
from crm.reminders.scheduler import Scheduler, purge
from crm.web.application import Application
from crm.web.models import FormSubmission
from tests.factories import Factory
from tests.smtp import MailServer

MORNING = datetime(2026, 11, 23, 6, 31, 20, tzinfo=UTC)


@pytest.fixture
def _monday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MORNING)


@contextmanager
def running(scheduler: Scheduler) -> Iterator[None]:
    """The scheduler in a thread, as in the demo; stopped and gone at the end."""
    thread = threading.Thread(target=scheduler.run)
    thread.start()
    try:
        yield
    finally:
        scheduler.stop()
        thread.join(10)
    assert not thread.is_alive()


@pytest.mark.usefixtures("_monday_morning")
def test_each_task_is_called_once_at_the_start(make: Factory, mail_server: MailServer) -> None:
    reader = make.user()
    make.todo(make.partner(), reader, due_on=date(2026, 11, 23))
    with running(Scheduler(make.app)):
        assert mail_server.reached.wait(10)
    assert mail_server.recipients == [[reader.email]]


def test_told_to_stop_before_it_began_it_does_nothing(app: Application, session: Session) -> None:
    scheduler = Scheduler(app)
    scheduler.stop()
    scheduler.run()
    assert session.scalars(select(TaskRun)).all() == []


@pytest.mark.usefixtures("_monday_morning")
def test_its_rows_show_that_it_lives(app: Application, session: Session) -> None:
    scheduler = Scheduler(app)
    with app.app_context():
        for task in scheduler.tasks:
            task()
    runs = {run.task: (run.due_at, run.run_at) for run in session.scalars(select(TaskRun))}
    minute, hour = MORNING.replace(second=0), MORNING.replace(minute=0, second=0)
    assert runs == {"sweep": (minute, MORNING), "nudges": (hour, MORNING), "purge": (hour, MORNING)}


@pytest.mark.usefixtures("_monday_morning")
def test_a_failing_task_is_logged_and_the_others_run(
    app: Application, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    delivered = threading.Event()
    monkeypatch.setattr(delivery, "sweep", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(Scheduler, "deliver", lambda _self: delivered.set())
    with running(Scheduler(app)):
        assert delivered.wait(10)
    (failure,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert failure.getMessage() == "the task sweep failed; it will run again at its next time"
    assert failure.exc_info is not None


def test_times_of_the_tasks(app: Application) -> None:
    """Each minute and each hour, on the nights of 23 and 25 hours as on the others."""
    for night, hours in ((datetime(2026, 10, 24, 22, tzinfo=UTC), 25), (datetime(2027, 3, 27, 23, tzinfo=UTC), 23)):
        fired = {task.__name__: 0 for task in Scheduler(app).tasks}
        for task, trigger in Scheduler(app).tasks.items():
            previous, now = None, night.astimezone(PARIS)
            while (fire := trigger.get_next_fire_time(previous, now)) < night + timedelta(hours=hours):
                fired[task.__name__] += 1
                # By way of UTC: adding to an hour in Paris forgets which of the two 02:00 it was.
                previous, now = fire, (fire.astimezone(UTC) + timedelta(microseconds=1)).astimezone(PARIS)
        each_minute = ("remind", "sweep", "queue_links", "deliver", "finish")
        assert fired == dict.fromkeys(each_minute, hours * 60) | {"purge": hours}


def test_unreadable_settings_stop_it_before_it_starts(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1")
    monkeypatch.setitem(app.config, "MAIL_FROM", "personne")
    with pytest.raises(ConfigurationError):
        Scheduler(app)


def test_a_purge_forgets_what_served_its_time(app: Application, make: Factory, session: Session) -> None:
    now, idle, absolute = MORNING, app.config["SESSION_IDLE"], app.config["SESSION_ABSOLUTE"]
    second = timedelta(seconds=1)
    kept = {
        "live": OpenSession(created_at=now - absolute + second, seen_at=now - idle + second, token_hash=b"1" * 32),
        "form": FormSubmission(nonce_hash="1", fingerprint="", used_at=now - timedelta(hours=48)),
        "run": TaskRun(task="sweep", due_at=now - timedelta(days=7), run_at=now),
    }
    gone = [
        OpenSession(created_at=now - idle, seen_at=now - idle, token_hash=b"2" * 32),
        OpenSession(created_at=now - absolute, seen_at=now, token_hash=b"3" * 32),
        FormSubmission(nonce_hash="2", fingerprint="", used_at=now - timedelta(hours=48) - second),
        TaskRun(task="sweep", due_at=now - timedelta(days=7) - second, run_at=now),
    ]
    for row in [*kept.values(), *gone]:
        make.add(row)
    with app.app_context():
        assert purge(app, now=now)
        assert not purge(app, now=now + timedelta(minutes=1))
    assert session.scalars(select(OpenSession.token_hash)).all() == [b"1" * 32]
    assert session.scalars(select(FormSubmission.nonce_hash)).all() == ["1"]
    assert session.scalars(select(TaskRun.task).order_by(TaskRun.due_at)).all() == ["sweep", "purge"]
