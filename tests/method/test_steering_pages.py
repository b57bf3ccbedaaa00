"""Steps 6 and 7 on screen: pilots, sessions, indicators and their values, reviews, highlights."""

from datetime import date
from html import unescape

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.method.enums import ActionState, HighlightKind
from crm.method.models import Partnership
from crm.method.partnerships.models import CoordinationSession, Highlight, Indicator, IndicatorValue, Review
from crm.partners.models import Partner
from tests.counting import statements
from tests.factories import THEN
from tests.method import cards

HOSTILE = "<script>alert(1)</script> & =1+1"


@pytest.fixture
def card(make, browser):
    """A partnership seen by somebody signed in as developer."""
    browser.enter(make.user(), make.home)
    return cards.partnership(make, make.partner(HOSTILE), step=7)


def fill(make, card):
    of = {"initiative_id": card.initiative_id, "partnership_id": card.id, "created_at": THEN}
    cards.indicator(make, card, wording=HOSTILE, target="12 par an", unit="personnes", source="le registre")
    make.add(Review(**of, held_on=date(2026, 10, 1), relations="Bonnes", their_view=HOSTILE, ambitions="Un forum"))
    make.add(Highlight(**of, kind=HighlightKind.LABEL, held_on=date(2026, 9, 1), wording=HOSTILE))
    sitting = {"partnership_id": card.id, "created_at": THEN}
    make.add(CoordinationSession(**sitting, held_on=date(2999, 1, 1)))
    make.add(CoordinationSession(**sitting, held_on=date(2026, 10, 2), decisions=HOSTILE, present="Nous deux"))


def test_an_empty_page_says_what_to_do(browser, card):
    page = unescape(browser.get(f"/partenariats/{card.public_id}/suivi").text)
    for words in ("avant de lancer", "Aucun bilan", "Personne ne pilote", "Aucune séance", "Petit-déjeuner"):
        assert words in page


def test_everything_is_seen_and_nothing_is_markup(make, browser, card):
    fill(make, card)
    page = browser.get(f"/partenariats/{card.public_id}/suivi").text
    for words in ("12 par an", "le registre", "Bonnes", "Un forum", "Label", "Nous deux", "Prévue"):
        assert words in page
    assert "<script>alert" not in page


def test_an_indicator_set_after_launching_is_told(make, browser, card):
    cards.indicator(make, card)
    here = f"/partenariats/{card.public_id}/suivi"
    cards.action(make, card, state=ActionState.LAUNCHED, launched_on=THEN.date())
    assert "posé après" not in browser.get(here).text
    cards.action(make, card, state=ActionState.DONE, launched_on=date(2026, 1, 1))
    assert "posé après" in browser.get(here).text


def test_a_value_is_noted_with_its_day(make, browser, session, snapshot, card):
    one = cards.indicator(make, card, target="12")
    url = f"/indicateurs/{one.public_id}/valeur"
    assert browser.submit(url, {"value": HOSTILE, "on": "20/11/2026"}).status_code == 303
    kept = session.scalars(select(IndicatorValue)).one()
    assert (kept.period, kept.value) == ("20/11/2026", HOSTILE)
    assert session.get_one(Indicator, one.id).version == 2
    before = snapshot()
    for typed, sentence in (
        ({"value": "3", "on": "2999-01-01"}, "à venir"),
        ({"value": " ", "on": "2026-11-20"}, "nécessaire"),
        ({"value": "x" * 201}, "Trop long"),
    ):
        answer = browser.submit(url, typed)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert snapshot() == before


def test_pilots_are_named_on_both_sides(make, browser, session, snapshot, card):
    ours = make.user(first_name="Inès", last_name="Barral")
    theirs = make.contact(session.get_one(Partner, card.partner_id), first_name="Ada", last_name="Morel")
    url = f"/partenariats/{card.public_id}/pilotes"
    old = browser.form(url).values
    typed = {"our_pilot_id": str(ours.id), "their_pilot_id": str(theirs.id), "coordination": HOSTILE}
    assert browser.submit(url, typed).status_code == 303
    kept = session.get_one(Partnership, card.id)
    assert (kept.our_pilot_id, kept.their_pilot_id, kept.coordination) == (ours.id, theirs.id, HOSTILE)
    page = browser.get(f"/partenariats/{card.public_id}/suivi").text
    assert "Inès Barral" in page
    assert "Ada Morel" in page
    before = snapshot()
    assert browser.client.post(url, data=old | {"coordination": "Un comité"}).status_code == 409
    stranger = make.user(structure=make.structure("La structure voisine"))
    before = snapshot()
    for wrong in ({"our_pilot_id": str(stranger.id)}, {"their_pilot_id": "424242"}, {"our_pilot_id": "<b>"}):
        assert browser.submit(url, wrong).status_code == 422
    assert snapshot() == before


def test_whoever_reads_only_finds_no_form(make, browser):
    browser.enter(make.user(roles=[Role.PLACEMENT]), make.home)
    card = cards.partnership(make)
    fill(make, card)
    page = browser.get(f"/partenariats/{card.public_id}/suivi").text
    for address in ("/pilotes", "/valeur", "/enquetes", "/ajouter", "/modifier"):
        assert address not in page


def test_the_number_of_queries_does_not_grow(make, browser, card):
    def queries():
        with statements(make.app) as sent:
            assert browser.get(f"/partenariats/{card.public_id}/suivi").status_code == 200
        return len(sent)

    fill(make, card)
    browser.get(f"/partenariats/{card.public_id}/suivi")
    few = queries()
    for _ in range(4):
        fill(make, card)
        cards.action(make, card)
    assert queries() == few


@pytest.mark.parametrize("key", ["<b>", "9" * 40, "-1", "²"])
def test_a_choice_that_is_no_number_is_told(browser, snapshot, card, key):
    before = snapshot()
    for url, typed in (
        (f"/partenariats/{card.public_id}/ajouter?quoi=feuille-de-route", {"what": "x", "ours_id": key}),
        (f"/partenariats/{card.public_id}/modifier", {"owner_id": key}),
        ("/projets/nouveau", {"title": "x", "pilot": key}),
    ):
        assert browser.submit(url, typed).status_code == 422
    assert snapshot() == before
