"""A mail server that the application sends to (tests/reminders has the same)."""

from collections.abc import Iterator

import pytest

from crm.web.application import Application
from tests.smtp import MailServer


@pytest.fixture
def mail_server(app: Application, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A real SMTP server of this machine, set as the application's."""
    with MailServer() as server:
        monkeypatch.setitem(app.config, "SMTP_URL", server.url)
        yield server
