"""A hundred bad passwords on four workers: the brake is shared by them, and the owner still gets in from elsewhere."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from config import ROOT
from tests.factories import PASSWORD
from tests.pages import forms_of

WORKERS = "4"


@pytest.fixture
def workers(app, tmp_path) -> Iterator[int]:
    """The port of gunicorn with four workers on the database of the test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    known = {key: value for key, value in os.environ.items() if not key.startswith("PASSERELLE_")}
    known |= {
        "PASSERELLE_ENV": "test",
        "PASSERELLE_INSTANCE": str(tmp_path),
        "PASSERELLE_SECRET_KEY": "k" * 40,
        "PASSERELLE_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-w",
        WORKERS,
        "--threads",
        "4",
        "-b",
        f"127.0.0.1:{port}",
        "crm:create_app()",
    ]
    with subprocess.Popen(  # noqa: S603  our own interpreter, our own words
        command, cwd=ROOT, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(port)
            yield port
        finally:
            server.terminate()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            if ask(port, "GET", "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("gunicorn did not start")


def ask(port, method, path, body=None, cookie="", source="127.0.0.1", **headers):
    """One request on a connection of its own, from that address of this machine."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, **headers}
    line.request(method, path, urlencode(body or {}) if method == "POST" else None, sent)
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, text, (answer.getheader("Set-Cookie") or "").split(";")[0], answer.getheader("Retry-After")


def sign_in(port, email, password, source="127.0.0.1", **headers):
    """Open the page, fill it, send it: the status, and Retry-After."""
    _status, page, cookie, _retry = ask(port, "GET", "/connexion", source=source, **headers)
    form = next(form for form in forms_of(page) if "email" in form.values)
    hidden = {name: form.values[name] for name in ("csrf_token", "nonce")}
    typed = {**hidden, "email": email, "password": password, "next": "/"}
    status, _text, _cookie, retry = ask(port, "POST", "/connexion", typed, cookie, source, **headers)
    return status, retry


def test_at_most_five_reach_the_hash(workers, make):
    user, other = make.user(), make.user()

    def bad(number: int) -> tuple[int, str | None]:
        # Each pretends to come from somewhere else; nobody told the application to believe a proxy.
        return sign_in(workers, user.email, f"faux {number}", **{"X-Forwarded-For": f"203.0.113.{number}"})

    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(bad, range(100)))
    met = Counter(status for status, _retry in answers)
    assert met[422] <= 5, "a wrong password is only said where the hash was asked"
    assert met == {422: met[422], 429: 100 - met[422]}
    assert all(int(retry or 0) > 0 for status, retry in answers if status == 429)

    assert sign_in(workers, user.email, PASSWORD)[0] == 429, "not even the right one, from there"
    assert sign_in(workers, user.email, PASSWORD, source="127.0.0.2")[0] == 303, "from elsewhere, its owner gets in"
    assert sign_in(workers, other.email, PASSWORD, source="127.0.0.3")[0] == 303
