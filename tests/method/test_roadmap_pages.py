"""The roadmap of a partnership on screen: lines, budget, agreement."""

from html import unescape

import pytest

from crm.access.policy import Role
from crm.method.enums import BudgetSide, ItemState
from crm.method.models import Partnership
from crm.method.partnerships.models import RoadmapItem
from crm.partners.models import Partner
from tests.counting import statements
from tests.method import cards

HOSTILE = "<script>alert(1)</script> & =1+1"


@pytest.fixture
def card(make, browser):
    """A partnership seen by somebody signed in as developer."""
    browser.enter(make.user(), make.home)
    return cards.partnership(make, make.partner(HOSTILE))


def address(card):
    return f"/partenariats/{card.public_id}/feuille-de-route"


def test_an_empty_roadmap_says_what_to_do(browser, card):
    page = browser.get(address(card)).text
    assert "Aucune ligne pour l'instant" in page
    assert "Aucune ligne de budget" in page
    assert "pas encore donné son accord" in page
    assert "<script>alert" not in page


def test_who_does_what_and_what_it_costs(make, browser, card):
    ours = make.user(first_name="Inès", last_name="Barral")
    theirs = make.contact(make.partner(), last_name="Vasseur", first_name="Lou")
    cards.item(make, card, what=HOSTILE, ours_id=ours.id, theirs_id=theirs.id, how="Par téléphone")
    funder = make.partner("Fondation Lumen")
    cards.money(make, card)
    cards.money(make, card, BudgetSide.FUNDING, wording="Subvention", planned_cents=100_000, funder_id=funder.id)
    page = browser.get(address(card)).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    for words in ("Inès Barral", "Lou Vasseur", "Par téléphone", "01/12/2026", "Fondation Lumen"):
        assert words in page
    plain = page.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    assert "1 500,50 €" in plain
    assert "Il reste 500,50 € à trouver." in plain


def test_a_tap_changes_a_line_and_one_more_undoes_it(make, browser, session, card):
    one = cards.item(make, card)
    url = f"/partenariats/lignes/{one.public_id}/etat"
    form = browser.form(address(card), action=url)
    assert browser.client.post(url, data=form.values | {"state": "done"}).status_code == 303
    assert session.get_one(RoadmapItem, one.id).state is ItemState.DONE
    undo = browser.form(address(card), action=url)
    assert undo.values["state"] == "todo"
    assert browser.client.post(url, data=undo.values).status_code == 303
    session.expire_all()
    assert session.get_one(RoadmapItem, one.id).state is ItemState.TODO


def test_a_tap_on_an_old_page_changes_nothing(make, browser, snapshot, card):
    one = cards.item(make, card)
    url = f"/partenariats/lignes/{one.public_id}/etat"
    old = browser.form(address(card), action=url).values
    browser.client.post(url, data=browser.form(address(card), action=url).values | {"state": "doing"})
    before = snapshot()
    assert browser.client.post(url, data=old | {"state": "dropped"}).status_code == 409
    assert snapshot() == before


def test_the_agreement_is_written(make, browser, session, card):
    theirs = make.contact(session.get_one(Partner, card.partner_id), last_name="Vasseur", first_name="Lou")
    url = f"/partenariats/{card.public_id}/accord"
    typed = {"agreed_by_id": str(theirs.id), "agreed_on": "20/11/2026", "without_budget": "y", "shared_with": HOSTILE}
    assert browser.submit(url, typed).status_code == 303
    session.expire_all()
    kept = session.get_one(Partnership, card.id)
    assert (kept.agreed_by_id, kept.without_budget, kept.shared_with) == (theirs.id, True, HOSTILE)
    page = browser.get(address(card)).text
    assert "Accord de Lou Vasseur, le 20/11/2026" in page
    assert "Sans budget" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"agreed_on": "2999-01-01", "agreed_by": "Lou"}, "à venir"),
        ({"agreed_on": "2026-11-20"}, "qui a donné"),
        ({"agreed_by": "Lou Vasseur"}, "quand l'accord"),
        ({"agreed_by_id": "999999", "agreed_on": "2026-11-20"}, "contact de ce partenaire"),
        ({"agreed_by_id": "9" * 30, "agreed_on": "2026-11-20"}, "error-summary"),
        ({"agreed_by_id": "<b>", "agreed_on": "2026-11-20"}, "error-summary"),
        ({"agreed_on": "un jour"}, "Date à revoir"),
        ({"shared_with": "x" * 501}, "Trop long"),
        ({"without_budget": "y"}, "retirez-les"),
    ],
)
def test_a_wrong_agreement_is_told_and_kept(make, browser, snapshot, card, typed, sentence):
    cards.money(make, card)
    url = f"/partenariats/{card.public_id}/accord"
    before = snapshot()
    answer = browser.submit(url, typed)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert snapshot() == before


def test_two_people_on_one_agreement_choose(browser, session, card):
    url = f"/partenariats/{card.public_id}/accord"
    old = browser.form(url).values
    browser.submit(url, {"shared_with": "La Passerelle"})
    answer = browser.client.post(url, data=old | {"shared_with": "Le Chantier"})
    assert answer.status_code == 409
    assert "La Passerelle" in answer.text
    assert session.get_one(Partnership, card.id).shared_with == "La Passerelle"


def test_whoever_reads_only_finds_no_form(make, browser):
    browser.enter(make.user(roles=[Role.COUNSELLOR]), make.home)
    card = cards.partnership(make)
    cards.item(make, card)
    page = unescape(browser.get(address(card)).text)
    assert "Visiter l'atelier" in page
    assert "/etat" not in page
    assert "/accord" not in page


def test_the_number_of_queries_does_not_grow(make, browser, card):
    def queries():
        with statements(make.app) as seen:
            assert browser.get(address(card)).status_code == 200
        return len(seen)

    cards.item(make, card)
    cards.money(make, card)
    browser.get(address(card))
    few = queries()
    for _ in range(5):
        cards.item(make, card, ours_id=make.user().id, theirs_id=make.contact(make.partner()).id)
        cards.money(make, card, funder_id=make.partner().id)
    assert queries() == few
