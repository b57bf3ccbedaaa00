"""Rules R1 to R8, R23, R29: purpose, months, renewals, what other stays and the contract leave. One table a rule."""

from calendar import monthrange
from datetime import date, timedelta

import pytest

from crm.immersions.explain import answer
from tests.immersions.cases import BASE, ELSEWHERE, HERE, OTHER_SITE, case, contract, message_of, state_of, stay

MONTHS = [
    # start, latest end, why
    ("2026-03-15", "2026-04-14", "the next month has the day: that day minus one"),
    ("2026-01-29", "2026-02-28", "February has no 29: its last day"),
    ("2026-01-30", "2026-02-28", "nor 30"),
    ("2026-01-31", "2026-02-28", "nor 31"),
    ("2026-01-28", "2026-02-27", "but it has 28"),
    ("2028-01-31", "2028-02-29", "a leap year"),
    ("2028-01-30", "2028-02-29", "a leap year has no 30 either"),
    ("2028-01-29", "2028-02-28", "a leap year has 29"),
    ("2026-02-28", "2026-03-27", "from the last day of February"),
    ("2028-02-29", "2028-03-28", "from 29 February"),
    ("2026-03-31", "2026-04-30", "April has no 31"),
    ("2026-03-30", "2026-04-29", "April has 30"),
    ("2026-12-31", "2027-01-30", "over the year"),
    ("2026-12-01", "2026-12-31", "a whole month of 31 days"),
    ("2026-04-01", "2026-04-30", "a whole month of 30 days"),
    ("2100-01-29", "2100-02-28", "2100 is no leap year"),
]


def next_day(day, by=1):
    return (date.fromisoformat(day) + timedelta(days=by)).isoformat()


@pytest.mark.parametrize(("start", "latest", "why"), MONTHS, ids=[row[0] for row in MONTHS])
def test_r2_a_month_from_date_to_date(start, latest, why):
    at_the_limit = answer(case(start=start, end=latest, today=start))
    before = answer(case(start=start, end=next_day(latest, -1), today=start))
    after = answer(case(start=start, end=next_day(latest), today=start))

    assert [state_of(verdict, "R2") for verdict in (before, at_the_limit, after)] == ["kept", "kept", "refused"], why
    assert at_the_limit["allowed"]
    assert {verdict["left"]["latest_end"] for verdict in (before, at_the_limit, after)} == {latest}
    day, month, year = reversed(latest.split("-"))
    assert f"au plus tard le {day}/{month}/{year}" in message_of(after, "R2")


PURPOSES = [
    ("discover", "kept"),
    ("confirm", "kept"),
    ("recruit", "kept"),
    (["recruit"], "kept"),
    (None, "refused"),
    ("", "refused"),
    ("essai", "refused"),
    (["discover", "recruit"], "refused"),
    ([], "refused"),
]


@pytest.mark.parametrize(("purpose", "state"), PURPOSES)
def test_r1_exactly_one_purpose(purpose, state):
    verdict = answer(case(purpose=purpose))

    assert state_of(verdict, "R1") == state
    if state == "refused":
        assert "Confirmer un projet professionnel" in message_of(verdict, "R1")


FIRST = stay("2026-03-02", "2026-03-20", id="a", purpose="discover", objectives="Découvrir la cuisine")
RENEWAL = {
    "start": "2026-03-23", "end": "2026-04-10", "renewal_of": "a", "renewal_reason": "Cuisson non vue", "done": [FIRST],
}  # fmt: skip

