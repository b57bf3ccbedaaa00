"""Many partners taken over at once from the list, the undo, and the nudge that watches partnerships."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm.method.enums import CardState
from crm.method.models import Initiative, Partnership, TransitionProof
from crm.method.nudging.nudges import STALLED, StalledFact, stalled
from crm.method.nudging.queries import stalled_facts
from crm.reminders.nudges import ALL_DONE

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


@pytest.fixture
def dev(make, browser):
    user = make.user()
    browser.enter(user, make.home)
    return user


def test_from_the_list_to_the_portfolio_and_back(dev, make, browser, session):
    one, two, three = make.partner(), make.partner(), make.partner()
    address = f"ids={one.public_id}&ids={two.public_id}"
    assert "Les reprendre comme partenariats" in browser.get(f"/partenaires/en-nombre?{address}").text
    here = f"/partenaires/en-nombre/reprendre?{address}"
    assert "2 partenaires seront repris" in browser.get(here).text
    form = browser.form(here).values | {"step": "6", "taken_over_on": "2024-05-02"}
    form["ids"] = [one.public_id, two.public_id]
    sent = browser.client.post("/partenaires/en-nombre/reprendre", data=form)
    assert sent.status_code == 303
    rows = session.execute(select(Partnership.step, Partnership.taken_over_on, Partnership.owner_id)).all()
    assert [tuple(row) for row in rows] == [(6, date(2024, 5, 2), dev.id)] * 2
    assert session.scalars(select(Initiative.is_portfolio)).all() == [True]
    assert session.scalar(select(func.count()).select_from(TransitionProof)) == 14
    page = browser.get(sent.location)
    assert "2 partenaires repris" in page.text
    worked_on = session.scalars(select(Partnership.public_id).order_by(Partnership.id)).first()
    assert browser.submit(f"/partenariats/{worked_on}/modifier", {"role": "client"}).status_code == 303
    action = page.text.split("/partenaires/en-nombre/reprendre/")[1].split("/")[0]
    tokens = browser.form(f"/partenaires/en-nombre/reprendre?ids={three.public_id}").values
    data = {name: tokens[name] for name in ("csrf_token", "nonce")}
    undone = browser.client.post(f"/partenaires/en-nombre/reprendre/{action}/annuler", data=data)
    assert undone.status_code == 303
    states = session.scalars(select(Partnership.state).order_by(Partnership.id)).all()
    assert states == [CardState.ACTIVE, CardState.WITHDRAWN]


def test_nobody_is_taken_over_twice(dev, make, browser, session):
    partner = make.partner()
    here = f"/partenaires/en-nombre/reprendre?ids={partner.public_id}"
    assert browser.submit(here, {"step": "4"}).status_code == 303
    assert "déjà dans le portefeuille" in browser.get(here).text
    assert "personne à reprendre" in browser.get("/partenaires/en-nombre/reprendre").text
    assert session.scalar(select(func.count()).select_from(Partnership)) == 1


@pytest.mark.parametrize(
    ("days", "has_todo", "is_due"), [(6, False, False), (7, False, True), (7, True, False), (400, False, True)]
)
def test_when_a_partnership_is_spoken_of(days, has_todo, is_due):
    fact = StalledFact(1, 2, 3, NOW.date() - timedelta(days=days), has_todo)
    notice = stalled(fact, STALLED.delay_days, NOW)
    assert notice.is_due is is_due
    assert (notice.done_before == ALL_DONE) is has_todo


def test_the_facts_leave_out_what_is_paused_or_over(dev, make):
    project = make.add(Initiative(structure_id=make.home.id, title="x", step_since=NOW, created_at=NOW))
    partners = [make.partner() for _ in range(4)]
    states = [
        (CardState.ACTIVE, None),
        (CardState.PAUSED, date(2027, 1, 1)),
        (CardState.PAUSED, date(2026, 11, 1)),
        (CardState.FINISHED, None),
    ]
    for partner, (state, until) in zip(partners, states, strict=True):
        card = Partnership(structure_id=make.home.id, initiative_id=project.id, partner_id=partner.id)
        card.owner_id, card.state, card.paused_until = dev.id, state, until
        card.step_since = card.entered_at = card.created_at = NOW
        make.add(card)
    make.todo(partners[2], dev, due_on=date(2026, 12, 1))
    with make.transaction() as reading:
        facts = stalled_facts(reading, NOW, None)
    assert {(one.partner_id, one.has_todo) for one in facts} == {(partners[0].id, False), (partners[2].id, True)}
