"""Rules R9 to R14, R16, R18, R19, R24, R30, R31: hours, ages, who prescribes, signs and pays. One table a rule."""

import pytest

from crm.immersions.explain import answer
from tests.immersions.cases import USUAL_WEEK, case, contract, message_of, state_of

ALL_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHORT = [["09:00", "12:00"]]


def days(names, *slots):
    return {day: [list(slot) for slot in slots] for day in names.split()}


FIVE = "mon tue wed thu fri"
WEEKS = [
    # why, changes, R9, R10
    ("no schedule", {"hours": None}, "unchecked", "unchecked"),
    ("a schedule without hours", {"hours": {"mon": [], "tue": []}}, "unchecked", "unchecked"),
    ("35 h", {"hours": USUAL_WEEK}, "kept", "kept"),
    ("35 h 01", {"hours": USUAL_WEEK | {"sat": [["08:00", "08:01"]]}}, "warned", "kept"),
    ("34 h 59", {"hours": USUAL_WEEK | {"fri": [["08:00", "12:00"], ["13:00", "15:59"]]}}, "kept", "kept"),
    ("48 h", {"hours": days("mon tue wed thu fri sat", ("08:00", "12:00"), ("13:00", "17:00"))}, "warned", "kept"),
    ("48 h 01", {"hours": days("mon tue wed thu fri", ("08:00", "12:00"), ("13:00", "17:00"))
                 | {"sat": [["08:00", "12:00"], ["13:00", "17:01"]]}}, "warned", "refused"),
    ("a day of 10 h", {"hours": {"mon": [["07:00", "12:00"], ["13:00", "18:00"]]}}, "kept", "kept"),
    ("a day of 10 h 01", {"hours": {"mon": [["07:00", "12:00"], ["13:00", "18:01"]]}}, "kept", "refused"),
    ("a day of 9 h 59", {"hours": {"mon": [["07:00", "12:00"], ["13:00", "17:59"]]}}, "kept", "kept"),
    ("40 h a week, three days of it",
     {"hours": days(FIVE, ("08:00", "12:00"), ("13:00", "17:00")), "end": "2026-03-04"},
     "kept", "kept"),
    ("40 h over two half weeks", {"hours": days(FIVE, ("08:00", "12:00"), ("13:00", "17:00")),
                                  "start": "2026-03-05", "end": "2026-03-10"}, "kept", "kept"),
    ("a night is cut at midnight: 2 h and 6 h", {"hours": {"mon": [["22:00", "06:00"]], "tue": [["20:00", "24:00"]]}},
     "kept", "kept"),
    ("a night and a day: 6 h and 5 h on the same day", {"hours": {"mon": [["22:00", "06:00"]],
                                                                  "tue": [["18:00", "23:00"]]}}, "kept", "refused"),
    ("a Sunday night belongs to two weeks", {"hours": {"sun": [["20:00", "06:00"]]} | days("mon tue wed thu", (
        "17:00", "24:00")), "end": "2026-03-08"}, "kept", "kept"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changes", "r9", "r10"), WEEKS, ids=[row[0] for row in WEEKS])
def test_r9_and_r10_hours_of_a_week_and_of_a_day(why, changes, r9, r10):
    verdict = answer(case(**changes))

    assert (state_of(verdict, "R9"), state_of(verdict, "R10")) == (r9, r10)


AGES = [
    ("sixteen that day", "2010-03-02", "kept"),
    ("sixteen the next day", "2010-03-03", "refused"),
    ("sixteen the day before", "2010-03-01", "kept"),
    ("not known", None, "unchecked"),
    ("fourteen, born on 29 February", "2012-02-29", "refused"),
]


@pytest.mark.parametrize(("why", "birth", "state"), AGES, ids=[row[0] for row in AGES])
def test_r11_sixteen_on_the_first_day(why, birth, state):
    assert state_of(answer(case(birth=birth)), "R11") == state


def test_r11_says_from_which_day():
    assert "au plus tôt le 03/03/2026" in message_of(answer(case(birth="2010-03-03")), "R11")


def test_r11_born_on_29_february():
    late_february = {"birth": "2008-02-29", "today": "2024-01-02"}
    assert state_of(answer(case(start="2024-02-28", end="2024-02-28", **late_february)), "R11") == "refused"
    assert state_of(answer(case(start="2024-02-29", end="2024-02-29", **late_february)), "R11") == "kept"
    in_march = {"birth": "2012-02-29", "today": "2030-01-02", "hours": USUAL_WEEK | {"sat": SHORT, "sun": SHORT}}
    assert state_of(answer(case(start="2030-02-28", end="2030-02-28", **in_march)), "R12") == "kept"
    assert state_of(answer(case(start="2030-03-01", end="2030-03-01", **in_march)), "R12") == "n/a"


SIXTEEN = "2009-06-01"
EVENING = ["12:30", "15:30"]
MINORS = [
    # why, changes (a minor unless said), state, words
    ("an adult", {"birth": "2001-05-02", "hours": USUAL_WEEK}, "n/a", ""),
    ("eighteen on the first day", {"birth": "2008-03-02", "hours": USUAL_WEEK}, "n/a", ""),
    ("eighteen the day after", {"birth": "2008-03-03", "hours": USUAL_WEEK}, "kept", ""),
    ("birth not known", {"birth": None, "hours": USUAL_WEEK}, "unchecked", ""),
    ("no schedule", {}, "unchecked", ""),
    ("an adult without schedule", {"birth": "2001-05-02"}, "n/a", ""),
    ("35 h", {"hours": USUAL_WEEK}, "kept", ""),
    ("a day of 8 h", {"hours": {"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}}, "kept", ""),
    ("a day of 8 h 01", {"hours": {"mon": [["08:00", "12:00"], ["13:00", "17:01"]]}}, "refused", "8 h 01"),
    ("35 h 05", {"hours": USUAL_WEEK | {"fri": [["08:00", "12:00"], ["13:00", "16:05"]]}}, "refused", "35 h 05"),
    ("4 h 30 without a break", {"hours": {"mon": [["08:00", "12:30"]]}}, "kept", ""),
    ("4 h 31 without a break", {"hours": {"mon": [["08:00", "12:31"]]}}, "refused", "d'affilée"),
    ("a break of 30 minutes", {"hours": {"mon": [["08:00", "12:00"], ["12:30", "15:30"]]}}, "kept", ""),
    ("a break of 29 minutes", {"hours": {"mon": [["08:00", "12:00"], ["12:29", "15:30"]]}}, "refused", "7 h 01"),
    ("a short break before 4 h 30 of work", {"hours": {"mon": [["08:00", "10:00"], ["10:15", "12:45"]]}}, "kept", ""),
    ("until 22:00", {"hours": {"mon": [["18:00", "22:00"]]}}, "kept", ""),
    ("until 22:01", {"hours": {"mon": [["18:00", "22:01"]]}}, "refused", "entre 22 h et 6 h"),
    ("from 06:00", {"hours": {"mon": [["06:00", "10:00"]]}}, "kept", ""),
    ("from 05:59", {"hours": {"mon": [["05:59", "10:00"]]}}, "refused", "entre 22 h et 6 h"),
    ("across midnight", {"hours": {"mon": [["23:00", "03:00"]]}}, "refused", "entre 22 h et 6 h"),
    ("two days off, Saturday and Sunday", {"hours": days(FIVE, *SHORT)}, "kept", ""),
    ("two days off, Sunday and Monday", {"hours": days("tue wed thu fri sat", *SHORT)}, "kept", ""),
    ("two days off, Wednesday and Thursday", {"hours": days("mon tue fri sat sun", *SHORT)}, "kept", ""),
    ("two days off, apart", {"hours": days("mon tue thu fri sat", *SHORT)}, "refused", "02/03/2026"),
    ("one day off", {"hours": days("mon tue wed thu fri sat", *SHORT)}, "refused", "jours de repos"),
    ("one day off, but four days only", {"hours": days("mon tue wed thu fri sat", *SHORT), "end": "2026-03-05"},
     "kept", ""),
    ("Easter Monday", {"hours": USUAL_WEEK, "start": "2026-04-06", "end": "2026-04-10"}, "refused", "06/04/2026"),
    ("the day after Easter Monday", {"hours": USUAL_WEEK, "start": "2026-04-07", "end": "2026-04-10"}, "kept", ""),
    ("a holiday that has no hours", {"hours": days("tue wed", *SHORT), "start": "2026-04-06", "end": "2026-04-10"},
     "kept", ""),
    ("Good Friday, Hauts-de-Seine", {"hours": USUAL_WEEK, "start": "2026-03-30", "end": "2026-04-03"}, "kept", ""),
    ("Good Friday, Moselle", {"hours": USUAL_WEEK, "start": "2026-03-30", "end": "2026-04-03", "departement": "57"},
     "refused", "03/04/2026"),
    ("eighteen before the long day",
     {"birth": "2008-03-05", "hours": {"wed": SHORT, "thu": [["08:00", "12:30"], EVENING]}},
     "kept", ""),
    ("eighteen after the long day", {"birth": "2008-03-07", "hours": {"thu": [["07:00", "12:00"], EVENING]}},
     "refused", "05/03/2026"),
    ("eighteen on Wednesday: 21 h as a minor", {"birth": "2008-03-05", "end": "2026-03-08", "hours": days(
        "mon tue wed thu fri sat", ("08:00", "12:00"), ("13:00", "17:00"))}, "kept", ""),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changes", "state", "words"), MINORS, ids=[row[0] for row in MINORS])
def test_r12_minors(why, changes, state, words):
    verdict = answer(case(**({"birth": SIXTEEN} | changes)))

    assert state_of(verdict, "R12") == state
    assert not words or words in message_of(verdict, "R12")


HOLIDAYS = [
    # why, changes, state, words
    ("no schedule", {"hours": None}, "unchecked", ""),
    ("weekdays", {"hours": USUAL_WEEK}, "kept", ""),
    ("a Sunday", {"hours": {"sun": SHORT}}, "warned", "08/03/2026"),
    ("a Sunday outside the period", {"hours": {"sun": SHORT, "mon": SHORT}, "end": "2026-03-07"}, "kept", ""),
    ("a Saturday night", {"hours": {"sat": [["22:00", "02:00"]]}, "end": "2026-03-07"}, "warned", "08/03/2026"),
    ("a Saturday evening", {"hours": {"sat": [["20:00", "24:00"]]}, "end": "2026-03-07"}, "kept", ""),
    ("1 May", {"hours": USUAL_WEEK, "start": "2026-05-01", "end": "2026-05-01"}, "warned", "01/05/2026"),
    ("30 April", {"hours": USUAL_WEEK, "start": "2026-04-30", "end": "2026-04-30"}, "kept", ""),
    ("Ascension Day", {"hours": USUAL_WEEK, "start": "2026-05-14", "end": "2026-05-14"}, "warned", "14/05/2026"),
    ("Whit Monday", {"hours": USUAL_WEEK, "start": "2026-05-25", "end": "2026-05-25"}, "warned", "25/05/2026"),
    ("Good Friday, Paris", {"hours": USUAL_WEEK, "start": "2026-04-03", "end": "2026-04-03", "departement": "75"},
     "kept", ""),
    ("Good Friday, Moselle", {"hours": USUAL_WEEK, "start": "2026-04-03", "end": "2026-04-03", "departement": "57"},
     "warned", ""),
    ("Good Friday, Bas-Rhin",
     {"hours": USUAL_WEEK, "start": "2026-04-03", "end": "2026-04-03", "departement": "67"}, "warned", ""),
    ("Good Friday, Haut-Rhin",
     {"hours": USUAL_WEEK, "start": "2026-04-03", "end": "2026-04-03", "departement": "68"}, "warned", ""),
    ("Good Friday, Meurthe-et-Moselle",
     {"hours": USUAL_WEEK, "start": "2026-04-03", "end": "2026-04-03", "departement": "54"},
     "kept", ""),
    ("26 December, Bas-Rhin",
     {"hours": days("sat", *SHORT), "start": "2026-12-26", "end": "2026-12-26", "departement": "67"},
     "warned", "26/12/2026"),
    ("26 December, Paris",
     {"hours": days("sat", *SHORT), "start": "2026-12-26", "end": "2026-12-26", "departement": "75"}, "kept", ""),
    ("New Year, in a period over two years", {"hours": USUAL_WEEK, "start": "2026-12-28", "end": "2027-01-08"},
     "warned", "01/01/2027"),
    ("département not known: national days only",
     {"hours": USUAL_WEEK, "start": "2026-04-03", "end": "2026-04-06", "departement": None}, "warned", "06/04/2026"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changes", "state", "words"), HOLIDAYS, ids=[row[0] for row in HOLIDAYS])
def test_r13_sundays_and_holidays(why, changes, state, words):
    verdict = answer(case(**changes))

    assert state_of(verdict, "R13") == state
    assert not words or words in message_of(verdict, "R13")
    assert verdict["allowed"], "a warning to confirm"


@pytest.mark.parametrize(
    ("today", "state"), [("2026-03-01", "kept"), ("2026-03-02", "kept"), ("2026-03-03", "refused")]
)
def test_r14_not_before_today(today, state):
    verdict = answer(case(today=today))

    assert state_of(verdict, "R14") == state
    if state == "refused":
        assert [said["overridable"] for said in verdict["refusals"]] == [False]
        assert "reprise" in message_of(verdict, "R14")


SIGNATURES = [
    # why, changes, organisations and people, who bears work accidents
    ("an AI, between missions", {}, ["prescriber support", "employee", "host"], "prescriber"),
    ("an AI, on working time", {"on_working_time": True}, ["prescriber support employer", "employee", "host"],
     "employer"),
    ("an ACI, a minor", {"prescriber_kind": "ACI", "birth": SIXTEEN},
     ["prescriber support", "employee", "host", "legal_representative"], "prescriber"),
    ("eighteen on the first day", {"birth": "2008-03-02"}, ["prescriber support", "employee", "host"], "prescriber"),
    ("eighteen the day after", {"birth": "2008-03-03"},
     ["prescriber support", "employee", "host", "legal_representative"], "prescriber"),
    ("France Travail, not hired", {"prescriber_kind": "FT"}, ["prescriber", "support", "employee", "host"],
     "prescriber"),
    ("a mission locale, on working time", {"prescriber_kind": "ML", "on_working_time": True},
     ["prescriber", "support employer", "employee", "host"], "employer"),
    ("an EBE by delegation, on working time",
     {"prescriber_kind": "EBE", "delegation_until": "2026-12-31", "on_working_time": True},
     ["prescriber support employer", "employee", "host"], "employer"),
    ("an EBE by delegation, off working time", {"prescriber_kind": "EBE", "delegation_until": "2026-12-31"},
     ["prescriber support", "employee", "host"], "prescriber"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changes", "who", "accidents"), SIGNATURES, ids=[row[0] for row in SIGNATURES])
def test_r16_and_r18_who_signs_and_who_bears_accidents(why, changes, who, accidents):
    verdict = answer(case(**changes))

    assert [" ".join(one["capacities"]) for one in verdict["signatories"]] == who
    assert verdict["at_mp_borne_by"] == accidents


PRESCRIBERS = [
    *((kind, None, "kept") for kind in ("AI", "ACI", "EI", "FT", "ML", "CAP_EMPLOI", "DEPARTEMENT")),
    ("ETTI", None, "refused"),
    ("ETTI", "2026-12-31", "refused"),
    *((kind, None, "refused") for kind in ("EBE", "GEIQ")),
    *((kind, "2026-03-01", "refused") for kind in ("EBE", "GEIQ")),
    *((kind, "2026-03-02", "kept") for kind in ("EBE", "GEIQ")),
    ("EBE", "2026-03-05", "kept"),
]


@pytest.mark.parametrize(("kind", "until", "state"), PRESCRIBERS)
def test_r19_who_prescribes(kind, until, state):
    verdict = answer(case(prescriber_kind=kind, delegation_until=until))

    assert state_of(verdict, "R19") == state
    if state == "refused":
        assert "mission locale" in message_of(verdict, "R19")


def cddi(end, kind="CDDI"):
    return contract(kind, "2025-11-01", end)


ENDS = [
    # why, contracts, end of the PASS IAE, state
    ("nothing ends", [], None, "n/a"),
    ("PASS IAE, 30 days after", [], "2026-04-12", "advised"),
    ("PASS IAE, 31 days after", [], "2026-04-13", "kept"),
    ("PASS IAE, the same day", [], "2026-03-13", "advised"),
    ("PASS IAE, ended during the period", [], "2026-03-10", "advised"),
    ("PASS IAE, ended 30 days before the end", [], "2026-02-11", "advised"),
    ("PASS IAE, ended long ago", [], "2026-02-10", "kept"),
    ("CDDI, 30 days after", [cddi("2026-04-12")], None, "advised"),
    ("CDDI, 31 days after", [cddi("2026-04-13")], None, "kept"),
    ("CDDI, 29 days after", [cddi("2026-04-11")], None, "advised"),
    ("CDDI, ended on the first day", [cddi("2026-03-02")], None, "advised"),
    ("CDDI, ended before the period", [cddi("2026-03-01")], None, "n/a"),
    ("CDDI of unknown end", [cddi(None)], None, "n/a"),
    ("CDDU", [cddi("2026-03-20", "CDDU")], None, "n/a"),
    ("CDI with an end", [cddi("2026-03-20", "CDI")], None, "n/a"),
    ("CDI inclusion", [cddi(None, "CDI_INCLUSION")], None, "n/a"),
    ("CUI", [cddi("2026-03-20", "CUI")], None, "n/a"),
    ("CDDU, but the PASS IAE ends", [cddi("2026-03-20", "CDDU")], "2026-04-01", "advised"),
    ("over February of a leap year", [], "2028-03-01", "kept"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "contracts", "pass_end", "state"), ENDS, ids=[row[0] for row in ENDS])
def test_r24_the_end_of_a_contract_or_of_the_pass(why, contracts, pass_end, state):
    verdict = answer(case(contracts=contracts, pass_iae_end=pass_end))

    assert state_of(verdict, "R24") == state
    assert verdict["allowed"]


COVERED = [
    # why, contracts, state
    ("no contract", [], "refused"),
    ("the very days", [contract("CDI", "2026-03-02", "2026-03-13")], "kept"),
    ("without an end", [contract("CDI", "2020-01-01", None)], "kept"),
    ("begun a day late", [contract("CDD", "2026-03-03", None)], "refused"),
    ("ended a day early", [contract("CDDU", "2026-03-01", "2026-03-12")], "refused"),
    ("one after the other",
     [contract("CDDU", "2026-03-07", "2026-03-13"), contract("CDDU", "2026-03-01", "2026-03-06")], "kept"),
    ("a day between the two",
     [contract("CDDU", "2026-03-01", "2026-03-06"), contract("CDDU", "2026-03-08", "2026-03-13")], "refused"),
    ("one ends on the first day, another begins on the second",
     [contract("CDDU", "2026-02-01", "2026-03-02"), contract("CDDU", "2026-03-03", "2026-03-13")], "kept"),
    ("not known", [{"kind": "unknown"}], "unchecked"),
    ("not known, and one too short", [{"kind": "unknown"}, contract("CDDU", "2026-03-01", "2026-03-06")], "unchecked"),
    ("of unknown beginning, ended before", [contract("CDDI", None, "2026-03-01")], "refused"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "contracts", "state"), COVERED, ids=[row[0] for row in COVERED])
def test_r30_on_working_time_within_the_contract(why, contracts, state):
    assert state_of(answer(case(contracts=contracts, on_working_time=True)), "R30") == state
    assert state_of(answer(case(contracts=contracts)), "R30") == "n/a"


def test_r30_says_the_last_day_of_the_contract():
    ended = [contract("CDDU", "2026-03-01", "2026-03-10")]
    assert "au plus tard le 10/03/2026" in message_of(answer(case(contracts=ended, on_working_time=True)), "R30")


RESTS = [
    # why, changes, state
    ("no schedule", {"hours": None}, "unchecked"),
    ("usual days", {"hours": USUAL_WEEK}, "kept"),
    ("11 h", {"hours": {"mon": [["15:00", "21:00"]], "tue": [["08:00", "12:00"]]}}, "kept"),
    ("10 h 59", {"hours": {"mon": [["15:00", "21:00"]], "tue": [["07:59", "12:00"]]}}, "refused"),
    ("10 h, but a day off between", {"hours": {"mon": [["15:00", "22:00"]], "wed": [["08:00", "12:00"]]}}, "kept"),
    ("10 h, from a Sunday to a Monday",
     {"hours": {"sun": [["15:00", "22:00"]], "mon": [["08:00", "12:00"]]}}, "refused"),
    ("the Monday is outside the period",
     {"hours": {"sun": [["15:00", "22:00"]], "mon": [["08:00", "12:00"]]}, "start": "2026-03-03", "end": "2026-03-08"},
     "kept"),
    ("nights in a row", {"hours": days("mon tue wed", ("22:00", "06:00"))}, "kept"),
    ("a night, then the next afternoon", {"hours": {"mon": [["22:00", "06:00"]], "tue": [["17:00", "20:00"]]}}, "kept"),
    ("a night, then the next afternoon, too early",
     {"hours": {"mon": [["22:00", "06:00"]], "tue": [["16:59", "20:00"]]}}, "refused"),
    ("a day over 13 h", {"hours": {"mon": [["07:00", "10:00"], ["17:00", "20:00"]]}}, "kept"),
    ("a day over 13 h 01", {"hours": {"mon": [["07:00", "10:00"], ["17:00", "20:01"]]}}, "refused"),
    ("six days", {"hours": days("mon tue wed thu fri sat", *SHORT)}, "kept"),
    ("seven days", {"hours": days(" ".join(ALL_DAYS), *SHORT)}, "refused"),
    ("seven days in a row over two weeks",
     {"hours": days(" ".join(ALL_DAYS), *SHORT), "start": "2026-03-05", "end": "2026-03-11"}, "kept"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changes", "state"), RESTS, ids=[row[0] for row in RESTS])
def test_r31_rest(why, changes, state):
    verdict = answer(case(**changes))

    assert state_of(verdict, "R31") == state
    assert verdict["allowed"] is (state != "refused")
