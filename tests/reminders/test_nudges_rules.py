"""The pure rules of the nudges, and what becomes of the reminders they armed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.interactions.nudging import nudges as exchanges
from crm.partners.nudging import nudges as partners
from crm.reminders import nudges
from crm.reminders.nudges import TODO_DUE, Changes, Setting, Standing, TodoFact, settle
from crm.reminders.workdays import WorkCalendar, read_weekdays, write_weekdays

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # eight in Paris
HOME, INES, SUBJECT = 1, 7, 42


def days(count: int) -> date:
    return MONDAY + timedelta(days=count)


@pytest.mark.parametrize(
    ("due_in", "done", "is_due"), [(-3, False, True), (0, False, True), (1, False, False), (0, True, False)]
)
def test_a_todo_whose_day_has_come(due_in: int, done: bool, is_due: bool) -> None:
    notice = nudges.todo_due(TodoFact(HOME, INES, SUBJECT, days(due_in), done), 0, NOW)
    assert (notice.is_due, notice.occurrence) == (is_due, days(due_in).isoformat())


def test_an_absurd_day_stops_nobody() -> None:
    fact = TodoFact(1, 2, 3, date.max, False)
    assert TODO_DUE.judge(fact, 400, NOW).is_due is False


@pytest.mark.parametrize(
    ("hours", "written", "is_due"), [(47.9, False, False), (48, False, True), (500, False, True), (500, True, False)]
)
def test_a_report_is_waited_for_48_hours(hours: float, written: bool, is_due: bool) -> None:
    fact = exchanges.ReportFact(HOME, INES, SUBJECT, NOW - timedelta(hours=hours), written)
    assert exchanges.report_missing(fact, exchanges.REPORT_MISSING.delay_days, NOW).is_due is is_due


@pytest.mark.parametrize(("ago", "is_due"), [(89, False), (90, True), (-10, False)])
def test_silence_lasts_90_days_and_a_planned_meeting_breaks_it(ago: int, is_due: bool) -> None:
    fact = exchanges.SilenceFact(HOME, INES, SUBJECT, days(-ago))
    assert exchanges.silent(fact, exchanges.SILENT.delay_days, NOW).is_due is is_due


@pytest.mark.parametrize(("ago", "is_due"), [(364, False), (365, True)])
def test_a_file_is_checked_once_a_year(ago: int, is_due: bool) -> None:
    fact = partners.CheckFact(HOME, INES, SUBJECT, days(-ago))
    assert partners.not_checked(fact, partners.NOT_CHECKED.delay_days, NOW).is_due is is_due


@pytest.mark.parametrize(
    ("ago", "replaced", "is_due"),
    [(0, False, True), (-1, False, False), (180, False, True), (181, False, False), (3, True, False)],
)
def test_a_contact_who_left_is_news_for_half_a_year(ago: int, replaced: bool, is_due: bool) -> None:
    fact = partners.GoneFact(HOME, INES, SUBJECT, days(-ago), replaced)
    assert partners.contact_gone(fact, 0, NOW).is_due is is_due


def settled(
    standing: list[Standing], facts: list[TodoFact], *, enabled: bool = True, delay: int = 0, works: bool = True
) -> Changes:
    return settle(
        TODO_DUE,
        standing,
        facts,
        setting=lambda _structure: Setting(enabled, delay),
        may_receive=lambda user_id, structure_id: (user_id, structure_id) != (99, HOME),
        is_working=lambda _structure: works,
        now=NOW,
    )


def fact(due_in: int = 0, *, done: bool = False, user: int = INES, structure: int = HOME) -> TodoFact:
    return TodoFact(structure, user, SUBJECT, days(due_in), done)


def armed(due_in: int = 0, *, user: int = INES, structure: int = HOME) -> Standing:
    return Standing(5, structure, user, SUBJECT, days(due_in).isoformat())


@pytest.mark.parametrize(
    ("standing", "facts", "expected"),
    [
        ([], [fact()], (1, 0, 0)),
        ([armed()], [fact()], (0, 0, 0)),
        ([armed()], [fact(done=True)], (0, 1, 0)),
        ([armed()], [], (0, 0, 1)),  # the reason vanished
        ([armed(-1)], [fact(0)], (1, 0, 1)),  # another day: another occurrence
        ([armed()], [fact(3)], (0, 0, 1)),  # put off: it comes back on its day
        ([armed()], [fact(user=8)], (1, 0, 1)),  # given to somebody else
        ([], [fact(user=99)], (0, 0, 0)),  # somebody who left
        ([armed(user=99)], [fact(user=99)], (0, 0, 1)),
        ([armed(structure=2)], [fact(done=True)], (0, 0, 1)),  # what a structure does closes nothing of another
    ],
)
def test_what_becomes_of_reminders(
    standing: list[Standing], facts: list[TodoFact], expected: tuple[int, int, int]
) -> None:
    found = settled(standing, facts)
    assert (len(found.armed), len(found.done), len(found.withdrawn)) == expected


def test_off_withdraws_and_a_day_off_only_waits() -> None:
    assert settled([armed()], [fact()], enabled=False).withdrawn == (5,)
    assert settled([], [fact()], works=False).armed == ()
    assert settled([armed()], [fact()], works=False) == Changes(TODO_DUE)
    assert settled([armed()], [fact(done=True)], works=False).done == (5,)


def test_a_delay_moves_the_day() -> None:
    assert settled([], [fact(-2)], delay=3).armed == ()
    (notice,) = settled([], [fact(-3)], delay=3).armed
    assert notice.due_on == MONDAY


todo_facts = st.builds(
    TodoFact,
    st.integers(1, 2),
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(-3, 3).map(days),
    st.booleans(),
)


@given(st.lists(todo_facts, max_size=12, unique_by=lambda one: one.todo_id))
def test_a_second_time_changes_nothing(facts: list[TodoFact]) -> None:
    first = settled([], facts)
    standing = [
        Standing(n, one.structure_id, one.user_id, one.subject_id, one.occurrence) for n, one in enumerate(first.armed)
    ]
    assert settled(standing, facts) == Changes(TODO_DUE)
    assert {one.structure_id for one in first.armed} <= {one.structure_id for one in facts}


@given(st.sets(st.integers(0, 6)))
def test_weekdays_are_read_as_written(weekdays: set[int]) -> None:
    assert read_weekdays(write_weekdays(weekdays)) == weekdays


WEEK = frozenset(range(5))


@pytest.mark.parametrize(
    ("calendar", "day", "is_working"),
    [
        (WorkCalendar(WEEK), MONDAY, True),
        (WorkCalendar(WEEK), days(-1), False),
        (WorkCalendar(frozenset({5, 6})), days(-1), True),
        (WorkCalendar(WEEK, holidays=frozenset({MONDAY})), MONDAY, False),
        (WorkCalendar(WEEK, closings=((days(-3), MONDAY),)), MONDAY, False),
        (WorkCalendar(WEEK, closings=((days(-3), days(-1)),)), MONDAY, True),
        (WorkCalendar(frozenset()), MONDAY, False),
    ],
)
def test_days_off(calendar: WorkCalendar, day: date, is_working: bool) -> None:
    assert calendar.is_working(day) is is_working


def test_the_first_working_day_of_a_week() -> None:
    assert WorkCalendar(WEEK).begins_week(MONDAY)
    assert not WorkCalendar(WEEK).begins_week(days(1))
    after_a_holiday = WorkCalendar(WEEK, holidays=frozenset({MONDAY}))
    assert after_a_holiday.begins_week(days(1))
    assert WorkCalendar(WEEK).day_before(MONDAY) == days(-3)
    assert WorkCalendar(frozenset()).day_before(MONDAY) == days(-1)
