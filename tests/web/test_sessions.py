"""Server-side sessions: nothing in the cookie, nothing in clear in the database, ended for good when ended."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from crm.accounts.models import OpenSession
from tests.factories import PASSWORD

COOKIE = "passerelle"


def cookie_of(browser):
    """The value the browser holds."""
    cookie = browser.client.get_cookie(COOKIE)
    return cookie.value if cookie else None


def test_the_database_holds_a_hash_of_the_cookie(make, browser, session):
    browser.sign_in(make.user())
    row = session.scalars(select(OpenSession)).one()
    value = cookie_of(browser)
    assert row.token_hash == hashlib.sha256(value.encode()).digest()
    assert value.encode() not in row.token_hash
    assert len(value) >= 43, "256 bits"


def test_sign_in_gives_a_new_identifier(make, browser, session):
    browser.get("/connexion")
    before = cookie_of(browser)
    browser.sign_in(make.user())
    assert cookie_of(browser) != before
    assert session.scalar(select(func.count()).select_from(OpenSession)) == 1, "the earlier one is gone"


def test_a_cookie_kept_after_sign_out_opens_nothing(make, browser):
    browser.sign_in(make.user())
    kept = cookie_of(browser)
    answer = browser.submit("/aujourdhui", {}, action="/deconnexion")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    browser.client.set_cookie(COOKIE, kept)
    assert browser.get("/aujourdhui").status_code == 303


@pytest.mark.parametrize(
    ("after", "open_"),
    [(timedelta(minutes=29), True), (timedelta(minutes=31), False), (timedelta(hours=13), False)],
)
def test_an_idle_session_ends(make, browser, session, after, open_):
    browser.sign_in(make.user())
    with time_machine.travel(datetime.now(UTC) + after):
        assert (browser.get("/aujourdhui").status_code == 200) is open_


def test_a_busy_session_ends_after_twelve_hours(make, browser):
    start = datetime.now(UTC)
    browser.sign_in(make.user())
    for quarters in range(1, 49):
        with time_machine.travel(start + timedelta(minutes=15 * quarters, seconds=30)):
            assert (browser.get("/aujourdhui").status_code == 200) is (quarters < 48), quarters


def test_it_is_touched_at_most_once_a_minute(make, browser, session):
    browser.sign_in(make.user())
    browser.get("/aujourdhui")  # the first page gives the session its form token
    seen = session.scalar(select(OpenSession.seen_at))
    for _ in range(3):
        browser.get("/aujourdhui")
    assert session.scalar(select(OpenSession.seen_at)) == seen
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        browser.get("/aujourdhui")
        assert session.scalar(select(OpenSession.seen_at)) > seen


def test_a_payload_from_elsewhere_is_not_trusted(app, make, browser, session):
    """Rows are read as tagged JSON: nothing in them can be run."""
    from crm.db import db

    browser.sign_in(make.user())
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(update(OpenSession).values(payload='{"_user_id": "999999"}'))
    assert browser.get("/aujourdhui").status_code == 303, "the account is that of the row, not of the payload"


@pytest.mark.parametrize("value", ["", "x", "é" * 50, "a" * 5000, "null", "\x7f"])
def test_a_cookie_of_anything_is_a_visitor(browser, value):
    response = browser.get("/aujourdhui", headers={"Cookie": f"{COOKIE}={value}".encode().decode("latin-1")})
    assert response.status_code == 303


def test_assets_and_health_read_no_session(make, browser, session):
    browser.get("/static/favicon.svg")
    browser.get("/healthz")
    assert session.scalar(select(func.count()).select_from(OpenSession)) == 0


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [("https://crm.exemple.test", "__Host-passerelle", True), ("http://127.0.0.1:5000", "passerelle", False)],
)
def test_the_cookie_is_bound_to_the_host_over_https(app_with, public_url, name, secure):
    app = app_with(PASSERELLE_PUBLIC_URL=public_url)
    answer = app.test_client().get("/connexion", base_url=public_url)
    (header,) = answer.headers.getlist("Set-Cookie")
    assert header.startswith(f"{name}=")
    assert ("Secure" in header) is secure
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header
    assert "Domain" not in header


def test_two_browsers_are_two_sessions(app, make, browser, session):
    from tests.pages import Browser

    user = make.user()
    other = Browser(app)
    browser.sign_in(user, PASSWORD)
    other.sign_in(user, PASSWORD)
    assert session.scalar(select(func.count()).select_from(OpenSession)) == 2
    browser.submit("/aujourdhui", {}, action="/deconnexion")
    assert other.get("/aujourdhui").status_code == 200


def test_a_page_is_shown_though_its_session_cannot_be_touched(app, make, browser, monkeypatch):
    """SQLite has one writer: who writes for long must not make the pages of others fail."""
    browser.sign_in(make.user())
    browser.get("/partenaires")

    def busy(*_args, **_values):
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setattr(app.session_interface.store, "update", busy)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        assert browser.get("/partenaires").status_code == 200


def test_a_visitor_whose_session_cannot_be_opened_is_told_to_come_back(app, monkeypatch):
    """The sign-in page keeps a session from its first view: a scheduler that writes for long makes no fault of it."""

    def busy(*_args, **_values):
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setattr(app.session_interface.store, "create", busy)
    answer = app.test_client().get("/connexion")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "réessayez dans une minute" in answer.text
