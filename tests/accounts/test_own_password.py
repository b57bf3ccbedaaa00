"""One's own password and address: asked for, checked, counted; and what changes with them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.accounts import passwords
from crm.accounts.models import Device, Membership, OpenSession, SingleUseLink, User
from crm.audit.models import AuditEvent
from tests.factories import PASSWORD
from tests.pages import Browser

NEW = "quatre lampes vertes et un canal"
GOOD = {"password": PASSWORD, "new_password": NEW, "new_password_again": NEW}


@pytest.fixture
def signed(make, browser):
    """Somebody signed in."""
    user = make.user(email="ines@exemple.test", first_name="Inès", last_name="Delmas")
    browser.enter(user, make.home)
    return user


def cookie(browser):
    """The session's cookie of that browser."""
    return browser.client.get_cookie("passerelle").value


def test_a_new_password_ends_every_other_session_and_renews_this_one(signed, make, app, browser, session):
    other = Browser(app)
    other.enter(signed, make.home)
    old = cookie(browser)
    answer = browser.submit("/compte/mot-de-passe", GOOD)
    assert (answer.status_code, answer.location) == (303, "/compte")
    assert "Mot de passe changé" in browser.get("/compte").text
    assert cookie(browser) != old
    assert other.get("/aujourdhui").status_code == 303
    thief = Browser(app)
    thief.client.set_cookie("passerelle", old)
    assert thief.get("/aujourdhui").status_code == 303, "the old cookie opens nothing"
    user = session.get(User, signed.id)
    assert passwords.verify(user.password_hash, NEW)
    assert not passwords.verify(user.password_hash, PASSWORD)
    assert user.password_changed_at is not None


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"password": "pas celui-là du tout"}, "password", "Ce n&#39;est pas votre mot de passe"),
        ({"password": ""}, "password", "ce champ est nécessaire"),
        ({"new_password": "court", "new_password_again": "court"}, "new_password", "Trop court"),
        ({"new_password": "x" * 300, "new_password_again": "x" * 300}, "new_password", "Trop long"),
        ({"new_password_again": "quatre lampes vertes et un  canal"}, "new_password_again", "pas pareils"),
    ],
)
def test_a_refusal_stands_beside_its_field(signed, browser, snapshot, typed, field, sentence):
    before = snapshot()
    answer = browser.submit("/compte/mot-de-passe", GOOD | typed)
    assert answer.status_code == 422
    error = answer.text.split(f'id="{field}-erreur"')[1].split("</p>")[0]
    assert sentence in error
    for secret in (*GOOD.values(), *typed.values()):
        assert not secret or f'value="{secret}"' not in answer.text, "a password is never given back"
    assert snapshot() == before


def test_what_is_asked_elsewhere_holds_here_too(make, browser, snapshot):
    """A director of another structure needs 16 characters, whatever the structure of the session."""
    user = make.user()
    make.add(Membership(user_id=user.id, structure_id=make.structure("Ailleurs").id, role=Role.DIRECTOR))
    browser.enter(user, make.home)
    before = snapshot()
    fifteen = "lampe canal vif"
    typed = {"new_password": fifteen, "new_password_again": fifteen}
    assert len(fifteen) == 15
    answer = browser.submit("/compte/mot-de-passe", GOOD | typed)
    assert answer.status_code == 422
    assert "16 caractères" in answer.text.split('id="new_password-erreur"')[1].split("</p>")[0]
    assert snapshot() == before


@pytest.mark.parametrize("page", ["/compte/mot-de-passe", "/compte/adresse"])
def test_wrong_passwords_are_counted_and_then_refused(signed, browser, page):
    typed = GOOD | {"email": "nouvelle@exemple.test"}
    for _ in range(5):
        assert browser.submit(page, typed | {"password": "pas celui-là du tout"}).status_code == 422
    answer = browser.submit(page, typed)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_a_form_that_is_refused_for_its_shape_is_no_try(signed, browser):
    for _ in range(8):
        assert browser.submit("/compte/mot-de-passe", GOOD | {"new_password_again": "autre"}).status_code == 422
        weak = {"new_password": "court", "new_password_again": "court"}
        assert browser.submit("/compte/mot-de-passe", GOOD | weak).status_code == 422
    assert browser.submit("/compte/mot-de-passe", GOOD).status_code == 303


