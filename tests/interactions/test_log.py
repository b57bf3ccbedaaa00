"""Logging an exchange and its follow-up: both or neither, by whom, about whom, when."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.errors import NotAllowed
from crm.interactions import services
from crm.interactions.enums import Direction, InteractionKind, Nature
from crm.interactions.models import Interaction
from crm.interactions.services import FollowUp, InteractionData, UnclearInteraction
from crm.reminders.models import Todo
from crm.reminders.services import UnclearTodo

LOGGERS = {
    Role.DEVELOPER,
    Role.COUNSELLOR,
    Role.PLACEMENT,
    Role.SUPERVISOR,
    Role.DIRECTOR,
    Role.VOLUNTEER,
}


def data(now, **values):
    """A visit of an hour ago."""
    given = {
        "kind": InteractionKind.VISIT,
        "direction": Direction.OURS,
        "nature": Nature.FOLLOW_UP,
        "held_at": now - timedelta(hours=1),
        "report": " Deux postes en avril.\nElle veut rencontrer la personne.\nRappeler. ",
    }
    return InteractionData(**given | values)


def follow_up(now, **values):
    """Call back in a week."""
    given = {"what": "Relancer", "due_on": clock.day_of(now) + timedelta(7)}
    return FollowUp(**given | values)


def log(make, partner, what, *, actor, now):
    """Log through the service, in a transaction."""
    with make.transaction(actor, now) as session:
        return services.log(session, partner, what, actor=actor, now=now)


def test_a_visit_and_its_follow_up_are_saved(make, session, now):
    ines, partner = make.user(), make.partner()
    contact, actor = make.contact(partner), make.actor(ines)
    what = data(now, contact=contact.public_id, shared=True, follow_up=follow_up(now))
    log(make, partner, what, actor=actor, now=now)

    visit = session.scalars(select(Interaction)).one()
    assert (visit.partner_id, visit.author_id, visit.structure_id) == (partner.id, ines.id, make.home.id)
    assert (visit.contact_id, visit.shared) == (contact.id, True)
    assert visit.held_at == now - timedelta(hours=1)
    assert visit.report == "Deux postes en avril.\nElle veut rencontrer la personne.\nRappeler."
    todo = session.scalars(select(Todo)).one()
    assert (todo.partner_id, todo.assignee_id, todo.created_by_id) == (partner.id, ines.id, ines.id)
    assert (todo.what, todo.due_on) == ("Relancer", clock.day_of(now) + timedelta(7))


@pytest.mark.parametrize("role", Role)
def test_who_may_log(make, session, snapshot, role, now):
    actor, partner = make.actor(make.user(roles=[role]), roles=[role]), make.partner()
    before = snapshot()
    if role in LOGGERS:
        log(make, partner, data(now), actor=actor, now=now)
        assert len(session.scalars(select(Interaction.id)).all()) == 1
    else:
        with pytest.raises(NotAllowed):
            log(make, partner, data(now), actor=actor, now=now)
        assert snapshot() == before


def test_a_volunteer_logs_without_planning(make, session, snapshot, now):
    roles = {Role.VOLUNTEER}
    actor, partner = make.actor(make.user(roles=roles), roles=roles), make.partner()
    before = snapshot()
    with pytest.raises(NotAllowed):
        log(make, partner, data(now, follow_up=follow_up(now)), actor=actor, now=now)
    assert snapshot() == before, "the exchange is not kept without its follow-up"
    log(make, partner, data(now), actor=actor, now=now)
    assert session.scalars(select(Todo)).all() == []


@pytest.mark.parametrize(("what", "days"), [("", 7), ("x" * 201, 7), ("Relancer", -1)])
def test_a_refused_follow_up_refuses_the_exchange(make, snapshot, now, what, days):
    actor, partner = make.actor(make.user()), make.partner()
    before = snapshot()
    wrong = follow_up(now, what=what, due_on=clock.day_of(now) + timedelta(days))
    with pytest.raises(UnclearTodo):
        log(make, partner, data(now, follow_up=wrong), actor=actor, now=now)
    assert snapshot() == before


def test_the_future_is_refused(make, snapshot, now):
    actor, partner = make.actor(make.user()), make.partner()
    before = snapshot()
    call = data(now, held_at=now + timedelta(seconds=1), kind=InteractionKind.CALL)
    with pytest.raises(UnclearInteraction, match="futur") as refusal:
        log(make, partner, call, actor=actor, now=now)
    assert refusal.value.field == "held_at"
    assert snapshot() == before
    assert log(make, partner, data(now, held_at=now), actor=actor, now=now).held_at == now


def test_a_meeting_is_planned_two_years_ahead_at_most_and_says_nothing_yet(make, snapshot, now):
    actor, partner = make.actor(make.user()), make.partner()
    before = snapshot()
    with pytest.raises(UnclearInteraction, match="futur"):
        log(make, partner, data(now, held_at=now + timedelta(days=732), report=""), actor=actor, now=now)
    assert snapshot() == before
    planned = log(make, partner, data(now, held_at=now + timedelta(days=730), report=""), actor=actor, now=now)
    assert planned.report == ""


@pytest.mark.parametrize("report", ["", " \n\t ", "x" * 4001])
def test_a_report_has_something_to_say_and_not_too_much(make, snapshot, now, report):
    actor, partner = make.actor(make.user()), make.partner()
    before = snapshot()
    with pytest.raises(UnclearInteraction) as refusal:
        log(make, partner, data(now, report=report), actor=actor, now=now)
    assert refusal.value.field == "report"
    assert snapshot() == before


def test_a_contact_of_another_partner_is_refused(make, snapshot, now):
    actor, partner, other = make.actor(make.user()), make.partner(), make.partner()
    stranger = make.contact(other)
    before = snapshot()
    for public_id in (stranger.public_id, "inconnu"):
        with pytest.raises(UnclearInteraction) as refusal:
            log(make, partner, data(now, contact=public_id), actor=actor, now=now)
        assert refusal.value.field == "contact"
    assert snapshot() == before


def test_who_may_not_read_contacts_may_not_name_one(make, snapshot, now):
    roles, partner = {Role.SUPERVISOR}, make.partner()
    actor, contact = make.actor(make.user(roles=roles), roles=roles), make.contact(partner)
    before = snapshot()
    with pytest.raises(NotAllowed):
        log(make, partner, data(now, contact=contact.public_id), actor=actor, now=now)
    assert snapshot() == before


def test_the_instants_around_the_change_of_hour_are_kept(make, session):
    """Both engines give back the aware instant that was stored, in the hour that comes twice as well."""
    now = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)
    actor, partner = make.actor(make.user()), make.partner()
    instants = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    for instant in instants:
        log(make, partner, data(now, held_at=instant), actor=actor, now=now)
    assert session.scalars(select(Interaction.held_at).order_by(Interaction.id)).all() == instants
