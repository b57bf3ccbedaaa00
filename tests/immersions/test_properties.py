"""Any case: the engine refuses what the rules, stated again day by day, refuse; the past never gives more room."""

from datetime import date, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from crm.immersions.explain import answer
from crm.immersions.holidays import ALSACE_MOSELLE, holidays_of
from tests.immersions import restatement
from tests.immersions.cases import ELSEWHERE, HERE, OTHER_SITE, USUAL_WEEK, case

#: Around a 29 February, an end of year, and the changes of months.
TODAY = date(2027, 12, 20)
OBJECTIVES = ("Découvrir la cuisine", "decouvrir  la CUISINE", "Tenir la caisse")
NIGHTS = {"mon": [["22:00", "05:00"]], "tue": [["17:00", "22:30"]]}
SIX_DAYS = {day: [["08:00", "12:00"], ["12:20", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
TIMETABLES = (None, USUAL_WEEK, SIX_DAYS, NIGHTS, SIX_DAYS | {"sun": [["09:00", "12:30"]]})

moments = st.sampled_from(
    ["00:00", "05:30", "06:00", "08:00", "12:00", "12:30", "13:00", "16:00", "17:30", "22:00", "22:30"]
)
gaps = st.lists(st.sampled_from([15, 30, 60, 120, 240, 270, 285, 480]), min_size=3, max_size=3)


@st.composite
def days_of_slots(draw):
    """One or two slots in a day, apart, possibly to midnight."""
    first, gap, length = draw(gaps)
    begin = draw(st.integers(4, 30)) * 30
    ends = [begin, begin + first, begin + first + gap, begin + first + gap + length]
    pairs = [(a, b) for a, b in (ends[:2], ends[2:]) if b <= 1440]
    return [[f"{a // 60:02}:{a % 60:02}", f"{b // 60:02}:{b % 60:02}"] for a, b in pairs]


free_weeks = st.dictionaries(st.sampled_from(restatement.WEEK), days_of_slots(), min_size=1, max_size=7)


def iso(offset):
    return (TODAY + timedelta(days=offset)).isoformat()


@st.composite
def stays(draw, name, first=-430, last=430):
    """A stay anywhere in reach of the windows, for any purpose, at one of three hosts."""
    start = draw(st.integers(first, last))
    return {
        "id": name,
        "host_siret": draw(st.sampled_from([HERE, HERE, HERE, OTHER_SITE, ELSEWHERE])),
        "start": iso(start),
        "end": iso(start + draw(st.integers(0, 31))),
        "purpose": draw(st.sampled_from(["discover", "confirm"])),
        "objectives": draw(st.sampled_from(OBJECTIVES)),
        "renewal_of": draw(st.sampled_from([None, None, None, "a"])),
        "objectives_reached": draw(st.sampled_from([False, False, True, None])),
    }


@st.composite
def contracts(draw):
    kind = draw(st.sampled_from(["CDDI", "CDDI", "CUI", "CDDU", "CDI", "CDI_INCLUSION", "CDD"]))
    start = draw(st.integers(-200, 60))
    end = draw(st.sampled_from([None, 20, 60, 100, 240, 400]))
    if kind in ("CDI", "CDI_INCLUSION"):
        end = None
    return {"kind": kind, "start": iso(start), "end": iso(start + end) if end else None}


@st.composite
def cases(draw):
    """Well formed, with both dates; as often at the limits as not."""
    calm = draw(st.booleans())  # nothing but the calendar is in question
    start = draw(st.integers(0 if calm else -1, 100))
    known = [draw(stays(name)) for name in "abcd"[: draw(st.integers(0, 4))]]
    renewal = draw(st.sampled_from([None, None, None, "a"]))
    made = {
        "start": iso(start),
        "end": iso(start + draw(st.sampled_from([0, 1, 4, 11, 13, 14, 27, 28, 29, 30, 31, 33]))),
        "purpose": draw(st.sampled_from(["discover", "confirm", "recruit"])),
        "objectives": draw(st.sampled_from(OBJECTIVES)),
        "renewal_of": renewal,
        "renewal_reason": draw(st.sampled_from(["à revoir", "à revoir", " ", None])) if renewal else None,
        "on_working_time": draw(st.booleans()),
        "hours": draw(st.sampled_from(TIMETABLES) | free_weeks),
        "done": known,
        "contracts": [draw(contracts()) for _ in range(draw(st.integers(0, 2)))],
        "birth": draw(st.sampled_from(["1990-07-14", "2009-12-30", "2010-01-10", "2011-12-30", "2012-02-29"])),
        "prescriber_kind": draw(st.sampled_from(["AI", "AI", "ACI", "FT", "ETTI", "EBE", "GEIQ"])),
        "delegation_until": draw(st.sampled_from([None, iso(40)])),
        "departement": draw(st.sampled_from(["92", "67"])),
        "today": TODAY.isoformat(),
    }
    if calm:
        made |= {"on_working_time": False, "birth": "1990-07-14", "prescriber_kind": "AI", "hours": USUAL_WEEK}
    if renewal and known and draw(st.booleans()):  # a renewal that may well be allowed
        after = date.fromisoformat(known[0]["end"]) + timedelta(days=draw(st.sampled_from([0, 1, 5, 30, 31])))
        known[0] |= {"host_siret": HERE, "renewal_of": None, "objectives_reached": False}
        length = draw(st.sampled_from([4, 27, 30]))
        made |= {key: known[0][key] for key in ("purpose", "objectives")}
        made |= {"start": after.isoformat(), "end": (after + timedelta(days=length)).isoformat()}
    return case(**made)


@settings(max_examples=100)
@given(cases())
def test_what_is_refused_is_what_the_rules_say(made):
    """Both ways: an allowed case breaks no block rule, and no refusal is made up."""
    local = made["host"]["departement"] in ALSACE_MOSELLE
    holidays = {day for year in range(2026, 2030) for day in holidays_of(year, alsace_moselle=local)}
    verdict = answer(made)
    event("allowed" if verdict["allowed"] else "refused")

    expected = restatement.broken(made, holidays)
    if made["wanted"]["weekly_schedule"] is None:
        expected -= {"R10", "R12", "R31"}
    assert {said["rule"] for said in verdict["refusals"]} == expected
    assert verdict["allowed"] is not bool(expected)


@settings(max_examples=20)
@given(cases())
def test_what_is_left_is_what_could_be_added(made):
    """Each gauge against trying every length, one day after the other."""
    assert answer(made)["left"] == {
        "conventions": restatement.conventions_left(made),
        "days_in_host": restatement.days_left(made),
        "latest_end": restatement.latest_end(made),
        "contract_days": restatement.contract_days(made),
    }


@settings(max_examples=40)
@given(cases(), stays("past", first=-430, last=-35))
def test_the_past_never_gives_more_room(made, past):
    before = answer(made)["left"]
    after = answer(made | {"done": [*made["done"], past]})["left"]

    for gauge in ("conventions", "days_in_host"):
        assert 0 <= after[gauge] <= before[gauge]
    assert (after["contract_days"] is None) is (before["contract_days"] is None)
    assert (after["contract_days"] or 0) <= (before["contract_days"] or 0)
    assert (after["latest_end"] or "") <= (before["latest_end"] or "")
