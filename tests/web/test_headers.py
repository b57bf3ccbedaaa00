"""Every answer carries the same protections: pages, refusals, faults, assets."""

import pytest

from crm.web.headers import ALWAYS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
ANSWERS = [
    ("/connexion", 200),
    ("/aujourdhui", 303),
    ("/nulle-part", 404),
    ("/essai/panne", 500),
    ("/essai/muette", 403),
    ("/static/favicon.svg", 200),
    ("/bootstrap/static/css/bootstrap.min.css", 200),
    ("/healthz", 200),
]


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_every_answer_is_protected(browser, path, status):
    answer = browser.get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == POLICY
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_only_assets_may_be_kept(browser, path, status):
    answer = browser.get(path)
    if path.startswith(("/static", "/bootstrap")):
        assert "no-store" not in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    elif path != "/healthz":
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]


def test_https_is_remembered_only_when_it_is_used(app_with, browser):
    assert "Strict-Transport-Security" not in browser.get("/connexion").headers
    secure = app_with(PASSERELLE_PUBLIC_URL="https://crm.exemple.test")
    answer = secure.test_client().get("/connexion", base_url="https://crm.exemple.test")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
