"""`passerelle users`: the first account, and what only whoever looks after the server may do."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.accounts import passwords
from crm.accounts.cli import DRY, show_first_link
from crm.accounts.models import Membership, OpenSession, SingleUseLink, Structure, User
from crm.audit.models import AuditEvent
from tests.accounts.followed import CHOSEN, choose, path_of, reset_of
from tests.pages import Browser

WHO = ("nadia@exemple.test", "--first-name", "Nadia", "--last-name", "Roussel")
FIRST = (*WHO, "--role", "dir", "--role", "adm", "--structure", "Les Jardins du Ru")


@pytest.fixture
def users(app):
    """Run `passerelle users …`; what was typed at the terminal comes as `typed`."""

    def run(*words, typed=None, code=0):
        result = app.test_cli_runner().invoke(args=["users", *words], input=typed)
        assert result.exit_code == code, result.output
        return result.output

    return run


def the(session, email="nadia@exemple.test"):
    session.expire_all()
    return session.scalars(select(User).where(User.email == email)).one()


def roles(session, user):
    return {row.role for row in session.scalars(select(Membership).where(Membership.user_id == user.id))}


def test_the_first_account_with_a_password_typed_unseen(users, browser, session):
    said = users("add", *FIRST, typed=f"{CHOSEN}\n{CHOSEN}\n")
    assert "Compte créé : nadia@exemple.test dans « Les Jardins du Ru »." in said
    assert CHOSEN not in said
    user = the(session)
    assert roles(session, user) == {Role.DIRECTOR, Role.ADMIN}
    assert [one.name for one in session.scalars(select(Structure))] == ["Les Jardins du Ru"]
    assert browser.sign_in(user, CHOSEN).status_code == 303
    created = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "users")).first()
    assert (created.actor_kind, created.actor_id) == ("cli", None)


def test_the_first_account_by_a_link(users, browser, session):
    said = users("add", *FIRST, "--link")
    url = said.split()[-1]
    assert url.startswith("http://127.0.0.1:5000/invitation/")
    assert the(session).password_hash is None
    assert choose(browser, path_of_url(url)).status_code == 303
    assert passwords.verify(the(session).password_hash, CHOSEN)


def path_of_url(url):
    return "/" + url.split("/", 3)[3]


def test_the_link_is_printed_even_with_a_mail_server(users, app, monkeypatch, browser, session):
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")
    url = users("add", *FIRST, "--link").split()[-1]
    assert browser.get(path_of_url(url)).status_code == 200
    assert session.scalars(select(SingleUseLink.send_to)).one() is None, "no mail waits"


def test_a_weak_password_is_asked_again_three_times_at_most(users, session):
    weak = "ruche tournevi"
    said = users("add", *FIRST, typed=f"{weak}\n{weak}\n" * 3, code=1)
    assert said.count("16 caractères au moins") == 3
    assert session.scalars(select(User)).all() == []
    users("add", *FIRST, typed=f"{weak}\n{weak}\n{CHOSEN}\n{CHOSEN}\n")
    assert the(session).email == "nadia@exemple.test"


@pytest.mark.parametrize("words", [
    ("pas-une-adresse", *FIRST[1:], "--link"),
    (*WHO, "--role", "tut", "--structure", "X", "--link"),
    (*WHO, "--structure", "X", "--link"),
    (*WHO, "--role", "dir", "--link"),
    (WHO[0], "--first-name", " ", "--last-name", "x", "--role", "dir", "--structure", "X", "--link"),
])  # fmt: skip
def test_what_cannot_be_is_said_in_one_sentence(app, snapshot, words):
    before = snapshot()
    result = app.test_cli_runner().invoke(args=["users", "add", *words])
    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output
    assert snapshot() == before


def test_the_structure_is_named_when_there_are_several(users, make, session):
    users("add", *WHO, "--role", "cip", "--link", "--structure", make.home.name)
    users("add", "b@exemple.test", *WHO[1:], "--role", "cip", "--link")
    other = make.structure("Le Chantier voisin")
    assert "--structure" in users("add", "c@exemple.test", *WHO[1:], "--role", "cip", "--link", code=2)
    said = users("add", "c@exemple.test", *WHO[1:], "--role", "cip", "--link", "--structure", "Inconnue", code=2)
    assert "« Le Chantier voisin »" in said
    users("add", "c@exemple.test", *WHO[1:], "--role", "cip", "--link", "--structure", other.name)
    users("add", "d@exemple.test", *WHO[1:], "--role", "dir", "--link", "--structure", "Troisième", "--new-structure")
    assert len(session.scalars(select(Structure)).all()) == 3


def test_an_account_that_exists_gains_roles_and_keeps_its_password(users, make, session):
    user = make.user(roles=[Role.COUNSELLOR])
    words = ("add", user.email, "--first-name", "Autre", "--last-name", "Nom", "--role", "dir", "--role", "cip")
    assert "avait déjà un compte" in users(*words)
    assert roles(session, user) == {Role.COUNSELLOR, Role.DIRECTOR}
    after = the(session, user.email)
    assert (after.name, after.password_hash) == (user.name, user.password_hash)


def test_the_list(users, make):
    make.user(
        email="a@exemple.test", roles=[Role.DIRECTOR, Role.ADMIN], totp_confirmed_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    make.user(email="b@exemple.test", password_hash=None)
    make.user(email="c@exemple.test", active=False)
    assert users("list").splitlines() == [
        "a@exemple.test · Inès Delmas1 · actif, double authentification",
        "    Les Ateliers de la Bièvre : adm, dir",
        "b@exemple.test · Inès Delmas2 · invité",
        "    Les Ateliers de la Bièvre : dev",
        "c@exemple.test · Inès Delmas3 · désactivé",
        "    Les Ateliers de la Bièvre : dev",
        "Comptes : 3",
    ]


def test_disabling_is_dry_then_real_and_ends_everything(users, make, app, session, snapshot):
    user = make.user()
    visitor = Browser(app)
    visitor.sign_in(user)
    path = path_of(reset_of(make, user))
    before = snapshot()
    assert DRY in users("disable", user.email)
    assert snapshot() == before
    assert visitor.get("/aujourdhui").status_code == 200
    assert "est désactivé" in users("disable", user.email, "--for-real")
    assert visitor.get("/aujourdhui").status_code == 303
    assert visitor.get(path).status_code == 404
    assert session.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).all() == []
    assert the(session, user.email).active is False


def test_the_last_director_stays(users, make, snapshot, session):
    user = make.user(roles=[Role.DIRECTOR])
    invited_only = make.user(roles=[Role.DIRECTOR], password_hash=None)
    before = snapshot()
    assert "dernière personne de la direction" in users("disable", user.email, "--for-real", code=1)
    assert snapshot() == before
    users("disable", invited_only.email, "--for-real")
    make.user(roles=[Role.DIRECTOR])
    users("disable", user.email, "--for-real")
    assert the(session, user.email).active is False


def test_a_lost_telephone_of_the_last_director(users, make, app, session, snapshot):
    user = make.user(roles=[Role.DIRECTOR], totp_secret="scellé", totp_confirmed_at=datetime(2026, 1, 1, tzinfo=UTC))
    before = snapshot()
    assert DRY in users("reset-totp", user.email)
    assert snapshot() == before
    assert "retirée" in users("reset-totp", user.email, "--for-real")
    assert the(session, user.email).totp_secret is None
    assert "n'a pas de double authentification" in users("reset-totp", user.email, "--for-real", code=1)


def test_a_link_to_hand_over(users, make, browser, session):
    user, waiting = make.user(), make.user(password_hash=None)
    assert "60 minutes" in (said := users("reset-link", user.email))
    assert choose(browser, path_of_url(said.split()[-1])).status_code == 303
    assert passwords.verify(the(session, user.email).password_hash, CHOSEN)
    assert "60 minutes" in (said := users("reset-link", waiting.email))
    assert choose(browser, path_of_url(said.split()[-1])).status_code == 303
    assert "désactivé" in users("reset-link", make.user(active=False).email, code=1)


@pytest.mark.parametrize("command", ["disable", "reset-totp", "reset-link"])
def test_an_unknown_address_is_said(users, command):
    assert "Aucun compte" in users(command, "personne@exemple.test", code=1)


def test_the_first_link(users, browser, make):
    url = users("first-link").split()[-1]
    assert browser.get(path_of_url(url)).status_code == 200
    make.user()
    assert browser.get(path_of_url(url)).status_code == 404
    assert "déjà des comptes" in users("first-link", code=1)


def test_the_demonstration_without_data_shows_it(app, capsys, make, browser):
    with app.app_context():
        show_first_link()
    url = capsys.readouterr().out.split()[-1]
    assert browser.get(path_of_url(url)).status_code == 200
    make.user()
    with app.app_context():
        show_first_link()
    assert capsys.readouterr().out == ""
