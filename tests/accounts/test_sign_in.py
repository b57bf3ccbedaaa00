"""Sign-in: one neutral refusal, one new session, one line of audit."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.accounts import passwords
from crm.accounts.models import User
from crm.audit.models import AuditEvent
from tests.factories import PASSWORD
from tests.pages import Browser, forms_of

REFUSAL = "Adresse e-mail ou mot de passe incorrect"


def test_the_right_password_opens_the_day(make, browser, session):
    user = make.user()
    answer = browser.sign_in(user)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/aujourdhui").status_code == 200
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "sign_in")).one()
    assert (event.actor_id, event.object_type, event.object_id) == (user.id, "users", user.id)


def test_the_email_is_read_whatever_its_case(make, browser):
    user = make.user(email="ines@exemple.test")
    typed = {"email": "  INES@Exemple.Test ", "password": PASSWORD}
    assert browser.submit("/connexion", typed).status_code == 303
    assert user.email == "ines@exemple.test"


def state(make, case):
    """An account in that state, and what its visitor types."""
    if case == "unknown":
        return {"email": "personne@exemple.test", "password": PASSWORD}
    values = {"disabled": {"active": False}, "no password": {"password_hash": None}}.get(case, {})
    roles = () if case == "no structure" else (Role.DEVELOPER,)
    user = make.user(roles=roles, **values)
    return {"email": user.email, "password": "faux" if case == "wrong password" else PASSWORD}


STATES = ["unknown", "disabled", "no password", "no structure", "wrong password"]


@pytest.mark.parametrize("case", STATES)
def test_every_refusal_looks_alike_and_changes_nothing(make, browser, snapshot, case):
    typed = state(make, case)
    before = snapshot()
    answer = browser.submit("/connexion", typed)
    assert answer.status_code == 422
    assert REFUSAL in answer.text
    assert typed["password"] not in answer.text
    assert typed["email"] in answer.text, "what was typed is kept"
    assert snapshot() == before
    assert browser.get("/aujourdhui").status_code == 303


def seen(answer, typed):
    """What an answer shows, but for what changes at each one: tokens, the session's cookie, what was typed."""
    body = re.sub(r'(name="(?:csrf_token|nonce)"\s+value=")[^"]*', r"\1", answer.text.replace(typed["email"], "…"))
    headers = {name: value for name, value in answer.headers.items() if name not in {"Set-Cookie", "Content-Length"}}
    return answer.status_code, body, headers


def test_no_account_can_be_guessed(app, make, monkeypatch):
    """Five states of an account, and one with a second factor: same status, body, headers, and one hash each."""
    hashed = []
    verify = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda stored, typed: hashed.append(stored) or verify(stored, typed))
    cases = {case: state(make, case) for case in STATES}
    protected = make.user(totp_secret="x", totp_confirmed_at=datetime(2026, 11, 1, tzinfo=UTC))
    cases["second factor"] = {"email": protected.email, "password": "faux"}
    shown = {}
    for number, (case, typed) in enumerate(cases.items()):
        browser = Browser(app)
        address = {"REMOTE_ADDR": f"198.51.100.{number}"}
        shown[case] = seen(browser.submit("/connexion", typed, environ_overrides=address), typed)
        assert len(hashed) == number + 1, "the hash is computed, once"
    assert len({str(one) for one in shown.values()}) == 1, shown
    for number, typed in enumerate(cases.values()):
        address = {"REMOTE_ADDR": f"198.51.100.{number}"}
        answers = [
            Browser(app).submit("/connexion", typed | {"password": "faux"}, environ_overrides=address) for _ in range(5)
        ]
        assert [answer.status_code for answer in answers] == [422] * 4 + [429]


def test_a_failed_sign_in_is_written_down(make, browser, session):
    user = make.user()
    browser.sign_in(user, "faux")
    browser.submit("/connexion", {"email": "personne@exemple.test", "password": "faux"})
    failed = session.scalars(select(AuditEvent).where(AuditEvent.result == "failed").order_by(AuditEvent.id)).all()
    assert [(one.action, one.object_type, one.object_id, one.actor_id) for one in failed] == [
        ("sign_in", "users", user.id, None),
        ("sign_in", "", None, None),
    ]
    assert "faux" not in str([(one.fields, one.reason) for one in failed])


@pytest.mark.parametrize("typed", [{"email": "", "password": ""}, {"email": "a" * 300, "password": "b" * 5000}])
def test_empty_and_endless_values_are_refused_beside_the_field(browser, typed):
    answer = browser.submit("/connexion", typed)
    assert answer.status_code == 422
    assert REFUSAL not in answer.text, "the hash was not even asked"


def test_sign_in_leads_back_to_the_page_asked_for(make, browser):
    user = make.user()
    browser.get("/partenaires?q=vasseur")
    answer = browser.submit(
        "/connexion?next=%2Fpartenaires%3Fq%3Dvasseur",
        {"email": user.email, "password": PASSWORD},
        action="/connexion",
    )
    assert answer.location == "/partenaires?q=vasseur"


def test_a_signed_in_person_is_sent_on(make, browser):
    browser.sign_in(make.user())
    assert browser.get("/connexion").status_code == 303


def test_the_language_is_kept_with_the_account(make, browser, session):
    user = make.user()
    browser.sign_in(user)
    assert '<html lang="fr">' in browser.get("/aujourdhui").text
    browser.submit("/aujourdhui", {"language": "en"}, action="/langue")
    assert '<html lang="en">' in browser.get("/aujourdhui").text
    assert session.get(User, user.id).language == "en"


def test_a_visitor_chooses_a_language_too(browser):
    assert '<html lang="en">' in browser.get("/connexion", headers={"Accept-Language": "en-GB"}).text
    french = next(form for form in forms_of(browser.get("/connexion").text) if form.action == "/langue")
    browser.client.post("/langue", data={**french.values, "language": "fr"})
    assert '<html lang="fr">' in browser.get("/connexion", headers={"Accept-Language": "en-GB"}).text


def test_another_language_is_refused(make, browser, session):
    user = make.user()
    browser.sign_in(user)
    browser.submit("/aujourdhui", {"language": "xx"}, action="/langue")
    assert session.get(User, user.id).language == "fr"
