"""Changing a partner or a contact, alone and with somebody else at the same time."""

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.partners.enums import ContactRole, FollowStage
from crm.partners.models import Contact, Follow, Partner
from crm.partners.search import search_key
from tests.pages import Browser, forms_of

SIRET = "40069031900035"


@pytest.fixture
def ines(make, browser):
    """A development manager, signed in."""
    user = make.user()
    browser.sign_in(user)
    return user


@pytest.fixture
def partner(make, ines):
    """A partner that Inès follows."""
    phone = "+33199000007"
    key = search_key(names=["Garage du Parc"], city="Antony", postal_code="92160", siret=SIRET, phones=[phone])
    made = make.partner("Garage du Parc", phone=phone, siret=SIRET, siren=SIRET[:9], search_key=key)
    make.follow(made, owner_id=ines.id)
    return made


def url_of(partner: Partner) -> str:
    return f"/partenaires/{partner.public_id}/modifier"


def choosing(browser: Browser, answer, url: str, **choices: str) -> dict[str, str]:
    """The form of the page on which the second editor chooses, filled."""
    form = next(one for one in forms_of(answer.text) if one.method == "post" and one.action == url)
    return form.values | {f"choice-{name}": choice for name, choice in choices.items()}


def test_the_form_opens_on_what_is_kept(browser, partner, ines):
    values = browser.form(url_of(partner)).values
    assert values["name"] == "Garage du Parc"
    assert values["phone"] == "01 99 00 00 07"
    assert values["siret"].replace("\N{NO-BREAK SPACE}", "") == SIRET
    assert (values["stage"], values["owner"]) == ("followed", str(ines.id))
    assert values["version"] == "2"


def test_saving_an_untouched_form_changes_nothing(browser, partner, snapshot):
    before = snapshot()
    assert browser.submit(url_of(partner), {}).status_code == 303
    after = snapshot()
    assert {name: rows for name, rows in after.items() if name != "form_submissions"} == {
        name: rows for name, rows in before.items() if name != "form_submissions"
    }


def test_keys_follow_what_is_changed(browser, partner, session):
    typed = {
        "name": "Carrosserie Élan",
        "city": "Sceaux",
        "postal_code": "92330",
        "phone": "",
        "stage": "pool",
        "owner": "",
    }
    assert browser.submit(url_of(partner), typed).status_code == 303
    changed = session.scalars(select(Partner)).one()
    assert (changed.sort_key, changed.department, changed.phone) == ("carrosserie elan", "92", None)
    assert "sceaux" in changed.search_key
    assert "0199000007" not in changed.search_key
    follow = session.scalars(select(Follow)).one()
    assert (follow.stage, follow.owner_id) == (FollowStage.POOL, None)


def test_a_pause_ends_with_its_stage(browser, partner, session):
    browser.submit(url_of(partner), {"stage": "paused", "paused_until": "2099-01-02"})
    assert session.scalars(select(Follow.paused_until)).one().isoformat() == "2099-01-02"
    assert "En pause jusqu'au 02/01/2099" in browser.get(f"/partenaires/{partner.public_id}").text
    session.rollback()
    browser.submit(url_of(partner), {"stage": "followed"})
    assert session.scalars(select(Follow.paused_until)).one() is None


def test_a_partner_that_we_do_not_follow_can_be_changed_without_following_it(browser, make, ines, session):
    known = make.partner("Épicerie Lumen")
    make.follow(known, structure=make.structure())
    assert browser.submit(url_of(known), {"city": "Sceaux"}).status_code == 303
    assert len(session.scalars(select(Follow)).all()) == 1
    assert browser.submit(url_of(known), {"stage": "followed", "owner": str(ines.id)}).status_code == 303
    session.rollback()
    assert len(session.scalars(select(Follow)).all()) == 2


def test_the_siret_of_another_is_refused(browser, make, partner, snapshot):
    other = make.partner("Épicerie Lumen")
    before = snapshot()
    answer = browser.submit(url_of(other), {"siret": SIRET, "sector": "Alimentation"})
    assert answer.status_code == 422
    assert "Ce SIRET est déjà celui de « Garage du Parc »" in answer.text
    assert f'href="/partenaires/{partner.public_id}"' in answer.text
    assert "Alimentation" in answer.text
    assert snapshot() == before


def test_an_owner_who_left_stays_until_replaced(browser, make, ines, session):
    gone = make.user(first_name="Sonia", last_name="Renard", active=False)
    known = make.partner("Épicerie Lumen")
    make.follow(known, owner_id=gone.id)
    assert "Sonia Renard" in browser.get(url_of(known)).text
    assert browser.submit(url_of(known), {"city": "Sceaux"}).status_code == 303
    assert session.scalars(select(Follow.owner_id)).one() == gone.id


@pytest.fixture
def sonia(make, app):
    """A colleague, in her own browser."""
    browser = Browser(app)
    browser.sign_in(make.user(first_name="Sonia", last_name="Renard"))
    return browser


