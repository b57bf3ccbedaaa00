"""The account page: who one is here, the hour of the digest, and nothing that one may not change."""

from datetime import time

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.accounts.account import GUARDED_ROLES
from crm.accounts.models import Device, Membership, User
from crm.accounts.own.digest_hour import read_hour
from crm.accounts.own.role_words import ALLOWS
from crm.audit.models import AuditEvent
from crm.db import Base
from tests.factories import PASSWORD, THEN
from tests.pages import Browser

NEW_PASSWORD = "quatre lampes vertes et un canal"

#: What somebody would like to slip into a form of theirs.
SLIPPED = {
    "role": "dir",
    "roles": "dir",
    "structure_id": "1",
    "user_id": "1",
    "active": "",
    "first_name": "Autre",
    "totp_secret": "x" * 32,
    "totp_confirmed_at": "2026-11-22T10:00:00",
    "password_hash": "x",
    "language": "en",
    "id": "1",
    "public_id": "x" * 22,
}


@pytest.fixture
def signed(make, browser):
    """A development manager on their account page."""
    user = make.user(email="ines@exemple.test", first_name="Inès", last_name="Delmas")
    browser.enter(user, make.home)
    return user


def changed_columns(before, after):
    """Each column of each row that differs between two snapshots, forms sent left out; rows come and go as '+-'."""
    found = set()
    for table in before:
        if table == "form_submissions":
            continue
        names = Base.metadata.tables[table].columns.keys()
        old, new = ({row[names.index("id")]: row for row in rows[table]} for rows in (before, after))
        found |= {(table, "+-") for _ in old.keys() ^ new.keys()}
        for key in old.keys() & new.keys():
            found |= {(table, name) for name, a, b in zip(names, old[key], new[key], strict=True) if a != b}
    return found


def test_who_i_am_and_what_my_roles_allow(make, browser):
    user = make.user(roles=[Role.DEVELOPER, Role.VOLUNTEER], first_name="Inès", last_name="Delmas")
    make.add(Membership(user_id=user.id, structure_id=make.structure("Ailleurs").id, role=Role.DIRECTOR))
    browser.enter(user, make.home)
    page = browser.get("/compte").text
    for words in ("Inès Delmas", user.email, make.home.name, Role.DEVELOPER.label, Role.VOLUNTEER.label):
        assert words in page
    assert ALLOWS[Role.VOLUNTEER] in page
    assert ALLOWS[Role.DIRECTOR] not in page, "what one is elsewhere is not what one is here"


def test_every_role_says_what_it_allows():
    assert set(ALLOWS) == set(Role)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TUTOR])
def test_everybody_has_an_account_page(make, browser, role):
    user = make.user(roles=[role])
    browser.enter(user, make.home)
    page = browser.get("/compte")
    assert page.status_code == 200
    assert ("À mettre en place" in page.text) == (role in GUARDED_ROLES)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("08:15", time(8, 15)), ("7h", time(7)), ("6 h 45", time(6, 45)), ("", None), ("  ", None)],
)
def test_the_hour_of_the_digest(signed, browser, session, typed, kept):
    answer = browser.submit("/compte", {"digest_at": typed})
    assert (answer.status_code, answer.location) == (303, "/compte")
    assert session.get(User, signed.id).digest_at == kept


@pytest.mark.parametrize("typed", ["25:00", "12:60", "matin", "<b>8</b>", "8:1", "١٢:٠٠", "9" * 400])
def test_what_is_no_hour_is_refused_beside_the_field(signed, browser, snapshot, typed):
    before = snapshot()
    answer = browser.submit("/compte", {"digest_at": typed})
    assert answer.status_code == 422
    assert "Une heure de la journée" in answer.text
    assert "<b>8</b>" not in answer.text
    assert snapshot() == before


def test_hours_as_people_type_them():
    assert [read_hour(one) for one in ("7:30", "07:30:00", "7H30", "23")] == [
        time(7, 30),
        time(7, 30),
        time(7, 30),
        time(23),
    ]
    with pytest.raises(ValueError, match="hour"):
        read_hour("24")


def test_two_windows_the_second_one_chooses(signed, make, browser, session):
    stale = browser.form("/compte").values
    browser.submit("/compte", {"digest_at": "06:00"})
    answer = browser.client.post("/compte", data=stale | {"digest_at": "09:00"})
    assert answer.status_code == 409
    assert "06:00" in answer.text
    assert "09:00" in answer.text
    assert "Inès Delmas a enregistré" in answer.text
    assert session.get(User, signed.id).digest_at == time(6)


