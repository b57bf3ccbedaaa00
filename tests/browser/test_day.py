"""Aujourd'hui in full and what its lines lead to, on a phone and in an office."""

from datetime import datetime, timedelta

from playwright.sync_api import expect

from crm import clock
from crm.access.policy import Role
from crm.interactions.enums import InteractionKind
from crm.partners.models import Partner
from crm.reminders.models import Reminder


def test_a_full_day(visitor, make):
    director = make.user(roles=[Role.DIRECTOR], first_name="Sonia", last_name="Benali")
    ines = make.user(first_name="Inès", last_name="Delmas")
    now, today = clock.now(), clock.today()
    garage = make.partner("Garage du Parc", phone="+33199000012")
    bakery = make.partner("Boulangerie Vasseur et ses enfants, pâtissiers depuis 1923")
    for name in ("Mairie d'Antony", "Cantine Jean-Zay"):
        make.follow(make.partner(name), owner_id=director.id)
    make.follow(garage, owner_id=director.id)
    make.todo(garage, director, due_on=today - timedelta(3), what="Rappeler M. Diallo")
    make.todo(bakery, director, due_on=today, what="Envoyer la plaquette", postponed_count=2, postponed_reason="Absent")
    make.todo(bakery, director, due_on=today + timedelta(20), what="Inviter au forum")
    make.interaction(bakery, director, held_at=now - timedelta(hours=30), report="")
    midnight = datetime.combine(today + timedelta(1), datetime.min.time(), tzinfo=clock.PARIS)
    soon = now + (midnight - now) / 2
    make.interaction(garage, director, held_at=soon, report="", place="12 rue des Lilas, Antony")
    make.interaction(garage, ines, kind=InteractionKind.CALL, held_at=now - timedelta(days=2), report="Bonjour.")
    with make.transaction(make.actor(ines), now - timedelta(days=1)) as session:
        session.get_one(Partner, garage.id).city = "Bagneux"
    reminder = {"rule": "interactions.silent", "partner_id": garage.id, "user_id": director.id}
    make.add(Reminder(structure_id=make.home.id, due_on=today, created_at=now, occurrence="x", **reminder))
    visitor.sign_in(director)
    page = visitor.page
    for title in ("Suivis sans rien à faire", "Ce qui a changé depuis une semaine"):
        page.get_by_role("heading", name=title).click()
        expect(page.locator("details[open]", has=page.get_by_role("heading", name=title))).to_be_visible()
    visitor.look("day")
    page.get_by_role("link", name="Planifier : Cantine Jean-Zay").click()
    expect(page.get_by_label("Que faut-il faire ?")).to_be_visible()
    visitor.look("todo-new")
    page.get_by_label("Que faut-il faire ?").fill("Prendre rendez-vous")
    page.get_by_role("button", name="Noter cette chose à faire").click()
    page.get_by_text("C'est noté").wait_for()
    menu = page.locator("li.todo", has_text="Rappeler M. Diallo").first.locator("[data-menu] summary")
    menu.click()
    expect(page.get_by_role("button", name="Dans 7 jours").first).to_be_visible()
    visitor.look("day-menu")
    page.get_by_role("button", name="Dans 7 jours").first.click()
    page.get_by_text("est reporté").wait_for()
    page.get_by_role("button", name="Annuler").click()
    page.get_by_text("est comme avant").wait_for()
    page.get_by_role("button", name="C'est vu").click()
    page.get_by_text("Rappel écarté").wait_for()
    line = page.locator("li.todo", has_text="Envoyer la plaquette").first
    line.locator("[data-menu] summary").click()
    line.get_by_role("button", name="Confier à Inès Delmas").click()
    expect(page.get_by_text("est confié à Inès Delmas")).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("est comme avant")).to_be_visible()
    line = page.locator("li.todo", has_text="Envoyer la plaquette").first
    line.locator("[data-menu] summary").click()
    line.get_by_role("link", name="Autre jour").click()
    expect(page.get_by_role("heading", name="Reporter")).to_be_visible()
    visitor.look("todo-postpone")
    visitor.open("/reglages/rappels")
    visitor.look("reminder-settings")
