"""The pages of contacts: other numbers, other companies, departure, opposition, card."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.audit.models import AuditEvent
from crm.partners.contacts import queries, services
from crm.partners.models import Contact, ContactChannel, ContactPost, Opposition
from crm.reminders.models import Todo
from tests.counting import statements

KEY = "k" * 40
NAME = "<img src=x onerror=alert(1)>"


@pytest.fixture
def known(make, browser):
    """A partner seen by somebody signed in as developer."""
    user = make.user()
    browser.enter(user, make.home)
    return make.partner(name="Garage du Parc")


def one(session, model=Contact, **values):
    return session.scalars(select(model).filter_by(**values)).one()


def test_several_phones_and_addresses_are_kept_once_and_found(make, browser, session, known):
    typed = {
        "last_name": "Vasseur",
        "phone": "01 99 00 12 34",
        "other_phones": "0199001234\n01 99 00 12 35 atelier\n01.99.00.12.35",
        "other_emails": "compta@exemple.test factures",
    }
    url = f"/partenaires/{known.public_id}/contacts/nouveau"
    assert browser.submit(url, typed).status_code == 303
    contact = one(session)
    rows = session.scalars(select(ContactChannel).order_by(ContactChannel.id)).all()
    assert [(row.value, row.label) for row in rows] == [
        ("+33199001235", "atelier"),
        ("compta@exemple.test", "factures"),
    ]
    assert "0199001235" in contact.search_key
    page = browser.get(f"/partenaires/{known.public_id}").text
    assert 'href="tel:+33199001235"' in page
    edit = f"/contacts/{contact.public_id}/modifier"
    before = session.scalars(select(AuditEvent.id)).all()
    assert browser.submit(edit, {}).status_code == 303
    session.expire_all()
    kept = session.scalars(select(ContactChannel).order_by(ContactChannel.id)).all()
    assert [row.id for row in kept] == [row.id for row in rows]
    about = session.scalars(select(AuditEvent).where(AuditEvent.id.not_in(before))).all()
    assert "contact_channels" not in {event.object_type for event in about}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"other_phones": "01 99 00 12 34\npas un numéro"}, "pas un numéro"),
        ({"other_emails": "pas-une-adresse"}, "adresse e-mail"),
        ({"informed_on": "2099-01-01"}, "Cette date est à venir."),
        ({"informed_on": "hier"}, "hier"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(browser, snapshot, known, typed, sentence):
    before = snapshot()
    answer = browser.submit(f"/partenaires/{known.public_id}/contacts/nouveau", {"last_name": "Vasseur", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Vasseur" in answer.text
    assert snapshot() == before


def test_two_editors_of_the_numbers_of_a_contact(make, browser, session, known):
    contact = make.contact(known, last_name="Vasseur")
    url = f"/contacts/{contact.public_id}/modifier"
    first, second = browser.form(url).values, browser.form(url).values
    assert browser.client.post(url, data=first | {"other_phones": "01 99 00 12 34"}).status_code == 303
    assert browser.client.post(url, data=second | {"other_phones": "01 99 00 12 35"}).status_code == 409
    assert one(session, ContactChannel).value == "+33199001234"


def test_somebody_leaves_and_the_next_one_takes_over(make, browser, session, known):
    leaver = make.contact(known, last_name="Vasseur", is_main=True)
    heir = make.contact(known, last_name="Diallo")
    url = f"/contacts/{leaver.public_id}/depart"
    due = (clock.today() + timedelta(days=4)).isoformat()
    typed = {"successor": heir.public_id, "take_over": "Rencontrer M. Diallo", "due_on": due}
    assert browser.submit(url, typed).status_code == 303
    left, new = one(session, last_name="Vasseur"), one(session, last_name="Diallo")
    assert (left.left_on, left.successor_id, left.is_main, new.is_main) == (clock.today(), heir.id, False, True)
    todo = one(session, Todo)
    assert (todo.what, todo.due_on.isoformat(), todo.partner_id) == ("Rencontrer M. Diallo", due, known.id)
    page = browser.get(f"/partenaires/{known.public_id}").text
    assert "1 personne partie" in page
    assert "Diallo prend la suite" in page
    back = f"/contacts/{leaver.public_id}/retour"
    assert browser.submit(f"/contacts/{leaver.public_id}", {"main": "y"}, action=back).status_code == 303
    session.expire_all()
    left, new = one(session, last_name="Vasseur"), one(session, last_name="Diallo")
    assert (left.left_on, left.successor_id, left.is_main, new.is_main) == (None, None, True, False)


@pytest.mark.parametrize(
    "typed", [{"left_on": ""}, {"left_on": "2099-01-01"}, {"due_on": "2020-01-01"}, {"successor": "nullepart"}]
)
def test_a_departure_that_cannot_be(make, browser, snapshot, known, typed):
    contact = make.contact(known)
    before = snapshot()
    assert browser.submit(f"/contacts/{contact.public_id}/depart", typed).status_code == 422
    assert snapshot() == before


def test_an_objection_hides_the_numbers_and_outlives_the_contact(make, browser, session, known):
    contact = make.contact(known, last_name="Vasseur", phone="+33199001234", email="V@exemple.test")
    here, url = f"/contacts/{contact.public_id}", f"/contacts/{contact.public_id}/opposition"
    assert browser.submit(here, {}, action=url).status_code == 303
    assert one(session).opposed_on == clock.today()
    assert "exemple" not in one(session, Opposition).email_hash
    for address in (here, f"/partenaires/{known.public_id}"):
        page = browser.get(address).text
        assert "Ne pas contacter" in page
        assert "tel:" not in page.replace(f"tel:{known.phone}", "")
        assert "mailto:" not in page
    assert browser.get(f"{here}/vcard").status_code == 400
    with make.transaction() as database:
        assert services.is_opposed(database, " v@EXEMPLE.test", key=KEY)
        assert not services.is_opposed(database, "w@exemple.test", key=KEY)
        assert queries.objecting_among(database, ["v@exemple.test", "V@exemple.test", "w@exemple.test"], key=KEY) == {
            "v@exemple.test",
            "V@exemple.test",
        }
    # Typed again elsewhere, the address is recognised.
    other = make.partner(name="Ailleurs")
    browser.submit(
        f"/partenaires/{other.public_id}/contacts/nouveau", {"last_name": "Autre", "email": "v@exemple.test"}
    )
    assert one(session, last_name="Autre").opposed_on == clock.today()
    # Lifted for one, it still holds for the other; lifted for both, it is forgotten.
    assert browser.submit(here, {}, action=f"{url}/lever").status_code == 303
    assert len(session.scalars(select(Opposition)).all()) == 1
    there = f"/contacts/{one(session, last_name='Autre').public_id}"
    assert browser.submit(there, {}, action=f"{there}/opposition/lever").status_code == 303
    assert session.scalars(select(Opposition)).all() == []


def test_another_company_of_somebody(make, browser, session, known):
    contact = make.contact(known, last_name="Vasseur")
    make.partner(name="Boulangerie Vasseur", city="Antony")
    make.partner(name="Boulangerie Vasseur", city="Sceaux")
    other = make.partner(name="Club des Épiciers")
    url = f"/contacts/{contact.public_id}/entreprises"
    refused = browser.submit(url, {"partner": "Boulangerie Vasseur"})
    assert refused.status_code == 422
    assert "(Sceaux)" in refused.text
    assert browser.submit(url, {"partner": "Inconnue au bataillon"}).status_code == 422
    assert browser.submit(url, {"partner": "Garage du Parc"}).status_code == 422
    assert session.scalars(select(ContactPost)).all() == []
    assert browser.submit(url, {"partner": "club des epiciers", "function": "Trésorière"}).status_code == 303
    page = browser.get(f"/partenaires/{other.public_id}").text
    assert "Trésorière" in page
    assert "Aussi chez Garage du Parc" in page
    actor = make.actor(make.user())
    with make.transaction() as database:
        assert [c.id for c in queries.current_contacts_of(database, other.id, actor)] == [contact.id]
    end = f"{url}/fin"
    assert browser.submit(f"/contacts/{contact.public_id}", {}, action=end).status_code == 303
    assert one(session, ContactPost).left_on == clock.today()
    with make.transaction() as database:
        assert queries.current_contacts_of(database, other.id, actor) == []


def test_a_company_has_one_main_contact_wherever_they_come_from(make, browser, session, known):
    club = make.partner(name="Club des Épiciers")
    first = make.contact(club, last_name="Renard", is_main=True)
    guest = make.contact(known, last_name="Vasseur", is_main=True)
    companies = f"/contacts/{guest.public_id}/entreprises"
    assert browser.submit(companies, {"partner": club.public_id, "is_main": "y"}).status_code == 303
    assert not one(session, last_name="Renard").is_main
    assert one(session, last_name="Vasseur").is_main, "she still is at her first company"
    listed = browser.get("/partenaires?columns=contact&q=epiciers").text
    assert "Vasseur" in listed
    assert "Renard" not in listed

    edit = f"/contacts/{first.public_id}/modifier"
    assert browser.submit(edit, {"is_main": "y"}).status_code == 303
    assert not one(session, ContactPost).is_main
    assert browser.get(f"/partenaires/{club.public_id}").text.count("Contact principal") == 1


def test_somebody_back_in_another_company_is_its_main_contact_unless_replaced(make, browser, session, known):
    club = make.partner(name="Club des Épiciers")
    guest = make.contact(known, last_name="Vasseur")
    here = f"/contacts/{guest.public_id}"
    browser.submit(f"{here}/entreprises", {"partner": club.public_id, "is_main": "y"})
    browser.submit(here, {}, action=f"{here}/entreprises/fin")
    browser.submit(f"/partenaires/{club.public_id}/contacts/nouveau", {"last_name": "Renard"})
    assert one(session, last_name="Renard").is_main, "nobody was there any more"
    assert browser.submit(here, {}, action=f"{here}/entreprises/reprise").status_code == 303
    assert one(session, ContactPost).left_on is None
    assert not one(session, ContactPost).is_main


def test_a_card_is_told_and_only_given_to_who_may_export(make, browser, session, known):
    contact = make.contact(known, first_name="Zoé", last_name=NAME, phone="+33199001234")
    answer = browser.get(f"/contacts/{contact.public_id}/vcard")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "TEL;TYPE=WORK,VOICE:+33199001234" in answer.text
    assert one(session, AuditEvent, action="contact_card").object_id == contact.id
    assert "&lt;img" in browser.get(f"/contacts/{contact.public_id}").text
    browser.enter(make.user(roles=[Role.COUNSELLOR]), make.home)
    assert browser.get(f"/contacts/{contact.public_id}/vcard").status_code == 403


def test_the_panel_costs_the_same_for_one_or_thirty(app, make, known):
    def cost():
        with make.transaction() as database, statements(app) as counted:
            queries.people_of(database, known.id, actor=actor)
        return len(counted)

    actor = make.actor(make.user())
    make.contact(known, left_on=clock.today(), successor_id=make.contact(known).id)
    few = cost()
    for _ in range(30):
        make.contact(known)
    assert cost() == few


def test_the_search_keys_are_written_again(make, session, known):
    make.contact(known, last_name="Diallo")
    with make.transaction() as database:
        assert services.refresh_search_keys(database) == 1
    assert "diallo" in one(session).search_key
