"""A forgotten password: whatever the address, nothing tells whether it has an account."""

import re

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.accounts.models import SingleUseLink
from tests.counting import statements
from tests.pages import Browser

PAGE = "/mot-de-passe-oublie"


@pytest.fixture
def _mails(app, monkeypatch):
    """A mail server is set. Nothing is sent in these tests."""
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")


def state(make, case):
    """The address of an account in that state."""
    if case == "unknown":
        return "personne@exemple.test"
    values = {"disabled": {"active": False}, "no password": {"password_hash": None}}.get(case, {})
    return make.user(roles=() if case == "no structure" else (Role.DEVELOPER,), **values).email


STATES = ["open", "no password", "unknown", "disabled", "no structure"]


def ask(app, email, number=1, **kwargs):
    address = {"REMOTE_ADDR": f"198.51.{number // 250}.{number % 250}"}
    return Browser(app).submit(PAGE, {"email": email}, environ_overrides=address, **kwargs)


def seen(answer):
    """What an answer shows, but for what changes at each one: tokens, the session's cookie."""
    body = re.sub(r'(name="(?:csrf_token|nonce)"\s+value=")[^"]*', r"\1", answer.text)
    headers = {name: value for name, value in answer.headers.items() if name not in {"Set-Cookie", "Content-Length"}}
    return answer.status_code, body, str(headers)


@pytest.mark.usefixtures("_mails")
def test_the_answer_is_the_same_for_every_state(app, make, session):
    shown, pages = {}, {}
    for number, case in enumerate(STATES):
        answer = ask(app, state(make, case), number)
        shown[case] = seen(answer)
        pages[case] = seen(Browser(app).get(answer.location))
    assert shown["open"][0] == 303
    assert len(set(shown.values())) == 1, shown
    assert len(set(pages.values())) == 1
    assert "Si un compte existe" in pages["open"][1]
    waiting = {link.send_to for link in session.scalars(select(SingleUseLink)) if link.send_to}
    assert waiting == {"personne1@exemple.test", "personne2@exemple.test"}, "an open account, and an invited one"
    assert all(link.token_hash is None for link in session.scalars(select(SingleUseLink)))


@pytest.mark.usefixtures("_mails")
def test_so_is_the_work_behind_it(app, make):
    """As many questions to the database for a known address as for an unknown one: nothing to measure from outside."""
    sent = {}
    for email in (state(make, "open"), "personne@exemple.test"):
        visitor = Browser(app)
        form = visitor.form(PAGE)
        with statements(app) as asked:
            assert visitor.client.post(PAGE, data=form.values | {"email": email}).status_code == 303
        sent[email] = len(asked)
    assert len(set(sent.values())) == 1, sent


@pytest.mark.usefixtures("_mails")
def test_five_demands_an_hour_for_one_account_whoever_asks(app, make):
    for email in (state(make, "open"), "personne@exemple.test"):
        answers = [ask(app, email, number).status_code for number in range(7)]
        assert answers == [303] * 5 + [429] * 2


@pytest.mark.usefixtures("_mails")
def test_five_demands_a_quarter_from_one_place(app, make):
    answers = [ask(app, f"quelquun{number}@exemple.test", 1).status_code for number in range(7)]
    assert answers == [303] * 5 + [429] * 2
    forwarded = ask(app, "autre@exemple.test", 1, headers={"X-Forwarded-For": "203.0.113.9"})
    assert forwarded.status_code == 429, "a header does not make another visitor"


@pytest.mark.usefixtures("_mails")
def test_it_goes_to_the_stored_address(app, make, session):
    user = make.user(email="ines@exemple.test")
    ask(app, "  INES@Exemple.TEST ")
    link = session.scalars(select(SingleUseLink)).one()
    assert (link.user_id, link.send_to) == (user.id, "ines@exemple.test")


@pytest.mark.usefixtures("_mails")
@pytest.mark.parametrize("email", ["", " ", "a" * 300, "ines@exemple.test\nBcc: x@exemple.test", "' OR 1=1 --", "x\0y"])
def test_junk_opens_nothing(app, make, session, email):
    make.user(email="ines@exemple.test")
    assert ask(app, email).status_code in {303, 422}
    assert [link for link in session.scalars(select(SingleUseLink)) if link.send_to] == []


def test_without_a_mail_server_it_says_whom_to_ask(app, browser, make, session):
    make.user(email="ines@exemple.test")
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert "la direction de votre structure" in page.text
    posted = browser.form("/connexion").values | {"email": "ines@exemple.test"}
    browser.client.post(PAGE, data=posted)
    assert session.scalars(select(SingleUseLink)).all() == []


def test_the_sign_in_page_leads_there(browser):
    assert f'href="{PAGE}"' in browser.get("/connexion").text
