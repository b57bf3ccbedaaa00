"""The needs of a partner, as one structure heard them."""

import pytest
from sqlalchemy import select

from crm import clock
from crm.partners.enums import NeedState
from crm.partners.models import Need


@pytest.fixture
def known(make, browser):
    """A partner seen by somebody signed in as developer."""
    browser.enter(make.user(), make.home)
    return make.partner()


def add(browser, known, **typed):
    url = f"/partenaires/{known.public_id}/besoins/nouveau"
    return browser.submit(url, {"kind": "hr", "wording": "=1+1 <b>vendeurs</b>", **typed})


def test_a_need_is_noted_seen_and_said_to_be_met(make, browser, session, known):
    assert add(browser, known, season_month="4").status_code == 303
    need = session.scalars(select(Need)).one()
    assert (need.structure_id, need.season_month, need.state) == (make.home.id, 4, NeedState.OPEN)
    here = f"/partenaires/{known.public_id}"
    page = browser.get(here).text
    assert "=1+1 &lt;b&gt;vendeurs" in page
    assert "chaque année en avril" in page
    url = f"/besoins/{need.public_id}/etat"
    form = browser.form(here, action=url)
    assert browser.client.post(url, data=form.values | {"state": "met"}).status_code == 303
    session.expire_all()
    assert session.scalars(select(Need)).one().state is NeedState.MET
    undo = browser.form(here, action=url)
    assert undo.values["state"] == "open"
    assert browser.client.post(url, data=undo.values).status_code == 303
    session.expire_all()
    assert session.scalars(select(Need)).one().state is NeedState.OPEN


def test_a_tap_on_an_old_page_changes_nothing(browser, session, snapshot, known):
    add(browser, known)
    need = session.scalars(select(Need)).one()
    here, url = f"/partenaires/{known.public_id}", f"/besoins/{need.public_id}/etat"
    old = browser.form(here, action=url).values
    browser.submit(f"/besoins/{need.public_id}/modifier", {"wording": "Autre chose"})
    before = snapshot()
    assert browser.client.post(url, data=old | {"state": "met"}).status_code == 409
    assert snapshot() == before


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": ""},
        {"wording": "  "},
        {"wording": "x" * 2001},
        {"horizon_on": "2027-01-01", "season_month": "3"},
        {"season_month": "13"},
        {"state": "lost"},
        {"horizon_on": "demain"},
    ],
)
def test_a_need_that_cannot_be(browser, snapshot, known, typed):
    before = snapshot()
    assert add(browser, known, **typed).status_code == 422
    assert snapshot() == before


def test_another_structure_knows_nothing_of_it(make, browser, known):
    need = Need(
        structure_id=make.structure().id, partner_id=known.id, kind="hr", wording="Secret", created_at=clock.now()
    )
    need = make.add(need)
    assert "Secret" not in browser.get(f"/partenaires/{known.public_id}").text
    assert browser.get(f"/besoins/{need.public_id}/modifier").status_code == 404
