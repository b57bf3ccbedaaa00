"""Aujourd'hui: meetings with their hour, reports to write, partners without a plan, news, reminders; each its own."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from crm.access.policy import Role
from crm.interactions.enums import InteractionKind
from crm.interactions.models import Participant
from crm.partners.enums import FollowStage
from crm.partners.models import Partner
from crm.reminders.models import Reminder
from tests.counting import statements

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # a Wednesday, nine in Paris
WEDNESDAY = NOW.date()


@pytest.fixture(autouse=True)
def _on_a_wednesday():
    with time_machine.travel(NOW):
        yield


def panel(page, title):
    """The text of one panel of the page, '' when it is not there."""
    for part in page.split('<h2 class="panel__title">')[1:]:
        if part.strip().startswith(title):
            return part.split("</section>")[0].split("</details>")[0] if "</section>" in part else part
    return ""


def day_of(browser, user, *, team=False):
    browser.enter(user, browser.home)
    return browser.get("/aujourdhui?qui=equipe" if team else "/aujourdhui").text


@pytest.fixture
def browser(browser, make):
    browser.home = make.home
    return browser


def test_a_planned_meeting_shows_with_its_hour(make, browser):
    ines, sonia = make.user(), make.user()
    garage = make.partner("Garage du Parc")
    make.interaction(garage, ines, held_at=NOW + timedelta(hours=2), report="", place="Antony")
    make.interaction(garage, ines, kind=InteractionKind.VIDEO, held_at=NOW + timedelta(days=2), report="")
    make.interaction(garage, ines, kind=InteractionKind.EVENT, held_at=NOW + timedelta(days=9), report="")
    make.interaction(garage, ines, held_at=NOW + timedelta(hours=3), report="", cancelled_at=NOW, place="Annulé")
    page = day_of(browser, ines)
    today = panel(page, "Aujourd'hui")
    assert "11:00</time> Visite" in today
    assert "Antony" in today
    week = panel(page, "Cette semaine")
    assert "Vendredi 27 novembre" in week
    assert "Visioconférence" in week
    assert "Annulé" not in page
    assert "Événement" not in page
    assert "Visioconférence" not in day_of(browser, sonia)


def test_a_colleague_who_takes_part_sees_it_too(make, browser):
    ines, sonia = make.user(), make.user()
    meeting = make.interaction(make.partner(), ines, held_at=NOW + timedelta(hours=2), report="")
    assert "11:00" not in day_of(browser, sonia)
    make.add(Participant(interaction_id=meeting.id, user_id=sonia.id))
    assert "11:00" in day_of(browser, sonia)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({}, True),
        ({"report": "  "}, True),
        ({"report": "Deux postes."}, False),
        ({"kind": InteractionKind.CALL}, False),
        ({"cancelled_at": NOW}, False),
        ({"binned_at": NOW}, False),
        ({"held_at": NOW + timedelta(hours=1)}, False),
    ],
)
def test_a_past_meeting_without_a_word_is_to_be_written(make, browser, values, shown):
    ines = make.user()
    given = {"held_at": NOW - timedelta(hours=1), "report": ""} | values
    make.interaction(make.partner("Garage"), ines, **given)
    page = day_of(browser, ines)
    assert ("Compte rendu à écrire" in page) is shown


def test_what_is_in_the_bin_is_nowhere(make, browser):
    ines = make.user()
    gone = make.partner("Garage disparu", binned_at=NOW)
    make.follow(gone, owner_id=ines.id)
    make.todo(gone, ines, due_on=WEDNESDAY)
    for hours in (-5, 2):
        make.interaction(gone, ines, held_at=NOW + timedelta(hours=hours), report="")
    assert "Garage disparu" not in day_of(browser, ines)


def test_calls_are_listed_with_their_number(make, browser):
    ines = make.user()
    reachable, silent = make.partner("Garage", phone="+33199000012"), make.partner("Mairie")
    make.todo(reachable, ines, due_on=WEDNESDAY, what="Rappeler la gérante")
    make.todo(silent, ines, due_on=WEDNESDAY, what="Rappeler le maire")
    make.todo(reachable, ines, due_on=WEDNESDAY, what="Envoyer la plaquette")
    make.todo(reachable, ines, due_on=WEDNESDAY + timedelta(20), what="Rappeler plus tard")
    calls = panel(day_of(browser, ines), "À appeler")
    assert calls.count('href="tel:+33199000012"') == 1
    assert "Rappeler la gérante" in calls
    assert "le maire" not in calls


@pytest.mark.parametrize(
    ("stage", "paused_until", "why", "listed"),
    [
        (FollowStage.FOLLOWED, None, None, True),
        (FollowStage.FOLLOWED, None, "todo", False),
        (FollowStage.FOLLOWED, None, "meeting", False),
        (FollowStage.FOLLOWED, None, "done", True),
        (FollowStage.FOLLOWED, None, "elsewhere", True),
        (FollowStage.PAUSED, WEDNESDAY + timedelta(1), None, False),
        (FollowStage.PAUSED, WEDNESDAY, None, True),
        (FollowStage.POOL, None, None, False),
    ],
)
def test_a_followed_partner_has_something_to_do_or_a_pause(make, browser, stage, paused_until, why, listed):
    ines = make.user()
    partner = make.partner("Garage du Parc")
    make.follow(partner, owner_id=ines.id, stage=stage, paused_until=paused_until)
    if why == "todo":
        make.todo(partner, make.user(), due_on=WEDNESDAY + timedelta(90))
    if why == "done":
        make.todo(partner, ines, due_on=WEDNESDAY, done_at=NOW)
    if why == "meeting":
        make.interaction(partner, ines, held_at=NOW + timedelta(days=40), report="")
    if why == "elsewhere":
        there = make.structure()
        make.todo(partner, make.user(structure=there), due_on=WEDNESDAY, structure=there)
    assert ("Garage du Parc" in panel(day_of(browser, ines), "Suivis sans rien à faire")) is listed


def test_the_team_is_for_who_may_see_it(make, browser):
    director, ines = make.user(roles=[Role.DIRECTOR]), make.user(first_name="Inès", last_name="Delmas")
    nobodys, hers = make.partner("Sans responsable"), make.partner("À Inès")
    make.follow(nobodys)
    make.follow(hers, owner_id=ines.id)
    make.interaction(hers, ines, held_at=NOW - timedelta(hours=5), report="")
    reminder = {"rule": "interactions.silent", "partner_id": hers.id, "user_id": ines.id, "occurrence": "2026-08-01"}
    make.add(Reminder(structure_id=make.home.id, due_on=WEDNESDAY, created_at=NOW, **reminder))
    mine, team = day_of(browser, director), day_of(browser, director, team=True)
    for words in ("Sans responsable", "Compte rendu à écrire", "aucun échange depuis longtemps"):
        assert words not in mine
        assert words in team
    assert "C'est vu" not in team  # her own to set aside


def test_news_are_what_others_did_to_what_one_follows(make, browser):
    ines, sonia = make.user(), make.user(first_name="Sonia", last_name="Benali")
    stranger = make.user(structure=make.structure(), first_name="Étienne", last_name="Ailleurs")
    watched, other, own = make.partner("Garage suivi"), make.partner("Mairie autre"), make.partner("Atelier à moi")
    for partner in (watched, own):
        make.follow(partner, owner_id=ines.id)
    for partner, who, phone in ((watched, sonia, "1"), (other, sonia, "2"), (own, ines, "3")):
        with make.transaction(make.actor(who), NOW - timedelta(days=2)) as session:
            session.get_one(Partner, partner.id).phone = f"+3319900000{phone}"
    page = panel(day_of(browser, ines), "Ce qui a changé")
    assert "Garage suivi" in page
    assert "Sonia Benali" in page
    assert "Mairie autre" not in page
    assert "Atelier à moi" not in page
    with make.transaction(make.actor(stranger, structure=make.structure()), NOW - timedelta(days=1)) as session:
        session.get_one(Partner, own.id).phone = "+33199000009"
    page = panel(day_of(browser, ines), "Ce qui a changé")
    assert "Atelier à moi" in page
    assert "Étienne" not in page


def test_nothing_of_another_structure(make, browser):
    there = make.structure()
    paul = make.user(structure=there, roles=[Role.DIRECTOR])
    garage = make.partner("Garage commun")
    make.follow(garage, structure=there, owner_id=paul.id)
    make.interaction(garage, paul, structure=there, held_at=NOW - timedelta(days=3), report="")
    make.interaction(garage, paul, structure=there, held_at=NOW + timedelta(hours=3), report="")
    director = make.user(roles=[Role.DIRECTOR])
    page = day_of(browser, director, team=True)
    assert "Garage commun" not in page
    browser.enter(paul, there)
    assert "Garage commun" in browser.get("/aujourdhui").text


def test_hostile_names_stay_text(make, browser):
    ines = make.user()
    name = "<script>alert(1)</script>{{ 7*7 }}"
    partner = make.partner(name)
    make.follow(partner, owner_id=ines.id)
    make.interaction(partner, ines, held_at=NOW - timedelta(hours=3), report="", place=name)
    page = day_of(browser, ines)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


def test_the_page_costs_the_same_for_one_of_each_and_for_many(app, make, browser):
    ines = make.user()
    browser.enter(ines, make.home)

    def one_of_each():
        partner = make.partner()
        make.follow(partner, owner_id=ines.id)
        for hours in (-60, 2):
            make.interaction(make.partner(), ines, held_at=NOW + timedelta(hours=hours), report="")
        make.todo(make.partner(phone="+33199000012"), ines, due_on=date(2026, 11, 24), what="Rappeler")
        reminder = {"rule": "interactions.silent", "partner_id": partner.id, "user_id": ines.id, "occurrence": "x"}
        make.add(Reminder(structure_id=make.home.id, due_on=WEDNESDAY, created_at=NOW, **reminder))

    def count():
        browser.get("/aujourdhui")
        with statements(app) as sent:
            assert browser.get("/aujourdhui").status_code == 200
        return len(sent)

    one_of_each()
    alone = count()
    for _ in range(8):
        one_of_each()
    assert count() == alone
