"""From the thing to do to the mailbox, through a real SMTP server."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import ConfigurationError
from crm.accounts.models import User
from crm.reminders import delivery
from crm.reminders.delivery import Delivered
from crm.reminders.enums import MessageState
from crm.reminders.models import OutboxMessage, TaskRun, Todo
from crm.web.application import Application
from tests.factories import Factory
from tests.smtp import MailServer

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 6, 31, tzinfo=UTC)

Act = Callable[[datetime], Delivered]


@pytest.fixture
def morning(app: Application) -> Act:
    """What the scheduler does at an instant: sweep, then deliver."""

    def act(now: datetime) -> Delivered:
        with app.app_context():
            delivery.sweep(app, now=now)
            return delivery.deliver(app, clock=lambda: now)

    return act


@pytest.fixture
def reader(make: Factory) -> User:
    """Somebody with one thing to do on Monday."""
    reader = make.user(email="ines@exemple.test")
    make.todo(make.partner("Garage du Parc"), reader, due_on=MONDAY, what="Envoyer la plaquette")
    return reader


def only_row(session: Session) -> OutboxMessage:
    session.rollback()
    session.expire_all()
    return session.scalars(select(OutboxMessage)).one()


def test_one_digest_arrives(morning: Act, reader: User, mail_server: MailServer, session: Session) -> None:
    assert morning(MORNING) == Delivered(True, sent=1)
    (message,) = mail_server.messages
    assert mail_server.recipients == [[reader.email]]
    assert str(message["Subject"]) == "Passerelle, lundi 23 novembre : 1 à faire"
    assert "- Envoyer la plaquette · Garage du Parc · aujourd'hui" in mail_server.texts[0].splitlines()
    row = only_row(session)
    assert str(message["Message-ID"]) == row.message_id
    assert (row.state, row.sent_at, row.attempts) == (MessageState.SENT, MORNING, 1)


def test_asked_all_day_long_one_digest_leaves(morning: Act, reader: User, mail_server: MailServer) -> None:
    for minutes in range(0, 17 * 60, 29):
        morning(MORNING + timedelta(minutes=minutes))
    assert mail_server.recipients == [[reader.email]]


def test_before_its_hour_nothing_is_written(morning: Act, reader: User, session: Session) -> None:
    morning(MORNING - timedelta(minutes=2))
    assert session.scalars(select(TaskRun)).all() == []
    assert session.scalars(select(OutboxMessage)).all() == []


def test_three_days_off_make_one_digest_marked_late(morning: Act, make: Factory, mail_server: MailServer) -> None:
    """The machine slept from Thursday to Monday noon."""
    reader = make.user()
    for day in (19, 20, 21, 22, 23):
        make.todo(make.partner(), reader, due_on=date(2026, 11, day), what=f"Chose du {day}")
    morning(datetime(2026, 11, 18, 7, 0, tzinfo=UTC))
    (before,) = mail_server.texts
    assert "EN RETARD" not in before
    noon = MORNING + timedelta(hours=5)
    morning(noon)
    morning(noon + timedelta(minutes=1))
    (_, after) = mail_server.texts
    assert "Ce récapitulatif part en retard : il était attendu à 07:30." in after.splitlines()
    assert all(f"Chose du {day}" in after for day in (19, 20, 21, 22, 23))


def test_reminders_after_three_days_off_come_once_and_none_is_lost_to_421(
    morning: Act, make: Factory, mail_server: MailServer
) -> None:
    """A report of Friday, told on Monday after days without a scheduler, by a server that refuses twice."""
    reader = make.user()
    held = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    make.interaction(make.partner("Garage du Parc"), reader, held_at=held, report="")
    mail_server.refuse("DATA", times=2)
    outcomes = [morning(MORNING + timedelta(minutes=10 * n)) for n in range(6)]
    assert sum(outcome.sent for outcome in outcomes) == 1
    (text,) = mail_server.texts
    assert text.count("Compte rendu à écrire · Garage du Parc") == 1
    assert morning(MORNING + timedelta(days=1)) == Delivered(True)  # told: again next Monday
    assert morning(MORNING + timedelta(days=7)) == Delivered(True, sent=1)


def test_none_when_there_is_nothing(morning: Act, make: Factory, mail_server: MailServer, session: Session) -> None:
    make.user()
    assert morning(MORNING) == Delivered(True)
    assert session.scalars(select(OutboxMessage)).all() == []


def test_what_comes_up_later_waits_for_tomorrow(morning: Act, make: Factory, mail_server: MailServer) -> None:
    """Nothing at half past seven; a thing for today noted at eleven makes no « morning » digest at eleven."""
    reader = make.user()
    morning(MORNING)
    make.todo(make.partner(), reader, due_on=MONDAY)
    assert morning(MORNING + timedelta(hours=4)) == Delivered(True)
    assert morning(MORNING + timedelta(days=1)) == Delivered(True, sent=1)


def test_each_at_their_own_hour(morning: Act, make: Factory, mail_server: MailServer) -> None:
    for hour in (7, 9):
        reader = make.user(email=f"{hour}h@exemple.test", digest_at=time(hour))
        make.todo(make.partner(), reader, due_on=MONDAY)
    morning(MORNING)
    assert mail_server.recipients == [["7h@exemple.test"]]
    morning(MORNING + timedelta(hours=2))
    assert mail_server.recipients == [["7h@exemple.test"], ["9h@exemple.test"]]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_none_lost_when_the_server_answers_421(
    morning: Act, make: Factory, mail_server: MailServer, session: Session, stage: str
) -> None:
    """Down for three attempts; afterwards each message has arrived once."""
    emails = sorted(f"personne-{n}@exemple.test" for n in range(3))
    for email in emails:
        make.todo(make.partner(), make.user(email=email), due_on=MONDAY)
    mail_server.refuse(stage, times=3)
    outcomes = [morning(MORNING + timedelta(minutes=minutes)) for minutes in range(10)]
    assert sum(outcome.postponed for outcome in outcomes) == 3
    assert sum(outcome.sent for outcome in outcomes) == 3
    assert sorted(mail_server.recipients) == [[email] for email in emails]
    states = session.scalars(select(OutboxMessage.state)).all()
    assert states == [MessageState.SENT] * 3


def test_trouble_stops_the_round_and_waits(
    morning: Act, make: Factory, mail_server: MailServer, session: Session
) -> None:
    for _ in range(3):
        make.todo(make.partner(), make.user(), due_on=MONDAY)
    mail_server.refuse("DATA")
    assert morning(MORNING) == Delivered(True, postponed=1)
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [row.attempts for row in rows] == [1, 0, 0]
    assert rows[0].not_before == MORNING + timedelta(minutes=1)
    assert rows[0].last_error.startswith("421 ")


def test_a_server_that_is_not_there_loses_nothing(
    app: Application, morning: Act, reader: User, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer() as server:
        url = server.url
    monkeypatch.setitem(app.config, "SMTP_URL", url)
    assert morning(MORNING) == Delivered(True, postponed=1)
    assert only_row(session).last_error.startswith("ConnectionRefusedError")
    with MailServer() as back:
        monkeypatch.setitem(app.config, "SMTP_URL", back.url)
        assert morning(MORNING + timedelta(minutes=1)) == Delivered(True, sent=1)
        assert back.recipients == [[reader.email]]


def test_down_for_days_one_digest_leaves_and_not_one_a_day(
    app: Application, morning: Act, reader: User, mail_server: MailServer, session: Session
) -> None:
    mail_server.refuse("MAIL", times=2)
    morning(MORNING)
    morning(MORNING + timedelta(days=1))
    assert mail_server.recipients == []
    assert morning(MORNING + timedelta(days=2)) == Delivered(True, sent=1)
    assert "mercredi 25 novembre" in str(mail_server.messages[0]["Subject"])
    states = session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.occurrence)).all()
    assert states == [MessageState.FAILED, MessageState.FAILED, MessageState.SENT]


def test_what_waited_for_the_server_says_so(morning: Act, reader: User, mail_server: MailServer) -> None:
    mail_server.refuse("MAIL")
    morning(MORNING)
    assert morning(MORNING + timedelta(hours=3)) == Delivered(True, sent=1)
    assert mail_server.texts[0].startswith("Ce message a attendu le serveur d'e-mail")


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_refused_for_good_is_not_tried_again_and_stops_nobody(
    morning: Act, make: Factory, mail_server: MailServer, session: Session, stage: str
) -> None:
    for email in ("refusee@exemple.test", "suivante@exemple.test"):
        make.todo(make.partner(), make.user(email=email), due_on=MONDAY)
    mail_server.refuse(stage, "550 5.1.1 No such\tuser")
    assert morning(MORNING) == Delivered(True, sent=1, failed=1)
    assert morning(MORNING + timedelta(hours=2)) == Delivered(True)
    assert mail_server.recipients == [["suivante@exemple.test"]]
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.state == MessageState.FAILED)).one()
    assert (row.recipient, row.last_error) == ("refusee@exemple.test", "550 5.1.1 No such user")


def test_a_refused_sender_is_a_setting_to_mend(morning: Act, reader: User, mail_server: MailServer) -> None:
    mail_server.refuse("MAIL", "553 5.7.1 Sender rejected")
    assert morning(MORNING) == Delivered(True, postponed=1)
    assert morning(MORNING + timedelta(minutes=1)) == Delivered(True, sent=1)


def test_a_busy_mailbox_is_tried_again(morning: Act, reader: User, mail_server: MailServer) -> None:
    mail_server.refuse("RCPT", "450 4.2.1 Mailbox busy")
    assert morning(MORNING) == Delivered(True, postponed=1)
    assert morning(MORNING + timedelta(minutes=1)) == Delivered(True, sent=1)


def test_disabled_between_decision_and_delivery(
    app: Application, make: Factory, reader: User, mail_server: MailServer, session: Session
) -> None:
    with app.app_context():
        delivery.sweep(app, now=MORNING)
    with make.transaction() as writing:
        writing.get_one(User, reader.id).active = False
    with app.app_context():
        assert delivery.deliver(app, clock=lambda: MORNING) == Delivered(True, failed=1)
    row = only_row(session)
    assert (row.state, row.last_error) == (MessageState.FAILED, "Le compte n'est plus actif.")
    assert mail_server.recipients == []


def test_without_a_mail_server_nothing_is_claimed(morning: Act, reader: User, session: Session) -> None:
    assert morning(MORNING) == Delivered(configured=False)
    row = only_row(session)
    assert (row.state, row.attempts, row.lease_until) == (MessageState.WAITING, 0, None)


def test_settings_nobody_can_read_claim_nothing(
    app: Application, morning: Act, reader: User, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", "relais.exemple.test")
    with pytest.raises(ConfigurationError):
        morning(MORNING)
    assert only_row(session).attempts == 0


def test_hostile_names_stay_text(morning: Act, make: Factory, mail_server: MailServer) -> None:
    reader = make.user(email="ines@exemple.test")
    names = ["Garage\r\nBcc: autre@exemple.test\r\n\r\n.\r\nMAIL FROM:<x@y.test>", "=1+1", "{{ 7*7 }} %(day)s", "."]
    for name in names:
        make.todo(make.partner(name, sort_key="x", search_key="x"), reader, due_on=MONDAY, what=name)
    assert morning(MORNING) == Delivered(True, sent=1)
    assert mail_server.recipients == [["ines@exemple.test"]]
    (message,) = mail_server.messages
    assert message["Bcc"] is None
    lines = mail_server.texts[0].splitlines()
    joined = "Garage Bcc: autre@exemple.test . MAIL FROM:<x@y.test>"
    for name in (joined, "=1+1", "{{ 7*7 }} %(day)s", "."):
        assert f"- {name} · {name} · aujourd'hui" in lines


def test_a_hostile_address_is_seen_once_and_stops_nobody(
    morning: Act, make: Factory, mail_server: MailServer, session: Session
) -> None:
    for email in ("a@exemple.test\r\nrcpt to:<b@exemple.test>", "suivante@exemple.test"):
        make.todo(make.partner(), make.user(email=email), due_on=MONDAY)
    morning(MORNING)
    morning(MORNING + timedelta(minutes=1))
    assert mail_server.recipients == [["suivante@exemple.test"]]
    assert sorted(session.scalars(select(OutboxMessage.state))) == [MessageState.FAILED, MessageState.SENT]


def test_two_structures_two_mails_no_text_of_the_other(morning: Act, make: Factory, mail_server: MailServer) -> None:
    other = make.structure("Le Relais d'à côté")
    garage = make.partner("Garage commun")
    here = make.user(email="ici@exemple.test")
    there = make.user(email="labas@exemple.test", structure=other)
    make.todo(garage, here, due_on=MONDAY, what="CANARI ici")
    make.todo(garage, there, due_on=MONDAY, what="CANARI ailleurs", structure=other)
    morning(MORNING)
    received = dict(zip([to for (to,) in mail_server.recipients], mail_server.texts, strict=True))
    assert "CANARI ici" in received["ici@exemple.test"]
    assert "ailleurs" not in received["ici@exemple.test"]
    assert "CANARI ailleurs" in received["labas@exemple.test"]
    assert "CANARI ici" not in received["labas@exemple.test"]


def test_a_sweep_that_fails_leaves_the_hour_to_the_next(
    app: Application, morning: Act, reader: User, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(delivery.mail, "write_digest", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            morning(MORNING)
    assert morning(MORNING + timedelta(minutes=1)) == Delivered(True, sent=1)


def test_what_is_logged_names_nobody(
    morning: Act, reader: User, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.refuse("RCPT", f"550 <{reader.email}>: no such user")
    with caplog.at_level(logging.INFO, logger="crm"):
        morning(MORNING)
    assert caplog.records
    assert reader.email not in caplog.text


def test_done_meanwhile_is_gone_tomorrow(
    morning: Act, make: Factory, reader: User, mail_server: MailServer, session: Session
) -> None:
    morning(MORNING)
    with make.transaction() as writing:
        writing.scalars(select(Todo)).one().done_at = MORNING
    assert morning(MORNING + timedelta(days=1)) == Delivered(True)
