"""Saved views: one's own, shared ones, what is refused; and the command that puts the search right."""

import pytest
import sqlalchemy as sa

from crm.partners.listing.models import SavedView
from crm.partners.models import Contact, Partner, PartnerWord


@pytest.fixture
def ines(make, browser):
    """A development manager, signed in."""
    user = make.user(first_name="Inès", last_name="Diallo")
    browser.enter(user, make.home)
    return user


NEW = "/partenaires/vues/nouvelle"


def kept(session) -> list[tuple[str, str, bool]]:
    """(name, address, shared) of every view."""
    return [(one.name, one.address, one.shared) for one in session.scalars(sa.select(SavedView).order_by(SavedView.id))]


def test_a_view_is_kept_in_its_canonical_form_and_opened_again(ines, browser, make, session):
    make.partner("Garage Lumen")
    answer = browser.submit(f"{NEW}?stage=&kind=siae&q=garage&inconnu=1", {"name": " Mes garages "}, action=NEW)
    assert (answer.status_code, answer.location) == (303, "/partenaires?q=garage&kind=siae")
    assert kept(session) == [("Mes garages", "q=garage&kind=siae", False)]
    assert 'aria-current="page"' in browser.get("/partenaires?kind=siae&q=garage").text


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": "x" * 81}, {"name": "Déjà"}])
def test_a_view_is_refused_and_what_was_typed_stays(ines, browser, snapshot, typed):
    browser.submit(f"{NEW}?q=a", {"name": "Déjà"}, action=NEW)
    before = {name: rows for name, rows in snapshot().items() if name == "saved_views"}
    answer = browser.submit(f"{NEW}?q=b", {**typed, "shared": "y"}, action=NEW)
    assert answer.status_code == 422
    assert 'value="q=b"' in answer.text
    assert "checked" in answer.text
    assert {name: rows for name, rows in snapshot().items() if name == "saved_views"} == before


def test_a_shared_view_is_opened_by_colleagues_and_changed_by_its_owner_only(ines, browser, make, session):
    browser.submit(f"{NEW}?kind=siae", {"name": "Les SIAE", "shared": "y"}, action=NEW)
    browser.submit(f"{NEW}?kind=opco", {"name": "À moi"}, action=NEW)
    view = session.scalars(sa.select(SavedView).where(SavedView.name == "Les SIAE")).one()
    browser.enter(make.user(), make.home)
    page = browser.get("/partenaires/vues").text
    assert "Les SIAE" in page
    assert "partagée par Inès Diallo" in page
    assert "À moi" not in page
    assert browser.get(f"/partenaires/vues/{view.public_id}/modifier").status_code == 404
    elsewhere = make.structure("Ailleurs")
    browser.enter(make.user(structure=elsewhere), elsewhere)
    assert "Les SIAE" not in browser.get("/partenaires/vues").text


def test_renaming_and_two_windows(ines, browser, make, session):
    browser.submit(f"{NEW}?kind=siae", {"name": "Les SIAE"}, action=NEW)
    view = session.scalars(sa.select(SavedView)).one()
    url = f"/partenaires/vues/{view.public_id}/modifier"
    first, second = browser.form(url), browser.form(url)
    assert browser.client.post(url, data=first.values | {"name": "SIAE du 92", "shared": "y"}).status_code == 303
    assert browser.client.post(url, data=second.values | {"name": "SIAE du 75"}).status_code == 409
    assert kept(session) == [("SIAE du 92", "kind=siae", True)]


def test_a_view_deleted_comes_back_as_it_was(ines, browser, session):
    browser.submit(f"{NEW}?kind=siae", {"name": "<b>SIAE</b>", "shared": "y"}, action=NEW)
    view = session.scalars(sa.select(SavedView)).one()
    delete = f"/partenaires/vues/{view.public_id}/supprimer"
    assert browser.submit("/partenaires/vues", {}, action=delete).status_code == 303
    assert kept(session) == []
    answer = browser.submit("/partenaires/vues", {}, action="/partenaires/vues/retablir")
    assert answer.status_code == 303
    assert kept(session) == [("<b>SIAE</b>", "kind=siae", True)]
    assert "<b>SIAE" not in browser.get("/partenaires/vues").text


def test_the_search_is_put_right_by_the_command(make, app, session):
    partner = make.partner("Épicerie du Parvis", sort_key="x", search_key="x")
    contact = make.contact(partner, last_name="Vasseur")
    right = make.partner("Garage Lumen")
    runner = app.test_cli_runner()
    first = runner.invoke(args=["partners", "refresh-search"])
    assert first.exit_code == 0, first.output
    found = session.get(Partner, partner.id)
    assert (found.sort_key, found.city_key) == ("epicerie du parvis", "antony")
    assert "epicerie" in found.search_key
    assert session.get(Contact, contact.id).search_key == "vasseur"
    words = sa.select(PartnerWord.word).where(PartnerWord.partner_id == partner.id)
    assert set(session.scalars(words)) == {"epicerie", "parvis", "antony"}
    assert session.get(Partner, right.id).version == right.version
    assert "0 partenaires, 0 contacts" in runner.invoke(args=["partners", "refresh-search"]).output
