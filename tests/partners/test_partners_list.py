"""The list of partners: search, filter, order, pages, and whose follow is shown."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from crm.access.policy import Role
from crm.db import db
from crm.partners.enums import FollowStage, Willingness
from crm.partners.search import search_key

HOSTILE = ["<img src=x onerror=alert(1)>", "=1+1", "🥖" * 60, "L'amie > caline !", "{{ 7*7 }}", "100 % _pur_ \\ beurre"]


@pytest.fixture
def ines(make, browser):
    """A development manager, signed in."""
    user = make.user()
    browser.sign_in(user)
    return user


@contextmanager
def counted(app) -> Iterator[list[str]]:
    """The SQL statements sent meanwhile."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def names_of(html: str) -> list[str]:
    """The names of the list, in their order."""
    body = re.search(r"<tbody.*?</tbody>", html, re.DOTALL)
    return (
        re.findall(r'<a class="ref" href="/partenaires/[^"]+">.*?<span>(.*?)</span>', body[0], re.DOTALL)
        if body
        else []
    )


def test_an_empty_list_says_what_to_do_first(ines, browser):
    page = browser.get("/partenaires")
    assert page.status_code == 200
    assert "Commencez par une entreprise que vous connaissez" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "epicerie",
        "parvis ÉPICERIE",
        "du parvis épic",
        "ANTONY epicerie",
        "400 690 319 00035",
        "01 99 00 00 07",
        "92160 epi",
    ],
)
def test_search_finds_by_any_word_without_accents_in_any_order(ines, browser, make, query):
    key = search_key(
        names=["Épicerie du Parvis"],
        city="Antony",
        postal_code="92160",
        siret="40069031900035",
        phones=["+33199000007"],
    )
    make.partner("Épicerie du Parvis", siret="40069031900035", phone="+33199000007", search_key=key)
    make.partner("Garage Lumen", city="Sceaux", postal_code="92330")
    assert names_of(browser.get("/partenaires", query_string={"q": query}).text) == ["Épicerie du Parvis"]


@pytest.mark.parametrize("query", ["%", "_", "\\", "100 % pur", "\x00", "😀"])
def test_search_takes_signs_of_the_database_as_text(ines, browser, make, query):
    make.partner("Garage Lumen")
    make.partner("100 % _pur_ beurre")
    page = browser.get("/partenaires", query_string={"q": query})
    assert page.status_code == 200
    if query == "100 % pur":
        assert names_of(page.text) == ["100 % _pur_ beurre"]


def test_a_search_that_finds_nothing_offers_to_create_it(ines, browser, make):
    make.partner("Garage Lumen")
    page = browser.get("/partenaires?q=Vasseur")
    assert "Aucun partenaire ne correspond" in page.text
    assert 'value="Vasseur"' in browser.get("/partenaires/nouveau?name=Vasseur").text


def test_partners_in_the_bin_are_not_listed(ines, browser, make, now):
    make.partner("Garage Lumen", binned_at=now)
    assert "Garage Lumen" not in browser.get("/partenaires").text


def test_the_follow_shown_is_that_of_our_structure_only(ines, browser, make):
    elsewhere = make.structure("Ailleurs")
    their_owner = make.user(structure=elsewhere, first_name="Sonia", last_name="Renard")
    shared = make.partner("Garage Lumen")
    make.follow(shared, structure=elsewhere, owner_id=their_owner.id, willingness=Willingness.COMMITTED)
    page = browser.get("/partenaires").text
    table = page[page.index("<tbody") :]
    assert "Garage Lumen" in table
    assert "Sonia Renard" not in page
    assert "Engagé" not in table
    show = browser.get(f"/partenaires/{shared.public_id}").text
    assert "Sonia Renard" not in show
    assert "Engagé" not in show


def test_the_stage_filters_by_our_own_follow(ines, browser, make):
    ours, theirs, pool = make.partner("Nôtre"), make.partner("Leur"), make.partner("Vivier")
    make.follow(ours, owner_id=ines.id)
    make.follow(theirs, structure=make.structure())
    make.follow(pool, stage=FollowStage.POOL)
    assert names_of(browser.get("/partenaires?stage=followed").text) == ["Nôtre"]
    assert names_of(browser.get("/partenaires?stage=pool").text) == ["Vivier"]
    assert len(names_of(browser.get("/partenaires?stage=xyz").text)) == 3


