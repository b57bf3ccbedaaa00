"""A survey from its link to its answer: once, without an account, telling nothing of anybody else."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from crm import clock
from crm.method.surveys.models import Survey
from crm.method.surveys.rules import Again
from crm.partners.models import Partner
from tests.method import cards
from tests.pages import Browser

HOSTILE = "<script>alert(1)</script> & =1+1"
TYPED = {"satisfaction": "4", "again": "yes", "went_well": HOSTILE}


@pytest.fixture
def card(make, browser):
    """A partnership seen by somebody signed in as developer."""
    browser.enter(make.user(), make.home)
    return cards.partnership(make, make.partner("Menuiserie Aster"))


@pytest.fixture
def guest(app):
    """Somebody without an account."""
    return Browser(app)


def ask(browser, card, **typed):
    answer = browser.submit(f"/partenariats/{card.public_id}/enquetes", {"recipient": "Lou Vasseur"} | typed)
    assert answer.status_code == 200, answer.text
    return re.search(r"/enquete/[\w-]{43}", answer.text)[0]


def test_a_partner_answers_once(make, browser, guest, session, card):
    theirs = make.contact(session.get_one(Partner, card.partner_id), first_name="Ada", last_name="Morel")
    link = ask(browser, card, contact_id=str(theirs.id), recipient="")
    survey = session.scalars(select(Survey)).one()
    assert link.rsplit("/", 1)[1].encode() not in survey.token_hash
    page = guest.get(link)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    for hidden in ("Menuiserie Aster", "Ada", "Morel", "Bâtiment au sud"):
        assert hidden not in page.text
    assert make.home.name in unescape(page.text)
    assert guest.submit(link, TYPED).status_code == 303
    assert "Merci" in guest.get("/enquete").text
    session.expire_all()
    survey = session.scalars(select(Survey)).one()
    assert (survey.satisfaction, survey.again, survey.went_well) == (4, Again.YES, HOSTILE)
    assert guest.get(link).status_code == 404
    seen = browser.get(f"/partenariats/{card.public_id}/suivi").text
    assert "4 sur 5" in seen
    assert "Ada Morel" in seen
    assert "&lt;script&gt;alert(1)" in seen
    assert "<script>alert" not in seen


@pytest.mark.parametrize(
    "typed",
    [
        {"again": "yes"},
        {"satisfaction": "4"},
        {"satisfaction": "6", "again": "yes"},
        {"satisfaction": "4", "again": "jamais"},
        {"satisfaction": "4", "again": "yes", "to_improve": "x" * 4001},
    ],
)
def test_half_an_answer_is_asked_again_and_kept(browser, guest, snapshot, card, typed):
    link = ask(browser, card)
    guest.get(link)
    before = snapshot()
    answer = guest.submit(link, typed | {"went_well": "Tout <b>va</b> bien"})
    assert answer.status_code == 422
    assert "Tout &lt;b&gt;va&lt;/b&gt; bien" in answer.text
    assert snapshot() == before


def test_a_link_serves_nobody_once_cancelled_or_old(make, browser, guest, session, card):
    first, second = ask(browser, card), ask(browser, card)
    old = guest.form(second).values
    here = f"/partenariats/{card.public_id}/suivi"
    survey = session.scalars(select(Survey).order_by(Survey.id)).first()
    url = f"/enquetes/{survey.public_id}/annuler"
    assert browser.client.post(url, data=browser.form(here, action=url).values).status_code == 303
    assert guest.get(first).status_code == 404
    with make.transaction() as writing:
        for one in writing.scalars(select(Survey)):
            one.expires_at = clock.now() - timedelta(days=1)
    sent = guest.client.post(second, data=old | TYPED)
    assert sent.status_code == 404
    assert "ne sert plus" in sent.text
    session.expire_all()
    assert session.scalars(select(Survey.answered_at)).all() == [None, None]


def test_whoever_guesses_words_is_stopped(guest, make):
    codes = [guest.get(f"/enquete/{'x' * 42}{number}").status_code for number in range(12)]
    assert set(codes[:5]) == {404}
    assert codes[-1] == 429
    assert guest.get("/enquete/" + "x" * 500).status_code in {404, 429}


@pytest.mark.parametrize("typed", [{"recipient": ""}, {"recipient": "x" * 161}, {"contact_id": "424242"}])
def test_a_link_is_for_somebody(browser, snapshot, card, typed):
    before = snapshot()
    answer = browser.submit(f"/partenariats/{card.public_id}/enquetes", {"recipient": "Lou"} | typed)
    assert answer.status_code == 422
    assert snapshot() == before
