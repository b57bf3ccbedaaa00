"""Things to do: planned, read, closed, reopened; by whom, and by whom not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.errors import NotAllowed, NotFound
from crm.reminders import queries, services
from crm.reminders.models import Todo
from tests.counting import statements

DIRECTOR, DEVELOPER, VOLUNTEER = {Role.DIRECTOR}, {Role.DEVELOPER}, {Role.VOLUNTEER}
PLANNERS = {Role.DEVELOPER, Role.COUNSELLOR, Role.PLACEMENT, Role.SUPERVISOR, Role.DIRECTOR}


@pytest.fixture
def day(now):
    return clock.day_of(now)


def plan(make, partner, *, actor, now, **values):
    """Plan through the service, in a transaction."""
    given = {"what": "Relancer", "due_on": clock.day_of(now) + timedelta(7), "assignee_id": actor.user_id}
    with make.transaction(actor, now) as session:
        return services.plan(session, partner_id=partner.id, actor=actor, now=now, **given | values)


def tick(browser, public_id, *, verb="fait", back="/aujourdhui"):
    """Send the form of a tick, with the tokens of a page that has them."""
    typed = browser.form("/essai/formulaire", action="/essai/structure").values
    typed = {name: typed[name] for name in ("csrf_token", "nonce")}
    return browser.client.post(f"/a-faire/{public_id}/{verb}", data={**typed, "next": back})


# --- plan


@pytest.mark.parametrize("role", sorted(PLANNERS))
def test_who_may_give_something_to_do_to_a_colleague(make, snapshot, role, now):
    actor = make.actor(make.user(roles=[role]), roles=[role])
    colleague, partner = make.user(), make.partner()
    before = snapshot()
    if role in {Role.DEVELOPER, Role.DIRECTOR}:
        assert plan(make, partner, actor=actor, now=now, assignee_id=colleague.id).assignee_id == colleague.id
        return
    with pytest.raises(NotAllowed):
        plan(make, partner, actor=actor, now=now, assignee_id=colleague.id)
    assert snapshot() == before


@pytest.mark.parametrize("role", Role)
def test_who_may_plan(make, snapshot, role, now):
    user, partner = make.user(roles=[role]), make.partner()
    actor = make.actor(user, roles=[role])
    before = snapshot()
    if role in PLANNERS:
        assert plan(make, partner, actor=actor, now=now).assignee_id == user.id
    else:
        with pytest.raises(NotAllowed):
            plan(make, partner, actor=actor, now=now)
        assert snapshot() == before


def test_a_todo_is_for_a_colleague_of_the_structure(make, snapshot, now):
    actor, partner = make.actor(make.user()), make.partner()
    elsewhere, gone = make.user(structure=make.structure()), make.user(active=False)
    before = snapshot()
    for stranger in (elsewhere, gone):
        with pytest.raises(services.UnclearTodo) as refusal:
            plan(make, partner, actor=actor, now=now, assignee_id=stranger.id)
        assert refusal.value.field == "assignee"
    assert snapshot() == before
    assert plan(make, partner, actor=actor, now=now, assignee_id=make.user().id).created_by_id == actor.user_id


@pytest.mark.parametrize(
    ("values", "field"), [({"what": "  "}, "what"), ({"what": "x" * 201}, "what"), ({"late": True}, "due_on")]
)
def test_an_unclear_todo_is_refused(make, snapshot, now, values, field):
    actor, partner = make.actor(make.user()), make.partner()
    if values.pop("late", False):
        values["due_on"] = clock.day_of(now) - timedelta(1)
    before = snapshot()
    with pytest.raises(services.UnclearTodo) as refusal:
        plan(make, partner, actor=actor, now=now, **values)
    assert refusal.value.field == field
    assert snapshot() == before


def test_the_day_of_a_todo_is_a_day_in_paris(make, now):
    """At 23:30 UTC it is already tomorrow in Paris: the day of London is past."""
    late = now.replace(hour=23, minute=30)
    actor, partner = make.actor(make.user()), make.partner()
    with pytest.raises(services.UnclearTodo):
        plan(make, partner, actor=actor, now=late, due_on=late.date())
    assert plan(make, partner, actor=actor, now=late, due_on=late.date() + timedelta(1))


# --- read


def test_open_todos_come_by_day_with_their_subject(make, day):
    ines, sonia = make.user(), make.user(first_name="Sonia", last_name="Benali")
    garage = make.partner("Garage du Parc", phone="+33146000000")
    make.todo(garage, ines, due_on=day + timedelta(2), what="Envoyer la plaquette")
    make.todo(garage, sonia, due_on=day, what="Rappeler")
    make.todo(garage, ines, due_on=day, what="Préparer")
    actor = make.actor(ines)
    with make.transaction(actor, writes=False) as session:
        lines = queries.open_todos(session, actor=actor)
        mine = queries.open_todos(session, actor=actor, assignee_id=ines.id)
    assert [line.what for line in lines] == ["Rappeler", "Préparer", "Envoyer la plaquette"]
    assert [line.what for line in mine] == ["Préparer", "Envoyer la plaquette"]
    first = lines[0]
    assert (first.assignee, first.is_mine, first.can_tick) == ("Sonia Benali", False, False)
    assert (first.subject.label, first.subject.phone) == ("Garage du Parc", "+33146000000")
    assert first.subject.public_id == garage.public_id
    assert mine[0].can_tick


def test_what_is_done_or_of_another_structure_is_not_listed(make, now, day):
    ines, elsewhere = make.user(), make.structure()
    garage = make.partner()
    make.todo(garage, ines, due_on=day, done_at=now, done_by_id=ines.id)
    make.todo(garage, make.user(structure=elsewhere), due_on=day, structure=elsewhere)
    for role in (Role.DEVELOPER, Role.DIRECTOR):
        actor = make.actor(ines, roles=[role])
        with make.transaction(actor, writes=False) as session:
            assert queries.open_todos(session, actor=actor) == []
            assert queries.open_todos(session, actor=actor, partner_id=garage.id) == []


def test_a_volunteer_reads_their_own_only(make, day):
    ines, paul = make.user(), make.user(roles=VOLUNTEER)
    garage = make.partner()
    make.todo(garage, ines, due_on=day, what="À Inès")
    make.todo(garage, paul, due_on=day, what="À Paul")
    actor = make.actor(paul, roles=VOLUNTEER)
    with make.transaction(actor, writes=False) as session:
        assert [line.what for line in queries.open_todos(session, actor=actor)] == ["À Paul"]
        assert queries.open_todos(session, actor=actor, assignee_id=ines.id) == []


def test_a_todo_about_a_partner_in_the_bin_waits_for_it(make, now, day):
    ines = make.user()
    make.todo(make.partner(binned_at=now), ines, due_on=day)
    actor = make.actor(ines)
    with make.transaction(actor, writes=False) as session:
        assert queries.open_todos(session, actor=actor) == []


def test_the_number_of_queries_does_not_grow(app, make, day):
    ines = make.user()
    actor = make.actor(ines)

    def count():
        with make.transaction(actor, writes=False) as session, statements(app) as sent:
            lines = queries.open_todos(session, actor=actor)
        return len(lines), len(sent)

    make.todo(make.partner(), ines, due_on=day)
    alone = count()
    for _ in range(19):
        make.todo(make.partner(), make.user(), due_on=day)
    assert (alone, count()) == ((1, 2), (20, 2))


# --- tick


@pytest.mark.parametrize("role", Role)
def test_who_may_close_their_own_and_somebody_elses(make, snapshot, role, now, day):
    user, other, partner = make.user(roles=[role]), make.user(), make.partner()
    own, others = make.todo(partner, user, due_on=day), make.todo(partner, other, due_on=day)
    actor = make.actor(user, roles=[role])

    def close(todo):
        with make.transaction(actor, now) as session:
            return services.done(session, todo.public_id, actor=actor, now=now).changed

    for todo, allowed in ((own, PLANNERS | {Role.VOLUNTEER}), (others, {Role.DIRECTOR})):
        before = snapshot()
        if role in allowed:
            assert close(todo)
        else:
            with pytest.raises(NotAllowed):
                close(todo)
            assert snapshot() == before


def test_done_then_reopened_each_twice(make, session, now, day):
    ines = make.user()
    actor, todo = make.actor(ines), make.todo(make.partner(), ines, due_on=day)

    def row():
        return session.execute(select(Todo.done_at, Todo.done_by_id, Todo.version)).one()

    with make.transaction(actor, now) as writing:
        assert services.done(writing, todo.public_id, actor=actor, now=now).changed
    closed = row()
    assert closed == (now, ines.id, 2)
    with make.transaction(actor, now + timedelta(hours=1)) as writing:
        again = services.done(writing, todo.public_id, actor=actor, now=now + timedelta(hours=1))
    assert not again.changed
    assert row() == closed, "the hour of the first tick stays"
    for changed in (True, False):
        with make.transaction(actor, now) as writing:
            assert services.reopen(writing, todo.public_id, actor=actor).changed is changed
    assert row() == (None, None, 3)


def test_out_of_the_structure_it_does_not_exist(make, now, day):
    elsewhere = make.structure()
    theirs = make.todo(make.partner(), make.user(structure=elsewhere), due_on=day, structure=elsewhere)
    actor = make.actor(make.user(roles=DIRECTOR), roles=DIRECTOR)
    with make.transaction(actor, now) as session:
        for call in (
            lambda: services.done(session, theirs.public_id, actor=actor, now=now),
            lambda: services.reopen(session, theirs.public_id, actor=actor),
            lambda: services.done(session, "inconnu", actor=actor, now=now),
        ):
            with pytest.raises(NotFound):
                call()


# --- over the web


def test_a_tick_closes_and_its_undo_reopens(make, browser, session, day):
    ines = make.user()
    todo = make.todo(make.partner(), ines, due_on=day, what="Relancer le garage")
    browser.sign_in(ines)
    page = browser.get("/aujourdhui").text
    assert "Relancer le garage" in page
    answer = browser.submit("/aujourdhui", {}, action=f"/a-faire/{todo.public_id}/fait")
    assert (answer.status_code, answer.location) == (303, "/aujourdhui")
    assert session.scalar(select(Todo.done_by_id)) == ines.id

    undone = browser.submit("/aujourdhui", {}, action=f"/a-faire/{todo.public_id}/rouvrir")
    assert (undone.status_code, undone.location) == (303, "/aujourdhui")
    assert session.scalar(select(Todo.done_at)) is None
    assert "de nouveau à faire" in browser.get("/aujourdhui").text


@pytest.mark.parametrize("verb", ["fait", "rouvrir"])
@pytest.mark.parametrize("back", ["https://ailleurs.example/", "//ailleurs.example", "", "/\\ailleurs"])
def test_a_tick_leads_nowhere_else(make, browser, day, verb, back):
    ines = make.user()
    todo = make.todo(make.partner(), ines, due_on=day)
    browser.sign_in(ines)
    assert tick(browser, todo.public_id, verb=verb, back=back).location == "/aujourdhui"


def test_a_second_tick_by_somebody_else_says_so_and_offers_no_undo(make, browser, now, day):
    ines, sonia = make.user(), make.user()
    todo = make.todo(make.partner(), ines, due_on=day, done_at=now, done_by_id=sonia.id)
    browser.sign_in(ines)
    tick(browser, todo.public_id)
    page = browser.get("/aujourdhui").text
    assert "était déjà fait" in page
    assert "/rouvrir" not in page


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verb", ["fait", "rouvrir"])
def test_the_answers_to_a_tick_of_somebody_elses(make, browser, snapshot, role, verb, now, day):
    user, other, elsewhere = make.user(roles=[role]), make.user(), make.structure()
    done = {"done_at": now, "done_by_id": other.id} if verb == "rouvrir" else {}
    todo = make.todo(make.partner(), other, due_on=day, **done)
    theirs = make.todo(make.partner(), make.user(structure=elsewhere), due_on=day, structure=elsewhere, **done)
    browser.sign_in(user)
    before = snapshot()
    status = tick(browser, todo.public_id, verb=verb).status_code
    if role is Role.DIRECTOR:
        assert status == 303
        assert snapshot() != before
    else:
        assert status == 403
        assert snapshot() == before
    before = snapshot()
    outside = tick(browser, theirs.public_id, verb=verb).status_code
    assert outside == (404 if role in PLANNERS | {Role.VOLUNTEER} else 403)
    assert snapshot() == before