@pytest.mark.parametrize("search", ["", "entreprise"])
def test_walking_the_pages_meets_each_partner_once_in_order(ines, browser, make, search):
    for number in range(120):
        make.partner(f"Entreprise {number % 40:03}")  # three of each name: the key must tell them apart
    seen, url = [], f"/partenaires?q={search}"
    for _ in range(4):
        page = browser.get(url).text
        seen += re.findall(r'<a class="ref" href="/partenaires/([^"]+)">', page)
        names = names_of(page)
        assert names == sorted(names)
        following = re.search(r'rel="next"\s+href="([^"]+)"|href="([^"]+)"\s+rel="next"', page)
        if following is None:
            break
        url = (following[1] or following[2]).replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "W10",
        "WyJhIiwgIjEiXQ",
        "WyJcdTAwMDAiLCAxXQ",
        "WyJcdWQ4MDAiLCAxXQ",
        "WyJhIiwgOTk5OTk5OTk5OTk5OTk5OTk5XQ",
        "é" * 300,
    ],
)
def test_a_cursor_that_is_not_ours_breaks_nothing(ines, browser, make, after):
    make.partner("Garage Lumen")
    assert browser.get("/partenaires", query_string={"after": after}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_list(ines, browser, make, app):
    counts = []
    for number in (5, 55):
        for _ in range(number):
            partner = make.partner()
            make.follow(partner, owner_id=ines.id)
        browser.get("/partenaires")  # the first page after a pause also notes that the session is alive
        with counted(app) as sent:
            assert browser.get("/partenaires").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_the_page_of_a_partner_costs_the_same_with_many_contacts(ines, browser, make, app):
    partner = make.partner()
    make.follow(partner, owner_id=ines.id)
    counts = []
    for number in (1, 30):
        for _ in range(number):
            make.contact(partner)
        browser.get("/partenaires")  # the first page after a pause also notes that the session is alive
        with counted(app) as sent:
            assert browser.get(f"/partenaires/{partner.public_id}").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_text(ines, browser, make, name):
    partner = make.partner(name, trade_name=name, sector=name)
    make.contact(partner, last_name=name[:80], function=name)
    make.follow(partner, owner_id=ines.id)
    here = f"/partenaires/{partner.public_id}"
    for url in ("/partenaires", here, f"{here}/modifier", f"{here}/contacts/nouveau"):
        page = browser.get(url).text
        assert "<img src=x" not in page
        assert ">49<" not in page
    shown = browser.get(here).text
    assert name in shown.replace("&#39;", "'").replace("&gt;", ">").replace("&lt;", "<")


@pytest.mark.parametrize("role", [Role.BOARD, Role.ADMIN])
def test_who_may_not_read_partners_gets_403(make, browser, role):
    partner = make.partner()
    browser.sign_in(make.user(roles=[role]))
    assert browser.get("/partenaires").status_code == 403
    assert browser.get(f"/partenaires/{partner.public_id}").status_code == 403


def test_a_supervisor_sees_the_partner_and_not_its_contacts(make, browser):
    partner = make.partner()
    make.contact(partner, last_name="Vasseur")
    browser.sign_in(make.user(roles=[Role.SUPERVISOR]))
    page = browser.get(f"/partenaires/{partner.public_id}").text
    assert partner.name in page
    assert "Vasseur" not in page
    assert "Modifier" not in page


def test_contacts_can_be_called_and_written_to(ines, browser, make):
    partner = make.partner(website="https://www.lumen.test")
    make.contact(partner, last_name="Vasseur", phone="+33639980000", email="claire@lumen.test")
    page = browser.get(f"/partenaires/{partner.public_id}").text
    assert 'href="tel:+33639980000"' in page
    assert "06 39 98 00 00" in page
    assert 'href="mailto:claire@lumen.test"' in page
    assert 'href="https://www.lumen.test"' in page
    assert f"/partenaires/{partner.public_id}/echanges/nouveau" in page


@pytest.mark.parametrize("suffix", ["", "/modifier", "/contacts/nouveau"])
def test_a_partner_in_the_bin_or_absent_is_not_found(ines, browser, make, now, suffix):
    binned = make.partner(binned_at=now)
    assert browser.get(f"/partenaires/{binned.public_id}{suffix}").status_code == 404
    assert browser.get(f"/partenaires/inconnu{suffix}").status_code == 404


def test_the_contact_of_a_partner_in_the_bin_is_not_found(ines, browser, make, now):
    contact = make.contact(make.partner(binned_at=now))
    assert browser.get(f"/contacts/{contact.public_id}/modifier").status_code == 404
