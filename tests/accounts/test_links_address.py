"""Another e-mail address: both the old and the new one say yes, by hand, and the account changes once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.accounts.links import services as links
from crm.accounts.links.refusals import LinkRefused
from crm.accounts.models import SingleUseLink, User
from crm.audit.models import AuditEvent
from tests.accounts.followed import path_of, reset_of
from tests.factories import PASSWORD
from tests.pages import Browser

NEW = "ines.nouvelle@exemple.test"


@pytest.fixture
def user(make):
    return make.user(email="ines@exemple.test")


def begin(make, user, new=NEW, now=None):
    """The paths of the two links: of the present address, of the new one."""
    now = now or clock.now()
    with make.transaction(make.actor(user), now) as session:
        change = links.begin_email_change(session, session.get_one(User, user.id), new, now=now)
    return path_of(change.old), path_of(change.new)


def confirm(browser, path, typed=NEW):
    return browser.submit(path, {"email": typed})


def email_of(session, user):
    session.expire_all()
    return session.get(User, user.id).email


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_it_changes_when_both_were_followed(make, browser, session, user, order):
    paths = begin(make, user)
    answer = confirm(browser, paths[order[0]])
    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert "l&#39;autre adresse" in browser.get("/connexion").text
    assert email_of(session, user) == "ines@exemple.test", "one half changes nothing"
    assert confirm(browser, paths[order[1]], f" {NEW.upper()} ").status_code == 303
    assert email_of(session, user) == NEW
    assert "Votre adresse est changée" in browser.get("/connexion").text
    assert [browser.get(path).status_code for path in paths] == [404, 404]
    user.email = NEW
    assert browser.sign_in(user).status_code == 303
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "address_changed")).one().actor_id == user.id


def test_one_half_followed_twice_is_not_both(make, browser, session, user):
    old, _new = begin(make, user)
    assert confirm(browser, old).status_code == 303
    assert browser.get(old).status_code == 404
    assert email_of(session, user) == "ines@exemple.test"


def test_both_at_once_change_it_once(app, make, session, user):
    ready = [(Browser(app), path) for path in begin(make, user)]
    ready = [(visitor, path, visitor.form(path).values | {"email": NEW}) for visitor, path in ready]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: one[0].client.post(one[1], data=one[2]).status_code, ready))
    assert answers == [303, 303]
    assert email_of(session, user) == NEW


def test_opening_the_pages_changes_nothing(make, browser, snapshot, user):
    paths = begin(make, user)
    before = snapshot()
    for path in paths * 25:
        assert browser.get(path).status_code == 200
    assert snapshot() == before


@pytest.mark.parametrize("typed", ["", "y", "ines@exemple.test", "autre@exemple.test"])
def test_a_program_that_posts_the_form_confirms_nothing(make, browser, snapshot, user, typed):
    """The new address is typed by a person, and is not in the form."""
    old, _new = begin(make, user)
    before = snapshot()
    assert confirm(browser, old, typed).status_code == 422
    assert snapshot() == before
    assert confirm(browser, old).status_code == 303


@pytest.mark.parametrize(("new", "said"), [
    ("pas une adresse", "Ce n'est pas une adresse"),
    ("ines@exemple.test\r\nBcc: x@exemple.test", "Ce n'est pas une adresse"),
    ("INES@exemple.test", "déjà votre adresse"),
    ("prise@exemple.test", "ne peut pas servir"),
])  # fmt: skip
def test_an_address_that_cannot_serve_is_refused(make, snapshot, user, new, said):
    make.user(email="prise@exemple.test", structure=make.structure())
    before = snapshot()
    with pytest.raises(LinkRefused, match=said) as refusal:
        begin(make, user, new)
    assert refusal.value.field == "email"
    assert snapshot() == before


def test_an_address_taken_meanwhile_is_refused(make, browser, session, user):
    old, new = begin(make, user)
    confirm(browser, old)
    make.user(email=NEW)
    answer = confirm(browser, new)
    assert answer.status_code == 422
    assert "prise par un autre compte" in answer.text
    assert email_of(session, user) == "ines@exemple.test"


def test_half_of_an_abandoned_change_does_not_serve_the_next(make, browser, session, user):
    old, _ = begin(make, user)
    confirm(browser, old)
    _, new = begin(make, user)
    confirm(browser, new)
    assert email_of(session, user) == "ines@exemple.test"


def test_it_kills_the_other_links(make, browser, user):
    reset = path_of(reset_of(make, user))
    for path in begin(make, user):
        confirm(browser, path)
    assert browser.get(reset).status_code == 404


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 404)])
def test_each_link_serves_for_an_hour(make, browser, monkeypatch, user, minutes, status):
    then = clock.now()
    paths = begin(make, user, now=then)
    monkeypatch.setattr(clock, "now", lambda: then + timedelta(minutes=minutes))
    assert [browser.get(path).status_code for path in paths] == [status] * 2


def test_from_the_page_of_the_account(make, browser, session, user):
    """Without a mail server both links are shown, once."""
    browser.sign_in(user)
    answer = browser.submit("/compte/adresse", {"email": NEW, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    shown = {word for word in answer.text.split('"') if "/adresse/" in word and word.startswith("http")}
    assert len(shown) == 2
    for url in shown:
        assert confirm(browser, "/" + url.split("/", 3)[3]).status_code == 303
    assert email_of(session, user) == NEW
    assert session.scalars(select(SingleUseLink.send_to)).all() == [None, None]
