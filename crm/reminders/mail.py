"""Mail as it leaves: a digest in its reader's words, the message with its headers, the server to use."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from enum import Enum, auto
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask_babel import force_locale, gettext

from config import ConfigurationError
from crm.reminders.digest import Digest
from crm.reminders.envelope import one_line
from crm.reminders.outbox.services import Claimed
from crm.reminders.schedule import LATE_AFTER
from crm.sentences import Sentence
from crm.web import formats

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PORTS = {"smtp": 25, "smtps": 465}
_SUBMISSION = 587


class Encryption(Enum):
    """How the conversation with the server is protected."""

    NONE = auto()  # a server on this very machine
    IF_OFFERED = auto()
    REQUIRED = auto()  # a password follows
    FROM_THE_START = auto()


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. Without a user nobody signs in."""

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: str = field(default="", repr=False)


def parse(url: str) -> MailServer:
    """
    The server that `smtp://user:password@host:port` or `smtps://...` describes (user and password percent-encoded).

    Default ports: 465 for smtps, 587 with a user, else 25. A password only goes through an encrypted connection,
    except to this very machine. Raises ConfigurationError, without repeating the address: it may hold a password.
    """
    unreadable = ConfigurationError(
        "PASSERELLE_SMTP_URL est illisible : écrire smtp://utilisateur:motdepasse@serveur:port ou smtps://…"
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise unreadable from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise unreadable
    user = unquote(parts.username or "")
    if port is None:
        port = _SUBMISSION if parts.scheme == "smtp" and user else _PORTS[parts.scheme]
    if parts.scheme == "smtps":
        encryption = Encryption.FROM_THE_START
    elif parts.hostname in _LOOPBACK:
        encryption = Encryption.NONE
    else:
        encryption = Encryption.REQUIRED if user else Encryption.IF_OFFERED
    return MailServer(parts.hostname, port, encryption, user, unquote(parts.password or ""))


def host_of(public_url: str) -> str:
    """The host in our own public address: the end of each Message-ID."""
    return urlsplit(public_url).hostname or "localhost"


def link(app: Flask, endpoint: str, **values: Any) -> str:
    """A full address made of the public URL alone: no request, and so no Host header, takes part."""
    path: str = app.url_map.bind("localhost").build(endpoint, values)
    return f"{app.config['PUBLIC_URL']}{path}"


def write_digest(app: Flask, digest: Digest, *, name: str, language: str) -> tuple[str, str]:
    """Title and body of a digest in its reader's language. Needs an application context."""
    with _language(app, language):
        body = app.jinja_env.get_template("mail/digest.txt").render(
            digest=digest, name=name, everything=link(app, "home.today")
        )
        return say(digest.title), body


def write_link(app: Flask, kind: str, *, language: str, **values: Any) -> str:
    """The body of a mail about a link, `kind` being the name of its template. Needs an application context."""
    with _language(app, language):
        until = values.pop("until", None)
        shown = formats.moment(until) if until else ""
        return app.jinja_env.get_template(f"mail/link_{kind}.txt").render(until=shown, **values)


def title_in(app: Flask, language: str, sentence: Sentence) -> str:
    """The title of a mail in its reader's language. Needs an application context."""
    with _language(app, language):
        return say(sentence)


def _language(app: Flask, language: str) -> AbstractContextManager[None]:
    chosen: AbstractContextManager[None] = force_locale(language if language in app.config["LANGUAGES"] else "fr")
    return chosen


def say(sentence: Sentence) -> str:
    """A sentence in the language of the moment; its days as « lundi 23 novembre »."""
    return str(gettext(sentence.msgid, **_in_words(sentence.values)))


def _in_words(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: formats.weekday(value) if isinstance(value, date) else value for name, value in values.items()}


def compose(app: Flask, claimed: Claimed, *, now: datetime) -> EmailMessage:
    """
    The message as the server receives it, in plain ASCII on the way. Needs an application context.

    Raises ValueError for a line break in a header, which the outbox refused before.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = app.config["MAIL_FROM"]
    message["To"] = claimed.recipient
    message["Subject"] = claimed.title
    message["Date"] = format_datetime(now)
    message["Message-ID"] = claimed.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_delay(app, claimed, now) + claimed.body, charset="utf-8", cte="quoted-printable")
    return message


def _delay(app: Flask, claimed: Claimed, now: datetime) -> str:
    """A first line for what waited long for the mail server: « aujourd'hui » in it may be past."""
    if now - claimed.created_at <= LATE_AFTER:
        return ""
    with _language(app, claimed.language):
        when = formats.moment(claimed.created_at)
        line = gettext("Ce message a attendu le serveur d'e-mail : il a été écrit le %(when)s.", when=when)
    return f"{line}\n\n"


def sender_of(app: Flask) -> str:
    """The bare address of PASSERELLE_MAIL_FROM. Raises ConfigurationError when it holds none."""
    address = parseaddr(app.config["MAIL_FROM"])[1]
    if "@" not in address or one_line(app.config["MAIL_FROM"]) != app.config["MAIL_FROM"]:
        raise ConfigurationError("PASSERELLE_MAIL_FROM doit être une adresse : Passerelle <passerelle@exemple.fr>")
    return address
