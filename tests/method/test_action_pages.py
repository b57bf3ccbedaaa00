"""Actions on screen: a tap, the checklist, who else takes part, the story of a partner."""

from datetime import date

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.method.enums import ActionKind, ActionState, LineSection
from crm.method.guide.models import MethodLine, MethodVersion
from crm.method.partnerships.models import Action, ActionFactor, ActionPartner
from tests.counting import statements
from tests.factories import THEN
from tests.method import cards

HOSTILE = "<script>alert(1)</script> & =1+1"


@pytest.fixture
def card(make, browser):
    """A partnership seen by a counsellor, who may act."""
    browser.enter(make.user(roles=[Role.COUNSELLOR]), make.home)
    return cards.partnership(make)


@pytest.fixture
def one(make, card):
    """A planned visit."""
    return cards.action(make, card, title=HOSTILE, results=HOSTILE)


def guide(make, *wordings, structure_id=None, number=1):
    version = make.add(MethodVersion(structure_id=structure_id, number=number, created_at=THEN))
    for position, wording in enumerate(wordings):
        make.add(
            MethodLine(
                version_id=version.id,
                action_kind=ActionKind.VISIT,
                section=LineSection.FACTOR,
                position=position,
                wording=wording,
            )
        )


def test_a_tap_launches_an_action_and_one_more_undoes_it(browser, session, one):
    here, url = f"/actions/{one.public_id}", f"/actions/{one.public_id}/etat"
    page = browser.get(here).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    form = browser.form(here, action=url)
    assert browser.client.post(url, data=form.values | {"state": "launched"}).status_code == 303
    kept = session.get_one(Action, one.id)
    assert (kept.state, kept.launched_on) == (ActionState.LAUNCHED, clock.today())
    undo = browser.form(here, action=url)
    assert (undo.values["state"], undo.values["launched_on"]) == ("planned", "")
    assert browser.client.post(url, data=undo.values).status_code == 303
    session.expire_all()
    kept = session.get_one(Action, one.id)
    assert (kept.state, kept.launched_on, kept.ended_on) == (ActionState.PLANNED, None, None)


def test_a_tap_on_an_old_page_changes_nothing(browser, snapshot, one):
    here, url = f"/actions/{one.public_id}", f"/actions/{one.public_id}/etat"
    old = browser.form(here, action=url).values
    browser.client.post(url, data=browser.form(here, action=url).values | {"state": "launched"})
    before = snapshot()
    assert browser.client.post(url, data=old | {"state": "done"}).status_code == 409
    assert snapshot() == before


def test_factors_of_the_structure_are_ticked_and_kept(make, browser, session, one):
    guide(make, "Du guide")
    guide(make, "Un circuit", HOSTILE, structure_id=make.home.id)
    here, url = f"/actions/{one.public_id}", f"/actions/{one.public_id}/facteurs"
    page = browser.get(here).text
    assert "Un circuit" in page
    assert "Du guide" not in page
    form = browser.form(here, action=url)
    assert browser.client.post(url, data=form.values | {"met": [HOSTILE, "inventé"]}).status_code == 303
    rows = session.execute(select(ActionFactor.wording, ActionFactor.is_met).order_by(ActionFactor.id)).all()
    assert [tuple(row) for row in rows] == [("Un circuit", False), (HOSTILE, True)]
    assert browser.get(here).text.count("checked") == 1
    other = browser.form(here, action=url).values["nonce"]
    stale = form.values | {"nonce": other, "met": ["Un circuit"]}
    assert browser.client.post(url, data=stale).status_code == 409


def test_another_partner_takes_part_and_tells_it_in_its_story(make, browser, session, one):
    other = make.partner("Menuiserie <b>Aster</b>")
    url = f"/actions/{one.public_id}/partenaires"
    assert "Aucun partenaire de ce nom" in browser.get(f"{url}?q=inconnu").text
    found = browser.form(f"{url}?q=menuiserie", action=url)
    assert browser.client.post(url, data=found.values).status_code == 303
    assert session.scalars(select(ActionPartner.partner_id)).all() == [other.id]
    here = f"/actions/{one.public_id}"
    assert "Menuiserie &lt;b&gt;Aster" in browser.get(here).text
    assert HOSTILE[:8] not in browser.get(f"/partenaires/{other.public_id}").text
    browser.client.post(f"{here}/etat", data=browser.form(here, action=f"{here}/etat").values | {"state": "done"})
    story = browser.get(f"/partenaires/{other.public_id}").text
    assert f"/actions/{one.public_id}" in story
    assert "<script>alert" not in story
    gone = browser.form(here, action=f"{url}/retirer")
    assert browser.client.post(f"{url}/retirer", data=gone.values | {"partner": other.public_id}).status_code == 303
    session.expire_all()
    assert session.scalars(select(ActionPartner)).all() == []


def test_a_partner_that_is_gone_cannot_be_added(make, browser, snapshot, one):
    other = make.partner("Menuiserie Aster")
    url = f"/actions/{one.public_id}/partenaires"
    form = browser.form(f"{url}?q=menuiserie", action=url)
    with make.transaction() as writing:
        writing.get_one(type(other), other.id).binned_at = THEN
    before = snapshot()
    answer = browser.client.post(url, data=form.values)
    assert answer.status_code == 422
    assert "plus : cherchez-le" in answer.text
    assert snapshot() == before


def test_the_story_is_cut_at_the_right_day(make, browser, card):
    """Page by page, nothing twice and nothing lost, several actions on one day."""
    from crm.method.actions import queries  # the function alone is of interest

    made = [
        cards.action(make, card, state=ActionState.DONE, ended_on=date(2026, 11, 20 + number // 3))
        for number in range(7)
    ]
    actor = make.actor(make.user())
    seen, before = [], None
    with make.transaction(actor) as session:
        while True:
            found = queries.moments(session, card.partner_id, actor=actor, before=before, limit=2)
            if not found:
                break
            seen += [moment.key for moment in found]
            before = (found[-1].at, found[-1].key)
    assert seen == [one.id for one in reversed(made)]


def test_the_list_is_filtered_and_costs_one_query(make, browser, card):
    cards.action(make, card, title="Forum des métiers", planned_on=date(2026, 1, 5))
    cards.action(make, card, title="Petit-déjeuner", state=ActionState.DONE)

    def queries():
        with statements(make.app) as sent:
            page = browser.get("/actions?etat=planned").text
        return page, len(sent)

    browser.get("/actions")
    page, few = queries()
    assert "Forum des métiers" in page
    assert "Petit-déjeuner" not in page.split("<main")[1].split("<tbody")[1]
    assert "En retard" in page
    for number in range(55):
        cards.action(make, card, title=f"Action {number}")
    page, many = queries()
    assert many == few
    assert "apres=" in page
    assert browser.get("/actions?etat=nimporte&apres=<b>").status_code == 200


def test_whoever_reads_only_finds_no_form(make, browser):
    browser.enter(make.user(roles=[Role.PLACEMENT]), make.home)
    one = cards.action(make, cards.partnership(make))
    page = browser.get(f"/actions/{one.public_id}").text
    assert "/etat" not in page
    assert "/facteurs" not in page
