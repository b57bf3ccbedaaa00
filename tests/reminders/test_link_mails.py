"""From the link that waits to the mailbox: the word is drawn when the mail leaves, and a new one at each attempt."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Role
from crm.accounts.links import services as links
from crm.accounts.links.words import key_of
from crm.accounts.models import SingleUseLink, User
from crm.reminders import delivery
from crm.reminders.delivery import Delivered
from crm.reminders.enums import MessageState
from crm.reminders.links import delivery as link_mails
from crm.reminders.models import OutboxMessage
from crm.reminders.outbox.services import NOBODY, WITHDRAWN
from crm.reminders.scheduler import Scheduler, purge
from crm.web.application import Application
from tests.factories import Factory
from tests.pages import Browser
from tests.smtp import MailServer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHOSEN = "quatre mots pris au hasard : ruche, tournevis"

Act = Callable[[datetime], Delivered]


@pytest.fixture
def minute(app: Application) -> Act:
    """What the scheduler does each minute, as if it were that instant."""

    def act(now: datetime) -> Delivered:
        with app.app_context():
            link_mails.queue_waiting(app, now=now)
            return delivery.deliver(app, clock=lambda: now)

    return act


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Let the application believe that it is then."""
    return lambda now: monkeypatch.setattr(clock, "now", lambda: now)


def ask(make: Factory, user: User, now: datetime = NOW) -> None:
    with make.transaction(now=now) as session:
        links.ask_reset(session, user.email, now=now)


def url_in(text: str) -> str:
    """The path of the only address of a mail."""
    (url,) = re.findall(r"^http://127\.0\.0\.1:5000(/\S+)$", text, re.MULTILINE)
    return str(url)


def only_link(session: Session) -> SingleUseLink:
    session.expire_all()
    return session.scalars(select(SingleUseLink)).one()


def rows(session: Session) -> list[OutboxMessage]:
    session.expire_all()
    return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_a_reset_arrives_and_is_followed(
    app: Application,
    make: Factory,
    mail_server: MailServer,
    minute: Act,
    at: Callable[[datetime], None],
    session: Session,
) -> None:
    user = make.user(email="ines@exemple.test")
    at(NOW)
    browser = Browser(app)
    browser.submit("/mot-de-passe-oublie", {"email": "ines@exemple.test"})
    assert minute(NOW + timedelta(minutes=1)) == Delivered(True, sent=1)
    assert mail_server.recipients == [["ines@exemple.test"]]
    assert str(mail_server.messages[0]["Subject"]) == "Passerelle : votre nouveau mot de passe"
    (text,) = mail_server.texts
    assert text.startswith("Bonjour Inès,\n")
    assert "jusqu'au 23/11/2026 à 11:01" in text, "an hour from when it left, in Paris"
    path = url_in(text)
    assert path.startswith("/mot-de-passe/")
    answer = browser.submit(path, {"password": CHOSEN, "password_again": CHOSEN})
    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert browser.sign_in(user, CHOSEN).location == "/"
    assert only_link(session).sent_at == NOW + timedelta(minutes=1)


def test_an_invitation_arrives_and_is_followed(
    app: Application, make: Factory, mail_server: MailServer, minute: Act, session: Session
) -> None:
    actor = make.actor(make.user(roles=[Role.DIRECTOR]), roles=[Role.DIRECTOR])
    now = clock.now()
    with make.transaction(actor, now) as database:
        made = links.invite(
            database,
            email="lila@exemple.test",
            first_name="Lila",
            last_name="Morin",
            roles=[Role.COUNSELLOR],
            actor=actor,
            now=now,
        )
    assert made.url is None
    assert minute(now) == Delivered(True, sent=1)
    assert mail_server.recipients == [["lila@exemple.test"]]
    assert "« Les Ateliers de la Bièvre » vous ouvre Passerelle" in mail_server.texts[0]
    browser = Browser(app)
    assert (
        browser.submit(url_in(mail_server.texts[0]), {"password": CHOSEN, "password_again": CHOSEN}).status_code == 303
    )
    user = session.scalars(select(User).where(User.email == "lila@exemple.test")).one()
    assert browser.sign_in(user, CHOSEN).status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 404)])
def test_the_hour_begins_when_the_mail_leaves(
    app: Application,
    make: Factory,
    mail_server: MailServer,
    minute: Act,
    at: Callable[[datetime], None],
    minutes: int,
    status: int,
) -> None:
    """The mail server was down for five hours."""
    ask(make, make.user())
    mail_server.refuse("MAIL", times=1)
    assert minute(NOW).postponed == 1
    left = NOW + timedelta(hours=5)
    assert minute(left).sent == 1
    at(left + timedelta(minutes=minutes))
    assert Browser(app).get(url_in(mail_server.texts[0])).status_code == status
    assert "Ce message a attendu le serveur d'e-mail" in mail_server.texts[0]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_each_attempt_draws_a_new_word(
    make: Factory, mail_server: MailServer, minute: Act, session: Session, stage: str
) -> None:
    ask(make, make.user())
    mail_server.refuse(stage, times=2)
    hashes = []
    for attempt in range(3):
        done = minute(NOW + timedelta(hours=attempt))
        hashes.append(only_link(session).token_hash)
        assert (done.sent, done.postponed) == ((1, 0) if attempt == 2 else (0, 1))
    assert len(set(hashes)) == 3
    assert key_of(url_in(mail_server.texts[0]).rsplit("/", 1)[1]) == hashes[-1]


