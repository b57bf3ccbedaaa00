"""Roles given and taken away, people who leave and come back, and the director who must remain."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.accounts.administration.offered_roles import edition
from crm.accounts.administration.services import people
from crm.accounts.enums import LinkPurpose
from crm.accounts.models import Device, Membership, OpenSession, SingleUseLink, User
from crm.audit.models import AuditEvent
from crm.errors import NotAllowed
from crm.reminders.models import Todo
from tests.pages import Browser, forms_of

PEOPLE = "/reglages/personnes"


@pytest.fixture
def director(make, browser):
    """The director of the first structure, signed in."""
    user = make.user(roles=[Role.DIRECTOR], first_name="Sonia", last_name="Marchal")
    browser.enter(user, make.home)
    return user


def url_of(user: User, action: str) -> str:
    return f"{PEOPLE}/{user.public_id}/{action}"


def held(session, user: User) -> set[tuple[int, Role]]:
    rows = session.scalars(select(Membership).where(Membership.user_id == user.id))
    return {(row.structure_id, row.role) for row in rows}


def change(browser: Browser, user: User, **boxes: bool):
    """Tick (True) and untick (False) roles on the page, and send it."""
    url = url_of(user, "roles")
    values = dict(browser.form(url).values)
    for name, ticked in boxes.items():
        values.pop(f"role_{name}", None)
        if ticked:
            values[f"role_{name}"] = "y"
    return browser.client.post(url, data=values)


def test_a_director_grants_and_takes_roles(make, browser, director, session):
    user = make.user(roles=[Role.COUNSELLOR])
    page = browser.get(url_of(user, "roles")).text
    assert "Lire les partenaires et leurs contacts" in page, "each role says what it allows"
    answer = change(browser, user, cip=False, enc=True, adm=True)
    assert (answer.status_code, answer.location) == (303, f"{PEOPLE}/{user.public_id}")
    assert held(session, user) == {(make.home.id, Role.SUPERVISOR), (make.home.id, Role.ADMIN)}
    lines = session.execute(
        select(AuditEvent.action, AuditEvent.object_type).where(AuditEvent.actor_id == director.id)
    ).all()
    assert sorted((row.action, row.object_type) for row in lines) == [
        ("create", "memberships"),
        ("create", "memberships"),
        ("delete", "memberships"),
        ("roles_changed", "users"),
    ]


def test_saving_the_same_roles_changes_nothing(make, browser, director, snapshot):
    user = make.user(roles=[Role.COUNSELLOR])
    before = snapshot()
    assert change(browser, user).status_code == 303
    after = snapshot()
    assert {name: rows for name, rows in after.items() if name != "form_submissions"} == {
        name: rows for name, rows in before.items() if name != "form_submissions"
    }


def test_roles_elsewhere_are_left_alone(make, browser, director, session):
    next_door = make.structure()
    user = make.user(roles=[Role.COUNSELLOR])
    make.add(Membership(user_id=user.id, structure_id=next_door.id, role=Role.BOARD))
    assert "role_ca" not in browser.form(url_of(user, "roles")).values
    change(browser, user, dev=True)
    assert held(session, user) == {
        (make.home.id, Role.COUNSELLOR),
        (make.home.id, Role.DEVELOPER),
        (next_door.id, Role.BOARD),
    }


def test_a_stale_form_shows_both_choices(make, browser, director, session):
    user = make.user(roles=[Role.COUNSELLOR])
    url = url_of(user, "roles")
    form = browser.form(url).values
    assert change(browser, user, enc=True).status_code == 303
    answer = browser.client.post(url, data=form | {"role_ben": "y"})
    assert answer.status_code == 409
    assert "Sonia Marchal" in answer.text
    chosen = next(one for one in forms_of(answer.text) if one.action == url)
    data = chosen.values | {"choice-role_enc": "theirs", "choice-role_ben": "mine"}
    assert browser.client.post(url, data=data).status_code == 303
    assert {role for _, role in held(session, user)} == {Role.COUNSELLOR, Role.SUPERVISOR, Role.VOLUNTEER}


@pytest.mark.parametrize("version", [None, "", "x", "999999"])
def test_a_form_without_its_version_changes_nothing(make, browser, director, snapshot, version):
    user = make.user(roles=[Role.COUNSELLOR])
    form = browser.form(url_of(user, "roles")).values | {"role_dir": "y"}
    form.pop("version")
    before = snapshot()
    data = form if version is None else form | {"version": version}
    assert browser.client.post(url_of(user, "roles"), data=data).status_code == 409
    assert snapshot() == before


def test_the_last_role_is_not_unticked(make, browser, director, snapshot):
    user = make.user(roles=[Role.COUNSELLOR])
    form = browser.form(url_of(user, "roles")).values
    form.pop("role_cip")
    before = snapshot()
    answer = browser.client.post(url_of(user, "roles"), data=form)
    assert answer.status_code == 422
    assert "Cochez au moins un rôle" in answer.text
    assert snapshot() == before


def test_nobody_changes_their_own_roles(make, browser, director, snapshot):
    make.user(roles=[Role.DIRECTOR])
    url = url_of(director, "roles")
    assert "Personne ne change ses propres rôles" in browser.get(url).text
    tokens = browser.form(f"{PEOPLE}/inviter").values
    before = snapshot()
    data = {name: tokens[name] for name in ("csrf_token", "nonce")} | {"version": str(edition([Role.DIRECTOR]))}
    answer = browser.client.post(url, data=data | {"role_dir": "y", "role_adm": "y"})
    assert answer.status_code == 422
    assert "Personne ne change ses propres rôles" in answer.text
    assert snapshot() == before


def test_extra_fields_grant_nothing(make, browser, director, session):
    user = make.user(roles=[Role.COUNSELLOR])
    form = browser.form(url_of(user, "roles")).values
    extra = {"role_tut": "y", "role": "dir", "roles": "dir", "structure_id": "2", "active": "", "email": "a@b.fr"}
    assert browser.client.post(url_of(user, "roles"), data=form | extra).status_code == 303
    assert held(session, user) == {(make.home.id, Role.COUNSELLOR)}
    assert session.get(User, user.id).email == user.email


def test_a_leaver_is_shut_out_at_once(make, app, browser, director, session):
    user, heir = make.user(), make.user(first_name="Awa", last_name="Diop")
    now = clock.now()
    make.add(
        Device(user_id=user.id, token_hash=b"d" * 32, label="x", created_at=now, expires_at=now + timedelta(days=9))
    )
    make.add(
        SingleUseLink(
            user_id=user.id,
            purpose=LinkPurpose.RESET,
            token_hash=b"l" * 32,
            created_at=now,
            expires_at=now + timedelta(hours=1),
        )
    )
    phones = [Browser(app), Browser(app)]
    for phone in phones:
        phone.enter(user, make.home)
        assert phone.get("/partenaires").status_code == 200
    answer = browser.submit(url_of(user, "desactiver"), {"heir": str(heir.id)})
    assert (answer.status_code, answer.location) == (303, f"{PEOPLE}/{user.public_id}")
    for phone in phones:
        assert phone.get("/partenaires").location.startswith("/connexion")
    assert session.get(User, user.id).active is False
    assert session.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).all() == []
    assert session.scalars(select(Device)).all() == []
    assert session.scalars(select(SingleUseLink)).all() == []
    assert "Désactivé" in browser.get(answer.location).text


def test_what_was_to_be_done_goes_to_the_colleague(make, browser, director, session):
    user, heir = make.user(), make.user()
    next_door = make.structure()
    partner = make.partner()
    due = date(2026, 12, 1)
    mine = [make.todo(partner, user, due_on=due), make.todo(partner, user, due_on=due)]
    done = make.todo(partner, user, due_on=due, done_at=clock.now(), done_by_id=user.id)
    others = make.todo(partner, director, due_on=due)
    elsewhere = make.todo(partner, user, due_on=due, structure=next_door)
    assert browser.submit(url_of(user, "desactiver"), {"heir": str(heir.id)}).status_code == 303
    now_with = {todo.id: todo.assignee_id for todo in session.scalars(select(Todo))}
    assert [now_with[todo.id] for todo in mine] == [heir.id, heir.id]
    assert (now_with[done.id], now_with[others.id]) == (user.id, director.id)
    assert now_with[elsewhere.id] == user.id, "another structure's"
    lines = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "todos", AuditEvent.action == "update"))
    assert {(line.object_id, line.actor_id) for line in lines if "assignee_id" in line.fields} == {
        (todo.id, director.id) for todo in mine
    }


@pytest.mark.parametrize("who", ["nobody", "the leaver", "a board member", "a stranger", "one who left", "nonsense"])
def test_the_heir_is_an_active_colleague_who_may_do_it(make, browser, director, snapshot, who):
    user = make.user()
    make.todo(make.partner(), user, due_on=date(2026, 12, 1))
    heirs = {
        "nobody": "",
        "the leaver": str(user.id),
        "a board member": str(make.user(roles=[Role.BOARD]).id),
        "a stranger": str(make.user(structure=make.structure()).id),
        "one who left": str(make.user(active=False).id),
        "nonsense": "1 OR 1=1",
    }
    form = browser.form(url_of(user, "desactiver")).values
    before = snapshot()
    answer = browser.client.post(url_of(user, "desactiver"), data=form | {"heir": heirs[who]})
    assert answer.status_code == 422
    assert snapshot() == before


def test_an_account_of_two_structures_only_leaves_this_one(make, app, browser, director, session):
    next_door = make.structure()
    user, heir = make.user(), make.user()
    make.add(Membership(user_id=user.id, structure_id=next_door.id, role=Role.DEVELOPER))
    todo = make.todo(make.partner(), user, due_on=date(2026, 12, 1))
    here, there = Browser(app), Browser(app)
    here.enter(user, make.home)
    there.enter(user, next_door)
    assert "Retirer de la structure" in browser.get(f"{PEOPLE}/{user.public_id}").text
    answer = browser.submit(url_of(user, "desactiver"), {"heir": str(heir.id)})
    assert (answer.status_code, answer.location) == (303, PEOPLE)
    assert session.get(User, user.id).active is True
    assert held(session, user) == {(next_door.id, Role.DEVELOPER)}
    assert session.get(Todo, todo.id).assignee_id == heir.id
    assert here.get("/partenaires").status_code == 303
    assert there.get("/partenaires").status_code == 200
    assert browser.get(f"{PEOPLE}/{user.public_id}").status_code == 404


def test_an_account_comes_back_with_its_roles(make, browser, director, session):
    user = make.user(active=False, roles=[Role.COUNSELLOR])
    url = url_of(user, "reactiver")
    form = next(one for one in forms_of(browser.get(f"{PEOPLE}/{user.public_id}").text) if one.action == url)
    assert browser.client.post(url, data=form.values).status_code == 303
    assert session.get(User, user.id).active is True
    assert held(session, user) == {(make.home.id, Role.COUNSELLOR)}


@pytest.mark.usefixtures("director")
def test_an_account_shut_next_door_is_not_opened_from_here(make, browser, snapshot):
    """Invited here after leaving there: one director does not open both doors."""
    user = make.user(active=False, structure=make.structure())
    make.add(Membership(user_id=user.id, structure_id=make.home.id, role=Role.VOLUNTEER))
    url = url_of(user, "reactiver")
    tokens = browser.form("/essai/formulaire", action="/essai/structure").values
    before = snapshot()
    answer = browser.client.post(url, data={name: tokens[name] for name in ("csrf_token", "nonce")})
    assert answer.status_code == 400
    assert "autre structure" in answer.text
    assert snapshot() == before


def test_nobody_disables_their_own_account(make, browser, director, snapshot):
    heir = make.user(roles=[Role.DIRECTOR])
    form = browser.form(url_of(director, "desactiver")).values
    before = snapshot()
    answer = browser.client.post(url_of(director, "desactiver"), data=form | {"heir": str(heir.id)})
    assert answer.status_code == 422
    assert "votre propre compte" in answer.text
    assert snapshot() == before


@pytest.mark.parametrize("other", [{"active": False}, {"password_hash": None}])
def test_an_administrator_cannot_disable_the_last_director(make, browser, snapshot, other):
    """Neither a director who left nor one who has not come yet counts."""
    director = make.user(roles=[Role.DIRECTOR], first_name="Sonia", last_name="Marchal")
    make.user(roles=[Role.DIRECTOR], structure=make.structure())
    make.user(roles=[Role.DIRECTOR], **other)
    browser.enter(make.user(roles=[Role.ADMIN]), make.home)
    heir = make.user()
    form = browser.form(url_of(director, "desactiver")).values
    before = snapshot()
    answer = browser.client.post(url_of(director, "desactiver"), data=form | {"heir": str(heir.id)})
    assert answer.status_code == 422
    assert "Sonia Marchal est la dernière personne de la direction" in answer.text
    assert snapshot() == before


def test_the_last_director_cannot_lose_the_role(make):
    """Reached by a command only: on screen, whoever takes the role away still has it."""
    director = make.user(roles=[Role.DIRECTOR])
    command = make.actor(director, roles=[Role.DIRECTOR])
    other = make.user(roles=[Role.ADMIN])
    actor = type(command)(None, "commande", make.home.id, kind="cli", granted=command.permissions)
    for wanted in ([Role.ADMIN], [Role.COUNSELLOR, Role.ADMIN]):
        with pytest.raises(people.Refused, match="dernière personne de la direction"), make.transaction(actor) as db:
            people.set_roles(
                db, director.public_id, wanted, version=edition([Role.DIRECTOR]), actor=actor, now=clock.now()
            )
    with make.transaction(actor) as db:
        people.set_roles(
            db,
            other.public_id,
            [Role.ADMIN, Role.DIRECTOR],
            version=edition([Role.ADMIN]),
            actor=actor,
            now=clock.now(),
        )
    with make.transaction(actor) as db:
        people.set_roles(
            db, director.public_id, [Role.ADMIN], version=edition([Role.DIRECTOR]), actor=actor, now=clock.now()
        )


def test_two_directors_who_demote_each_other_leave_one(make, app, session):
    """Both forms were open before either was sent; both are sent at the same instant."""
    pair = [make.user(roles=[Role.DIRECTOR]), make.user(roles=[Role.DIRECTOR])]
    browsers = [Browser(app), Browser(app)]
    sent = []
    for browser, me, other in zip(browsers, pair, reversed(pair), strict=True):
        browser.enter(me, make.home)
        values = browser.form(url_of(other, "roles")).values
        values.pop("role_dir")
        sent.append((browser, url_of(other, "roles"), values | {"role_cip": "y"}))
    start, answers = threading.Barrier(2, timeout=20), []

    def send(browser, url, values):
        start.wait()
        answers.append(browser.client.post(url, data=values).status_code)

    threads = [threading.Thread(target=send, args=args) for args in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [303, 403]
    left = session.scalars(select(Membership).where(Membership.role == Role.DIRECTOR)).all()
    assert len(left) == 1


def test_the_second_of_two_waits_and_finds_its_right_gone(make, app, session):
    """The same, held still: the first has not committed when the second begins."""
    first, second = make.user(roles=[Role.DIRECTOR]), make.user(roles=[Role.DIRECTOR])
    make.user(roles=[Role.DIRECTOR])  # a third: it is not the last one that stops the second
    held_up, outcome = threading.Event(), []

    def demote(me: User, other: User, *, wait: bool) -> None:
        actor = make.actor(me, roles=[Role.DIRECTOR])
        try:
            with make.transaction(actor) as database:
                people.set_roles(
                    database,
                    other.public_id,
                    [Role.COUNSELLOR],
                    version=edition([Role.DIRECTOR]),
                    actor=actor,
                    now=clock.now(),
                )
                if wait:
                    held_up.set()
                    threading.Event().wait(0.5)
        except NotAllowed:
            outcome.append((me.id, "refused"))
        else:
            outcome.append((me.id, "done"))

    one = threading.Thread(target=demote, args=(first, second), kwargs={"wait": True})
    two = threading.Thread(target=demote, args=(second, first), kwargs={"wait": False})
    one.start()
    assert held_up.wait(10)
    two.start()
    one.join(30)
    two.join(30)
    assert outcome == [(first.id, "done"), (second.id, "refused")]
    assert held(session, first) == {(make.home.id, Role.DIRECTOR)}
    assert held(session, second) == {(make.home.id, Role.COUNSELLOR)}
