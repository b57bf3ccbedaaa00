"""The rows of the rules and of their figures: complete, in the documentation, and each of them used."""

import re
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from crm.immersions.case import read_case
from crm.immersions.enums import Severity
from crm.immersions.explain import as_json, gauge_sentences
from crm.immersions.pmsmp import check
from crm.immersions.rulebook import RULEBOOK, RULES, by_number
from crm.immersions.thresholds import LIMITS, THRESHOLDS, Limits, limits_of
from tests.immersions.cases import USUAL_WEEK, case, contract, state_of, stay

PAGE = (Path(__file__).parents[2] / "docs" / "rules" / "pmsmp.md").read_text(encoding="utf-8")
ROWS = {row[1]: row[0] for row in re.finditer(r"^\| (R\d+) \|.*$", PAGE, re.MULTILINE)}


def test_there_are_31_rules_and_22_are_looked_at():
    assert list(RULEBOOK) == list(range(1, 32))
    assert [rule.number for rule in RULES if not rule.evaluated] == [15, 17, 20, 21, 22, 25, 26, 27, 28]
    assert [rule.number for rule in RULES if rule.overridable] == [8]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_is_documented_with_its_source_and_the_day_it_was_read(rule):
    row = ROWS[rule.name]

    assert rule.text in row
    assert rule.source in row
    assert rule.severity.label in row
    assert rule.status.label in row
    assert (f"{rule.read_on:%d/%m/%Y}" if rule.read_on else "à relire") in row


@pytest.mark.parametrize("threshold", THRESHOLDS, ids=lambda threshold: threshold.key)
def test_each_figure_is_documented(threshold):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{threshold.key}`"))

    assert f"| R{threshold.rule} | {threshold.value} {threshold.unit} |" in row
    assert threshold.source in row
    assert threshold.rule in RULEBOOK


def test_the_figures_are_those_of_the_rows():
    assert {one.key: one.value for one in THRESHOLDS} == asdict(LIMITS)
    with pytest.raises(TypeError):
        limits_of(THRESHOLDS[1:])


def minor(**changes):
    return case(**({"birth": "2009-06-01"} | changes))


def hours(day, *slots):
    return {"hours": {day: [list(slot) for slot in slots]}}


RENEWED = stay("2026-02-02", "2026-02-20", id="a", purpose="discover", objectives="Découvrir la cuisine")
RENEWAL = {"renewal_of": "a", "renewal_reason": "x", "done": [RENEWED], "start": "2026-03-02"}
TWO = [stay("2025-06-02", "2025-06-06"), stay("2025-03-03", "2025-03-07", purpose="recruit")]
DATED = {"contracts": [contract("CDDI", "2026-03-01", "2026-04-19")]}
SIX = {"hours": {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}}

#: A case at the limit, and what another value of the figure makes of it.
CHANGED = [
    # figure, another value, rule, case, state with the figure, with the other
    ("convention_months", 2, "R2", case(end="2026-04-05"), "refused", "kept"),
    ("renewal_months", 2, "R3", case(**RENEWAL | {"end": "2026-04-05"}), "refused", "kept"),
    ("renewal_gap_days", 9, "R3", case(**RENEWAL), "kept", "refused"),
    ("conventions", 3, "R4", case(done=TWO), "refused", "kept"),
    ("days_in_host", 11, "R5", case(), "kept", "refused"),
    ("window_months", 11, "R4", case(done=TWO), "refused", "kept"),
    ("contract_percent", 23, "R8", case(**DATED), "kept", "refused"),
    ("usual_week_hours", 34, "R9", case(hours=USUAL_WEEK), "kept", "warned"),
    ("week_hours", 47, "R10", case(**SIX), "kept", "refused"),
    ("day_hours", 7, "R10", case(**SIX), "kept", "refused"),
    ("youngest_age", 17, "R11", minor(), "kept", "refused"),
    ("full_age", 16, "R12", minor(hours=USUAL_WEEK), "kept", "n/a"),
    ("minor_day_hours", 6, "R12", minor(hours=USUAL_WEEK), "kept", "refused"),
    ("minor_week_hours", 34, "R12", minor(hours=USUAL_WEEK), "kept", "refused"),
    ("minor_stretch_minutes", 239, "R12", minor(hours=USUAL_WEEK), "kept", "refused"),
    ("minor_break_minutes", 61, "R12", minor(hours=USUAL_WEEK), "kept", "refused"),
    ("minor_days_off", 3, "R12", minor(hours=USUAL_WEEK, end="2026-03-20"), "kept", "refused"),
    ("night_from", 15, "R12", minor(hours=USUAL_WEEK), "kept", "refused"),
    ("night_until", 9, "R12", minor(hours=USUAL_WEEK), "kept", "refused"),
    ("long_first_days", 11, "R23", case(), "kept", "advised"),
    ("near_end_days", 37, "R24", case(**DATED), "kept", "advised"),
    ("rest_hours", 17, "R31", case(**SIX), "kept", "refused"),
    ("week_days", 5, "R31", case(**SIX), "kept", "refused"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "rule", "made", "here", "there"), CHANGED, ids=[row[0] for row in CHANGED])
def test_a_change_of_law_is_a_change_of_figure(key, value, rule, made, here, there):
    read = read_case(made)

    assert state_of(as_json(check(read)), rule) == here
    assert state_of(as_json(check(read, limits=replace(LIMITS, **{key: value}))), rule) == there


def test_every_figure_has_its_case():
    assert {row[0] for row in CHANGED} == {field.name for field in fields(Limits)}


def test_a_row_decides_how_hard_its_rule_is():
    softer = by_number(replace(rule, severity=Severity.WARN) if rule.number == 2 else rule for rule in RULES)
    verdict = check(read_case(case(end="2026-04-05")), rules=softer)

    assert verdict.allowed
    assert [said.rule.name for said in verdict.warnings] == ["R2"]


def test_what_is_left_is_said_in_words():
    made = case(contracts=[contract("CDDI", "2026-01-05", "2026-07-04")], done=[stay("2025-11-03", "2025-11-07")])
    said = [str(sentence) for sentence in gauge_sentences(check(read_case(made)).left)]

    assert said == [
        "Chez cet accueil, conventions : 1 ; jours : 55, jusqu'au 01/03/2027.",
        "Sur le contrat, jours : 45.",
        "Une période commencée le 02/03/2026 finit au plus tard le 01/04/2026.",
    ]
    full = case(done=[stay("2026-01-01", "2026-01-31"), stay("2025-10-01", "2025-10-29")])
    assert str(gauge_sentences(check(read_case(full)).left)[-1]) == "Aucune période ne peut commencer le 02/03/2026."