def test_another_change_of_the_account_is_no_conflict(signed, browser, session):
    stale = browser.form("/compte").values
    browser.submit("/aujourdhui", {"language": "en"}, action="/langue")
    assert browser.client.post("/compte", data=stale | {"digest_at": "09:00"}).status_code == 303
    assert session.get(User, signed.id).digest_at == time(9)


def test_without_its_version_nothing_is_overwritten(signed, browser, session):
    form = browser.form("/compte").values
    for forged in ({"version": ""}, {"version": "999"}, {"version": "", "_base": "[]"}, {"_base": "{", "version": "0"}):
        tokens = browser.form("/compte").values
        sent = form | forged | {name: tokens[name] for name in ("csrf_token", "nonce")} | {"digest_at": "09:00"}
        if "_base" not in forged:
            sent["_base"] = ""
        assert browser.client.post("/compte", data=sent).status_code == 409
    assert session.get(User, signed.id).digest_at == time(7, 30)


def test_the_same_form_sent_twice_counts_once(signed, browser, session):
    form = browser.form("/compte").values | {"digest_at": "09:00"}
    answers = [browser.client.post("/compte", data=form) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/compte")] * 2
    events = session.scalars(
        select(AuditEvent).where(AuditEvent.object_type == "users", AuditEvent.action == "update")
    ).all()
    assert [event.fields["digest_at"] for event in events] == [["07:30:00", "09:00:00"]]


@pytest.mark.parametrize(
    ("page", "typed", "declared"),
    [
        ("/compte", {"digest_at": "09:00"}, {("users", "digest_at"), ("users", "version")}),
        (
            "/compte/mot-de-passe",
            {"password": PASSWORD, "new_password": NEW_PASSWORD, "new_password_again": NEW_PASSWORD},
            {("users", "password_hash"), ("users", "password_changed_at"), ("users", "version")},
        ),
        (
            "/compte/adresse",
            {"password": PASSWORD, "email": "nouvelle@exemple.test"},
            {("single_use_links", "+-")},
        ),
    ],
)
def test_a_form_changes_what_it_declares_and_nothing_else(signed, browser, snapshot, page, typed, declared):
    before = snapshot()
    slipped = SLIPPED if page == "/compte/adresse" else SLIPPED | {"email": "autre@exemple.test"}
    answer = browser.submit(page, slipped | typed)
    assert answer.status_code in {200, 303}
    assert changed_columns(before, snapshot()) == declared


@pytest.mark.parametrize("action", ["/compte/sessions/fermer", "/structure"])
def test_a_button_changes_nothing_of_the_account(signed, make, browser, snapshot, action):
    other = make.structure("La structure voisine")
    make.add(Membership(user_id=signed.id, structure_id=other.id, role=Role.VOLUNTEER))
    Browser(browser.app).enter(signed, make.home)
    typed = SLIPPED | {"structure": other.public_id, "version": "9"}
    form = browser.form("/compte", action=action)
    before = snapshot()
    assert browser.client.post(action, data=form.values | typed).status_code == 303
    assert changed_columns(before, snapshot()) == set()


def test_the_page_says_what_the_second_factor_is(make, browser):
    user = make.user(totp_confirmed_at=THEN, totp_secret="x")
    browser.enter(user, make.home)
    page = browser.get("/compte").text
    assert "En place" in page
    assert 'href="/compte/double-authentification"' in page


def test_enrolled_phones_are_shown_with_a_way_to_revoke_them(signed, make, browser, session):
    device = make.add(
        Device(
            user_id=signed.id,
            token_hash=b"d" * 32,
            label="Téléphone d'Inès <b>",
            created_at=THEN,
            enrolled_at=THEN,
            expires_at=THEN.replace(year=2099),
        )
    )
    page = browser.get("/compte").text
    assert "Téléphone d&#39;Inès &lt;b&gt;" in page
    assert "Enrôler ce téléphone" in page
    answer = browser.submit("/compte", {}, action=f"/compte/appareils/{device.public_id}/revoquer")
    assert (answer.status_code, answer.location) == (303, "/compte")
    assert session.scalars(select(Device)).all() == []


def test_somebody_elses_device_does_not_exist(signed, make, browser, snapshot):
    theirs = make.add(
        Device(
            user_id=make.user().id,
            token_hash=b"d" * 32,
            label="À quelqu'un d'autre",
            created_at=THEN,
            expires_at=THEN.replace(year=2099),
        )
    )
    assert "À quelqu" not in browser.get("/compte").text
    tokens = browser.form("/compte").values
    before = snapshot()
    for public_id in (theirs.public_id, "nullepart"):
        sent = {name: tokens[name] for name in ("csrf_token", "nonce")}
        assert browser.client.post(f"/compte/appareils/{public_id}/revoquer", data=sent).status_code == 404
    assert snapshot() == before
