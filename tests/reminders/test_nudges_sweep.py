"""From the facts of the database to reminders: armed once, closed when done, withdrawn, each structure its own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.accounts.models import ClosingPeriod, Structure, User
from crm.interactions.enums import InteractionKind
from crm.interactions.models import Interaction
from crm.partners.models import Contact, Follow, Partner
from crm.partners.reference.enums import HolidayZone
from crm.partners.reference.models import PublicHoliday
from crm.reminders import delivery
from crm.reminders.enums import ReminderState
from crm.reminders.models import NudgeSetting, Reminder, Todo
from crm.reminders.notices import services
from tests.counting import statements
from tests.factories import THEN

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, 31, tzinfo=UTC)


@pytest.fixture
def sweep(app, make):
    """Sweep at an instant; how many reminders were armed."""

    def act(now=NOW):
        with app.app_context():
            return delivery.remind(now=now)

    return act


@pytest.fixture
def states(session):
    """(rule, person, state) of every reminder, in the order they came."""

    def read():
        session.rollback()
        session.expire_all()
        rows = session.scalars(select(Reminder).order_by(Reminder.id))
        return [(row.rule.split(".")[1], row.user_id, row.state.value) for row in rows]

    return read


@pytest.fixture
def follower(make):
    return make.user(first_name="Inès")


def change(make, model, row, now=NOW, **values):
    """Write as a service would: through the session, in a transaction."""
    with make.transaction(now=now) as session:
        found = session.get_one(model, row.id)
        for name, value in values.items():
            setattr(found, name, value)


def followed(make, owner, **values):
    """A partner known since long ago, spoken to and checked yesterday."""
    partner = make.partner(created_at=datetime(2024, 1, 1, tzinfo=UTC))
    given = {"owner_id": owner.id, "checked_on": MONDAY - timedelta(1)} | values
    follow = make.follow(partner, **given)
    return partner, follow


def test_each_of_the_first_five(make, sweep, states, follower):
    spoken, _ = followed(make, follower)
    make.interaction(spoken, follower, held_at=NOW - timedelta(days=1))
    make.todo(spoken, follower, due_on=MONDAY)
    make.interaction(spoken, follower, held_at=NOW - timedelta(hours=49), report="")
    make.contact(spoken, left_on=MONDAY)
    unchecked, _ = followed(make, follower, checked_on=None)
    make.interaction(unchecked, follower, held_at=NOW - timedelta(days=2))
    silent, _ = followed(make, follower)
    make.interaction(silent, follower, held_at=NOW - timedelta(days=90))
    assert sweep() == 5
    assert sorted(states()) == [
        (rule, follower.id, "open") for rule in ("contact_gone", "not_checked", "report", "silent", "todo")
    ]


def test_twice_adds_nothing(make, sweep, states, follower):
    make.todo(make.partner(), follower, due_on=MONDAY)
    assert [sweep(), sweep(), sweep(NOW + timedelta(days=1))] == [1, 0, 0]
    assert len(states()) == 1


@pytest.mark.parametrize("undo", [True, False])
def test_done_closes_at_once_and_undone_opens_again(make, sweep, states, follower, undo):
    todo = make.todo(make.partner(), follower, due_on=MONDAY)
    sweep()
    change(make, Todo, todo, done_at=NOW)
    assert states() == [("todo", follower.id, "done")]
    if undo:
        change(make, Todo, todo, done_at=None)
        assert sweep() == 1
        assert states() == [("todo", follower.id, "open")]


def test_another_day_arms_it_anew(make, sweep, states, follower):
    todo = make.todo(make.partner(), follower, due_on=MONDAY)
    sweep()
    change(make, Todo, todo, due_on=MONDAY + timedelta(1))
    assert states() == [("todo", follower.id, "withdrawn")]
    assert sweep() == 0
    assert sweep(NOW + timedelta(days=1)) == 1
    assert [state for _, _, state in states()] == ["withdrawn", "open"]


def test_a_written_report_is_done_and_a_cancelled_meeting_withdrawn(make, sweep, states, follower):
    partner = make.partner()
    held = [make.interaction(partner, follower, held_at=NOW - timedelta(hours=h), report="") for h in (50, 60)]
    make.interaction(partner, follower, kind=InteractionKind.CALL, held_at=NOW - timedelta(days=9), report="")
    make.interaction(partner, follower, held_at=NOW + timedelta(days=3), report="")
    assert sweep() == 2
    change(make, Interaction, held[0], report="Deux postes.")
    change(make, Interaction, held[1], cancelled_at=NOW)
    assert [state for _, _, state in states()] == ["done", "withdrawn"]


def test_checking_is_done_and_following_no_more_withdraws(make, sweep, states, follower):
    pairs = [followed(make, follower, checked_on=MONDAY - timedelta(400)) for _ in range(2)]
    for partner, _ in pairs:
        make.interaction(partner, follower, held_at=NOW - timedelta(days=1))
    assert sweep() == 2
    change(make, Follow, pairs[0][1], checked_on=MONDAY)
    change(make, Follow, pairs[1][1], owner_id=None)
    assert [state for _, _, state in states()] == ["done", "withdrawn"]


def test_an_exchange_breaks_the_silence(make, sweep, states, follower):
    partner, _ = followed(make, follower)
    make.interaction(partner, follower, held_at=NOW - timedelta(days=120))
    sweep()
    assert states() == [("silent", follower.id, "open")]
    make.interaction(partner, follower, held_at=NOW + timedelta(days=3), report="")
    assert states() == [("silent", follower.id, "done")]


def test_the_bin_withdraws(make, sweep, states, follower):
    partner, _ = followed(make, follower)
    sweep()
    change(make, Partner, partner, binned_at=NOW)
    assert states() == [("silent", follower.id, "withdrawn")]


def test_a_successor_or_somebody_new_takes_over(make, sweep, states, follower):
    partner, _ = followed(make, follower)
    make.interaction(partner, follower, held_at=NOW - timedelta(days=1))
    heir = make.contact(partner)
    gone = make.contact(partner, left_on=MONDAY)
    sweep()
    change(make, Contact, gone, successor_id=heir.id)
    assert states() == [("contact_gone", follower.id, "done")]
    other, _ = followed(make, follower)
    make.interaction(other, follower, held_at=NOW - timedelta(days=1))
    make.contact(other, left_on=MONDAY - timedelta(5), created_at=THEN - timedelta(days=100))
    make.contact(other, created_at=THEN)
    assert sweep() == 0


@pytest.mark.parametrize(("what", "state"), [("somebody new", "done"), ("owner", "withdrawn"), ("bin", "withdrawn")])
def test_what_happens_around_somebody_gone_closes_at_once(make, sweep, states, follower, what, state):
    """The reminder is about the contact; what ends it happens to the partner, without waiting for the next hour."""
    partner, follow = followed(make, follower)
    make.interaction(partner, follower, held_at=NOW - timedelta(days=1))
    make.contact(partner, left_on=MONDAY - timedelta(1), created_at=NOW - timedelta(days=400))
    sweep()
    assert states() == [("contact_gone", follower.id, "open")]
    if what == "somebody new":
        make.contact(partner, created_at=NOW)
    elif what == "owner":
        change(make, Follow, follow, owner_id=None)
    else:
        change(make, Partner, partner, binned_at=NOW)
    assert states() == [("contact_gone", follower.id, state)]


def test_a_leaver_is_told_nothing(make, sweep, states, follower):
    make.todo(make.partner(), follower, due_on=MONDAY)
    make.todo(make.partner(), make.user(active=False), due_on=MONDAY)
    assert sweep() == 1
    change(make, User, follower, active=False)
    sweep()
    assert states() == [("todo", follower.id, "withdrawn")]


def test_two_structures_each_its_own(make, sweep, states, session):
    here, there = make.home, make.structure()
    ines, paul = make.user(), make.user(structure=there)
    partner = make.partner(created_at=datetime(2024, 1, 1, tzinfo=UTC))
    make.follow(partner, owner_id=ines.id, checked_on=MONDAY)
    make.follow(partner, structure=there, owner_id=paul.id, checked_on=MONDAY)
    make.interaction(partner, ines, held_at=NOW - timedelta(days=2))  # breaks the silence of one alone
    assert sweep() == 1
    assert states() == [("silent", paul.id, "open")]
    assert session.scalars(select(Reminder.structure_id)).all() == [there.id]
    assert here.id != there.id


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"enabled": False}, 0),
        ({"delay_days": 10}, 0),
        ({"delay_days": 2}, 1),
        ({"delay_days": None}, 1),
    ],
)
def test_what_a_structure_changed(make, sweep, follower, values, expected):
    make.todo(make.partner(), follower, due_on=MONDAY - timedelta(2))
    make.add(NudgeSetting(structure_id=make.home.id, rule="reminders.todo", **{"enabled": True} | values))
    assert sweep() == expected


def day_off(make, why):
    """Make Monday a day off."""
    if why == "week":
        change(make, Structure, make.home, working_days="23456")
    elif why == "closing":
        make.add(ClosingPeriod(structure_id=make.home.id, starts_on=MONDAY, ends_on=MONDAY))
    else:
        make.add(PublicHoliday(day=MONDAY, zone=HolidayZone.NATIONAL, label="Fête"))


@pytest.mark.parametrize("why", ["week", "closing", "holiday"])
def test_nothing_on_a_day_off_and_all_on_the_next(app, make, sweep, follower, why):
    make.todo(make.partner(), follower, due_on=MONDAY)
    day_off(make, why)
    with app.app_context():
        assert sweep() == 0
        assert delivery.preview(app, now=NOW) == []
        assert sweep(NOW + timedelta(days=1)) == 1
        assert len(delivery.preview(app, now=NOW + timedelta(days=1))) == 1


def test_the_digest_recalls_on_the_day_then_each_week(app, make, follower):
    partner, _ = followed(make, follower)
    make.interaction(partner, follower, held_at=datetime(2026, 8, 27, 8, 0, tzinfo=UTC))  # 90 days before Wednesday
    told = {}
    with app.app_context():
        for day in range(12):
            now = NOW + timedelta(days=day)
            for planned in delivery.preview(app, now=now):
                told[day] = planned.draft.body
            delivery.sweep(app, now=now)
    assert sorted(told) == [2, 7]  # Wednesday, then the Monday after
    assert "RAPPELS" in told[2]
    assert partner.name in told[2]


def test_set_aside_stays_so(make, sweep, states, session, follower):
    partner, _ = followed(make, follower)
    sweep()
    (reminder,) = session.scalars(select(Reminder)).all()
    actor = make.actor(follower)
    with make.transaction(actor, NOW) as writing:
        services.set_aside(writing, reminder.id, actor=actor, now=NOW)
    assert sweep(NOW + timedelta(days=1)) == 0
    assert states() == [("silent", follower.id, ReminderState.SEEN.value)]
    with make.transaction(actor, NOW) as writing:
        services.take_back(writing, reminder.id, actor=actor)
    assert states() == [("silent", follower.id, "open")]
    assert partner.id


def test_a_sweep_costs_the_same_for_one_and_for_many(app, make, sweep, follower):
    followed(make, follower)
    sweep()
    with statements(app) as one:
        sweep()
    for _ in range(15):
        make.interaction(followed(make, follower)[0], follower, held_at=NOW - timedelta(days=1))
    sweep()
    with statements(app) as many:
        sweep()
    assert len(many) == len(one)


def test_a_volunteer_is_told_what_they_may_see(app, make):
    volunteer = make.user(roles=[Role.VOLUNTEER])
    held = make.interaction(make.partner("Garage"), volunteer, held_at=NOW - timedelta(days=3), report="")
    with app.app_context():
        ((body,),) = [[planned.draft.body for planned in delivery.preview(app, now=NOW)]]
    assert "Compte rendu à écrire · Garage" in body
    assert f"/echanges/{held.public_id}/modifier" in body
