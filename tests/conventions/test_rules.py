"""Delegations, promises, versions, and when people are reminded."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.conventions import editions
from crm.conventions.delegations import Authority, Delegation, authority, read_kinds, write_kinds
from crm.conventions.editions import ClauseText, Content, Party, Promise
from crm.conventions.enums import ConventionKind, Side, Standing
from crm.conventions.nudging.nudges import DutyFact, EndFact, commitment_due, date_comes, ending, notice, steps
from crm.conventions.standing import standing
from crm.conventions.terms import Terms

DAY = date(2026, 11, 27)
FUNDING, CHARTER = ConventionKind.FUNDING, ConventionKind.CHARTER


def at(text):
    return datetime.combine(date.fromisoformat(text), time(9), tzinfo=UTC)


@pytest.mark.parametrize(
    ("register", "expected"),
    [
        ([], Authority.NONE),
        ([Delegation(2, date(2026, 1, 1))], Authority.NONE),
        ([Delegation(1, date(2026, 1, 1))], Authority.VALID),
        ([Delegation(1, DAY, DAY)], Authority.VALID),
        ([Delegation(1, date(2026, 11, 28))], Authority.OTHER_DAY),
        ([Delegation(1, date(2026, 1, 1), date(2026, 11, 26))], Authority.OTHER_DAY),
        ([Delegation(1, date(2026, 1, 1), None, frozenset({CHARTER}))], Authority.OTHER_KIND),
        ([Delegation(1, date(2026, 1, 1), None, frozenset({CHARTER, FUNDING}))], Authority.VALID),
        ([Delegation(1, date(2026, 12, 1)), Delegation(1, date(2026, 1, 1))], Authority.VALID),
    ],
)
def test_who_may_sign_for_the_structure(register, expected):
    assert authority(register, 1, FUNDING, DAY) is expected


def test_somebody_without_an_account_cannot_be_checked():
    assert authority([Delegation(1, DAY)], None, FUNDING, DAY) is Authority.UNKNOWN


@given(st.sets(st.sampled_from(ConventionKind)))
def test_kinds_are_kept_and_read_again(kinds):
    assert read_kinds(write_kinds(kinds)) == kinds
    assert read_kinds(f"{write_kinds(kinds)},of_tomorrow") == kinds


@pytest.mark.parametrize(
    ("due", "done", "expected"),
    [
        (None, None, Standing.OPEN),
        (DAY, None, Standing.OPEN),
        (date(2026, 11, 26), None, Standing.LATE),
        (date(2026, 11, 26), DAY, Standing.KEPT),
        (None, DAY, Standing.KEPT),
    ],
)
def test_how_a_promise_stands(due, done, expected):
    assert standing(due, done, DAY) is expected


TEXT = Content(
    kind=FUNDING,
    title="Subvention",
    purpose="Former dix personnes.",
    starts_on="2027-01-01",
    ends_on="2027-12-31",
    clauses=(ClauseText("Objet", "Un"), ClauseText("Fin", "Deux")),
    commitments=(Promise(Side.OURS, "Former", "2027-06-01"),),
    signatories=(Party(Side.OURS, "Odile Marchand", "Directrice", "2026-12-01"),),
)


def test_a_version_is_kept_whole():
    assert editions.read(editions.write(TEXT)) == TEXT


def test_signing_changes_nothing_to_the_text():
    unsigned = replace(TEXT, signatories=(Party(Side.OURS, "Odile Marchand", "Directrice"),))
    assert editions.same_text(TEXT, unsigned)
    assert editions.differences(TEXT, unsigned) == ()
    assert not editions.same_text(TEXT, replace(TEXT, purpose="Former douze personnes."))


def test_what_changed_from_one_version_to_the_next():
    after = replace(
        TEXT,
        ends_on="2028-12-31",
        amount_granted=12_000,
        clauses=(ClauseText("Objet", "Un et demi"), ClauseText("Assurance", "Trois")),
        commitments=(),
    )
    told = [(one.label, one.before, one.after) for one in editions.differences(TEXT, after)]
    assert told == [
        ("Fin", "2027-12-31", "2028-12-31"),
        ("Montant accordé (euros)", "", "12000"),
        ("Objet", "Un", "Un et demi"),
        ("Fin", "Deux", ""),
        ("Assurance", "", "Trois"),
        ("Engagements", "Former (2027-06-01)", ""),
    ]


END = EndFact(1, 2, 3, Terms(starts_on=date(2024, 1, 1), ends_on=date(2027, 8, 31)), settled=False)


def test_an_end_is_spoken_of_four_times():
    assert steps(date(2027, 8, 31)) == (date(2027, 2, 28), date(2027, 5, 31), date(2027, 7, 31), date(2027, 9, 1))


@pytest.mark.parametrize(
    ("today", "occurrence", "due"),
    [
        ("2027-02-27", "2027-08-31:0", False),
        ("2027-02-28", "2027-08-31:1", True),
        ("2027-05-30", "2027-08-31:1", True),
        ("2027-05-31", "2027-08-31:2", True),
        ("2027-07-31", "2027-08-31:3", True),
        ("2027-08-31", "2027-08-31:3", True),
        ("2027-09-01", "2027-08-31:4", True),
        ("2028-02-27", "2027-08-31:4", True),
        ("2028-02-28", "2027-08-31:4", False),  # half a year later it is no news
    ],
)
def test_each_step_is_another_reminder(today, occurrence, due):
    said = ending(END, 0, at(today))
    assert (said.occurrence, said.is_due) == (occurrence, due)


def test_what_is_renewed_or_endless_reminds_nobody():
    assert not ending(replace(END, settled=True), 0, at("2027-09-01")).is_due
    assert ending(replace(END, settled=True), 0, at("2027-09-01")).done_before == "~"
    endless = replace(END, terms=replace(END.terms, tacit_months=12))
    assert not ending(endless, 0, at("2027-09-01")).is_due


def test_a_later_end_does_the_reminders_of_the_former_one():
    later = replace(END, terms=replace(END.terms, ends_on=date(2029, 8, 31)))
    assert ending(later, 0, at("2027-08-01")).done_before > "2027-08-31:3"


@pytest.mark.parametrize(
    ("today", "times", "occurrence", "due"),
    [
        ("2027-04-30", None, "2027-08-31", False),
        ("2027-05-01", None, "2027-08-31", True),  # thirty days before 31 May, three months before the end
        ("2027-05-31", None, "2027-08-31", True),
        ("2027-06-01", None, "2027-08-31", False),
        ("2028-05-15", None, "2028-08-31", True),  # the next term
        ("2028-05-15", 1, "2028-08-31", False),  # the last one: nothing to denounce
    ],
)
def test_the_last_moment_to_denounce(today, times, occurrence, due):
    terms = replace(END.terms, tacit_months=12, tacit_times=times, notice_months=3)
    said = notice(replace(END, terms=terms), 30, at(today))
    assert (said.occurrence, said.is_due) == (occurrence, due)


def test_one_that_does_not_renew_itself_has_no_notice():
    assert not notice(END, 30, at("2027-05-15")).is_due


DUTY = DutyFact(1, 2, 3, 7, date(2027, 1, 31), done=False)


@pytest.mark.parametrize(
    ("judge", "delay", "today", "due"),
    [
        (date_comes, 15, "2027-01-15", False),
        (date_comes, 15, "2027-01-16", True),
        (date_comes, 15, "2027-06-01", True),
        (commitment_due, 0, "2027-01-30", False),
        (commitment_due, 0, "2027-01-31", True),
        (commitment_due, 3, "2027-02-02", False),
        (commitment_due, 3, "2027-02-03", True),
    ],
)
def test_reports_come_before_their_day_and_promises_after(judge, delay, today, due):
    assert judge(DUTY, delay, at(today)).is_due is due
    done = judge(replace(DUTY, done=True), delay, at(today))
    assert (done.is_due, done.done_before) == (False, "~")


@given(st.dates(), st.dates(date(1990, 1, 1), date(2200, 1, 1)), st.integers(0, 400))
def test_no_absurd_day_stops_the_sweep(end, today, delay):
    now = datetime.combine(today, time(9), tzinfo=UTC)
    fact = replace(END, terms=Terms(starts_on=date.min, ends_on=end, tacit_months=7, notice_months=9))
    for judge, one in ((ending, replace(END, terms=Terms(starts_on=date.min, ends_on=end))), (notice, fact)):
        assert judge(one, delay, now).due_on <= date.max
    duty = replace(DUTY, due_on=end)
    assert date_comes(duty, delay, now).due_on <= commitment_due(duty, delay, now).due_on
