"""
The clock of the application: what runs each minute and each hour, in a process of its own or in a thread of the demo.

Several may run at once. The schedule is this code, nothing of it is stored; who works is decided by the rows of
`task_runs` and by the leases of the outbox. What fails is logged and tried again at the next due time.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from crm import clock
from crm.accounts import services as accounts
from crm.accounts.links import services as account_links
from crm.clock import PARIS
from crm.db import transaction
from crm.reminders import delivery, mail, purges, tasks
from crm.reminders.links import delivery as links
from crm.reminders.outbox import services as outbox
from crm.reminders.schedule import hour_of, minute_of
from crm.web import submissions

PURGE = "purge"
KEEP_SUBMISSIONS = timedelta(hours=48)
KEEP_RUNS = timedelta(days=7)

_log = logging.getLogger(__name__)


class Scheduler:
    """Runs the tasks of an application until it is told to stop."""

    def __init__(self, app: Flask) -> None:
        """Raises ConfigurationError when the mail server or the sender's address cannot be read."""
        self.app = app
        self._stop = threading.Event()
        if app.config["SMTP_URL"]:
            mail.parse(app.config["SMTP_URL"])
            mail.sender_of(app)

    @property
    def tasks(self) -> dict[Callable[[], None], CronTrigger]:
        """What runs, and when."""
        each_minute = CronTrigger(second=0, timezone=PARIS)
        return {
            self.remind: each_minute,  # once an hour does something; each minute, so that an outage is caught up
            self.sweep: each_minute,
            self.queue_links: each_minute,
            self.deliver: CronTrigger(second=10, timezone=PARIS),  # just after what the sweep queued
            self.finish: CronTrigger(second=30, timezone=PARIS),
            self.purge: CronTrigger(minute=5, second=0, timezone=PARIS),
        }

    def run(self) -> None:
        """Call each task once, to catch up what was missed, then at its times, until stop() or SIGTERM."""
        with _stopping_on_signals(self.stop):
            for task in self.tasks:
                if not self._stop.is_set():
                    self._safely(task)
            scheduler = self._prepared()
            scheduler.start()
            try:
                self._stop.wait()
            finally:
                scheduler.shutdown(wait=True)

    def stop(self) -> None:
        """End run() after the task in hand; what is being sent is sent and marked."""
        self._stop.set()

    def _prepared(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            timezone=PARIS,
            executors={"default": ThreadPoolExecutor(3)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 30},
        )
        for task, trigger in self.tasks.items():
            scheduler.add_job(self._safely, trigger, args=[task], id=task.__name__)
        return scheduler

    def _safely(self, task: Callable[[], None]) -> None:
        """Run a task in its own application context; whatever goes wrong must not end the scheduler."""
        try:
            with self.app.app_context():
                task()
        except Exception:
            _log.exception("the task %s failed; it will run again at its next time", task.__name__)

    def remind(self) -> None:
        """Arm and close reminders, once an hour."""
        armed = delivery.remind(now=clock.now(), hourly=True)
        if armed:
            _log.info("%s reminder(s) armed", armed)

    def sweep(self) -> None:
        """Queue the digests that are due. Its rows in `task_runs` show that a scheduler lives."""
        now = clock.now()
        queued = delivery.sweep(self.app, now=now, tick=minute_of(now))
        if queued:
            _log.info("%s digest(s) queued", queued)

    def queue_links(self) -> None:
        """Queue the mails that links wait for. Doing it twice adds nothing."""
        queued = links.queue_waiting(self.app, now=clock.now())
        if queued:
            _log.info("%s link(s) queued", queued)

    def deliver(self) -> None:
        """Send what waits."""
        done = delivery.deliver(self.app, clock=clock.now, stopping=self._stop.is_set)
        if done.sent or done.postponed or done.failed:
            _log.info("%s sent, %s postponed, %s failed", done.sent, done.postponed, done.failed)

    def finish(self) -> None:
        """Do what other domains registered, such as imports whose process died."""
        for key, task in sorted(tasks.registered().items()):
            if done := task(self.app):
                _log.info("%s: %s", key, done)

    def purge(self) -> None:
        """Forget ended sessions, dead links, old forms, old due times and what left the bin, once an hour."""
        purge(self.app, now=clock.now())


def purge(app: Flask, *, now: datetime) -> bool:
    """Delete what served its time; False when another scheduler did so this hour."""
    with transaction(actor=delivery.SYSTEM, now=now) as session:
        if not outbox.claim_run(session, PURGE, hour_of(now), now=now):
            return False
        idle, absolute = app.config["SESSION_IDLE"], app.config["SESSION_ABSOLUTE"]
        accounts.forget_sessions(session, idle=idle, absolute=absolute, now=now)
        account_links.forget_dead(session, now=now)
        submissions.forget(session, before=now - KEEP_SUBMISSIONS)
        outbox.forget_runs(session, before=now - KEEP_RUNS)
        purges.run(session, now=now)
        return True


@contextmanager
def _stopping_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the process cleanly. In a thread they belong to the server that started it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def received(_number: int, _frame: FrameType | None) -> None:
        stop()

    before = {number: signal.signal(number, received) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
