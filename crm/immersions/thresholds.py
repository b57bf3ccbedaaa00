"""
Each figure of the rules of immersions: its rule, value, unit, source, and the day on which the source was read.

A change of law is a change of these rows: whoever keeps them elsewhere builds `Limits` from its own.
`read_on` None: to be read again by the structure's own adviser.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm.immersions.enums import Status
from crm.wording import N_

READ = date(2026, 11, 27)
_MONTHS, _DAYS, _HOURS, _MINUTES = N_("mois"), N_("jours"), N_("heures"), N_("minutes")
_YEARS, _PERCENT, _COUNT, _CLOCK = N_("ans"), N_("pour cent"), N_("nombre"), N_("heure du jour")
#: Sources named more than once.
_D5135_3 = "Code du travail, D5135-3"
_MINORS = "Code du travail, L3162-1"
_OURS = N_("notre lecture")


@dataclass(frozen=True, slots=True)
class Threshold:
    """One figure. `key` is a field of `Limits`; `rule` is the number of the rule it belongs to."""

    key: str
    rule: int
    value: int
    unit: str
    source: str
    status: Status
    read_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The figures by name, as the rules use them. Units: those of the rows."""

    convention_months: int
    renewal_months: int
    renewal_gap_days: int
    conventions: int
    days_in_host: int
    window_months: int
    contract_percent: int
    usual_week_hours: int
    week_hours: int
    day_hours: int
    youngest_age: int
    full_age: int
    minor_day_hours: int
    minor_week_hours: int
    minor_stretch_minutes: int
    minor_break_minutes: int
    minor_days_off: int
    night_from: int
    night_until: int
    long_first_days: int
    near_end_days: int
    rest_hours: int
    week_days: int


THRESHOLDS: tuple[Threshold, ...] = (
    Threshold("convention_months", 2, 1, _MONTHS, _D5135_3, Status.LAW, READ),
    Threshold("renewal_months", 3, 1, _MONTHS, _D5135_3, Status.LAW, READ),
    Threshold("renewal_gap_days", 3, 30, _DAYS, _OURS, Status.PRACTICE, READ),
    Threshold("conventions", 4, 2, _COUNT, _D5135_3, Status.LAW, READ),
    Threshold("days_in_host", 5, 60, _DAYS, _D5135_3, Status.LAW, READ),
    Threshold("window_months", 6, 12, _MONTHS, _D5135_3, Status.LAW, READ),
    Threshold("contract_percent", 8, 25, _PERCENT, "Code du travail, D5134-50-2 (CUI-CAE)", Status.PAGE),
    Threshold("usual_week_hours", 9, 35, _HOURS, "Code du travail, L3121-27", Status.PRACTICE),
    Threshold("week_hours", 10, 48, _HOURS, "Code du travail, L3121-20", Status.LAW),
    Threshold("day_hours", 10, 10, _HOURS, "Code du travail, L3121-18", Status.LAW),
    Threshold("youngest_age", 11, 16, _YEARS, N_("pratique du service de l'État"), Status.PRACTICE),
    Threshold("full_age", 12, 18, _YEARS, "Code civil, 388", Status.PAGE),
    Threshold("minor_day_hours", 12, 8, _HOURS, _MINORS, Status.PAGE, READ),
    Threshold("minor_week_hours", 12, 35, _HOURS, _MINORS, Status.PAGE, READ),
    Threshold("minor_stretch_minutes", 12, 270, _MINUTES, "Code du travail, L3162-3", Status.PAGE, READ),
    Threshold("minor_break_minutes", 12, 30, _MINUTES, "Code du travail, L3162-3", Status.PAGE, READ),
    Threshold("minor_days_off", 12, 2, _DAYS, "Code du travail, L3164-2", Status.PAGE, READ),
    Threshold("night_from", 12, 22, _CLOCK, "Code du travail, L3163-1", Status.PAGE, READ),
    Threshold("night_until", 12, 6, _CLOCK, "Code du travail, L3163-1", Status.PAGE, READ),
    Threshold("long_first_days", 23, 14, _DAYS, N_("DGEFP, 2015"), Status.PAGE),
    Threshold("near_end_days", 24, 30, _DAYS, N_("guide FNARS, fiche 9"), Status.GUIDE),
    Threshold("rest_hours", 31, 11, _HOURS, "Code du travail, L3131-1", Status.TO_CONFIRM),
    Threshold("week_days", 31, 6, _DAYS, "Code du travail, L3132-1", Status.TO_CONFIRM),
)


def limits_of(thresholds: Iterable[Threshold]) -> Limits:
    """The figures of these rows. Raises TypeError when one is missing or unknown."""
    return Limits(**{threshold.key: threshold.value for threshold in thresholds})


LIMITS = limits_of(THRESHOLDS)
