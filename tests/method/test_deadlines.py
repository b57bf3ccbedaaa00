"""What people are reminded of about partnerships: the rules, and once from the facts to the reminders."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm.method.deadlines.nudges import ItemFact, ReviewFact, SessionFact, item_due, review_due, session_comes
from crm.method.enums import CardState, ItemState
from crm.method.models import Partnership
from crm.method.partnerships.models import CoordinationSession, Review, RoadmapItem
from crm.reminders import delivery
from crm.reminders.models import Reminder
from tests.factories import THEN
from tests.method import cards

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
RULES = ("method.roadmap", "method.review", "method.session")
OF = {"structure_id": 1, "user_id": 7, "partner_id": 42}
any_day = st.dates()


@pytest.mark.parametrize(
    ("due_in", "delay", "done", "is_due"),
    [(0, 0, False, True), (1, 0, False, False), (-2, 3, False, False), (-3, 3, False, True), (-9, 0, True, False)],
)
def test_a_line_whose_day_has_come(due_in, delay, done, is_due):
    notice = item_due(ItemFact(**OF, item_id=5, due_on=MONDAY + timedelta(due_in), done=done), delay, NOW)
    assert notice.is_due is is_due
    assert (notice.done_before != "") is done


@pytest.mark.parametrize(("since", "is_due"), [(364, False), (365, True), (366, True)])
def test_a_review_is_due_after_a_year(since, is_due):
    last = MONDAY - timedelta(since)
    notice = review_due(ReviewFact(**OF, partnership_id=5, last_on=last), 365, NOW)
    assert notice.is_due is is_due
    assert notice.due_on == last + timedelta(365)


def test_a_review_written_does_the_former_reminder():
    before = review_due(ReviewFact(**OF, partnership_id=5, last_on=date(2025, 1, 1)), 365, NOW)
    after = review_due(ReviewFact(**OF, partnership_id=5, last_on=MONDAY), 365, NOW)
    assert (before.is_due, after.is_due) == (True, False)
    assert before.occurrence < after.done_before


@pytest.mark.parametrize(("held_in", "is_due"), [(8, False), (7, True), (1, True), (0, True), (-1, False)])
def test_a_session_is_prepared_the_week_before(held_in, is_due):
    notice = session_comes(SessionFact(**OF, session_id=5, held_on=MONDAY + timedelta(held_in)), 7, NOW)
    assert notice.is_due is is_due
    assert (notice.occurrence < notice.done_before) is (held_in < 0)


@given(any_day, st.integers(0, 400))
def test_an_absurd_day_stops_nobody(day, delay):
    item_due(ItemFact(**OF, item_id=5, due_on=day, done=False), delay, NOW)
    review_due(ReviewFact(**OF, partnership_id=5, last_on=day), delay, NOW)
    session_comes(SessionFact(**OF, session_id=5, held_on=day), delay, NOW)


@pytest.fixture
def states(app, make, session):
    """Sweep at an instant; the state of every reminder of partnerships by its rule."""

    def read(*, sweep=True):
        if sweep:
            with app.app_context():
                delivery.remind(now=NOW)
        session.rollback()
        session.expire_all()
        rows = session.scalars(select(Reminder).where(Reminder.rule.in_(RULES)).order_by(Reminder.rule))
        return [(row.rule.split(".")[1], row.user_id, row.state.value) for row in rows]

    return read


def test_from_the_facts_to_the_reminders(make, states):
    owner, pilot, carrier = make.user(), make.user(), make.user()
    old = THEN - timedelta(days=400)
    card = cards.partnership(make, owner=owner, step=7, step_since=old, our_pilot_id=pilot.id)
    one = cards.item(make, card, due_on=MONDAY, ours_id=carrier.id)
    cards.item(make, card, due_on=MONDAY + timedelta(1), ours_id=carrier.id)
    sitting = CoordinationSession(partnership_id=card.id, held_on=MONDAY + timedelta(3), created_at=THEN)
    make.add(sitting)
    paused = cards.partnership(make, owner=owner, step=7, step_since=old, state=CardState.PAUSED)
    cards.item(make, paused, due_on=MONDAY)
    assert states() == [
        ("review", owner.id, "open"),
        ("roadmap", carrier.id, "open"),
        ("session", pilot.id, "open"),
    ]
    with make.transaction(now=NOW) as session:
        session.get_one(RoadmapItem, one.id).state = ItemState.DONE
        session.add(Review(initiative_id=card.initiative_id, partnership_id=card.id, held_on=MONDAY, created_at=NOW))
    assert [state for _, _, state in states(sweep=False)] == ["done", "done", "open"]
    with make.transaction(now=NOW) as session:
        session.get_one(Partnership, card.id).state = CardState.PAUSED
    assert [state for _, _, state in states(sweep=False)] == ["done", "done", "withdrawn"]
