"""
The check of an immersion (PMSMP): what is refused and why, what deserves a look, what is left.

Pure: the case, the figures and the rows of the rules come in, values with their reasons come out. Rules that need other
records or somebody's word (R15, R17, R20 to R22, R25 to R28) are not looked at here, and said so.
Sources, readings, worked examples: docs/rules/pmsmp.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from crm.immersions.contracts import check_contract_dates, check_near_ends, check_quarter
from crm.immersions.enums import Capacity, Purpose, Severity
from crm.immersions.facts import SIREN_LENGTH, Case, Wanted
from crm.immersions.findings import Answer, Mark, found, shown
from crm.immersions.gauges import Left, left_of
from crm.immersions.hours import (
    check_longest,
    check_minor,
    check_rest,
    check_sundays_and_holidays,
    check_usual_week,
)
from crm.immersions.periods import DAY, Period, age_on, birthday, last_day_of_months
from crm.immersions.renewals import renewal_faults
from crm.immersions.rulebook import RULEBOOK, Rule
from crm.immersions.signatories import Signatory, accidents_borne_by, check_prescriber, is_minor, signatories_of
from crm.immersions.stays import check_conventions, check_days_in_host, check_overlaps
from crm.immersions.thresholds import LIMITS, Limits
from crm.immersions.timetable import Timetable
from crm.sentences import Sentence
from crm.wording import N_


@dataclass(frozen=True, slots=True)
class Said:
    """One rule that has something to say. `overridable`: a director may pass over it, with a reason."""

    rule: Rule
    sentences: tuple[Sentence, ...]
    overridable: bool = False

    @property
    def message(self) -> str:
        """Its sentences in French; a screen translates `sentences` instead."""
        return " ".join(str(sentence) for sentence in self.sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What the rules say of a case, each list in the order of the rules.

    `at_mp_borne_by` is None, and nobody signs, as long as nothing is wanted.
    """

    refusals: tuple[Said, ...]
    warnings: tuple[Said, ...]
    advice: tuple[Said, ...]
    not_applicable: tuple[Rule, ...]
    not_checked: tuple[Rule, ...]
    left: Left
    at_mp_borne_by: Capacity | None
    signatories: tuple[Signatory, ...]

    @property
    def allowed(self) -> bool:
        """No refusal, those included that a director may pass over."""
        return not self.refusals


def check(case: Case, *, limits: Limits = LIMITS, rules: Mapping[int, Rule] = RULEBOOK) -> Verdict:
    """Put a case to every rule. `limits` and `rules` come from whoever keeps them; by default those written here."""
    told: dict[Severity, list[Said]] = {severity: [] for severity in Severity}
    marked: dict[Mark, list[Rule]] = {mark: [] for mark in Mark}
    for number, rule in rules.items():
        answer = _ask(number, case, limits) if rule.evaluated else Mark.NOT_CHECKED
        if isinstance(answer, Mark):
            marked[answer].append(rule)
        elif answer is not None:
            severity = answer.severity or rule.severity
            overridable = rule.overridable and severity is Severity.BLOCK
            told[severity].append(Said(rule, answer.sentences, overridable))
    return Verdict(
        refusals=tuple(told[Severity.BLOCK]),
        warnings=tuple(told[Severity.WARN]),
        advice=tuple(told[Severity.ADVISE]),
        not_applicable=tuple(marked[Mark.NOT_APPLICABLE]),
        not_checked=tuple(marked[Mark.NOT_CHECKED]),
        left=left_of(case, limits),
        at_mp_borne_by=accidents_borne_by(case) if case.wanted else None,
        signatories=signatories_of(case, limits) if case.wanted else (),
    )


def _ask(number: int, case: Case, limits: Limits) -> Answer:
    """The answer of one rule: as soon as what it needs is known, else that it was not looked at."""
    if number in _OF_THE_CASE:
        return _OF_THE_CASE[number](case)
    wanted = case.wanted
    if wanted is None:
        return Mark.NOT_CHECKED
    if number in _OF_WHAT_IS_WANTED:
        return _OF_WHAT_IS_WANTED[number](case, wanted, limits)
    if wanted.start is None:
        return Mark.NOT_CHECKED
    if number in _OF_THE_START:
        return _OF_THE_START[number](case, wanted, wanted.start, limits)
    if wanted.end is None:
        return Mark.NOT_CHECKED
    period = Period(wanted.start, wanted.end)
    if number in _OF_THE_PERIOD:
        return _OF_THE_PERIOD[number](case, wanted, period, limits)
    return _ask_hours(number, case, wanted.timetable, period, limits)


def _ask_hours(number: int, case: Case, timetable: Timetable | None, period: Period, limits: Limits) -> Answer:
    if timetable is None:
        return Mark.NOT_CHECKED
    return _OF_THE_HOURS[number](case, timetable, period, limits)


# --- What needs no period


def _other_sites(case: Case) -> Answer:
    """R7: the same company at another address is another host; it may be the same people."""
    siren = case.host_siret[:SIREN_LENGTH]
    others = {stay.host_siret for stay in case.stays if stay.host_siret[:SIREN_LENGTH] == siren} - {case.host_siret}
    if not others:
        return None
    msgid = N_("Déjà accueilli·e par la même entreprise, dans un autre établissement : %(sites)s. Rien n'y est compté.")
    return found([Sentence(msgid, {"sites": ", ".join(sorted(others))})])


def _one_purpose(case: Case, wanted: Wanted, limits: Limits) -> Answer:
    """R1."""
    if wanted.purpose is not None:
        return None
    choices = " ; ".join(purpose.label for purpose in Purpose)
    if not wanted.purposes:
        return found([Sentence(N_("Aucun objet n'est choisi. En choisir un : %(choices)s."), {"choices": choices})])
    msgid = N_("Un seul objet, parmi ceux-ci : %(choices)s. Donné : %(given)s.")
    return found([Sentence(msgid, {"choices": choices, "given": ", ".join(wanted.purposes)})])


