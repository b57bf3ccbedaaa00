"""The JSON of a case: what is malformed is said, with its place; the others still run; nothing makes it raise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.immersions.explain import answer, answers
from crm.immersions.fields import Malformed, parse
from tests.immersions.cases import BASE, USUAL_WEEK, case, state_of, stay

UNSET = object()


def changed(path, value):
    """The base with one value changed, or taken away, at « wanted.start », « done[0].id »."""
    made = case(done=[stay("2025-11-03", "2025-11-07")], contracts=[{"kind": "CDDU", "start": "2026-01-05"}],
                hours=USUAL_WEEK)  # fmt: skip
    *way, last = path.replace("[", ".").replace("]", "").split(".")
    place = made
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    if value is UNSET:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return made


MALFORMED = [
    ("id", UNSET, "id :"),
    ("id", None, "id :"),
    ("id", True, "id :"),
    ("employee", UNSET, "employee : manque"),
    ("employee", [], "employee : ce n'est pas un objet"),
    ("employee.birth_date", UNSET, "employee.birth_date : manque"),
    ("employee.birth_date", "02/05/2001", 'employee.birth_date : "02/05/2001" n\'est pas une date'),
    ("employee.birth_date", "2026-02-21", "employee.birth_date : après aujourd'hui (2026-02-20)"),
    ("contracts", UNSET, "contracts : manque"),
    ("contracts", None, "contracts : ce n'est pas une liste (null)"),
    ("contracts[0]", "CDI", "contracts[0] : ce n'est pas un objet"),
    ("contracts[0].kind", "CDDX", 'contracts[0].kind : "CDDX" n\'est pas connu. Choisir parmi : CDDI, CDDU'),
    ("contracts[0].end", "2026-01-04", "contracts[0].end : 2026-01-04, avant le début (2026-01-05)"),
    ("pass_iae_end", "2026-02-30", 'pass_iae_end : "2026-02-30" n\'est pas un jour du calendrier'),
    ("pass_iae_end", 20260301, "pass_iae_end : 20260301 n'est pas une date"),
    ("host", None, "host : ce n'est pas un objet (null)"),
    ("host.siret", "123 456 789 00011", "host.siret :"),
    ("host.siret", 12345678900011, "host.siret :"),
    ("host.siret", "1234567890001", "14 chiffres"),
    ("host.siret", "1234567890001٣", "14 chiffres"),
    ("host.departement", "Hauts-de-Seine", "host.departement :"),
    ("wanted", UNSET, "wanted : manque"),
    ("wanted.start", UNSET, "wanted.start : manque"),
    ("wanted.start", "2026-3-2", "wanted.start :"),
    ("wanted.start", "0001-01-01", "année attendue"),
    ("wanted.end", "9999-12-31", "année attendue"),
    ("wanted.end", "2026-03-01", "wanted.end : 2026-03-01, avant le début (2026-03-02)"),
    ("wanted.purpose", 3, "wanted.purpose : 3 n'est pas un texte"),
    ("wanted.objectives", None, "wanted.objectives :"),
    ("wanted.on_working_time", "oui", "wanted.on_working_time :"),
    ("wanted.on_working_time", 1, "wanted.on_working_time :"),
    ("wanted.places", 0, "wanted.places :"),
    ("wanted.places", 1.5, "wanted.places :"),
    ("wanted.weekly_schedule", [], "wanted.weekly_schedule :"),
    ("wanted.weekly_schedule.lundi", [], "« lundi » n'est pas un jour"),
    ("wanted.weekly_schedule.mon", "8h-12h", "wanted.weekly_schedule.mon :"),
    ("wanted.weekly_schedule.mon[0]", ["08:00"], "wanted.weekly_schedule.mon[0] :"),
    ("wanted.weekly_schedule.mon[0]", ["8h", "12h"], 'mon[0][0] : "8h" n\'est pas une heure'),
    ("wanted.weekly_schedule.mon[0]", ["08:00", "24:01"], "mon[0][1]"),
    ("wanted.weekly_schedule.mon[0]", ["08:00", "08:00"], "ne dure rien"),
    ("wanted.weekly_schedule.mon[0]", ["12:00", "08:00"], "durerait 20 h"),
    ("wanted.weekly_schedule.mon[0]", ["08:00", "13:01"], "se chevauchent"),
    ("wanted.weekly_schedule.mon[1]", ["22:00", "08:01"], "déborde sur les heures du lendemain"),
    ("done", {}, "done : ce n'est pas une liste"),
    ("done[0].id", UNSET, "done[0].id : manque"),
    ("done[0].host_siret", "", "done[0].host_siret :"),
    ("done[0].end", "2025-11-02", "done[0].end : 2025-11-02, avant le début"),
    ("done[0].purpose", "découvrir", "done[0].purpose :"),
    ("done[0].objectives_reached", "non", "done[0].objectives_reached :"),
    ("today", UNSET, "today : manque"),
    ("today", None, "today : null n'est pas une date"),
    ("prescriber_kind", "ai", "prescriber_kind :"),
    ("delegation_until", "", "delegation_until :"),
]


@pytest.mark.parametrize(
    ("path", "value", "words"), MALFORMED, ids=[f"{n}-{row[0]}" for n, row in enumerate(MALFORMED)]
)
def test_what_is_malformed_is_said(path, value, words):
    told = answer(changed(path, value))

    assert set(told) == {"id", "error"}
    assert words in told["error"]
    assert told["id"] == (None if path == "id" else "cas")


def test_the_table_starts_from_a_good_case():
    assert "error" not in answer(changed("id", "cas"))


SLIPS = [
    ("pass_iae_end", "pass_iae_fin"),
    ("delegation_until", "delegation_untill"),
    ("wanted.renewal_of", "renewal_off"),
    ("wanted.weekly_schedule", "weekly_shedule"),
]


@pytest.mark.parametrize(("path", "slip"), SLIPS)
def test_a_mistyped_key_is_not_taken_for_a_missing_one(path, slip):
    made = changed(path, UNSET)
    place = made["wanted"] if path.startswith("wanted") else made
    place[slip] = None

    assert f"« {slip} » est inconnue. Écrire « {path.split('.')[-1]} »" in answer(made)["error"]


def test_other_keys_are_notes():
    assert answer(BASE | {"note": "relu avec une conseillère"}) == answer(BASE)


OPTIONAL = ("pass_iae_end", "delegation_until", "host.departement", "wanted.renewal_of", "wanted.renewal_reason",
            "wanted.places", "done[0].renewal_of", "done[0].objectives_reached")  # fmt: skip


@pytest.mark.parametrize("path", OPTIONAL)
def test_a_key_that_may_be_null_may_be_missing(path):
    assert answer(changed(path, UNSET)) == answer(changed(path, None))


def test_two_periods_of_one_id_are_refused():
    twice = [stay("2025-11-03", "2025-11-07", id="a"), stay("2026-05-04", "2026-05-07", id="a")]
    assert "done[1].id : « a » désigne déjà" in answer(case(done=twice))["error"]


def test_a_malformed_case_leaves_the_others_alone():
    told = answers([BASE, {"id": "b"}, 3, BASE | {"id": 4}])

    assert [one["id"] for one in told] == ["cas", "b", None, 4]
    assert ["error" in one for one in told] == [False, True, True, False]
    assert answers(BASE) == told[0]
    assert answers([]) == []


def test_nothing_is_asked_yet():
    """The gauges stand before dates are typed, counted from today."""
    told = answer(case(wanted=None, done=[stay("2025-11-03", "2025-11-14")], today="2026-03-02"))

    assert told["left"] == {"conventions": 1, "days_in_host": 48, "latest_end": "2026-04-01", "contract_days": None}
    assert (told["allowed"], told["refusals"], told["at_mp_borne_by"], told["signatories"]) == (None, [], None, [])
    assert len(told["not_checked"]) == 29


def test_dates_may_come_one_after_the_other():
    neither = answer(case(start=None, end=None))
    start_only = answer(case(end=None, today="2026-03-03"))

    assert [state_of(neither, rule) for rule in ("R1", "R2", "R4", "R14", "R29")] == ["kept", *["unchecked"] * 4]
    assert [state_of(start_only, rule) for rule in ("R2", "R4", "R14", "R29")] == [
        "unchecked", "kept", "refused", "unchecked",
    ]  # fmt: skip
    assert start_only["left"]["latest_end"] == "2026-04-01"


def test_the_rules_stand_in_numeric_order():
    told = answer(case(
        start="2026-02-10", end="2026-04-20", purpose=None, birth="2012-01-01", prescriber_kind="ETTI",
        on_working_time=True, hours={"sun": [["08:00", "20:00"]]},
        done=[stay("2026-02-12", "2026-03-30")],
    ))  # fmt: skip

    for names in ([one["rule"] for one in told["refusals"]], told["not_checked"], told["not_applicable"]):
        numbers = [int(name.removeprefix("R")) for name in names]
        assert numbers == sorted(set(numbers))
    assert [one["rule"] for one in told["refusals"]] == [
        "R1",
        "R2",
        "R5",
        "R10",
        "R11",
        "R12",
        "R14",
        "R19",
        "R29",
        "R30",
    ]
    assert told["not_checked"] == ["R15", "R17", "R20", "R21", "R22", "R25", "R26", "R27", "R28"]


UNREADABLE = [
    ("{", "ligne 1, colonne 2"),
    ("", "ligne 1, colonne 1"),
    ('[{"a": NaN}]', "nombre illisible"),
    ("9" * 5_000, "nombre illisible"),
    ("[" * 100_000, "emboîte"),
]


@pytest.mark.parametrize(("text", "words"), UNREADABLE, ids=[row[1] for row in UNREADABLE])
def test_what_is_no_json(text, words):
    with pytest.raises(Malformed, match=words):
        parse(text)


def test_a_key_given_twice_is_said_in_its_case():
    told = answers(parse('[{"id": "a", "today": "2026-01-01", "today": "2026-01-02"}, {"id": "b"}]'))

    assert "« today » est donnée deux fois" in told[0]["error"]
    assert "manque" in told[1]["error"]


# What a hand may write anywhere: near misses of each kind of value.
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(["2026-03-02", "2026-02-29", "1900-01-01", "2200-12-31", "discover", "CDDI", "AI", "ETTI", "a",
                     "12345678900011", "00:00", "24:00", "23:59", "unknown", "97"]),
)  # fmt: skip
keys = st.sampled_from([*BASE, *BASE["wanted"], "kind", "mon"])
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=8
)
PATHS = sorted({path for path, _, _ in MALFORMED if path != "wanted.weekly_schedule.lundi"})


@settings(max_examples=150)
@given(anything)
def test_no_document_makes_it_raise(document):
    answers(document)


@settings(max_examples=200)
@given(st.sampled_from(PATHS), anything)
def test_no_value_makes_it_raise(path, value):
    told = answer(changed(path, value))
    assert "error" in told or set(told) >= {"allowed", "refusals", "left"}
