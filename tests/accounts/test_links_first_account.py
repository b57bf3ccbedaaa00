"""An empty installation: one link opens it once, and dies as soon as anybody exists."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.accounts.enums import LegalKind
from crm.accounts.links import services as links
from crm.accounts.links.refusals import LinkRefused
from crm.accounts.models import Membership, Structure, User
from tests.accounts.followed import CHOSEN, path_of
from tests.pages import Browser

TYPED = {
    "structure": "Les Jardins du Ru",
    "legal_kind": "aci",
    "siret": "400 690 319 00035",
    "first_name": "Nadia",
    "last_name": "Roussel",
    "email": "Nadia@Exemple.test",
    "password": CHOSEN,
    "password_again": CHOSEN,
}


def first(make, now=None):
    now = now or clock.now()
    with make.transaction(now=now) as session:
        return path_of(links.first_link(session, now=now))


def test_it_creates_the_structure_and_its_director(make, browser, session):
    path = first(make)
    assert path.startswith("/bienvenue/")
    answer = browser.submit(path, TYPED)
    assert (answer.status_code, answer.location) == (303, "/connexion")
    structure, user = session.scalars(select(Structure)).one(), session.scalars(select(User)).one()
    assert (structure.name, structure.legal_kind, structure.siret) == (
        "Les Jardins du Ru",
        LegalKind.ACI,
        "40069031900035",
    )
    assert (user.email, user.name, user.digest_at) == ("nadia@exemple.test", "Nadia Roussel", time(7, 30))
    assert {row.role for row in session.scalars(select(Membership))} == {Role.DIRECTOR, Role.ADMIN}
    assert browser.get("/aujourdhui").status_code == 303, "a link signs nobody in"
    assert browser.sign_in(user, CHOSEN).status_code == 303
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(("values", "said"), [
    ({"password": "ruche tournevi", "password_again": "ruche tournevi"}, "16 caractères au moins"),
    ({"password": "Les Jardins du Ru", "password_again": "Les Jardins du Ru"}, "Il tient surtout"),
    ({"siret": "400 690 319 00036"}, "SIRET"),
    ({"siret": "12"}, "SIRET"),
    ({"legal_kind": "sarl"}, "error-summary"),
    ({"legal_kind": ""}, "Choisissez une réponse"),
    ({"structure": " "}, "nécessaire"),
    ({"email": "pas une adresse"}, "adresse e-mail"),
    ({"first_name": "\u200b"}, "80 caractères"),
])  # fmt: skip
def test_what_is_refused_leaves_it_alive_and_nothing_behind(make, browser, snapshot, values, said):
    path = first(make)
    before = snapshot()
    answer = browser.submit(path, TYPED | values)
    assert answer.status_code == 422
    assert said in answer.text
    assert CHOSEN not in answer.text
    assert snapshot() == before
    assert browser.submit(path, TYPED).status_code == 303


def test_a_siret_may_wait(make, browser, session):
    browser.submit(first(make), TYPED | {"siret": ""})
    assert session.scalars(select(Structure.siret)).one() is None


def test_it_dies_as_soon_as_anybody_exists(make, browser, snapshot):
    path = first(make)
    form = browser.form(path).values
    make.user()
    before = snapshot()
    assert browser.get(path).status_code == 404
    assert browser.client.post(path, data=form | TYPED).status_code == 404
    assert snapshot() == before
    with pytest.raises(LinkRefused):
        first(make)


def test_the_next_one_replaces_it(make, browser):
    older, newer = first(make), first(make)
    assert [browser.get(path).status_code for path in (older, newer)] == [404, 200]


def test_after_an_hour_it_is_dead(make, browser, monkeypatch):
    then = clock.now()
    path = first(make, then)
    monkeypatch.setattr(clock, "now", lambda: then + timedelta(minutes=61))
    assert browser.get(path).status_code == 404


def test_ten_at_once_make_one_structure(app, make, session):
    path = first(make)
    ready = []
    for number in range(10):
        visitor = Browser(app)
        typed = TYPED | {"email": f"personne{number}@exemple.test"}
        ready.append((visitor, visitor.form(path).values | typed, {"REMOTE_ADDR": f"198.51.100.{number}"}))
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda one: one[0].client.post(path, data=one[1], environ_overrides=one[2]).status_code, ready)
        )
    assert sorted(answers) == [303] + [404] * 9
    assert len(session.scalars(select(User)).all()) == 1
    assert len(session.scalars(select(Structure)).all()) == 1


def test_opening_it_fifty_times_changes_nothing(make, browser, snapshot):
    path = first(make)
    before = snapshot()
    for _ in range(50):
        assert browser.get(path).status_code == 200
    assert snapshot() == before