def _renewal(case: Case, wanted: Wanted, limits: Limits) -> Answer:
    """R3: what does not depend on the dates is said as soon as it is known."""
    if wanted.renewal_of is None:
        return Mark.NOT_APPLICABLE
    said = list(renewal_faults(case, wanted, limits))
    if wanted.start and wanted.end:
        latest = last_day_of_months(wanted.start, limits.renewal_months)
        if wanted.end > latest:
            msgid = N_(
                "Un renouvellement dure au plus %(months)s mois de date à date : finir au plus tard le %(latest)s."
            )
            said.append(Sentence(msgid, {"months": limits.renewal_months, "latest": shown(latest)}))
    return found(said)


def _minor(case: Case, wanted: Wanted, limits: Limits) -> Answer:
    """R12: does not concern adults; without a birth date or hours, it cannot be told."""
    if case.birth_date is None or wanted.start is None:
        return Mark.NOT_CHECKED
    if not is_minor(case, wanted.start, limits):
        return Mark.NOT_APPLICABLE
    if wanted.timetable is None or wanted.end is None:
        return Mark.NOT_CHECKED
    period = Period(wanted.start, wanted.end)
    return check_minor(wanted.timetable, period, limits, birth=case.birth_date, departement=case.departement)


def _nothing_to_refuse(case: Case, wanted: Wanted, limits: Limits) -> Answer:
    """R16 and R18: what they derive stands in the verdict."""
    return None


# --- What needs the first day


def _sliding(case: Case, wanted: Wanted, start: date, limits: Limits) -> Answer:
    """R6: it says which windows R4 and R5 look at; what fails there is told by R4 or R5."""
    return None


def _old_enough(case: Case, wanted: Wanted, start: date, limits: Limits) -> Answer:
    """R11."""
    if case.birth_date is None:
        return Mark.NOT_CHECKED
    age = age_on(case.birth_date, start)
    if age >= limits.youngest_age:
        return None
    msgid = N_("%(age)s ans le %(start)s : pas avant %(youngest)s ans. Commencer au plus tôt le %(birthday)s.")
    day = birthday(case.birth_date, limits.youngest_age)
    figures = {"age": max(age, 0), "youngest": limits.youngest_age}
    return found([Sentence(msgid, {**figures, "start": shown(start), "birthday": shown(day)})])


def _not_in_the_past(case: Case, wanted: Wanted, start: date, limits: Limits) -> Answer:
    """R14."""
    if start >= case.today:
        return None
    msgid = N_(
        "Le début (%(start)s) est avant aujourd'hui (%(today)s). Commencer au plus tôt ce jour, ou noter une immersion "
        "déjà faite comme reprise."
    )
    return found([Sentence(msgid, {"start": shown(start), "today": shown(case.today)})])


# --- What needs both days


def _one_month(case: Case, wanted: Wanted, period: Period, limits: Limits) -> Answer:
    """R2."""
    latest = last_day_of_months(period.first, limits.convention_months)
    if period.last <= latest:
        return None
    msgid = N_(
        "Du %(start)s au %(end)s, %(days)s jours : au plus %(months)s mois de date à date. Finir au plus tard le "
        "%(latest)s."
    )
    values = {"days": period.days, "months": limits.convention_months, "latest": shown(latest)}
    return found([Sentence(msgid, {"start": shown(period.first), "end": shown(period.last), **values})])


def _long_first(case: Case, wanted: Wanted, period: Period, limits: Limits) -> Answer:
    """R23: the first convention at this host; one planned later does not make it a second."""
    if wanted.renewal_of is not None or any(stay.period.first < period.first for stay in case.stays_here):
        return Mark.NOT_APPLICABLE
    if period.days <= limits.long_first_days:
        return None
    end = period.first + DAY * (limits.long_first_days - 1)
    msgid = N_(
        "Première convention chez cet accueil, de %(days)s jours : %(most)s suffisent souvent. Finir par exemple le "
        "%(end)s."
    )
    values = {"days": period.days, "most": limits.long_first_days, "end": shown(end)}
    return found([Sentence(msgid, values)])


_OF_THE_CASE: Mapping[int, Callable[[Case], Answer]] = {7: _other_sites, 19: check_prescriber}

_OF_WHAT_IS_WANTED: Mapping[int, Callable[[Case, Wanted, Limits], Answer]] = {
    1: _one_purpose,
    3: _renewal,
    12: _minor,
    16: _nothing_to_refuse,
    18: _nothing_to_refuse,
}

_OF_THE_START: Mapping[int, Callable[[Case, Wanted, date, Limits], Answer]] = {
    4: check_conventions,
    6: _sliding,
    11: _old_enough,
    14: _not_in_the_past,
}

_OF_THE_PERIOD: Mapping[int, Callable[[Case, Wanted, Period, Limits], Answer]] = {
    2: _one_month,
    5: check_days_in_host,
    8: check_quarter,
    23: _long_first,
    24: check_near_ends,
    29: check_overlaps,
    30: check_contract_dates,
}

_OF_THE_HOURS: Mapping[int, Callable[[Case, Timetable, Period, Limits], Answer]] = {
    9: lambda case, timetable, period, limits: check_usual_week(timetable, period, limits),
    10: lambda case, timetable, period, limits: check_longest(timetable, period, limits),
    13: lambda case, timetable, period, limits: check_sundays_and_holidays(timetable, period, case.departement),
    31: lambda case, timetable, period, limits: check_rest(timetable, period, limits),
}
