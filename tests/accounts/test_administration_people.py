"""The people of a structure on screen: who is listed, invited, helped."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.accounts.models import Device, Membership, OpenSession, SingleUseLink, User
from crm.audit.models import AuditEvent
from tests.counting import statements
from tests.factories import THEN
from tests.pages import Browser, forms_of

PEOPLE = "/reglages/personnes"
HOSTILE = "<script>alert(1)</script>\"'&amp;{{ 7*7 }}"


@pytest.fixture
def director(make, browser):
    """The director of the first structure, signed in."""
    user = make.user(roles=[Role.DIRECTOR], first_name="Sonia", last_name="Marchal")
    browser.enter(user, make.home)
    return user


def page_of(user: User) -> str:
    return f"{PEOPLE}/{user.public_id}"


def press(browser: Browser, user: User, action: str, **fields: str):
    """Press the button of somebody's page that posts to `action`, as the page gives it."""
    url = f"{page_of(user)}/{action}"
    form = next(form for form in forms_of(browser.get(page_of(user)).text) if form.action == url)
    return browser.client.post(url, data=form.values | fields)


def send(browser: Browser, url: str, **fields: str):
    """Post to an address with genuine tokens, whatever the page shows."""
    tokens = browser.form("/essai/formulaire", action="/essai/structure").values
    return browser.client.post(url, data={name: tokens[name] for name in ("csrf_token", "nonce")} | fields)


def set_up(make, user: User) -> None:
    """Give somebody a second factor."""
    with make.transaction() as database:
        database.get(User, user.id).totp_confirmed_at = THEN
        database.get(User, user.id).totp_secret = "scellé"


def test_the_list_says_who_is_there(make, browser, director):
    colleague = make.user(roles=[Role.COUNSELLOR, Role.VOLUNTEER], first_name="Awa", last_name="Diop")
    make.user(password_hash=None, last_name="Attendue")
    make.user(active=False, last_name="Partie")
    make.user(structure=make.structure(), last_name="Voisin")
    set_up(make, colleague)
    page = browser.get(PEOPLE).text
    for words in ("Awa Diop", colleague.email, Role.COUNSELLOR.label, Role.VOLUNTEER.label, "En place"):
        assert words in page
    for words in ("Attendue", "Invitation en attente", "Partie", "Désactivé", "Sonia Marchal"):
        assert words in page
    assert "Voisin" not in page


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("", {"Active", "Attendue", "Partie", "Marchal"}),
        ("?etat=active", {"Active", "Marchal"}),
        ("?etat=invited", {"Attendue"}),
        ("?etat=disabled", {"Partie"}),
        ("?role=dir", {"Marchal"}),
        ("?role=enc&etat=active", {"Active"}),
        ("?role=ca", set()),
        ("?etat=zzz&role=<x>", {"Active", "Attendue", "Partie", "Marchal"}),
    ],
)
def test_the_list_is_filtered_by_its_address(make, browser, director, query, there):
    make.user(roles=[Role.SUPERVISOR], last_name="Active")
    make.user(password_hash=None, last_name="Attendue")
    make.user(active=False, last_name="Partie")
    page = browser.get(PEOPLE + query).text.split("<main")[1]
    assert {name for name in ("Active", "Attendue", "Partie", "Marchal") if f" {name}<" in page} == there
    assert ("Personne ne correspond" in page) == (not there)


def test_last_seen_is_that_of_this_structure(make, browser, director):
    next_door = make.structure()
    user = make.user(last_name="Aperçue")
    make.add(Membership(user_id=user.id, structure_id=next_door.id, role=Role.DEVELOPER))
    then = clock.now()
    make.add(
        OpenSession(token_hash=b"a" * 32, user_id=user.id, structure_id=next_door.id, created_at=then, seen_at=then)
    )
    assert "Jamais" in browser.get(page_of(user)).text
    make.add(
        AuditEvent(
            at=then - timedelta(days=3),
            actor_kind="user",
            actor_id=user.id,
            structure_id=make.home.id,
            action="sign_in",
            object_type="users",
            object_id=user.id,
        )
    )
    assert "il y a 3 jours" in browser.get(PEOPLE).text
    assert "Jamais" not in browser.get(page_of(user)).text


def test_the_list_costs_the_same_for_many(make, app, browser, director):
    def cost() -> int:
        with statements(app) as sent:
            assert browser.get(PEOPLE).status_code == 200
        return len(sent)

    cost()  # the first answer also keeps the session's token
    few = cost()
    for _ in range(25):
        make.user(roles=[Role.COUNSELLOR, Role.VOLUNTEER])
    assert cost() == few


