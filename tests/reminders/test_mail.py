"""The address of the mail server, and the headers of what leaves."""

from datetime import UTC, datetime, timedelta

import pytest

from config import ConfigurationError
from crm.reminders import mail
from crm.reminders.mail import Encryption, MailServer, parse
from crm.reminders.outbox.services import Claimed
from crm.web.application import Application

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
E = Encryption


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025, E.NONE)),
        ("smtp://localhost", MailServer("localhost", 25, E.NONE)),
        ("smtp://relais.exemple.test", MailServer("relais.exemple.test", 25, E.IF_OFFERED)),
        ("smtp://moi:x@relais.exemple.test", MailServer("relais.exemple.test", 587, E.REQUIRED, "moi", "x")),
        ("smtps://moi:x@relais.exemple.test", MailServer("relais.exemple.test", 465, E.FROM_THE_START, "moi", "x")),
        (
            "smtps://moi%40exemple.test:a%2Fb%3Ac@relais.exemple.test:4650",
            MailServer("relais.exemple.test", 4650, E.FROM_THE_START, "moi@exemple.test", "a/b:c"),
        ),
    ],
)
def test_addresses_of_servers(url: str, server: MailServer) -> None:
    assert parse(url) == server
    assert "password" not in repr(parse(url))


@pytest.mark.parametrize("url", ["relais.exemple.test", "http://x", "smtp://", "smtp://u:sesame@x:port", "smtps:x"])
def test_an_address_nobody_can_read_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError, match="PASSERELLE_SMTP_URL") as refusal:
        parse(url)
    assert "sesame" not in str(refusal.value)


def claimed(**values: object) -> Claimed:
    given: dict[str, object] = {
        "id": 1,
        "attempt": 1,
        "rule": "digest",
        "subject": "",
        "user_id": 1,
        "recipient": "ines@exemple.test",
        "language": "fr",
        "title": "Passerelle, lundi 23 novembre : 1 à faire",
        "body": "Bonjour Inès,\n\n=1+1\n",
        "message_id": "<abc@passerelle.exemple.test>",
        "created_at": NOW,
        "wanted": True,
    }
    return Claimed(**given | values)  # type: ignore[arg-type]  # names of the class


def test_headers(app: Application) -> None:
    with app.app_context():
        message = mail.compose(app, claimed(), now=NOW)
    assert {name: str(message[name]) for name in message} == {
        "From": "passerelle@localhost",
        "To": "ines@exemple.test",
        "Subject": "Passerelle, lundi 23 novembre : 1 à faire",
        "Date": "Mon, 23 Nov 2026 06:30:00 +0000",
        "Message-ID": "<abc@passerelle.exemple.test>",
        "Auto-Submitted": "auto-generated",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
        "MIME-Version": "1.0",
    }
    assert message.get_content() == "Bonjour Inès,\n\n=1+1\n"
    assert message.as_bytes().isascii()


@pytest.mark.parametrize("sender", ["", "personne", "a@b.test\r\nBcc: c@d.test"])
def test_a_sender_nobody_can_answer(app: Application, monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    monkeypatch.setitem(app.config, "MAIL_FROM", sender)
    with pytest.raises(ConfigurationError, match="PASSERELLE_MAIL_FROM"):
        mail.sender_of(app)


def test_a_sender_with_a_name(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_FROM", "Passerelle <passerelle@exemple.test>")
    assert mail.sender_of(app) == "passerelle@exemple.test"


@pytest.mark.parametrize("change", [{"recipient": "a@b.test\r\nBcc: c@d.test"}, {"title": "x\nBcc: c@d.test"}])
def test_a_line_break_that_reached_the_outbox_goes_no_further(app: Application, change: dict[str, str]) -> None:
    with app.app_context(), pytest.raises(ValueError, match="linefeed"):
        mail.compose(app, claimed(**change), now=NOW)


def test_what_waited_for_the_server_says_since_when(app: Application) -> None:
    with app.app_context():
        body = mail.compose(app, claimed(), now=NOW + timedelta(hours=1, minutes=1)).get_content()
    first, rest = body.split("\n\n", 1)
    assert first == "Ce message a attendu le serveur d'e-mail : il a été écrit le 23/11/2026 à 07:30."
    assert rest == claimed().body
