"""Who may have a link made, for whom, and who sees it."""

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.accounts.links import services as links
from crm.accounts.links.refusals import LinkRefused
from crm.accounts.models import Membership, SingleUseLink, User
from crm.errors import NotAllowed, NotFound
from tests.accounts.followed import choose, director, invited, path_of


def roles_of(session, user):
    return {
        (row.structure_id, row.role) for row in session.scalars(select(Membership).where(Membership.user_id == user.id))
    }


def the(session, email):
    return session.scalars(select(User).where(User.email == email)).one()


def act(make, service, user, *, actor):
    with make.transaction(actor, clock.now()) as session:
        return service(session, session.get_one(User, user.id), actor=actor, now=clock.now())


def test_an_invitation_makes_an_account_without_password(make, session):
    invited(
        make,
        " Lila@Exemple.Test ",
        first_name="Lila\n",
        last_name=" de  la Tour ",
        roles=[Role.COUNSELLOR, Role.SUPERVISOR],
    )
    user = the(session, "lila@exemple.test")
    assert (user.first_name, user.last_name, user.password_hash, user.active) == ("Lila", "de la Tour", None, True)
    assert roles_of(session, user) == {(make.home.id, Role.COUNSELLOR), (make.home.id, Role.SUPERVISOR)}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DIRECTOR])
def test_only_a_director_invites(make, snapshot, role):
    actor = make.actor(make.user(roles=[role]), roles=[role])
    before = snapshot()
    with pytest.raises(NotAllowed):
        invited(make, actor=actor)
    assert snapshot() == before


@pytest.mark.parametrize(("values", "field"), [
    ({"email": ""}, "email"),
    ({"email": "pas une adresse"}, "email"),
    ({"email": "a@exemple.test, b@exemple.test"}, "email"),
    ({"email": "a@exemple.test\nBcc: b@exemple.test"}, "email"),
    ({"email": "hélène@exemple.test"}, "email"),
    ({"email": "a" * 250 + "@exemple.test"}, "email"),
    ({"first_name": " \n "}, "first_name"),
    ({"last_name": "a" * 81}, "last_name"),
    ({"roles": []}, "roles"),
    ({"roles": [Role.TUTOR]}, "roles"),
    ({"roles": [Role.TUTOR, Role.DIRECTOR]}, "roles"),
])  # fmt: skip
def test_what_cannot_stand_is_refused_beside_its_field(make, snapshot, values, field):
    actor = director(make)
    before = snapshot()
    with pytest.raises(LinkRefused) as refusal:
        invited(make, **({"actor": actor, "email": "x@exemple.test"} | values))
    assert refusal.value.field == field
    assert snapshot() == before


@pytest.mark.parametrize(("values", "said"), [
    ({}, "a déjà un compte"),
    ({"password_hash": None}, "déjà invitée"),
    ({"active": False}, "désactivé"),
])  # fmt: skip
def test_a_colleague_is_not_invited_twice(make, snapshot, values, said):
    colleague, actor = make.user(**values), director(make)
    before = snapshot()
    with pytest.raises(LinkRefused, match=said):
        invited(make, colleague.email, actor=actor)
    assert snapshot() == before


@pytest.mark.parametrize("values", [{}, {"password_hash": None}, {"active": False}])
def test_an_account_from_elsewhere_gains_roles_and_its_link_opens_nothing(make, browser, session, snapshot, values):
    """Nothing tells the director that the account exists; nobody chooses a password for it."""
    elsewhere = make.structure("Le Chantier voisin")
    user = make.user(structure=elsewhere, roles=[Role.COUNSELLOR], **values)
    made = invited(make, user.email, first_name="Autre", last_name="Nom")
    path = path_of(made)
    assert path.startswith("/invitation/")
    assert roles_of(session, user) == {(elsewhere.id, Role.COUNSELLOR), (make.home.id, Role.DEVELOPER)}
    session.expire_all()
    assert session.get(User, user.id).first_name == user.first_name
    before = snapshot()
    page = browser.get(path)
    if values.get("active", True):
        assert page.status_code == 200
        assert "votre mot de passe habituel" in page.text
        assert 'type="password"' not in page.text
    posted = browser.form("/connexion").values | {"password": "x" * 20, "password_again": "x" * 20}
    browser.client.post(path, data=posted)
    assert snapshot()["users"] == before["users"]
    assert snapshot()["single_use_links"] == before["single_use_links"]


def test_an_invitation_from_elsewhere_still_serves(make, browser):
    next_door = make.structure("Le Chantier voisin")
    theirs = make.actor(
        make.user(roles=[Role.DIRECTOR], structure=next_door), roles=[Role.DIRECTOR], structure=next_door
    )
    first = path_of(invited(make, actor=theirs))
    invited(make)
    assert choose(browser, first).status_code == 303


@pytest.mark.parametrize("service", [links.send_again, links.offer_reset])
class TestHelp:
    """The invitation again, a new password: the same rules for both."""

    def waiting(self, make, service, **values):
        given = {"password_hash": None} if service is links.send_again else {}
        return make.user(**given | values)

    def test_a_director_sees_the_link(self, make, browser, service):
        path = path_of(act(make, service, self.waiting(make, service), actor=director(make)))
        assert browser.get(path).status_code == 200

    @pytest.mark.parametrize("role", [role for role in Role if role not in {Role.DIRECTOR, Role.ADMIN}])
    def test_others_may_not(self, make, snapshot, service, role):
        actor = make.actor(make.user(roles=[role]), roles=[role])
        user = self.waiting(make, service)
        before = snapshot()
        with pytest.raises(NotAllowed):
            act(make, service, user, actor=actor)
        assert snapshot() == before

    def test_an_administrator_has_it_mailed_and_never_sees_it(self, make, app, monkeypatch, session, service):
        actor = make.actor(make.user(roles=[Role.ADMIN]), roles=[Role.ADMIN])
        user = self.waiting(make, service)
        with pytest.raises(LinkRefused, match="la direction"):
            act(make, service, user, actor=actor)
        monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")
        assert act(make, service, user, actor=actor).url is None
        link = session.scalars(select(SingleUseLink)).one()
        assert (link.send_to, link.token_hash) == (user.email, None)

    def test_out_of_scope_is_not_found(self, make, service):
        stranger = self.waiting(make, service, structure=make.structure())
        with pytest.raises(NotFound):
            act(make, service, stranger, actor=director(make))

    def test_one_that_serves_elsewhere_too_is_only_mailed(self, make, app, monkeypatch, service):
        """Else a director of one structure would open the account in another."""
        user = self.waiting(make, service)
        make.add(Membership(user_id=user.id, structure_id=make.structure().id, role=Role.DIRECTOR))
        with pytest.raises(LinkRefused, match="autre structure"):
            act(make, service, user, actor=director(make))
        monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")
        assert act(make, service, user, actor=director(make)).url is None

    def test_a_disabled_account_gets_none(self, make, service):
        with pytest.raises(LinkRefused, match="désactivé"):
            act(make, service, self.waiting(make, service, active=False), actor=director(make))

    def test_nobody_for_themselves(self, make, service):
        user = make.user(roles=[Role.DIRECTOR])
        with pytest.raises(LinkRefused, match="Mon compte"):
            act(make, service, user, actor=make.actor(user, roles=[Role.DIRECTOR]))


def test_the_invitation_is_not_sent_again_to_who_came(make):
    with pytest.raises(LinkRefused, match="déjà choisi"):
        act(make, links.send_again, make.user(), actor=director(make))


def test_a_link_does_not_show_in_what_is_logged_of_it(make):
    made = invited(make)
    assert made.url
    assert made.url not in repr(made)