RENEWALS = [
    # why, changes, state, words
    ("not a renewal", {"renewal_of": None}, "n/a", ""),
    ("all that is asked", {}, "kept", ""),
    ("objectives written otherwise", {"objectives": "  DECOUVRIR   la  cuisine "}, "kept", ""),
    ("the day after the end", {"start": "2026-03-21"}, "kept", ""),
    ("the last day of the first", {"start": "2026-03-20"}, "refused", "entre le 21/03/2026 et le 19/04/2026"),
    ("thirty days after", {"start": "2026-04-19", "end": "2026-04-25"}, "kept", ""),
    ("thirty-one days after", {"start": "2026-04-20", "end": "2026-04-25"}, "refused", "entre le 21/03/2026"),
    ("before what it renews", {"start": "2026-02-23", "end": "2026-02-27"}, "refused", "entre le"),
    ("a month", {"end": "2026-04-22"}, "kept", ""),
    ("over a month", {"end": "2026-04-23"}, "refused", "finir au plus tard le 22/04/2026"),
    ("no reason", {"renewal_reason": None}, "refused", "motif"),
    ("a reason of spaces", {"renewal_reason": "  "}, "refused", "motif"),
    ("another purpose", {"purpose": "recruit"}, "refused", "même objet"),
    ("other objectives", {"objectives": "Découvrir la salle"}, "refused", "mêmes objectifs"),
    ("objectives reached", {"done": [FIRST | {"objectives_reached": True}]}, "refused", "atteints"),
    ("nobody said whether they were", {"done": [FIRST | {"objectives_reached": None}]}, "refused", "Dire d'abord"),
    ("another host", {"done": [FIRST | {"host_siret": ELSEWHERE}]}, "refused", ELSEWHERE),
    ("another site of the same company", {"done": [FIRST | {"host_siret": OTHER_SITE}]}, "refused", OTHER_SITE),
    ("a renewal of a renewal", {"done": [FIRST | {"renewal_of": "z"}]}, "refused", "déjà un renouvellement"),
    ("an unknown period", {"renewal_of": "b"}, "refused", "(b)"),
    (
        "renewed already",
        {
            "start": "2026-04-13", "end": "2026-04-17",
            "done": [FIRST, FIRST | {"id": "b", "start": "2026-03-23", "end": "2026-04-10", "renewal_of": "a"}],
        },
        "refused", "déjà été renouvelée",
    ),
    (
        "renewed already, at another host by mistake",
        {
            "start": "2026-04-13", "end": "2026-04-17",
            "done": [FIRST, stay("2026-03-23", "2026-04-10", host_siret=ELSEWHERE, renewal_of="a")],
        },
        "refused", "déjà été renouvelée",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changes", "state", "words"), RENEWALS, ids=[row[0] for row in RENEWALS])
def test_r3_one_renewal(why, changes, state, words):
    verdict = answer(case(**(RENEWAL | changes)))

    assert state_of(verdict, "R3") == state
    assert not words or words in message_of(verdict, "R3")
    if state == "refused" and why != "over a month":
        assert verdict["left"]["latest_end"] is None


def test_r3_every_fault_is_told_at_once():
    verdict = answer(case(**(RENEWAL | {"renewal_reason": None, "purpose": "recruit", "end": "2026-04-30"})))

    assert [said["rule"] for said in verdict["refusals"]] == ["R2", "R3"]
    message = message_of(verdict, "R3")
    assert all(words in message for words in ("motif", "même objet", "22/04/2026"))


SAME = {"purpose": "discover", "objectives": "Découvrir la cuisine"}

CONVENTIONS = [
    # why, done, changes, state, left before adding
    ("none", [], {}, "kept", 2),
    ("one, another purpose", [stay("2025-11-03", "2025-11-07")], {}, "kept", 1),
    ("one, same purpose, other objectives", [stay("2025-11-03", "2025-11-07", purpose="discover")], {}, "kept", 1),
    ("one, other purpose, same objectives",
     [stay("2025-11-03", "2025-11-07", objectives="Découvrir la cuisine")], {}, "kept", 1),
    ("one, the same", [stay("2025-11-03", "2025-11-07", **SAME)], {}, "refused", 1),
    ("one, the same but for accents and case",
     [stay("2025-11-03", "2025-11-07", purpose="discover", objectives="DECOUVRIR  la cuisine")], {}, "refused", 1),
    ("the same, on the last day of twelve months", [stay("2025-03-03", "2025-03-07", **SAME)], {}, "refused", 1),
    ("the same, twelve months before to the day", [stay("2025-03-02", "2025-03-07", **SAME)], {}, "kept", 2),
    ("the same, elsewhere", [stay("2025-11-03", "2025-11-07", host_siret=ELSEWHERE, **SAME)], {}, "kept", 2),
    ("the same, at another site", [stay("2025-11-03", "2025-11-07", host_siret=OTHER_SITE, **SAME)], {}, "kept", 2),
    ("two before", [stay("2025-06-02", "2025-06-06"), stay("2025-11-03", "2025-11-07")], {}, "refused", 0),
    ("two, the first out by a day",
     [stay("2025-03-02", "2025-03-06"), stay("2025-11-03", "2025-11-07")], {}, "kept", 1),
    ("two, the first in by a day",
     [stay("2025-03-03", "2025-03-06"), stay("2025-11-03", "2025-11-07")], {}, "refused", 0),
    ("one before and its renewal",
     [stay("2025-06-02", "2025-06-06", id="a"), stay("2025-06-09", "2025-06-13", renewal_of="a")], {}, "kept", 1),
    ("one before, one planned within twelve months of it",
     [stay("2025-06-02", "2025-06-06"), stay("2026-05-04", "2026-05-07")], {}, "refused", 0),
    ("one before, one planned twelve months later, to the day",
     [stay("2025-06-02", "2025-06-06"), stay("2026-06-02", "2026-06-05")], {}, "kept", 1),
    ("two planned", [stay("2026-06-01", "2026-06-05"), stay("2026-09-01", "2026-09-04")], {}, "refused", 0),
    ("two planned, the second too late to count",
     [stay("2026-06-01", "2026-06-05"), stay("2027-03-02", "2027-03-05")], {}, "kept", 1),
    ("two planned, the second on the last day that counts",
     [stay("2026-06-01", "2026-06-05"), stay("2027-03-01", "2027-03-05")], {}, "refused", 0),
    ("a planned one for the same", [stay("2027-03-01", "2027-03-05", **SAME)], {}, "refused", 1),
    ("a planned one for the same, a day too late", [stay("2027-03-02", "2027-03-05", **SAME)], {}, "kept", 2),
    ("three over two years, two in each window",
     [stay("2025-02-03", "2025-02-07"), stay("2025-10-06", "2025-10-10"), stay("2026-12-07", "2026-12-11")],
     {}, "kept", 1),
    ("begun in time, ended after", [stay("2025-03-01", "2025-03-20", **SAME)], {}, "kept", 2),
    ("from 29 February, 28 February of the next year", [stay("2028-02-29", "2028-03-03", **SAME)],
     {"start": "2029-02-28", "end": "2029-03-02", "today": "2029-01-02"}, "refused", 1),
    ("from 29 February, 1 March of the next year", [stay("2028-02-29", "2028-03-03", **SAME)],
     {"start": "2029-03-01", "end": "2029-03-02", "today": "2029-01-02"}, "kept", 2),
    ("a renewal is no convention",
     [FIRST, stay("2025-11-03", "2025-11-07")], {k: v for k, v in RENEWAL.items() if k != "done"}, "n/a", 0),
]  # fmt: skip


@pytest.mark.parametrize(("why", "done", "changes", "state", "left"), CONVENTIONS, ids=[row[0] for row in CONVENTIONS])
def test_r4_two_different_conventions_in_any_twelve_months(why, done, changes, state, left):
    verdict = answer(case(done=done, **changes))

    assert state_of(verdict, "R4") == state
    assert verdict["left"]["conventions"] == left
    assert state_of(verdict, "R6") == "kept", "what slides is told by R4 and R5"


def test_r4_says_from_which_day_there_is_room_again():
    done = [stay("2025-06-02", "2025-06-06"), stay("2025-11-03", "2025-11-07")]
    assert "au plus tôt le 02/06/2026" in message_of(answer(case(done=done)), "R4")
    assert state_of(answer(case(done=done, start="2026-06-02", end="2026-06-05")), "R4") == "kept"
    assert state_of(answer(case(done=done, start="2026-06-01", end="2026-06-05")), "R4") == "refused"


def month(year, number, last=None, **changes):
    """A whole month, or its beginning."""
    return stay(f"{year}-{number:02}-01", f"{year}-{number:02}-{last or monthrange(year, number)[1]}", **changes)


DAYS = [
    # why, done, changes, state, days left before adding
    ("nothing before", [], {}, "kept", 60),
    ("another host does not count", [month(2026, 1, host_siret=ELSEWHERE)], {}, "kept", 60),
    ("another site does not count", [month(2026, 1, host_siret=OTHER_SITE)], {}, "kept", 60),
    ("48 before, 12 asked", [month(2025, 10), month(2026, 1, 17)], {}, "kept", 12),
    ("49 before, 12 asked", [month(2025, 10), month(2026, 1, 18)], {}, "refused", 11),
    ("47 before, 12 asked", [month(2025, 10), month(2026, 1, 16)], {}, "kept", 13),
    ("60 before", [month(2025, 10), month(2026, 1, 29)], {}, "refused", 0),
    ("61 before: never below zero", [month(2025, 10), month(2026, 1, 30)], {}, "refused", 0),
    ("renewals count", [month(2026, 1, id="a"), stay("2026-02-01", "2026-02-18", renewal_of="a")], {}, "refused", 11),
    ("a month and its renewal: 62",
     [month(2026, 7, id="a", purpose="discover", objectives="Découvrir la cuisine")],
     {"start": "2026-08-01", "end": "2026-08-31", "today": "2026-07-20", "renewal_of": "a", "renewal_reason": "x"},
     "refused", 29),
    ("a month and its renewal, to 29 August",
     [month(2026, 7, id="a", purpose="discover", objectives="Découvrir la cuisine")],
     {"start": "2026-08-01", "end": "2026-08-29", "today": "2026-07-20", "renewal_of": "a", "renewal_reason": "x"},
     "kept", 29),
    ("days out of the twelve months do not count: each day of the new one frees one",
     [stay("2025-03-02", "2025-03-13"), month(2025, 10), month(2026, 1, 29)], {}, "refused", 0),
    ("59 a year ago: each new day frees one", [stay("2025-03-03", "2025-03-31"), month(2025, 4, 30)], {}, "kept", 60),
    ("60 a year ago but for a day",
     [stay("2025-03-04", "2025-03-31"), month(2025, 4), stay("2025-05-05", "2025-05-06")],
     {}, "refused", 0),
    ("a planned month counts", [month(2026, 10), month(2027, 1, 17)], {}, "kept", 12),
    ("a planned month counts, a day too many", [month(2026, 10), month(2027, 1, 18)], {}, "refused", 11),
    ("planned in part beyond twelve months: the later days come in as the first go out",
     [month(2026, 10), stay("2027-02-13", "2027-03-20")], {}, "kept", 12),
    ("planned in part beyond twelve months, a day too many",
     [month(2026, 10), stay("2027-02-12", "2027-03-20")], {}, "refused", 11),
    ("before and planned, in one window", [month(2025, 10), month(2026, 9, 18)], {}, "refused", 11),
    ("before and planned, never in one window", [month(2025, 4), stay("2026-05-04", "2026-05-29")], {}, "kept", 34),
    ("1 March brings two planned days in at once, 28 and 29 February of the next year",
     [month(2028, 1), month(2028, 2)], {"start": "2027-02-28", "end": "2027-03-01", "today": "2027-02-01"},
     "refused", 1),
    ("28 February alone", [month(2028, 1), month(2028, 2)],
     {"start": "2027-02-28", "end": "2027-02-28", "today": "2027-02-01"}, "kept", 1),
    ("over the end of the year",
     [month(2025, 10), stay("2025-12-20", "2026-01-05")], {}, "kept", 12),
]  # fmt: skip


@pytest.mark.parametrize(("why", "done", "changes", "state", "left"), DAYS, ids=[row[0] for row in DAYS])
def test_r5_sixty_days_in_any_twelve_months(why, done, changes, state, left):
    verdict = answer(case(done=done, **changes))

    assert state_of(verdict, "R5") == state
    assert verdict["left"]["days_in_host"] == left


def test_r5_says_the_latest_end_and_when_there_is_room_again():
    month_and_renewal = next(row for row in DAYS if row[0].endswith("62"))
    verdict = answer(case(done=month_and_renewal[1], **month_and_renewal[2]))
    assert "Finir au plus tard le 29/08/2026" in message_of(verdict, "R5")
    assert verdict["left"]["latest_end"] == "2026-08-29"

    full = [month(2025, 10), month(2026, 1, 29)]
    assert "au plus tôt le 01/10/2026" in message_of(answer(case(done=full)), "R5")
    assert answer(case(done=full, start="2026-09-30", end="2026-10-02"))["left"]["days_in_host"] == 0
    assert answer(case(done=full, start="2026-10-01", end="2026-10-02"))["left"]["days_in_host"] == 31


SITES = [
    ("never met", [], "kept"),
    ("the same site", [stay("2025-11-03", "2025-11-07")], "kept"),
    ("another site", [stay("2025-11-03", "2025-11-07", host_siret=OTHER_SITE)], "warned"),
    ("another site, planned", [stay("2026-11-03", "2026-11-06", host_siret=OTHER_SITE)], "warned"),
    ("another company", [stay("2025-11-03", "2025-11-07", host_siret=ELSEWHERE)], "kept"),
]


@pytest.mark.parametrize(("why", "done", "state"), SITES, ids=[row[0] for row in SITES])
def test_r7_another_site_of_the_same_company(why, done, state):
    verdict = answer(case(done=done))

    assert state_of(verdict, "R7") == state
    assert verdict["allowed"]
    if state == "warned":
        assert OTHER_SITE in message_of(verdict, "R7")
        assert HERE not in message_of(verdict, "R7")


# 181 days, of which 25 % are 45; 180 days make 45 too, 179 make 44.
CDDI = contract("CDDI", "2026-01-05", "2026-07-04")
#: 33 days elsewhere, so that 12 more are 45.
BEFORE = [stay("2026-01-06", "2026-02-07", host_siret=ELSEWHERE)]

QUARTERS = [
    # why, contracts, done, changes, state, contract days left
    ("no contract", [], BEFORE, {}, "n/a", None),
    ("CDDI, 45 in all", [CDDI], BEFORE, {}, "kept", 12),
    ("CDDI, 46 in all", [CDDI], BEFORE, {"end": "2026-03-14"}, "refused", 12),
    ("CDDI, 44 in all", [CDDI], BEFORE, {"end": "2026-03-12"}, "kept", 12),
    ("CUI", [CDDI | {"kind": "CUI"}], BEFORE, {"end": "2026-03-14"}, "refused", 12),
    ("CDDU", [CDDI | {"kind": "CDDU"}], BEFORE, {"end": "2026-03-14"}, "n/a", None),
    ("CDI", [CDDI | {"kind": "CDI", "end": None}], BEFORE, {"end": "2026-03-14"}, "n/a", None),
    ("CDI inclusion", [CDDI | {"kind": "CDI_INCLUSION", "end": None}], BEFORE, {"end": "2026-03-14"}, "n/a", None),
    ("CDD", [CDDI | {"kind": "CDD"}], BEFORE, {"end": "2026-03-14"}, "n/a", None),
    ("not known", [{"kind": "unknown"}], BEFORE, {}, "warned", None),
    ("CDDI of unknown dates", [{"kind": "CDDI"}], BEFORE, {}, "warned", None),
    ("CDDI of unknown end", [CDDI | {"end": None}], BEFORE, {}, "warned", None),
    ("CDDI of unknown end, begun later", [contract("CDDI", "2026-03-14", None)], [], {}, "n/a", None),
    ("CDDI of unknown beginning, ended before", [contract("CDDI", None, "2026-03-01")], [], {}, "n/a", None),
    ("CDI of unknown dates", [{"kind": "CDI"}], [], {}, "n/a", None),
    ("CDDI ended the day before", [contract("CDDI", "2025-09-01", "2026-03-01")], [], {}, "n/a", None),
    ("CDDI ending on the first day", [contract("CDDI", "2025-09-01", "2026-03-02")], [], {}, "kept", 45),
    ("CDDI begun during the period: its own days only", [contract("CDDI", "2026-03-10", "2026-03-25")], [], {},
     "kept", None),
    ("CDDI begun during the period: one day too many", [contract("CDDI", "2026-03-10", "2026-03-24")], [], {},
     "refused", None),
    ("rounded down: 183 days make 45", [contract("CDDI", "2026-01-05", "2026-07-06")], BEFORE, {}, "kept", 12),
    ("184 days make 46", [contract("CDDI", "2026-01-05", "2026-07-07")], BEFORE, {"end": "2026-03-14"}, "kept", 13),
    ("179 days make 44", [contract("CDDI", "2026-01-05", "2026-07-02")], BEFORE, {}, "refused", 11),
    ("days before the contract do not count", [CDDI],
     [stay("2025-12-24", "2026-02-07", host_siret=ELSEWHERE)], {}, "refused", 11),
    ("planned days count", [CDDI], [stay("2026-06-01", "2026-06-30"), stay("2026-07-02", "2026-07-20")], {}, "kept",
     12),
    ("planned days count, one too many", [CDDI],
     [stay("2026-06-01", "2026-06-30"), stay("2026-07-01", "2026-07-20")], {}, "refused", 11),
    ("already passed: never below zero", [CDDI], [stay("2026-01-06", "2026-02-28")], {}, "refused", 0),
    ("two CDDI, each its own quarter", [contract("CDDI", "2026-01-05", "2026-03-07"),
     contract("CDDI", "2026-03-08", "2026-07-04")], [], {}, "kept", 15),
    ("a CDDU beside a CDDI", [contract("CDDU", "2026-03-01", "2026-03-31"), CDDI], BEFORE, {"end": "2026-03-14"},
     "refused", 12),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "contracts", "done", "changes", "state", "left"), QUARTERS, ids=[r[0] for r in QUARTERS]
)
def test_r8_a_quarter_of_the_contract(why, contracts, done, changes, state, left):
    verdict = answer(case(contracts=contracts, done=done, **changes))

    assert state_of(verdict, "R8") == state
    assert verdict["left"]["contract_days"] == left
    refused = {said["rule"]: said["overridable"] for said in verdict["refusals"]}
    assert refused.get("R8", True) is True, "a director may pass over it"
    assert verdict["allowed"] is not bool(refused)


def test_r8_says_the_figures_and_the_way_out():
    verdict = answer(case(contracts=[CDDI], done=BEFORE, end="2026-03-20"))
    message = message_of(verdict, "R8")
    for words in (
        "05/01/2026",
        "181 jours",
        "25 %",
        "45 jours",
        "Déjà 33",
        "19 demandés",
        "le 13/03/2026",
        "dérogation",
    ):
        assert words in message
    assert verdict["left"]["latest_end"] == "2026-03-13"

    none_left = answer(case(contracts=[CDDI], done=[stay("2026-01-06", "2026-02-28")]))
    assert "il n'en reste aucun" in message_of(none_left, "R8")
    assert none_left["left"]["latest_end"] is None


FIRSTS = [
    ("14 days", {"end": "2026-03-15"}, "kept"),
    ("15 days", {"end": "2026-03-16"}, "advised"),
    ("13 days", {"end": "2026-03-14"}, "kept"),
    ("15 days, known already", {"end": "2026-03-16", "done": [stay("2020-11-03", "2020-11-07")]}, "n/a"),
    ("15 days, known at another site",
     {"end": "2026-03-16", "done": [stay("2025-11-03", "2025-11-07", host_siret=OTHER_SITE)]}, "advised"),
    ("15 days, another planned later", {"end": "2026-03-16", "done": [stay("2026-05-04", "2026-05-07")]}, "advised"),
    ("a renewal", RENEWAL, "n/a"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changes", "state"), FIRSTS, ids=[row[0] for row in FIRSTS])
def test_r23_two_weeks_first(why, changes, state):
    verdict = answer(case(**changes))

    assert state_of(verdict, "R23") == state
    assert verdict["allowed"]


OVERLAPS = [
    ("the day before", [stay("2026-02-23", "2026-03-01", host_siret=ELSEWHERE)], "kept"),
    ("its last day is our first", [stay("2026-02-23", "2026-03-02", host_siret=ELSEWHERE)], "refused"),
    ("its first day is our last", [stay("2026-03-13", "2026-03-20", host_siret=ELSEWHERE)], "refused"),
    ("the day after", [stay("2026-03-14", "2026-03-20", host_siret=ELSEWHERE)], "kept"),
    ("within", [stay("2026-03-04", "2026-03-05", host_siret=ELSEWHERE)], "refused"),
    ("around", [stay("2026-02-23", "2026-03-20", host_siret=ELSEWHERE)], "refused"),
    ("at the same host", [stay("2026-03-04", "2026-03-05")], "refused"),
]


@pytest.mark.parametrize(("why", "done", "state"), OVERLAPS, ids=[row[0] for row in OVERLAPS])
def test_r29_one_immersion_at_a_time(why, done, state):
    verdict = answer(case(done=done))

    assert state_of(verdict, "R29") == state
    assert verdict["allowed"] is (state == "kept")


def test_the_base_is_allowed_without_a_word():
    verdict = answer(BASE)
    assert (verdict["allowed"], verdict["refusals"], verdict["warnings"], verdict["advice"]) == (True, [], [], [])
