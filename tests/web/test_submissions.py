"""One form, one effect: no token, no nonce, twice, twenty times at once, again with other words."""

import threading

from sqlalchemy import func, select

from crm.accounts.models import Structure
from crm.audit.models import AuditEvent

URL = "/essai/structure"


def tokens(browser):
    """The hidden fields of a fresh form."""
    values = browser.form("/essai/formulaire", action="/essai/structure").values
    return {name: values[name] for name in ("csrf_token", "nonce")}


def count(session, name):
    """How many structures carry that name."""
    return session.scalar(select(func.count()).select_from(Structure).where(Structure.name == name))


def test_without_a_csrf_token_nothing_happens(make, browser, snapshot):
    browser.sign_in(make.user())
    typed = tokens(browser)
    before = snapshot()
    for forged in ({}, {"csrf_token": ""}, {"csrf_token": "faux"}):
        response = browser.client.post(URL, data={"nonce": typed["nonce"], "name": "forgée", **forged})
        assert response.status_code == 400
        assert "forgée" in response.text, "what was typed is given back"
    assert snapshot() == before


def test_the_token_of_somebody_else_is_refused(make, browser, app, snapshot):
    from tests.pages import Browser

    other = Browser(app)
    other.sign_in(make.user())
    stolen = tokens(other)
    browser.sign_in(make.user())
    before = snapshot()
    assert browser.client.post(URL, data={**stolen, "name": "volée"}).status_code == 400
    assert snapshot() == before


def test_without_a_nonce_nothing_happens(make, browser, snapshot):
    browser.sign_in(make.user())
    typed = tokens(browser)
    before = snapshot()
    for nonce in ("", "court", "x" * 65):
        data = {"csrf_token": typed["csrf_token"], "nonce": nonce, "name": "sans"}
        assert browser.client.post(URL, data=data).status_code == 400
    assert snapshot() == before


def test_the_same_form_twice_makes_one_row_and_leads_to_the_same_place(make, browser, session):
    browser.sign_in(make.user())
    typed = {**tokens(browser), "name": "unique"}
    assert browser.client.post(URL, data=typed).status_code == 200
    again = browser.client.post(URL, data=typed)
    assert (again.status_code, again.location) == (303, URL)
    assert count(session, "unique") == 1


def test_a_refused_form_can_be_sent_again(make, browser, session):
    browser.sign_in(make.user())
    typed = {**tokens(browser), "name": "corrigée"}
    assert browser.client.post(f"{URL}?status=422", data=typed).status_code == 422
    assert browser.client.post(f"{URL}?status=422".replace("422", "200"), data=typed).status_code == 200
    assert count(session, "corrigée") == 1


def test_the_same_form_with_other_words_asks_before_a_second_row(make, browser, session):
    browser.sign_in(make.user())
    typed = {**tokens(browser), "name": "première"}
    browser.client.post(URL, data=typed)
    answer = browser.client.post(URL, data={**typed, "name": "seconde"})
    assert answer.status_code == 409
    assert "seconde" in answer.text
    assert count(session, "seconde") == 0

    from tests.pages import forms_of

    form = next(form for form in forms_of(answer.text) if form.values.get("name") == "seconde")
    assert browser.client.post(form.action, data=form.values).status_code == 200
    assert count(session, "seconde") == 1


def test_a_password_is_never_handed_back(make, browser):
    browser.sign_in(make.user())
    typed = {**tokens(browser), "name": "première", "password": "sésame ouvre-toi un"}
    browser.client.post(URL, data=typed)
    answer = browser.client.post(URL, data={**typed, "name": "seconde", "password": "sésame ouvre-toi deux"})
    assert answer.status_code == 409
    assert "seconde" in answer.text
    assert "sésame" not in answer.text


def test_twenty_parallel_posts_make_one_row(app, make, browser, session):
    browser.sign_in(make.user())
    typed = {**tokens(browser), "name": "parallèle"}
    cookie = browser.client.get_cookie("passerelle").value
    start, answers = threading.Barrier(20), []

    def send():
        client = app.test_client()
        client.set_cookie("passerelle", cookie)
        start.wait()
        answers.append(client.post(URL, data=typed).status_code)

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [303] * 19
    assert count(session, "parallèle") == 1
    created = select(func.count()).where(AuditEvent.object_type == "structures", AuditEvent.action == "create")
    assert session.scalar(created) == 2, "the structure of the user, and this one"
