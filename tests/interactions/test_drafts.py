"""The key of drafts: one a person, the same tomorrow, told to nobody else."""

from base64 import b64decode

from crm.access.policy import Role
from crm.interactions.drafts.keys import draft_key


def test_a_key_is_a_persons_own_and_always_the_same():
    mine = draft_key("inès", secret="s" * 40)
    assert mine == draft_key("inès", secret="s" * 40)
    assert mine != draft_key("sonia", secret="s" * 40)
    assert mine != draft_key("inès", secret="t" * 40)
    assert len(b64decode(mine)) == 32


def test_a_session_is_told_its_own_key_and_keeps_nothing(app, make, browser):
    user = make.user()
    browser.enter(user, make.home)
    answer = browser.get("/echanges/brouillon/cle")
    assert answer.json == {"key": draft_key(user.public_id, secret=app.config["SECRET_KEY"])}
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_may_not_log_has_no_drafts(make, browser):
    browser.enter(make.user(roles=[Role.BOARD]), make.home)
    assert browser.get("/echanges/brouillon/cle").status_code == 403


def test_signing_out_clears_what_the_browser_cached(make, browser):
    browser.enter(make.user(), make.home)
    answer = browser.submit("/aujourdhui", {}, action="/deconnexion")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
