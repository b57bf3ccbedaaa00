"""A mail server for tests: on this machine, on a port of its own, and as moody as it is told to be."""

import threading
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

CLOSING = "421 4.3.2 Service not available, closing transmission channel"


@dataclass
class _Handler:
    received: list[Envelope] = field(default_factory=list)
    answers: dict[str, deque[str]] = field(default_factory=lambda: {"MAIL": deque(), "RCPT": deque(), "DATA": deque()})
    holds: bool = False
    reached: threading.Event = field(default_factory=threading.Event)

    async def handle_MAIL(  # noqa: N802  named by the library
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers["MAIL"]:
            return self.answers["MAIL"].popleft()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  named by the library
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers["RCPT"]:
            return self.answers["RCPT"].popleft()
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  named by the library
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.answers["DATA"]:
            return self.answers["DATA"].popleft()
        self.received.append(envelope)
        self.reached.set()
        if self.holds:  # taken, but the sender never hears so
            await server.loop.create_future()
        return "250 OK"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # it listens on port 0: the system chose
        super()._trigger_server()


class MailServer:
    """
    Receives mail while the `with` lasts.

    `app.config["SMTP_URL"] = server.url` sends there. `server.refuse("RCPT", "550 unknown")` answers so once;
    `server.holds = True` takes a message and never says that it did.
    """

    def __init__(self) -> None:
        self._handler = _Handler()
        self._controller: Any = _Controller(self._handler, hostname="127.0.0.1", port=0)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """For PASSERELLE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    def refuse(self, stage: str, answer: str = CLOSING, *, times: int = 1) -> None:
        """Answer this to the next MAIL, RCPT or DATA, that many times."""
        self._handler.answers[stage].extend([answer] * times)

    @property
    def holds(self) -> bool:
        """Whether messages are taken without a word."""
        return self._handler.holds

    @holds.setter
    def holds(self, value: bool) -> None:
        self._handler.holds = value

    @property
    def reached(self) -> threading.Event:
        """Set when a message was taken."""
        return self._handler.reached

    @property
    def recipients(self) -> list[list[str]]:
        """The envelope's recipients of each message, in the order they came."""
        return [envelope.rcpt_tos for envelope in self._handler.received]

    @property
    def messages(self) -> list[EmailMessage]:
        """What came, read as a mail program would."""
        read = [message_from_bytes(_bytes(envelope), policy=policy.default) for envelope in self._handler.received]
        return [message for message in read if isinstance(message, EmailMessage)]

    @property
    def texts(self) -> list[str]:
        """The body of each message, line ends as \\n."""
        return [message.get_content().replace("\r\n", "\n") for message in self.messages]


def _bytes(envelope: Envelope) -> bytes:
    content = envelope.content
    return content if isinstance(content, bytes) else (content or "").encode()
