"""Things to do planned on their page, put off, given, and each of these undone; a reminder set aside."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from crm.access.policy import Role
from crm.reminders.models import Reminder, Todo
from crm.reminders.rules import is_call
from tests.pages import forms_of

WEDNESDAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _on_a_wednesday():
    with time_machine.travel(datetime.fromisoformat("2026-11-25T08:00:00+00:00")):
        yield


@pytest.fixture
def todo_of(session):
    """The one todo, read anew."""

    def read():
        session.rollback()
        session.expire_all()
        return session.scalars(select(Todo)).one()

    return read


def press(browser, page, action, **typed):
    """Send the form of a page that posts there."""
    (form,) = [one for one in forms_of(browser.get(page).text) if one.action == action][:1]
    return browser.client.post(action, data=form.values | typed)


def undo(browser, verb):
    """Press the undo of the message on the next page."""
    page = browser.get("/aujourdhui").text
    (form,) = [one for one in forms_of(page) if one.action.endswith(verb)]
    return browser.client.post(form.action, data=form.values)


def test_planned_on_its_page(make, browser, todo_of):
    ines, garage = make.user(), make.partner("Garage")
    browser.sign_in(ines)
    url = f"/partenaires/{garage.public_id}/a-faire"
    answer = browser.submit(url, {"what": "Envoyer la plaquette", "due_on": "2026-11-30"})
    assert (answer.status_code, answer.location) == (303, f"/partenaires/{garage.public_id}")
    todo = todo_of()
    assert (todo.what, todo.due_on, todo.assignee_id, todo.partner_id) == (
        "Envoyer la plaquette",
        date(2026, 11, 30),
        ines.id,
        garage.id,
    )


@pytest.mark.parametrize(
    "typed",
    [
        {"what": ""},
        {"due_on": "2026-11-24"},
        {"due_on": "2062-12-01"},
        {"due_on": "9999-12-31"},
        {"due_on": "demain"},
        {"assignee": "999"},
    ],
)
def test_an_unclear_plan_changes_nothing(make, browser, snapshot, typed):
    browser.sign_in(make.user())
    url = f"/partenaires/{make.partner().public_id}/a-faire"
    form = browser.form(url)
    before = snapshot()
    answer = browser.client.post(url, data=form.values | {"what": "Relancer"} | typed)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert snapshot() == before


def test_put_off_in_one_tap_and_back(make, browser, todo_of):
    ines = make.user()
    todo = make.todo(make.partner(), ines, due_on=WEDNESDAY)
    browser.sign_in(ines)
    answer = press(browser, "/aujourdhui", f"/a-faire/{todo.public_id}/reporter")
    assert (answer.status_code, answer.location) == (303, "/aujourdhui")
    moved = todo_of()
    assert (moved.due_on, moved.postponed_count) == (date(2026, 11, 26), 1)
    assert moved.postponed_reason == "Pas eu le temps"
    assert "reporté 1 fois" in browser.get("/aujourdhui").text


def test_undo_gives_the_day_the_reason_and_the_count_back(make, browser, todo_of):
    ines = make.user()
    todo = make.todo(make.partner(), ines, due_on=WEDNESDAY, postponed_count=1, postponed_reason="Absent")
    browser.sign_in(ines)
    browser.submit(f"/a-faire/{todo.public_id}/reporter", {"due_on": "2026-12-24", "words": "Après les fêtes"})
    assert todo_of().postponed_reason == "Après les fêtes"
    assert undo(browser, "/remettre").status_code == 303
    back = todo_of()
    assert (back.due_on, back.postponed_count, back.postponed_reason) == (WEDNESDAY, 1, "Absent")


def test_an_undo_that_comes_too_late_changes_nothing(make, browser, todo_of):
    ines = make.user()
    todo = make.todo(make.partner(), ines, due_on=WEDNESDAY)
    browser.sign_in(ines)
    browser.submit(f"/a-faire/{todo.public_id}/reporter", {"due_on": "2026-12-24"})
    page = browser.get("/aujourdhui").text
    (form,) = [one for one in forms_of(page) if one.action.endswith("/remettre")]
    with make.transaction() as writing:
        writing.get_one(Todo, todo.id).what = "Autre chose"
    answer = browser.client.post(form.action, data=form.values)
    assert answer.status_code == 409
    assert todo_of().due_on == date(2026, 12, 24)


def test_a_day_is_read_as_people_write_it(make, browser, todo_of):
    ines = make.user()
    todo = make.todo(make.partner(), ines, due_on=WEDNESDAY)
    browser.sign_in(ines)
    typed = {"delay": "", "due_on": "24/12/2026", "reason": "Pas eu le temps"}
    assert browser.submit(f"/a-faire/{todo.public_id}/reporter", typed).status_code == 303
    assert todo_of().due_on == date(2026, 12, 24)


@pytest.mark.parametrize(
    "typed", [{}, {"due_on": "2026-11-24"}, {"due_on": "9999-12-31"}, {"due_on": "2026-12-24", "words": "x" * 201}]
)
def test_an_unclear_postponement_is_refused(make, browser, snapshot, typed):
    ines = make.user()
    todo = make.todo(make.partner(), ines, due_on=WEDNESDAY)
    browser.sign_in(ines)
    url = f"/a-faire/{todo.public_id}/reporter"
    form = browser.form(url)
    before = snapshot()
    answer = browser.client.post(url, data=form.values | {"delay": ""} | typed)
    assert answer.status_code == 422
    assert snapshot() == before


def test_what_is_done_is_neither_put_off_nor_given(make, browser, snapshot):
    ines, sonia = make.user(), make.user()
    todo = make.todo(make.partner(), ines, due_on=WEDNESDAY, done_at=datetime(2026, 11, 24, tzinfo=UTC))
    browser.sign_in(ines)
    for verb, typed in (("reporter", {"due_on": "2026-12-24"}), ("confier", {"assignee": str(sonia.id)})):
        form = browser.form(f"/a-faire/{todo.public_id}/{verb}")
        before = snapshot()
        assert browser.client.post(form.action, data=form.values | typed).status_code == 422
        assert snapshot() == before


def test_given_and_taken_back(make, browser, todo_of):
    ines, sonia = make.user(), make.user(first_name="Sonia", last_name="Benali")
    todo = make.todo(make.partner(), ines, due_on=WEDNESDAY)
    browser.sign_in(ines)
    answer = browser.submit(f"/a-faire/{todo.public_id}/confier", {"assignee": str(sonia.id)})
    assert answer.status_code == 303
    assert todo_of().assignee_id == sonia.id
    assert "est confié à Sonia Benali" in browser.get("/aujourdhui").text
    browser.submit(f"/a-faire/{todo.public_id}/confier", {"assignee": str(ines.id)})
    assert undo(browser, "/remettre").status_code == 303
    assert todo_of().assignee_id == sonia.id


def test_nobody_gives_to_a_stranger_nor_without_the_right(make, browser, snapshot):
    ines, stranger = make.user(), make.user(structure=make.structure())
    todo = make.todo(make.partner(), ines, due_on=WEDNESDAY)
    browser.sign_in(ines)
    form = browser.form(f"/a-faire/{todo.public_id}/confier")
    before = snapshot()
    assert browser.client.post(form.action, data=form.values | {"assignee": str(stranger.id)}).status_code == 422
    assert snapshot() == before


def test_given_in_one_tap_to_who_can_do_it(make, browser, todo_of, snapshot):
    """The menu of the line offers those whose role does things, and nobody else may be forced."""
    ines, sonia = make.user(), make.user(first_name="Sonia", last_name="Benali")
    board = make.user(first_name="Bernard", last_name="Obscur", roles=[Role.BOARD])
    todo = make.todo(make.partner(), ines, due_on=WEDNESDAY)
    browser.sign_in(ines)
    page = browser.get("/aujourdhui").text
    assert "Confier à Sonia Benali" in page
    assert "Bernard Obscur" not in page
    give = f"/a-faire/{todo.public_id}/confier"
    form = browser.form(give)
    before = snapshot()
    refused = browser.client.post(give, data=form.values | {"assignee": str(board.id)})
    assert refused.status_code == 422
    assert snapshot() == before
    assert press(browser, "/aujourdhui", give).status_code == 303
    assert todo_of().assignee_id == sonia.id
    assert undo(browser, "/remettre").status_code == 303
    assert todo_of().assignee_id == ines.id


def test_a_colleagues_thing_is_taken_in_one_tap(make, browser, todo_of):
    director, sonia = make.user(roles=[Role.DIRECTOR, Role.DEVELOPER]), make.user(first_name="Sonia")
    todo = make.todo(make.partner(), sonia, due_on=WEDNESDAY)
    browser.sign_in(director)
    page = browser.get("/aujourdhui?qui=equipe").text
    assert "Je m'en charge" in page
    assert press(browser, "/aujourdhui?qui=equipe", f"/a-faire/{todo.public_id}/confier").status_code == 303
    assert todo_of().assignee_id == director.id


def test_with_many_colleagues_a_page_asks_to_whom(make, browser):
    ines = make.user()
    for number in range(9):
        make.user(last_name=f"Numéro {number}")
    make.todo(make.partner(), ines, due_on=WEDNESDAY)
    browser.sign_in(ines)
    page = browser.get("/aujourdhui").text
    assert "Confier à quelqu" in page
    assert "Numéro 3" not in page


def test_a_reminder_set_aside_and_taken_back(make, browser, session):
    ines, other = make.user(), make.user()
    partner = make.partner("Garage du Parc")
    given = {"rule": "interactions.silent", "partner_id": partner.id, "structure_id": make.home.id}
    given |= {"occurrence": "2026-08-01", "due_on": WEDNESDAY, "created_at": datetime(2026, 11, 25, tzinfo=UTC)}
    mine, theirs = (make.add(Reminder(user_id=user.id, **given)) for user in (ines, other))
    browser.sign_in(ines)
    assert "aucun échange depuis longtemps" in browser.get("/aujourdhui").text
    assert press(browser, "/aujourdhui", "/rappels/ecarter", reminder=str(theirs.id)).status_code == 404
    assert press(browser, "/aujourdhui", "/rappels/ecarter").status_code == 303
    assert "Rappel écarté" in browser.get("/aujourdhui").text
    session.rollback()
    states = {row.id: row.state.value for row in session.scalars(select(Reminder))}
    assert states == {mine.id: "seen", theirs.id: "open"}


@pytest.mark.parametrize(
    ("reminder", "status"), [("", 400), ("abc", 400), ("-1", 400), ("99999999999", 400), ("0", 404)]
)
def test_a_reminder_that_is_none(make, browser, reminder, status):
    browser.sign_in(make.user())
    tokens = browser.form("/essai/formulaire", action="/essai/structure").values
    typed = {name: tokens[name] for name in ("csrf_token", "nonce")} | {"reminder": reminder}
    assert browser.client.post("/rappels/ecarter", data=typed).status_code == status


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("Rappeler M. Diallo", True),
        ("téléphoner à la gérante", True),
        ("TÉL. standard", True),
        ("Passer un coup de fil", True),
        ("Donner un coup de main", False),
        ("Répondre à l'appel d'offres", False),
        ("Envoyer la plaquette", False),
        ("", False),
    ],
)
def test_what_is_a_call(what, expected):
    assert is_call(what) is expected


def test_a_volunteer_puts_off_their_own_alone(make, browser, snapshot):
    volunteer, ines = make.user(roles=[Role.VOLUNTEER]), make.user()
    own = make.todo(make.partner(), volunteer, due_on=WEDNESDAY)
    others = make.todo(make.partner(), ines, due_on=WEDNESDAY)
    browser.sign_in(volunteer)
    assert browser.get(f"/a-faire/{others.public_id}/reporter").status_code == 404
    assert browser.get(f"/a-faire/{own.public_id}/confier").status_code == 403
    form = browser.form(f"/a-faire/{own.public_id}/reporter")
    before = snapshot()
    stolen = f"/a-faire/{others.public_id}/reporter"
    assert browser.client.post(stolen, data=form.values | {"delay": "tomorrow"}).status_code in {403, 404}
    assert {k: v for k, v in snapshot().items() if k == "todos"} == {k: v for k, v in before.items() if k == "todos"}
