"""Aujourd'hui: the heaps, the team's day, the first thing to do."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine

from crm.access.policy import Role
from tests.counting import statements

WEDNESDAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _on_a_wednesday():
    with time_machine.travel(datetime.fromisoformat("2026-11-25T08:00:00+00:00")):
        yield


def heads(page):
    """The titles of the heaps, with their count."""
    parts = page.split('<h2 class="panel__title">')[1:]
    return [" ".join(part.split("</h2>")[0].replace("<", " <").split()) for part in parts]


def titles(page):
    return [head.split(" <")[0] for head in heads(page)]


def test_the_first_address_leads_to_the_day(make, browser):
    browser.sign_in(make.user())
    answer = browser.get("/")
    assert (answer.status_code, answer.location) == (302, "/aujourdhui")


def test_signed_out_one_signs_in_first(browser):
    for address in ("/", "/aujourdhui"):
        assert browser.get(address).location.startswith("/connexion")


def test_the_heaps_of_my_day(make, browser):
    ines, sonia = make.user(), make.user()
    garage = make.partner("Garage du Parc", phone="+33146000000")
    for days, what in ((-3, "Rappeler"), (0, "Préparer"), (4, "Envoyer"), (5, "Inviter")):
        make.todo(garage, ines, due_on=WEDNESDAY + timedelta(days), what=what)
    make.todo(garage, sonia, due_on=WEDNESDAY, what="De Sonia")
    browser.sign_in(ines)
    page = browser.get("/aujourdhui").text
    assert "Bonjour Inès" in page
    assert "Mercredi 25 novembre · 1 en retard · 1 pour aujourd'hui" in page
    assert titles(page) == ["En retard", "Aujourd'hui", "À appeler", "Cette semaine", "Plus tard"]
    order = [page.index(what) for what in ("Rappeler", "Préparer", "Envoyer", "Inviter")]
    assert order == sorted(order)
    assert "De Sonia" not in page
    assert 'href="tel:+33146000000"' in page
    assert f"/partenaires/{garage.public_id}" in page


def test_a_director_chooses_mine_or_the_team(make, browser):
    director, sonia = make.user(roles=[Role.DIRECTOR]), make.user(first_name="Sonia", last_name="Benali")
    make.todo(make.partner(), sonia, due_on=WEDNESDAY, what="De Sonia")
    browser.sign_in(director)
    mine, team = browser.get("/aujourdhui").text, browser.get("/aujourdhui?qui=equipe").text
    assert "De Sonia" not in mine
    assert "qui=equipe" in mine
    assert "De Sonia" in team
    assert "Sonia Benali" in team


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DIRECTOR])
def test_the_others_have_no_team_to_look_at(make, browser, role):
    make.todo(make.partner(), make.user(), due_on=WEDNESDAY, what="De Sonia")
    browser.sign_in(make.user(roles=[role]))
    page = browser.get("/aujourdhui?qui=equipe").text
    assert "De Sonia" not in page
    assert "Voir toute l" not in page


@pytest.mark.parametrize(
    ("role", "with_partner", "sentence", "link"),
    [
        (Role.DEVELOPER, False, "Créez le premier", "/partenaires/nouveau"),
        (Role.DEVELOPER, True, "Notez un échange", "/echanges/nouveau"),
        (Role.VOLUNTEER, False, "ils paraîtront", None),
        (Role.VOLUNTEER, True, "Rien ne vous est confié", "/echanges/nouveau"),
        (Role.BOARD, True, "Votre rôle ne donne rien à faire", None),
        (Role.ADMIN, False, "Votre rôle ne donne rien à faire", None),
    ],
)
def test_an_empty_day_says_what_to_do_first(make, browser, role, with_partner, sentence, link):
    if with_partner:
        make.partner()
    browser.sign_in(make.user(roles=[role]))
    page = browser.get("/aujourdhui").text
    content = page.split('<main id="contenu"')[1].split("</main>")[0]
    content = re.sub(r"<template>.*?</template>", "", content, flags=re.DOTALL)  # what scripts draw from: not shown
    assert sentence in content
    if link is None:
        assert "<a " not in content
    else:
        assert f'href="{link}"' in content


@pytest.mark.parametrize("role", Role)
def test_no_link_of_the_page_is_closed_to_who_reads_it(make, browser, role):
    """Every address offered by the page and its menu answers to that role."""
    user = make.user(roles=[role])
    make.todo(make.partner(), user, due_on=WEDNESDAY)
    browser.sign_in(user)
    page = browser.get("/aujourdhui").text
    addresses = {part.split('"')[0] for part in page.split('href="')[1:]}
    for address in sorted(one for one in addresses if one.startswith("/") and "static/" not in one):
        assert browser.get(address).status_code in {200, 302}, address


def test_what_another_structure_has_to_do_is_nowhere(make, browser):
    elsewhere = make.structure()
    director = make.user(roles=[Role.DIRECTOR])
    make.todo(make.partner(), make.user(structure=elsewhere), structure=elsewhere, due_on=WEDNESDAY, what="Ailleurs")
    browser.sign_in(director)
    assert "Ailleurs" not in browser.get("/aujourdhui?qui=equipe").text


def test_a_long_heap_is_cut_and_says_so(make, browser):
    ines, garage = make.user(), make.partner()
    for number in range(52):
        make.todo(garage, ines, due_on=WEDNESDAY - timedelta(1), what=f"Chose {number:02}")
    browser.sign_in(ines)
    page = browser.get("/aujourdhui").text
    assert page.count("Marquer comme fait\N{NO-BREAK SPACE}: Chose") == 50
    assert "50 affichés sur 52" in page


def test_the_number_of_queries_does_not_grow(app, make, browser):
    ines = make.user()
    browser.sign_in(ines)

    def count():
        browser.get("/aujourdhui")
        with statements(app) as sent:
            browser.get("/aujourdhui")
        return len(sent)

    make.todo(make.partner(), ines, due_on=WEDNESDAY)
    alone = count()
    for days in range(20):
        make.todo(make.partner(), ines, due_on=WEDNESDAY + timedelta(days - 5))
    assert count() == alone