def test_a_process_that_dies_after_handing_over_leaves_one_word(
    app: Application,
    make: Factory,
    mail_server: MailServer,
    minute: Act,
    at: Callable[[datetime], None],
    session: Session,
) -> None:
    """The mail leaves twice; the last one opens the page."""
    ask(make, make.user())
    minute(NOW)
    with make.transaction() as database:
        row = database.get_one(OutboxMessage, rows(session)[0].id)
        row.state, row.lease_until = MessageState.SENDING, NOW
    with make.transaction() as database:
        database.get_one(SingleUseLink, only_link(session).id).sent_at = None
    minute(NOW + timedelta(minutes=10))
    first, second = (url_in(text) for text in mail_server.texts)
    at(NOW + timedelta(minutes=11))
    browser = Browser(app)
    assert [browser.get(path).status_code for path in (first, second)] == [404, 200]
    assert mail_server.messages[0]["Message-ID"] == mail_server.messages[1]["Message-ID"]


def test_asked_all_day_long_one_mail_leaves(make: Factory, mail_server: MailServer, minute: Act) -> None:
    ask(make, make.user())
    for minutes in range(30):
        minute(NOW + timedelta(minutes=minutes))
    assert len(mail_server.messages) == 1


def test_only_the_last_of_several_demands_is_mailed(
    make: Factory, mail_server: MailServer, minute: Act, app: Application, session: Session
) -> None:
    user = make.user()
    ask(make, user)
    with app.app_context():
        link_mails.queue_waiting(app, now=NOW)
    ask(make, user, NOW + timedelta(seconds=30))
    assert minute(NOW + timedelta(minutes=1)) == Delivered(True, sent=1, failed=1)
    assert [(row.state, row.last_error) for row in rows(session)] == [
        (MessageState.FAILED, WITHDRAWN),
        (MessageState.SENT, ""),
    ]


@pytest.mark.parametrize(
    ("values", "reason"), [({"email": "autre@exemple.test"}, WITHDRAWN), ({"active": False}, NOBODY)]
)
def test_a_link_that_died_while_waiting_is_not_mailed(
    app: Application,
    make: Factory,
    mail_server: MailServer,
    minute: Act,
    session: Session,
    values: dict[str, object],
    reason: str,
) -> None:
    user = make.user()
    ask(make, user)
    with app.app_context():
        link_mails.queue_waiting(app, now=NOW)
    with make.transaction() as database:
        row = database.get_one(User, user.id)
        for name, value in values.items():
            setattr(row, name, value)
    assert minute(NOW) == Delivered(True, failed=1)
    assert [row.last_error for row in rows(session)] == [reason]
    assert mail_server.messages == []


def test_nobody_is_told_that_there_is_no_account(
    make: Factory, mail_server: MailServer, minute: Act, session: Session
) -> None:
    with make.transaction(now=NOW) as database:
        links.ask_reset(database, "personne@exemple.test", now=NOW)
    assert minute(NOW) == Delivered(True)
    assert rows(session) == []


def test_in_the_language_of_the_person(make: Factory, mail_server: MailServer, minute: Act) -> None:
    ask(make, make.user(language="en"))
    minute(NOW)
    assert "Bonjour" not in mail_server.texts[0]
    assert "Hello" in mail_server.texts[0]


def test_a_change_of_address_asks_both_and_tells_the_old_one(
    app: Application,
    make: Factory,
    mail_server: MailServer,
    minute: Act,
    at: Callable[[datetime], None],
    session: Session,
) -> None:
    user, new = make.user(email="ines@exemple.test"), "nouvelle@exemple.test"
    with make.transaction(make.actor(user), NOW) as database:
        change = links.begin_email_change(database, database.get_one(User, user.id), new, now=NOW)
    assert (change.old.url, change.new.url) == (None, None)
    at(NOW)
    minute(NOW)
    assert mail_server.recipients == [["ines@exemple.test"], [new]]
    browser = Browser(app)
    for number, text in enumerate(mail_server.texts):
        assert browser.submit(url_in(text), {"email": new}).status_code == 303
        minute(NOW + timedelta(minutes=number + 1))
        assert len(mail_server.messages) == (2 if number == 0 else 3), "told once it is done, not before"
    assert mail_server.recipients[2] == ["ines@exemple.test"]
    assert str(mail_server.messages[2]["Subject"]) == "Passerelle : votre adresse a changé"
    assert "http" not in mail_server.texts[2]
    for minutes in range(3, 10):
        minute(NOW + timedelta(minutes=minutes))
    assert len(mail_server.messages) == 3
    assert session.get_one(User, user.id).email == new


def test_a_name_cannot_add_lines_to_a_mail(make: Factory, mail_server: MailServer, minute: Act) -> None:
    structure = make.structure("Jardins\nhttp://127.0.0.1:5000/piege")
    ask(make, make.user(first_name="Inès\nhttp://127.0.0.1:5000/piege", structure=structure))
    minute(NOW)
    assert url_in(mail_server.texts[0]).startswith("/mot-de-passe/")


def test_the_scheduler_does_it(app: Application, make: Factory, mail_server: MailServer) -> None:
    ask(make, make.user(), clock.now())
    scheduler = Scheduler(app)
    with app.app_context():
        scheduler.queue_links()
        scheduler.deliver()
    assert len(mail_server.messages) == 1


def test_dead_links_are_forgotten_after_a_week(app: Application, make: Factory, session: Session) -> None:
    then = NOW - timedelta(days=7, hours=1)
    with make.transaction(now=then) as database:
        links.ask_reset(database, "personne@exemple.test", now=then)
    ask(make, make.user(), then)
    ask(make, make.user(), NOW)
    with app.app_context():
        assert purge(app, now=NOW)
    assert [link.created_at for link in session.scalars(select(SingleUseLink))] == [NOW]


@pytest.fixture(autouse=True)
def _mails(app: Application, mail_server: MailServer) -> None:
    """A mail server is set in each of these tests."""