def test_the_page_of_somebody_costs_the_same_for_many_devices(make, app, browser, director):
    user = make.user()

    def cost() -> int:
        with statements(app) as sent:
            assert browser.get(page_of(user)).status_code == 200
        return len(sent)

    cost()  # the first answer also keeps the session's token
    none = cost()
    for number in range(12):
        a_device(make, user, number)
    assert cost() == none


def a_device(make, user: User, number: int = 0) -> Device:
    """A browser that this person uses."""
    now = clock.now()
    device: Device = make.add(
        Device(
            user_id=user.id,
            token_hash=bytes([number]) * 32,
            label=f"Firefox {number}",
            created_at=now,
            expires_at=now + timedelta(days=100),
        )
    )
    return device


def test_hostile_names_are_only_text(make, browser, director):
    user = make.user(first_name=HOSTILE, last_name=HOSTILE)
    for url in (PEOPLE, page_of(user), f"{page_of(user)}/roles", f"{page_of(user)}/desactiver"):
        page = browser.get(url).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page


def test_somebody_is_invited_and_the_link_is_shown_once(make, browser, director, session):
    typed = {
        "first_name": "Awa",
        "last_name": "Diop",
        "email": "Awa.Diop@Exemple.test",
        "role_cip": "y",
        "role_enc": "y",
    }
    answer = browser.submit(f"{PEOPLE}/inviter", typed)
    assert answer.status_code == 200
    user = session.scalars(select(User).where(User.email == "awa.diop@exemple.test")).one()
    link = session.scalars(select(SingleUseLink).where(SingleUseLink.user_id == user.id)).one()
    shown = re.search(r"http[^<\s]+/invitation/[^<\s]+", answer.text)[0]
    assert shown.startswith("http://127.0.0.1:5000/invitation/")
    assert link.token_hash is not None
    assert (user.password_hash, user.active) == (None, True)
    held = session.scalars(select(Membership).where(Membership.user_id == user.id)).all()
    assert {(row.structure_id, row.role) for row in held} == {
        (make.home.id, Role.COUNSELLOR),
        (make.home.id, Role.SUPERVISOR),
    }
    word = shown.rpartition("/")[2]
    assert word not in "".join(row.payload for row in session.scalars(select(OpenSession)))
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_name": ""}, "ce champ est nécessaire"),
        ({"last_name": "x" * 81}, "80 caractères"),
        ({"email": "pas une adresse"}, "adresse"),
        ({"role_cip": ""}, "au moins un rôle"),
        ({"email": "sonia@exemple.test"}, "déjà"),
    ],
)
def test_a_refused_invitation_changes_nothing_and_keeps_what_was_typed(make, browser, snapshot, typed, said):
    user = make.user(roles=[Role.DIRECTOR], email="sonia@exemple.test")
    browser.enter(user, make.home)
    given = {"first_name": "Awa", "last_name": HOSTILE, "email": "awa@exemple.test", "role_cip": "y"} | typed
    form = browser.form(f"{PEOPLE}/inviter")
    before = snapshot()
    data = form.values | {name: value for name, value in given.items() if value or not name.startswith("role_")}
    answer = browser.client.post(f"{PEOPLE}/inviter", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert snapshot() == before
    kept = next(one for one in forms_of(answer.text) if "last_name" in one.values).values
    assert kept["last_name"] == given["last_name"]
    assert ("role_cip" in kept) == bool(given["role_cip"])


def test_extra_fields_of_an_invitation_change_nothing(make, browser, director, session):
    elsewhere = make.structure()
    typed = {
        "first_name": "Awa",
        "last_name": "Diop",
        "email": "awa@exemple.test",
        "role_cip": "y",
        "role_tut": "y",
        "structure_id": str(elsewhere.id),
        "active": "",
        "password": "x" * 20,
        "password_hash": "x",
        "id": "1",
        "roles": "dir",
    }
    assert browser.submit(f"{PEOPLE}/inviter", typed).status_code == 200
    user = session.scalars(select(User).where(User.email == "awa@exemple.test")).one()
    held = session.scalars(select(Membership).where(Membership.user_id == user.id)).all()
    assert [(row.structure_id, row.role) for row in held] == [(make.home.id, Role.COUNSELLOR)]
    assert (user.password_hash, user.active) == (None, True)


def test_the_invitation_is_sent_again(make, browser, director, session):
    user = make.user(password_hash=None)
    answer = press(browser, user, "invitation")
    assert answer.status_code == 200
    assert "/invitation/" in answer.text
    assert len(session.scalars(select(SingleUseLink).where(SingleUseLink.user_id == user.id)).all()) == 1
    # The page of the link opened again leads back to the person.
    back = browser.get(f"{page_of(user)}/invitation")
    assert (back.status_code, back.location) == (303, page_of(user))


def test_a_new_password_is_offered(make, browser, director, session):
    user = make.user()
    answer = press(browser, user, "mot-de-passe")
    assert answer.status_code == 200
    assert "/mot-de-passe/" in answer.text
    assert session.get(User, user.id).password_hash == user.password_hash


def test_with_a_mail_server_no_link_is_shown(make, app_with, session):
    app = app_with(PASSERELLE_SMTP_URL="smtp://127.0.0.1:9")
    browser = Browser(app)
    browser.enter(make.user(roles=[Role.DIRECTOR]), make.home)
    user = make.user()
    answer = press(browser, user, "mot-de-passe")
    assert (answer.status_code, answer.location) == (303, page_of(user))
    assert user.email in browser.get(page_of(user)).text
    assert session.scalars(select(SingleUseLink.token_hash)).all() == [None]


@pytest.mark.parametrize(
    ("values", "action", "said"),
    [
        ({}, "invitation", "a déjà choisi son mot de passe"),
        ({"password_hash": None}, "mot-de-passe", "renvoyez-lui plutôt"),
        ({"active": False}, "mot-de-passe", "désactivé"),
    ],
)
def test_help_that_does_not_fit_is_refused_with_a_sentence(make, browser, director, snapshot, values, action, said):
    user = make.user(**values)
    before = snapshot()
    answer = send(browser, f"{page_of(user)}/{action}")
    assert answer.status_code == 422
    assert said in answer.text
    assert snapshot() == before


def test_a_director_takes_a_lost_second_factor_away(make, app, browser, director, session):
    user = make.user()
    set_up(make, user)
    a_device(make, user)
    theirs = Browser(app)
    theirs.enter(user, make.home)
    answer = press(browser, user, "double-authentification")
    assert (answer.status_code, answer.location) == (303, page_of(user))
    found = session.get(User, user.id)
    assert (found.totp_secret, found.totp_confirmed_at) == (None, None)
    assert session.scalars(select(Device)).all() == []
    assert theirs.get("/partenaires").status_code == 303


def test_nobody_takes_their_own_second_factor_away_here(make, browser, director, snapshot):
    set_up(make, director)
    before = snapshot()
    assert send(browser, f"{page_of(director)}/double-authentification").status_code == 422
    assert snapshot() == before


def test_a_director_signs_a_device_out(make, app, browser, director, session):
    user = make.user()
    lost, other = a_device(make, user, 1), a_device(make, user, 2)
    answer = press(browser, user, "appareil", device=lost.public_id)
    assert answer.status_code == 303
    assert [device.id for device in session.scalars(select(Device))] == [other.id]


def test_only_a_device_of_that_person_is_signed_out(make, browser, director, snapshot):
    user, stranger = make.user(), make.user(structure=make.structure())
    theirs, mine = a_device(make, stranger, 1), a_device(make, director, 2)
    before = snapshot()
    for device in (theirs.public_id, mine.public_id, "nullepart", ""):
        assert send(browser, f"{page_of(user)}/appareil", device=device).status_code == 422
    assert snapshot() == before


def test_an_administrator_helps_but_grants_nothing(make, browser, snapshot):
    admin = make.user(roles=[Role.ADMIN])
    browser.enter(admin, make.home)
    make.user(roles=[Role.DIRECTOR])
    user = make.user()
    set_up(make, user)
    page = browser.get(page_of(user)).text
    for address in ("roles", "double-authentification", "appareil", "reactiver"):
        assert f"{page_of(user)}/{address}" not in page
    assert f"{page_of(user)}/desactiver" in page
    assert f"{PEOPLE}/inviter" not in browser.get(PEOPLE).text
    before = snapshot()
    for address in ("roles", "double-authentification", "appareil", "reactiver"):
        assert send(browser, f"{page_of(user)}/{address}", role_dir="y", version="1").status_code == 403
    assert send(browser, f"{PEOPLE}/inviter", first_name="a", last_name="b", email="c@d.fr").status_code == 403
    assert browser.get(f"{PEOPLE}/inviter").status_code == 403
    assert snapshot() == before


@pytest.mark.parametrize("address", ["", "/roles", "/desactiver"])
def test_people_of_another_structure_are_not_there(make, browser, director, address):
    stranger = make.user(structure=make.structure())
    for person in (page_of(stranger), f"{PEOPLE}/nullepart"):
        assert browser.get(person + address).status_code == 404
