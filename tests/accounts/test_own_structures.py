"""Changing structure in one click: rights change at once, and never add up."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.accounts.models import Device, Membership, OpenSession
from crm.audit.models import AuditEvent
from crm.interactions.models import Interaction
from tests.pages import Browser, forms_of


@pytest.fixture
def both(make, browser):
    """A director here who is a volunteer next door, signed in here."""
    user = make.user(roles=[Role.DIRECTOR])
    next_door = make.structure("La structure voisine")
    make.add(Membership(user_id=user.id, structure_id=next_door.id, role=Role.VOLUNTEER))
    browser.enter(user, make.home)
    return user, next_door


def choose(browser, structure, **more):
    """One click in the account menu."""
    form = next(form for form in forms_of(browser.get("/compte").text) if form.action == "/structure")
    return browser.client.post("/structure", data=form.values | {"structure": structure.public_id} | more)


def cookie(browser):
    """The session's cookie of that browser."""
    return browser.client.get_cookie("passerelle").value


def test_one_click_changes_structure_rights_and_identifier(both, make, app, browser, session):
    user, next_door = both
    assert browser.get("/partenaires/nouveau").status_code == 200
    assert browser.get("/reglages/structure").status_code == 200
    old = cookie(browser)
    answer = choose(browser, next_door)
    assert (answer.status_code, answer.location) == (303, "/")
    assert cookie(browser) != old
    thief = Browser(app)
    thief.client.set_cookie("passerelle", old)
    assert thief.get("/aujourdhui").status_code == 303
    assert browser.get("/partenaires/nouveau").status_code == 403, "a volunteer here"
    assert browser.get("/reglages/structure").status_code == 403
    page = browser.get("/compte").text
    assert Role.VOLUNTEER.label in page
    assert Role.DIRECTOR.label not in page
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "structure_chosen")).one()
    assert (event.actor_id, event.object_type, event.object_id) == (user.id, "structures", next_door.id)
    assert choose(browser, make.home).status_code == 303
    assert browser.get("/reglages/structure").status_code == 200


def test_what_belongs_to_the_other_structure_is_out_of_sight(both, make, browser):
    user, next_door = both
    partner = make.partner(name="Garage du Parc")
    make.interaction(partner, user, report="Dit à la direction seulement.")
    todo = make.todo(partner, user, due_on=date(2026, 12, 1), what="Rappeler avant la paie")
    assert "Dit à la direction" in browser.get(f"/partenaires/{partner.public_id}").text
    choose(browser, next_door)
    page = browser.get(f"/partenaires/{partner.public_id}").text
    assert "Dit à la direction" not in page
    assert "Rappeler avant la paie" not in page
    assert "Rappeler avant la paie" not in browser.get("/aujourdhui").text
    tokens = browser.form("/compte").values
    sent = {name: tokens[name] for name in ("csrf_token", "nonce")}
    assert browser.client.post(f"/a-faire/{todo.public_id}/fait", data=sent).status_code == 404


def test_a_structure_one_does_not_belong_to_does_not_exist(both, make, browser, snapshot, session):
    user, _ = both
    foreign = make.structure("Une structure étrangère")
    form = browser.form("/compte", action="/structure")
    before, old = snapshot(), cookie(browser)
    for public_id in (foreign.public_id, "nullepart", str(foreign.id), "' OR 1=1 --"):
        answer = browser.client.post("/structure", data=form.values | {"structure": public_id})
        assert answer.status_code == 404, public_id
    assert snapshot() == before
    assert cookie(browser) == old
    kept = session.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).one()
    assert kept.structure_id == make.home.id


@pytest.mark.parametrize("typed", [{}, {"structure": ""}, {"structure": "x" * 500}])
def test_a_post_that_names_nothing_changes_nothing(both, browser, session, typed):
    form = browser.form("/compte", action="/structure").values
    form.pop("structure", None)
    assert browser.client.post("/structure", data=form | typed).status_code == 303
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "structure_chosen")).all() == []


def test_staying_where_one_is_renews_nothing(both, make, browser, session):
    old = cookie(browser)
    assert choose(browser, make.home).status_code == 303
    assert cookie(browser) == old
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "structure_chosen")).all() == []


def test_the_click_sent_twice_changes_once(both, make, browser, session):
    _, next_door = both
    form = next(form for form in forms_of(browser.get("/compte").text) if form.action == "/structure")
    sent = form.values | {"structure": next_door.public_id}
    assert browser.client.post("/structure", data=sent).status_code == 303
    again = browser.client.post("/structure", data=sent).status_code
    assert again in {303, 400}, "the token of the page died with the old session"
    assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "structure_chosen")).all()) == 1


def test_who_belongs_to_one_structure_is_offered_no_other(make, browser):
    make.structure("La structure voisine")
    browser.enter(make.user(), make.home)
    page = browser.get("/compte").text
    assert 'action="/structure"' not in page
    assert "La structure voisine" not in page


def test_a_membership_taken_away_meanwhile_ends_it_all(both, make, browser):
    user, next_door = both
    choose(browser, next_door)
    with make.transaction() as database:
        gone = select(Membership).where(Membership.user_id == user.id, Membership.structure_id == next_door.id)
        database.delete(database.scalars(gone).one())
    assert browser.get("/compte").status_code == 303


def test_changing_structure_gives_no_new_hours(both, make, browser, session):
    """A session lives 12 hours from the sign-in, however often it gets a new identifier."""
    user, next_door = both
    opened = clock.now() - timedelta(hours=11, minutes=59)
    with make.transaction() as database:
        database.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).one().created_at = opened
    choose(browser, next_door)
    kept = session.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).one()
    assert kept.created_at == opened


def test_an_enrolled_phone_changes_structure_and_stays_one(both, make, browser, session):
    user, next_door = both
    now = clock.now()
    device = make.add(
        Device(
            user_id=user.id,
            token_hash=b"d" * 32,
            label="Téléphone",
            created_at=now,
            enrolled_at=now - timedelta(days=3),
            expires_at=now + timedelta(days=90),
        )
    )
    form = next(form for form in forms_of(browser.get("/compte").text) if form.action == "/structure")
    with make.transaction() as database:
        kept = database.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).one()
        kept.device_id, kept.confirmed_at = device.id, now - timedelta(days=2)
    answer = browser.client.post("/structure", data=form.values | {"structure": next_door.public_id})
    assert answer.status_code == 303
    assert "Max-Age=23" in answer.headers["Set-Cookie"], "27 days are left, in seconds"
    kept = session.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).one()
    assert (kept.structure_id, kept.device_id) == (next_door.id, device.id)
    assert kept.confirmed_at < now - timedelta(days=1), "still unconfirmed"
    assert browser.get("/compte").status_code == 303


def test_a_form_opened_before_the_change_is_given_back(make, browser, session):
    """Two tabs: what was typed for one structure is never saved in the other."""
    next_door = make.structure("La structure voisine")
    user = make.user()
    make.add(Membership(user_id=user.id, structure_id=next_door.id, role=Role.DEVELOPER))
    partner = make.partner()
    browser.sign_in(user)
    address = f"/partenaires/{partner.public_id}/echanges/nouveau"
    form = browser.form(address)
    change = next(found for found in forms_of(browser.get("/compte").text) if found.action == "/structure")
    browser.client.post("/structure", data=change.values | {"structure": next_door.public_id})
    answer = browser.client.post(address, data=form.values | {"report": "Pour l'autre structure."})
    assert answer.status_code == 400
    assert "Pour l&#39;autre structure." in answer.text
    assert session.scalars(select(Interaction)).all() == []
