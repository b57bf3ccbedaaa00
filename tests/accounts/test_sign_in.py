"""Sign-in: one neutral refusal, one new session, one line of audit."""

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.accounts.models import User
from crm.audit.models import AuditEvent
from tests.factories import PASSWORD
from tests.pages import forms_of

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


@pytest.mark.parametrize("case", ["unknown", "disabled", "no password", "no structure", "wrong password"])
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