def test_a_password_sent_twice_changes_it_once(signed, browser, session):
    form = browser.form("/compte/mot-de-passe").values | GOOD
    assert browser.client.post("/compte/mot-de-passe", data=form).location == "/compte"
    again = browser.client.post("/compte/mot-de-passe", data=form)
    assert again.status_code in {303, 400}, "the token of the form died with the old session"
    changes = session.scalars(
        select(AuditEvent).where(AuditEvent.object_type == "users", AuditEvent.action == "update")
    ).all()
    assert len(changes) == 1
    assert changes[0].fields["password_hash"] is None, "no hash in the audit"


def test_on_an_enrolled_phone_the_session_goes_on_as_an_ordinary_one(signed, make, browser, session):
    now = clock.now()
    long_ago = now - timedelta(days=20)
    device = make.add(
        Device(
            user_id=signed.id,
            token_hash=b"d" * 32,
            label="Téléphone",
            created_at=long_ago,
            enrolled_at=long_ago,
            expires_at=now + timedelta(days=90),
        )
    )
    with make.transaction() as database:
        kept = database.scalars(select(OpenSession).where(OpenSession.user_id == signed.id)).one()
        kept.device_id, kept.created_at, kept.confirmed_at = device.id, long_ago, now
    assert browser.submit("/compte/mot-de-passe", GOOD).status_code == 303
    assert browser.get("/compte").status_code == 200
    assert session.get(Device, device.id).enrolled_at is None
    kept = session.scalars(select(OpenSession).where(OpenSession.user_id == signed.id)).one()
    assert kept.created_at >= now, "the password was just given: twelve hours begin"


def test_a_change_of_address_gives_both_links_to_copy_without_a_mail_server(signed, app, browser, session):
    answer = browser.submit("/compte/adresse", {"email": "nouvelle@exemple.test", "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.text.count(f'href="{app.config["PUBLIC_URL"]}/adresse/') == 2
    assert "nouvelle@exemple.test" in answer.text
    assert session.get(User, signed.id).email == "ines@exemple.test", "nothing changed yet"
    again = browser.get("/compte/adresse").text
    assert "/adresse/" not in again.replace("/compte/adresse", ""), "shown once"


def test_with_a_mail_server_the_links_leave_by_mail(make, app_with, session):
    app = app_with(PASSERELLE_SMTP_URL="smtp://127.0.0.1:1")
    user = make.user()
    browser = Browser(app)
    browser.enter(user, make.home)
    answer = browser.submit("/compte/adresse", {"email": "nouvelle@exemple.test", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/compte")
    links = session.scalars(select(SingleUseLink).where(SingleUseLink.user_id == user.id)).all()
    assert {link.send_to for link in links} == {user.email, "nouvelle@exemple.test"}
    assert {link.token_hash for link in links} == {None}, "no word before the mail leaves"


@pytest.mark.parametrize("email", ["", "pas une adresse", "a" * 300 + "@exemple.test", "a@b\r\nBcc: x@exemple.test"])
def test_what_is_no_address_is_refused(signed, browser, snapshot, email):
    before = snapshot()
    answer = browser.submit("/compte/adresse", {"email": email, "password": PASSWORD})
    assert answer.status_code == 422
    assert 'id="email-erreur"' in answer.text
    assert snapshot() == before


def test_the_address_changes_for_who_knows_the_password_only(signed, browser, snapshot):
    before = snapshot()
    answer = browser.submit("/compte/adresse", {"email": "nouvelle@exemple.test", "password": "pas celui-là"})
    assert answer.status_code == 422
    assert 'id="password-erreur"' in answer.text
    assert snapshot() == before
