"""Invitation and forgotten password: the page a link opens, followed once, in time, by a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm import clock
from crm.access.policy import Role
from crm.accounts import passwords
from crm.accounts.links import services as links
from crm.accounts.links.following import services as following
from crm.accounts.links.following.services import DeadLink
from crm.accounts.models import OpenSession, SingleUseLink, User
from crm.audit.models import AuditEvent
from crm.web.redirects import holds_a_word
from tests.accounts.followed import CHOSEN, choose, director, invited, path_of, reset_of
from tests.factories import PASSWORD
from tests.pages import Browser, forms_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DEAD = "Ce lien ne sert plus"
UNKNOWN = "x" * 43


def person(session, email="nouvelle@exemple.test"):
    return session.scalars(select(User).where(User.email == email)).one()


def test_an_invited_person_chooses_a_password_and_signs_in(make, browser, session):
    path = path_of(invited(make))
    assert path.startswith("/invitation/")
    assert "nouvelle@exemple.test" in browser.get(path).text
    answer = choose(browser, path)
    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert "Votre mot de passe est enregistré" in browser.get("/connexion").text
    assert browser.get("/aujourdhui").status_code == 303, "a link signs nobody in"
    user = person(session)
    assert passwords.verify(user.password_hash, CHOSEN)
    assert user.password_changed_at is not None
    assert browser.sign_in(user, CHOSEN).location == "/"
    assert browser.get("/partenaires").status_code == 200


def test_a_forgotten_password_is_replaced_and_every_session_ends(app, make, browser, session):
    user = make.user()
    elsewhere = Browser(app)
    elsewhere.sign_in(user)
    path = path_of(reset_of(make, user))
    answer = choose(browser, path)
    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert elsewhere.get("/aujourdhui").status_code == 303
    assert session.scalars(select(OpenSession).where(OpenSession.user_id == user.id)).all() == []
    assert browser.sign_in(user, PASSWORD).status_code == 422
    assert browser.sign_in(user, CHOSEN).status_code == 303


def test_the_second_factor_stays(make, browser, session):
    user = make.user(totp_secret="scellé", totp_confirmed_at=datetime(2026, 11, 1, tzinfo=UTC))
    choose(browser, path_of(reset_of(make, user)))
    session.expire_all()
    assert session.get(User, user.id).totp_secret == "scellé"
    assert browser.sign_in(user, CHOSEN).location.startswith("/connexion/code")


def test_who_was_signed_in_on_that_browser_no_longer_is(make, browser):
    browser.sign_in(make.user())
    answer = choose(browser, path_of(invited(make)))
    assert answer.location == "/connexion"
    assert browser.get("/aujourdhui").status_code == 303


@pytest.mark.parametrize("kind", ["invitation", "reset"])
def test_opening_it_fifty_times_changes_nothing(make, browser, snapshot, kind):
    path = path_of(invited(make) if kind == "invitation" else reset_of(make, make.user()))
    before = snapshot()
    for _ in range(25):
        assert browser.get(path).status_code == 200
        assert browser.client.head(path).status_code == 200
    assert snapshot() == before
    assert choose(browser, path).status_code == 303


def test_it_serves_once(make, browser):
    path = path_of(reset_of(make, make.user()))
    assert choose(browser, path).status_code == 303
    gone = browser.get(path)
    assert gone.status_code == 404
    assert DEAD in gone.text


def test_twenty_at_once_set_one_password(app, make, session):
    user = make.user()
    path = path_of(reset_of(make, user))
    ready = []
    for number in range(20):
        visitor = Browser(app)
        words = f"{CHOSEN} numéro {number}"
        form = visitor.form(path).values | {"password": words, "password_again": words}
        ready.append((visitor, form, {"REMOTE_ADDR": f"198.51.100.{number}"}))

    def post(one):
        visitor, form, address = one
        return visitor.client.post(path, data=form, environ_overrides=address).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, ready))
    assert sorted(answers) == [303] + [404] * 19
    session.expire_all()
    right = [
        form["password"]
        for _, form, _ in ready
        if passwords.verify(session.get(User, user.id).password_hash, form["password"])
    ]
    assert right == [ready[answers.index(303)][1]["password"]]
    used = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "link_used")
    assert session.scalar(used) == 1


def test_a_double_click_is_one(make, browser):
    path = path_of(invited(make))
    form = browser.form(path).values | {"password": CHOSEN, "password_again": CHOSEN}
    answers = [browser.client.post(path, data=form) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/connexion")] * 2


@pytest.mark.parametrize(("typed", "again", "said"), [
    ("zq-12", "zq-12", "Trop court"),
    (CHOSEN, CHOSEN + ".", "Les deux ne sont pas pareils"),
    ("nouvelle@exemple.test", "nouvelle@exemple.test", "Il tient surtout"),
    ("", "", "nécessaire"),
    ("a" * 300, "a" * 300, "Trop long"),
])  # fmt: skip
def test_a_refused_password_leaves_the_link_alive(make, browser, snapshot, typed, again, said):
    path = path_of(invited(make))
    before = snapshot()
    answer = choose(browser, path, typed, again)
    assert answer.status_code == 422
    assert said in answer.text
    assert not typed or typed not in answer.text.replace("nouvelle@exemple.test", "")
    assert snapshot() == before
    assert choose(browser, path).status_code == 303


def test_those_who_open_accounts_need_sixteen_signs(make, browser):
    words = "ruche tournevi"
    assert len(words) == 14
    director_of = path_of(invited(make, "direction@exemple.test", roles=[Role.DIRECTOR]))
    assert "16 caractères au moins" in browser.get(director_of).text
    assert choose(browser, director_of, words).status_code == 422
    assert choose(browser, path_of(invited(make)), words).status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (60, 404), (61, 404)])
def test_a_reset_serves_for_an_hour(make, browser, monkeypatch, minutes, status):
    path = path_of(reset_of(make, make.user(), now=NOW))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=minutes))
    assert browser.get(path).status_code == status
    if status == 200:
        assert choose(browser, path).status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (60, 404)])
def test_so_does_an_invitation(make, browser, monkeypatch, minutes, status):
    path = path_of(invited(make, now=NOW))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=minutes))
    assert browser.get(path).status_code == status


def test_one_opened_in_time_and_sent_too_late_is_refused(make, browser, monkeypatch, session):
    user = make.user()
    path = path_of(reset_of(make, user, now=NOW))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=59))
    form = browser.form(path).values | {"password": CHOSEN, "password_again": CHOSEN}
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=61))
    assert browser.client.post(path, data=form).status_code == 404
    assert passwords.verify(session.get(User, user.id).password_hash, PASSWORD)


def test_a_newer_one_kills_the_older(make, browser):
    user = make.user()
    older, newer = path_of(reset_of(make, user)), path_of(reset_of(make, user))
    assert browser.get(older).status_code == 404
    assert browser.get(newer).status_code == 200


def changed(make, user, **values):
    with make.transaction() as session:
        row = session.get_one(User, user.id)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize("values", [
    {"password_hash": passwords.hash_password("autre phrase de passe")},
    {"email": "autre@exemple.test"},
    {"active": False},
])  # fmt: skip
def test_all_links_of_a_person_die_with_what_they_open(make, browser, session, values):
    user = make.user()
    path = path_of(reset_of(make, user))
    with make.transaction() as database:
        change = links.begin_email_change(database, database.get_one(User, user.id), "x@exemple.test", now=clock.now())
    other = path_of(reset_of(make, bystander := make.user()))
    changed(make, user, **values)
    for dead in (path, path_of(change.old), path_of(change.new)):
        assert browser.get(dead).status_code == 404
    assert browser.get(other).status_code == 200
    assert {link.user_id for link in session.scalars(select(SingleUseLink))} == {bystander.id}


def test_an_unrelated_change_kills_nothing(make, browser):
    user = make.user()
    path = path_of(reset_of(make, user))
    changed(make, user, first_name="Ines", language="en")
    assert browser.get(path).status_code == 200


def test_whatever_is_wrong_with_a_word_the_page_is_the_same(make, browser):
    used, replaced, disabled = make.user(), make.user(), make.user()
    paths = {"unknown": f"/mot-de-passe/{UNKNOWN}", "long": f"/mot-de-passe/{'y' * 2000}"}
    paths["used"] = path_of(reset_of(make, used))
    choose(browser, paths["used"])
    paths["replaced"] = path_of(reset_of(make, replaced))
    reset_of(make, replaced)
    paths["disabled"] = path_of(reset_of(make, disabled))
    changed(make, disabled, active=False)
    paths["ended"] = path_of(reset_of(make, make.user(), now=NOW - timedelta(days=400)))
    paths["of another page"] = path_of(invited(make)).replace("/invitation/", "/mot-de-passe/")
    answers = {}
    for case, path in paths.items():
        answer = Browser(browser.app).get(path)
        body = answer.text.replace(path, "…")
        kept = {name: value for name, value in answer.headers.items() if name not in {"Set-Cookie", "Content-Length"}}
        answers[case] = (answer.status_code, body.split("<main")[1], str(kept))
    assert {status for status, _, _ in answers.values()} == {404}
    assert len(set(answers.values())) == 1, answers
    assert "/mot-de-passe-oublie" in answers["unknown"][1], "the way out"


def test_ten_wrong_words_in_five_minutes_are_enough(make, browser, monkeypatch):
    good = path_of(reset_of(make, make.user()))
    assert [browser.get(f"/mot-de-passe/{UNKNOWN}{number}").status_code for number in range(12)] == [404] * 10 + [
        429
    ] * 2
    assert "Retry-After" in browser.get(f"/invitation/{UNKNOWN}").headers
    assert browser.get(good).status_code == 200, "who has a right word is not in the way"
    assert browser.get(f"/adresse/{UNKNOWN}", environ_overrides={"REMOTE_ADDR": "198.51.100.7"}).status_code == 404
    later = clock.now() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser.get(f"/mot-de-passe/{UNKNOWN}").status_code == 404


@pytest.mark.parametrize("prefix", ["/bienvenue/", "/invitation/", "/mot-de-passe/", "/adresse/", "/enquete/"])
def test_a_page_of_a_link_tells_its_address_to_nobody(browser, prefix):
    headers = browser.get(prefix + UNKNOWN).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Cache-Control"] == "no-store"


def test_every_address_with_a_word_is_known_as_such(app):
    rules = [rule.rule for rule in app.url_map.iter_rules() if "<token>" in rule.rule]
    assert len(rules) == 5
    assert all(holds_a_word(rule) for rule in rules)


def test_over_https_the_form_goes_through_without_a_referer(app_with, make):
    """Its page forbids the browser to send one."""
    make.user()
    app = app_with(PASSERELLE_PUBLIC_URL="https://passerelle.exemple.test")
    visitor = Browser(app)
    path = path_of(invited(make))
    https = {"base_url": "https://passerelle.exemple.test"}
    page = visitor.client.get(path, **https)
    form = next(form for form in forms_of(page.text) if "password" in form.values)
    typed = form.values | {"password": CHOSEN, "password_again": CHOSEN}
    assert visitor.client.post(path, data=typed, **https).status_code == 303


def test_the_line_of_audit_is_said_by_the_person(make, browser, session):
    choose(browser, path_of(invited(make)))
    user = person(session)
    of_links = select(AuditEvent).where(AuditEvent.action.in_(["link_made", "link_used"])).order_by(AuditEvent.id)
    lines = session.scalars(of_links).all()
    assert [(line.action, line.object_id, line.reason) for line in lines] == [
        ("link_made", user.id, "invitation"),
        ("link_used", user.id, "invitation"),
    ]
    assert lines[1].actor_id == user.id
    assert lines[1].structure_id == make.home.id


def test_services_know_no_request(make):
    """The same rule holds for whoever calls them."""
    user = make.user()
    actor = director(make)
    with make.transaction(actor, NOW) as session:
        made = links.offer_reset(session, session.get_one(User, user.id), actor=actor, now=NOW)
    word = path_of(made).rsplit("/", 1)[1]
    with make.transaction(now=NOW) as session, pytest.raises(DeadLink):
        following.accept_invitation(session, word, CHOSEN, now=NOW)
    with make.transaction(now=NOW) as session:
        assert following.reset_password(session, word, CHOSEN, now=NOW).id == user.id
    with make.transaction(now=NOW) as session, pytest.raises(DeadLink):
        following.reset_password(session, word, CHOSEN, now=NOW)