def test_the_second_editor_chooses_field_by_field(browser, sonia, partner, session, snapshot):
    url = url_of(partner)
    mine = browser.form(url).values
    assert sonia.submit(url, {"city": "Sceaux", "sector": "Carrosserie"}).status_code == 303
    before = snapshot()
    answer = browser.client.post(url, data=mine | {"city": "Bagneux", "street": "1 place du Marché"})
    assert answer.status_code == 409
    assert snapshot() == before
    assert "Sonia Renard" in answer.text
    assert "Sceaux" in answer.text
    assert "Bagneux" in answer.text

    chosen = choosing(browser, answer, url, city="mine", sector="theirs", street="mine")
    assert browser.client.post(url, data=chosen).status_code == 303
    kept = session.scalars(select(Partner)).one()
    assert (kept.city, kept.sector, kept.street) == ("Bagneux", "Carrosserie", "1 place du Marché")


def test_the_second_editor_may_keep_what_the_first_wrote(browser, sonia, partner, session):
    url = url_of(partner)
    mine = browser.form(url).values
    sonia.submit(url, {"city": "Sceaux"})
    answer = browser.client.post(url, data=mine | {"city": "Bagneux"})
    assert browser.client.post(url, data=choosing(browser, answer, url, city="theirs")).status_code == 303
    assert session.scalars(select(Partner.city)).one() == "Sceaux"


def test_a_follow_changed_meanwhile_is_a_conflict_too(browser, sonia, partner, session):
    url = url_of(partner)
    mine = browser.form(url).values
    sonia.submit(url, {"willingness": "committed"})
    answer = browser.client.post(url, data=mine | {"willingness": "not_now"})
    assert answer.status_code == 409
    assert "Engagé" in answer.text
    assert "Sonia Renard" in answer.text
    assert browser.client.post(url, data=choosing(browser, answer, url, willingness="mine")).status_code == 303
    assert session.scalars(select(Follow.willingness)).one() == "not_now"


def test_the_follow_of_another_structure_is_no_conflict(browser, make, app, partner, ines, session):
    elsewhere = make.structure()
    make.follow(partner, structure=elsewhere)
    there = Browser(app)
    there.sign_in(make.user(structure=elsewhere))
    mine = browser.form(url_of(partner)).values
    assert there.submit(url_of(partner), {"willingness": "committed"}).status_code == 303
    assert browser.client.post(url_of(partner), data=mine | {"willingness": "not_now"}).status_code == 303


def test_two_editors_who_wrote_the_same_have_nothing_to_choose(browser, sonia, partner):
    mine = browser.form(url_of(partner)).values
    sonia.submit(url_of(partner), {"city": "Sceaux"})
    assert browser.client.post(url_of(partner), data=mine | {"city": "Sceaux"}).status_code == 303


def test_a_form_without_its_version_overwrites_nothing(browser, partner, snapshot):
    values = browser.form(url_of(partner)).values
    del values["version"]
    before = snapshot()
    assert browser.client.post(url_of(partner), data=values | {"city": "Bagneux"}).status_code == 409
    assert snapshot() == before


# --- Contacts


def test_the_first_contact_is_the_main_one_and_there_is_one(browser, partner, session):
    url = f"/partenaires/{partner.public_id}/contacts/nouveau"
    first = {"first_name": "Claire", "last_name": "Vasseur", "role": "decider", "phone": "06 39 98 00 00"}
    assert browser.submit(url, first).location == f"/partenaires/{partner.public_id}"
    browser.submit(url, {"last_name": "Diallo", "is_main": "y"})
    claire, diallo = session.scalars(select(Contact).order_by(Contact.id))
    assert (claire.phone, claire.role, claire.is_main) == ("+33639980000", ContactRole.DECIDER, False)
    assert (diallo.is_main, diallo.partner_id) == (True, partner.id)


@pytest.mark.parametrize("wrong", [{"last_name": ""}, {"phone": "12"}, {"email": "x"}, {"first_name": "x" * 81}])
def test_a_wrong_contact_is_refused_and_what_was_typed_stays(browser, partner, snapshot, wrong):
    before = snapshot()
    url = f"/partenaires/{partner.public_id}/contacts/nouveau"
    answer = browser.submit(url, {"last_name": "Vasseur", "function": "gérante"} | wrong)
    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-erreur"' in answer.text
    assert "gérante" in answer.text
    assert snapshot() == before


def test_two_editors_of_a_contact(browser, sonia, make, partner, session):
    contact = make.contact(partner, last_name="Vasseur", function="gérante")
    url = f"/contacts/{contact.public_id}/modifier"
    mine = browser.form(url).values
    assert sonia.submit(url, {"function": "directrice"}).status_code == 303
    answer = browser.client.post(url, data=mine | {"function": "présidente", "is_main": "y"})
    assert answer.status_code == 409
    assert "Sonia Renard" in answer.text
    assert (
        browser.client.post(url, data=choosing(browser, answer, url, function="theirs", is_main="mine")).status_code
        == 303
    )
    kept = session.scalars(select(Contact)).one()
    assert (kept.function, kept.is_main) == ("directrice", True)


def test_a_volunteer_sees_contacts_and_cannot_change_them(make, browser):
    known = make.partner()
    contact = make.contact(known, last_name="Vasseur")
    browser.sign_in(make.user(roles=[Role.VOLUNTEER]))
    for address in (f"/partenaires/{known.public_id}", f"/contacts/{contact.public_id}"):
        page = browser.get(address).text
        assert "Vasseur" in page
        assert "/contacts/nouveau" not in page
        assert "/modifier" not in page
        assert "/depart" not in page
