"""The page of the reminders' settings: kept, refused, in conflict; what it changes is followed by the sweep."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.accounts.models import Structure
from crm.reminders import delivery
from crm.reminders.models import NudgeSetting

PAGE = "/reglages/rappels"


@pytest.fixture
def director(make, browser):
    """A director, signed in."""
    user = make.user(roles=[Role.DIRECTOR])
    browser.enter(user, make.home)
    return user


def untick(form, *names):
    for name in names:
        form.values.pop(name)


def test_what_is_chosen_is_kept_and_followed(app, make, browser, session, director):
    make.todo(make.partner(), make.user(), due_on=date(2026, 11, 23))
    form = browser.form(PAGE)
    assert form.values["delay_interactions_silent"] == "90"
    untick(form, "on_reminders_todo", "day_4")
    typed = {"delay_interactions_silent": "60", "day_5": "y", "solicitation_days": "45", "solicitation_threshold": "6"}
    assert browser.client.post(PAGE, data=form.values | typed).status_code == 303
    kept = {row.rule: (row.enabled, row.delay_days) for row in session.scalars(select(NudgeSetting))}
    assert kept == {"reminders.todo": (False, None), "interactions.silent": (True, 60)}
    home = session.get_one(Structure, make.home.id)
    assert (home.working_days, home.solicitation_days, home.solicitation_threshold) == ("12346", 45, 6)
    with app.app_context():
        assert delivery.remind(now=datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"delay_interactions_silent": "-1"},
        {"delay_interactions_silent": "beaucoup"},
        {"delay_interactions_report": ""},
        {"delay_partners_not_checked": "401"},
        {"solicitation_days": "0"},
        {"solicitation_threshold": "100"},
    ],
)
def test_what_cannot_stand_is_refused(make, browser, snapshot, director, typed):
    form = browser.form(PAGE)
    before = snapshot()
    answer = browser.client.post(PAGE, data=form.values | typed)
    assert answer.status_code == 422
    assert "Un nombre entier de" in answer.text
    assert snapshot() == before


def test_a_week_without_work_is_refused(browser, snapshot, director):
    form = browser.form(PAGE)
    untick(form, *(f"day_{day}" for day in range(5)))
    before = snapshot()
    answer = browser.client.post(PAGE, data=form.values)
    assert answer.status_code == 422
    assert "au moins un jour travaillé" in answer.text
    assert snapshot() == before


def test_the_second_of_two_editors_chooses(browser, session, director):
    first, second = browser.form(PAGE), browser.form(PAGE)
    assert browser.client.post(PAGE, data=first.values | {"solicitation_days": "10"}).status_code == 303
    answer = browser.client.post(PAGE, data=second.values | {"solicitation_days": "20"})
    assert answer.status_code == 409
    assert session.scalars(select(Structure.solicitation_days)).one() == 10


def test_each_structure_its_own(make, browser, session, director):
    there = make.structure()
    form = browser.form(PAGE)
    untick(form, "on_reminders_todo")
    browser.client.post(PAGE, data=form.values | {"solicitation_days": "10"})
    assert session.scalars(select(NudgeSetting.structure_id)).all() == [make.home.id]
    assert session.get_one(Structure, there.id).solicitation_days == 30


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VOLUNTEER, Role.BOARD])
def test_the_others_do_not_come_in(make, browser, role):
    browser.enter(make.user(roles=[role]), make.home)
    assert browser.get(PAGE).status_code == 403
