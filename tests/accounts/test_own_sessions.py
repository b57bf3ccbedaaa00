"""Where one is signed in: seen, closed, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from crm import clock
from crm.access.policy import Role
from crm.accounts.models import Device, Membership, OpenSession, User
from crm.accounts.own.queries import mark_of
from crm.audit.models import AuditEvent
from crm.web.sessions import key_of
from tests.pages import Browser, forms_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"


@pytest.fixture
def signed(make, browser):
    """Somebody signed in once."""
    user = make.user()
    browser.enter(user, make.home)
    return user


def elsewhere(make, user, *, browser="", **values):
    """Another session of that person."""
    now = clock.now()
    given = {"token_hash": key_of(str(values)), "created_at": now, "seen_at": now, "payload": ""}
    return make.add(OpenSession(user_id=user.id, structure_id=make.home.id, browser=browser, **given | values))


def closing(page):
    """The addresses that close one session each."""
    return [
        form.action
        for form in forms_of(page)
        if form.action.startswith("/compte/sessions/") and "/fermer" in form.action
    ]


def post(browser, address):
    """A genuine post to that address."""
    tokens = browser.form("/compte").values
    return browser.client.post(address, data={name: tokens[name] for name in ("csrf_token", "nonce")})


def test_each_session_is_named_and_this_one_marked(signed, make, browser):
    elsewhere(make, signed, browser=IPHONE)
    page = browser.get("/compte", headers={"User-Agent": FIREFOX}).text
    assert "Safari sur iPhone" in page
    assert page.count("cette session") == 1


def test_a_sign_in_notes_what_the_browser_calls_itself(make, browser, session):
    user = make.user()
    form = browser.form("/connexion").values | {"email": user.email, "password": "une phrase de passe pour les tests"}
    browser.client.post("/connexion", data=form, headers={"User-Agent": FIREFOX})
    kept = session.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).one()
    assert kept.browser == FIREFOX


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "%(browser)s %s {{ 7 * 7 }} %",
        "é" * 5000,
        "ligne\x0b\x1b[31mrouge",
        "",
    ],
)
def test_a_hostile_browser_is_text(make, browser, app, session, said):
    user = make.user()
    visitor = Browser(app)
    form = visitor.form("/connexion").values | {"email": user.email, "password": "une phrase de passe pour les tests"}
    answer = visitor.client.post("/connexion", data=form, headers={"User-Agent": said})
    assert answer.status_code == 303
    browser.enter(user, make.home)
    page = browser.get("/compte")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "7 * 7" in page.text or "{{" not in said
    kept = session.scalars(select(OpenSession.browser).where(OpenSession.user_id == user.id)).all()
    assert all(len(one) <= 200 and "\x1b" not in one for one in kept)


def test_closing_one_session_ends_it_at_once(signed, make, app, browser, session):
    other = Browser(app)
    other.enter(signed, make.home)
    [address] = [one for one in closing(browser.get("/compte").text) if one != "/compte/sessions/fermer"]
    answer = post(browser, address)
    assert (answer.status_code, answer.location) == (303, "/compte#sessions")
    assert other.get("/aujourdhui").status_code == 303, "the one that was closed"
    assert browser.get("/aujourdhui").status_code == 200, "the one that goes on"
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "session_closed")).one()
    assert (event.actor_id, event.object_id) == (signed.id, signed.id)


def test_closing_all_the_others_keeps_this_one(signed, make, app, browser, session):
    others = [Browser(app) for _ in range(3)]
    for other in others:
        other.enter(signed, make.home)
    stranger = Browser(app)
    stranger.enter(make.user(), make.home)
    answer = post(browser, "/compte/sessions/fermer")
    assert answer.status_code == 303
    assert "3 autres sessions fermées" in browser.get("/compte").text
    assert [other.get("/aujourdhui").status_code for other in others] == [303] * 3
    assert stranger.get("/aujourdhui").status_code == 200
    assert post(browser, "/compte/sessions/fermer").status_code == 303, "none is left, and that is no fault"


def test_closing_this_very_session_signs_out(signed, browser, session):
    kept = session.scalars(select(OpenSession).where(OpenSession.user_id == signed.id)).one()
    answer = post(browser, f"/compte/sessions/{mark_of(kept.token_hash)}/fermer")
    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert browser.get("/compte").status_code == 303
    assert session.scalars(select(OpenSession).where(OpenSession.user_id == signed.id)).all() == []


def test_somebody_elses_session_does_not_exist(signed, make, app, browser, snapshot):
    stranger = make.user()
    theirs = Browser(app)
    theirs.enter(stranger, make.home)
    kept = elsewhere(make, stranger)
    before = snapshot()
    for mark in (mark_of(kept.token_hash), kept.token_hash.hex(), str(kept.id), "nullepart"):
        assert post(browser, f"/compte/sessions/{mark}/fermer").status_code == 404
    assert snapshot() == before
    assert theirs.get("/aujourdhui").status_code == 200


def test_only_what_still_lives_is_shown(signed, make, browser):
    now = clock.now()
    device = make.add(
        Device(
            user_id=signed.id,
            token_hash=b"d" * 32,
            label="Mon vieux téléphone",
            created_at=now,
            enrolled_at=now - timedelta(days=29),
            expires_at=now + timedelta(days=9),
        )
    )
    elsewhere(make, signed, browser="Trop ancien", created_at=now - timedelta(hours=13))
    elsewhere(make, signed, browser="Trop endormi", seen_at=now - timedelta(minutes=31))
    long_ago = now - timedelta(days=20)
    elsewhere(make, signed, device_id=device.id, created_at=long_ago, seen_at=long_ago)
    page = browser.get("/compte").text
    assert "Trop ancien" not in page
    assert "Trop endormi" not in page
    assert "téléphone enrôlé" in page


def test_the_address_of_a_session_tells_neither_its_cookie_nor_what_is_stored(signed, make, browser, session):
    kept = session.scalars(select(OpenSession).where(OpenSession.user_id == signed.id)).one()
    mark = mark_of(kept.token_hash)
    assert mark not in kept.token_hash.hex()
    assert mark != mark_of(key_of("autre"))


@pytest.mark.parametrize("address", ["/compte", "/compte/journal", "/compte/mot-de-passe", "/compte/adresse"])
def test_a_phone_left_on_a_table_asks_for_the_password(signed, make, browser, snapshot, address):
    now = clock.now()
    device = make.add(
        Device(
            user_id=signed.id,
            token_hash=b"d" * 32,
            label="Téléphone de terrain",
            created_at=now,
            enrolled_at=now - timedelta(days=3),
            expires_at=now + timedelta(days=27),
        )
    )
    with make.transaction() as database:
        kept = database.scalars(select(OpenSession).where(OpenSession.user_id == signed.id)).one()
        kept.device_id, kept.confirmed_at = device.id, now - timedelta(minutes=31)
    before = snapshot()
    answer = browser.get(address)
    assert answer.status_code == 303
    assert answer.location.startswith("/compte/confirmer?next=%2Fcompte")
    assert browser.get("/partenaires").status_code == 200
    tokens = browser.form("/essai/formulaire", action="/essai/structure").values
    for target in ("/compte", "/compte/mot-de-passe", "/compte/adresse", "/compte/sessions/fermer"):
        sent = {name: tokens[name] for name in ("csrf_token", "nonce")} | {"digest_at": "09:00"}
        assert browser.client.post(target, data=sent).status_code == 400
    assert snapshot() == before


def test_a_session_ended_during_its_own_request_does_not_come_back(make, app, browser, session):
    """It asks for a new identifier while its owner, elsewhere, ends it: the new one must open nothing."""
    user = make.user()
    next_door = make.structure("La structure voisine")
    make.add(Membership(user_id=user.id, structure_id=next_door.id, role=Role.VOLUNTEER))
    browser.enter(user, make.home)
    form = next(form for form in forms_of(browser.get("/compte").text) if form.action == "/structure")
    interface = app.session_interface
    whole = interface.save_session

    def meanwhile(*arguments):
        with make.transaction() as database:
            database.execute(delete(OpenSession).where(OpenSession.user_id == user.id))
        whole(*arguments)

    interface.save_session = meanwhile
    try:
        browser.client.post("/structure", data=form.values | {"structure": next_door.public_id})
    finally:
        del interface.save_session
    assert session.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).all() == []
    assert browser.get("/compte").location.startswith("/connexion")


def test_a_session_that_the_old_password_opened_at_that_moment_is_dead(make, browser):
    user = make.user()
    browser.enter(user, make.home)
    assert browser.get("/compte").status_code == 200
    with make.transaction() as database:
        database.get(User, user.id).password_changed_at = clock.now()
    assert browser.get("/compte").location.startswith("/connexion")
