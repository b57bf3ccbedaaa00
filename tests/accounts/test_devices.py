"""Known browsers and field phones: 30 days for partners and exchanges, the password for the rest, gone at once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from crm.access.policy import Role
from crm.accounts import services as accounts
from crm.accounts.devices.cookie import KNOWN_FOR, cookie_name, look_of
from crm.accounts.devices.services import devices_of
from crm.accounts.models import Device, OpenSession, User
from crm.audit.models import AuditEvent
from tests.accounts.telephone import Telephone
from tests.factories import PASSWORD
from tests.pages import Browser

ENROL = "/compte/appareils/enroler"
COOKIE = cookie_name(secure=False)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("said", "look"),
    [
        (ANDROID, ("Chrome", "Android")),
        (IPHONE, ("Safari", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/18.0 Safari/605.1.15", ("Safari", "Mac")),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/27.0 Chrome/125.0 Mobile", ("Samsung Internet", "Android")),
        ("curl/8.0", ("", "")),
        ("", ("", "")),
        ("<script>alert(1)</script>" * 1000, ("", "")),
    ],
)
def test_what_a_browser_is_called(said, look):
    assert tuple(look_of(said)) == look


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [("https://crm.exemple.test", "__Host-passerelle-appareil", True), ("http://127.0.0.1:5000", COOKIE, False)],
)
def test_the_cookie_is_bound_to_the_host_and_kept_180_days(app_with, make, public_url, name, secure):
    from tests.pages import forms_of

    user = make.user()
    client = app_with(PASSERELLE_PUBLIC_URL=public_url).test_client()
    page = client.get("/connexion", base_url=public_url)
    form = next(form for form in forms_of(page.text) if "email" in form.values)
    typed = form.values | {"email": user.email, "password": PASSWORD}
    answer = client.post("/connexion", data=typed, base_url=public_url, headers={"Referer": f"{public_url}/connexion"})
    assert answer.status_code == 303
    [header] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{name}=")]
    assert ("; Secure" in header) is secure
    for part in ("; HttpOnly", "; SameSite=Lax", "; Path=/", f"; Max-Age={180 * 24 * 3600}"):
        assert part in header
    assert "Domain" not in header


def test_the_cookie_is_stored_hashed_and_named_after_the_browser(make, browser, session):
    user = make.user()
    browser.submit("/connexion", {"email": user.email, "password": PASSWORD}, headers={"User-Agent": ANDROID})
    device = session.scalars(select(Device)).one()
    value = browser.client.get_cookie(COOKIE).value
    assert len(value) >= 43, "256 bits"
    assert value.encode() not in device.token_hash
    assert len(device.token_hash) == 32
    assert device.label == "Chrome sur Android"
    assert device.expires_at - device.created_at == KNOWN_FOR


def test_a_known_device_stays_one_row_and_an_old_one_is_known_no_longer(make, browser, session):
    telephone = Telephone()
    user = telephone.owner(make)
    start = datetime(2026, 11, 22, 9, 0, 10, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        browser.sign_in(user)
        browser.submit("/connexion/code", {"code": telephone.code()})
        clock.shift(timedelta(days=179))
        assert browser.sign_in(user).location == "/"
        assert session.scalar(select(func.count()).select_from(Device)) == 1
        clock.shift(timedelta(days=1, hours=1))
        assert browser.sign_in(user).location == "/connexion/code"


def test_anothers_cookie_is_worth_nothing(app, make, browser):
    telephone = Telephone()
    browser.sign_in(make.user())
    other = Browser(app)
    other.client.set_cookie(COOKIE, browser.client.get_cookie(COOKIE).value)
    assert other.sign_in(telephone.owner(make)).location == "/connexion/code"
    for value in ("", "x", "a" * 3000):
        other.client.set_cookie(COOKIE, value)
        assert other.sign_in(telephone.owner(make)).location == "/connexion/code"


# --- A field phone


@pytest.fixture
def field_phone(make, browser):
    """A phone enrolled on the 22nd of November at nine, UTC, and its owner, a director."""
    user = make.user(roles=[Role.DIRECTOR])
    with time_machine.travel(datetime(2026, 11, 22, 9, 0, tzinfo=UTC), tick=False) as clock:
        browser.sign_in(user)
        answer = browser.submit(ENROL, {"password": PASSWORD}, headers={"User-Agent": ANDROID})
        assert (answer.status_code, answer.location) == (303, "/compte")
        yield clock, browser, user, answer


def test_enrolling_asks_for_the_password(make, browser, snapshot, session):
    browser.sign_in(make.user())
    before = snapshot()
    answer = browser.submit(ENROL, {"password": "faux"})
    assert answer.status_code == 422
    assert snapshot() == before
    assert session.scalars(select(Device.enrolled_at)).one() is None
    failed = session.scalars(select(AuditEvent).where(AuditEvent.result == "failed")).one()
    assert failed.action == "password_again"


def test_its_cookie_outlives_the_browser_and_its_identifier_is_new(field_phone, session):
    _clock, _browser, _user, answer = field_phone
    [header] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("passerelle=")]
    assert f"Max-Age={30 * 24 * 3600}" in header
    assert session.scalar(select(func.count()).select_from(OpenSession)) == 1, "the earlier one is gone"
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action == "device_enrolled")).all()


def test_it_reaches_partners_for_thirty_days(field_phone, make):
    clock, browser, _user, _answer = field_phone
    partner = make.partner()
    for days in (1, 15, 13):
        clock.shift(timedelta(days=days))
        for path in ("/aujourdhui", "/partenaires", f"/partenaires/{partner.public_id}", "/echanges/nouveau"):
            assert browser.get(path).status_code == 200, (days, path)
    clock.shift(timedelta(days=2))
    assert browser.get("/partenaires").location.startswith("/connexion"), "after 31 days"


def test_what_lies_beyond_asks_for_the_password(field_phone, make):
    clock, browser, _user, _answer = field_phone
    assert browser.get("/reglages/personnes").status_code == 200, "just after the password"
    clock.shift(timedelta(minutes=31))
    for path in ("/reglages/personnes", "/compte", "/compte/double-authentification"):
        answer = browser.get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/compte/confirmer"), path
    confirm = browser.get("/reglages/personnes").location
    assert browser.submit(confirm, {"password": "faux"}, action="/compte/confirmer").status_code == 422
    assert browser.get("/reglages/personnes").status_code == 303
    before = browser.client.get_cookie("passerelle")
    answer = browser.submit(confirm, {"password": PASSWORD}, action="/compte/confirmer")
    assert answer.location == "/reglages/personnes"
    assert browser.get("/reglages/personnes").status_code == 200
    after = browser.client.get_cookie("passerelle")
    assert after.value != before.value, "a new identifier"
    assert after.max_age == 30 * 24 * 3600 - 31 * 60, "and the same end"
    clock.shift(timedelta(minutes=31))
    assert browser.get("/reglages/personnes").status_code == 303


def test_a_form_beyond_its_reach_does_nothing(field_phone, snapshot):
    clock, browser, _user, _answer = field_phone
    tokens = browser.form("/partenaires/nouveau").values
    clock.shift(timedelta(minutes=31))
    before = snapshot()
    typed = {name: tokens[name] for name in ("csrf_token", "nonce")}
    assert browser.client.post("/reglages/personnes/inviter", data=typed | {"email": "a@b.fr"}).status_code == 400
    assert snapshot() == before


def test_signing_in_again_on_it_does_not_prolong_it(field_phone):
    clock, browser, user, _answer = field_phone
    clock.shift(timedelta(days=20))
    browser.submit("/aujourdhui", {}, action="/deconnexion")
    browser.sign_in(user)
    clock.shift(timedelta(days=9))
    assert browser.get("/partenaires").status_code == 200
    clock.shift(timedelta(days=2))
    assert browser.get("/partenaires").status_code == 303


def test_after_its_thirty_days_it_is_an_ordinary_browser(field_phone, session):
    clock, browser, user, _answer = field_phone
    clock.shift(timedelta(days=31))
    browser.sign_in(user)
    assert session.scalars(select(Device.enrolled_at)).one() is None
    clock.shift(timedelta(minutes=25))
    browser.get("/aujourdhui")
    clock.shift(timedelta(minutes=25))
    assert browser.get("/reglages/personnes").status_code == 200, "fifty minutes after the password, as in an office"


def test_the_nightly_sweep_leaves_it(field_phone, app, make, session):
    clock, _browser, user, _answer = field_phone
    other = Browser(app)
    other.sign_in(user)
    limits = {"idle": app.config["SESSION_IDLE"], "absolute": app.config["SESSION_ABSOLUTE"]}
    for days, kept in ((29, 1), (2, 0)):
        clock.shift(timedelta(days=days))
        now = datetime.now(UTC)
        with make.transaction(now=now) as database:
            accounts.forget_sessions(database, now=now, **limits)
        assert session.scalar(select(func.count()).select_from(OpenSession)) == kept
    clock.shift(KNOWN_FOR)
    with make.transaction(now=datetime.now(UTC)) as database:
        accounts.forget_sessions(database, now=datetime.now(UTC), **limits)
    assert session.scalar(select(func.count()).select_from(Device)) == 0


# --- Gone at once


def revoke(browser, public_id):
    """Post the revocation, as the button of the account page does."""
    tokens = browser.form("/essai/formulaire", action="/essai/structure").values
    data = {name: tokens[name] for name in ("csrf_token", "nonce")}
    return browser.client.post(f"/compte/appareils/{public_id}/revoquer", data=data)


def test_its_owner_revokes_it_from_elsewhere(field_phone, app, session):
    _clock, browser, user, _answer = field_phone
    office = Browser(app)
    office.sign_in(user)
    phone = session.scalars(select(Device).where(Device.enrolled_at.is_not(None))).one()
    cookies = [browser.client.get_cookie(name).value for name in ("passerelle", COOKIE)]
    assert revoke(office, phone.public_id).status_code == 303
    assert browser.get("/partenaires").status_code == 303
    browser.client.set_cookie("passerelle", cookies[0])
    browser.client.set_cookie(COOKIE, cookies[1])
    assert browser.get("/partenaires").status_code == 303, "its cookies open nothing any more"
    assert office.get("/partenaires").status_code == 200
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "device_revoked")).one().actor_id == user.id


def test_revoking_the_very_device_signs_out(make, browser, session):
    browser.sign_in(make.user())
    assert revoke(browser, session.scalars(select(Device.public_id)).one()).status_code == 303
    assert browser.get("/aujourdhui").status_code == 303


@pytest.mark.parametrize(
    ("role", "next_door", "status"),
    [
        (Role.DIRECTOR, False, 303),
        (Role.ADMIN, False, 404),
        (Role.DIRECTOR, True, 404),
        (Role.DEVELOPER, False, 404),
        (Role.COUNSELLOR, False, 404),
    ],
)
def test_who_may_revoke_anothers(app, make, browser, session, snapshot, role, next_door, status):
    browser.sign_in(make.user())
    device = session.scalars(select(Device)).one()
    other = Browser(app)
    other.sign_in(make.user(roles=[role], structure=make.structure() if next_door else None))
    before = snapshot()
    assert revoke(other, device.public_id).status_code == status
    assert (browser.get("/aujourdhui").status_code == 200) is (status == 404)
    if status == 404:
        assert snapshot() == before
        assert revoke(other, "nullepart").status_code == 404


def test_the_devices_of_a_person_are_told(field_phone, app, make):
    _clock, _browser, user, _answer = field_phone
    Browser(app).sign_in(user)
    Browser(app).sign_in(make.user())
    with make.transaction(now=datetime.now(UTC), writes=False) as database:
        lines = devices_of(database, user.id)
    assert len(lines) == 2
    [phone] = [line for line in lines if line.enrolled_until]
    assert phone.enrolled_until == datetime(2026, 12, 22, 9, 0, tzinfo=UTC)
    assert phone.seen_at is not None


# --- Sessions of a person end


def test_a_new_password_ends_every_session_and_enrolment(field_phone, app, make, session):
    _clock, browser, user, _answer = field_phone
    other, stranger = Browser(app), Browser(app)
    other.sign_in(user)
    stranger.sign_in(make.user())
    kept = [one.client.get_cookie("passerelle").value for one in (browser, other)]
    now = datetime.now(UTC)
    with make.transaction(now=now) as database:
        accounts.set_password(database, database.get_one(User, user.id), "trois hérons sur un toit", now=now)
    for one, cookie in zip((browser, other), kept, strict=True):
        assert one.get("/partenaires").status_code == 303
        one.client.set_cookie("passerelle", cookie)
        assert one.get("/partenaires").status_code == 303, "a replayed cookie opens nothing"
    assert stranger.get("/partenaires").status_code == 200
    assert session.scalars(select(Device.enrolled_at).where(Device.user_id == user.id)).all() == [None, None]
    assert session.get(User, user.id).password_changed_at == now
    assert browser.sign_in(user).status_code == 422
    assert browser.sign_in(user, "trois hérons sur un toit").status_code == 303


@pytest.mark.parametrize(
    ("password", "roles", "said"),
    [
        ("trop court", [Role.DEVELOPER], "14 caractères au moins"),
        ("quinze signes..", [Role.DIRECTOR], "16 caractères au moins"),
        ("Delmas-Bièvre-2026", [Role.DEVELOPER], "votre structure"),
    ],
)
def test_a_weak_password_is_refused_and_changes_nothing(make, snapshot, password, roles, said):
    user = make.user(roles=roles)
    before = snapshot()
    with pytest.raises(accounts.WeakPassword) as refusal, make.transaction() as database:
        accounts.set_password(database, database.get_one(User, user.id), password, now=datetime.now(UTC))
    assert said in str(refusal.value)
    assert snapshot() == before


def test_ending_sessions_spares_the_one_named(app, make, browser, session):
    user = make.user()
    browser.sign_in(user)
    Browser(app).sign_in(user)
    mine = session.scalars(select(OpenSession.token_hash).order_by(OpenSession.id)).first()
    with make.transaction() as database:
        assert accounts.end_sessions(database, user.id, but=mine) == 1
        assert accounts.end_sessions(database, user.id, but=mine) == 0
    assert browser.get("/aujourdhui").status_code == 200
