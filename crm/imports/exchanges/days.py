"""
A day as French spreadsheets write it: « 12/03/2024 », « 12-3-24 », « 2024-03-12 », « mardi 12 mars 2024 », « mars
2024 », or the number of days that Excel counts since 1899-12-30 (45363); with an hour or not.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from crm.partners.search import fold
from crm.sentences import Sentence
from crm.wording import N_

_MONTHS = (
    ("janvier", "janv", "jan"), ("fevrier", "fevr", "fev"), ("mars", "mar"), ("avril", "avr"), ("mai",), ("juin",),
    ("juillet", "juil"), ("aout",), ("septembre", "sept", "sep"), ("octobre", "oct"), ("novembre", "nov"),
    ("decembre", "dec"),
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_NUMBERS = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_WORDS = re.compile(rf"(?:\b(\d{{1,2}})(?:er)? )?\b({'|'.join(_MONTH_OF)}) (\d{{4}}|\d{{2}})\b")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_HOUR = re.compile(r"\b(\d{1,2})\s*(?:[h:]|heures?)\s*(\d{2})?\b", re.IGNORECASE)
#: Day 0 of Excel, and the first and last of its days that an exchange may be of.
_EXCEL_ZERO = date(1899, 12, 30)
OLDEST = date(1990, 1, 1)
#: When the hour is not said.
NOON = time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, its hour (noon when nothing is said), what was guessed; or an error."""

    day: date | None = None
    hour: time = NOON
    note: Sentence | None = None
    error: Sentence | None = None


def read_moment(text: str, *, today: date) -> Moment:
    """The moment that a cell says. A day to come, or before 1990, is an error."""
    shown = " ".join(text.split())[:60]
    if not shown:
        return Moment(error=Sentence(N_("la date manque")))
    day, is_guessed = _day(shown)
    if day is None:
        return Moment(error=Sentence(N_("date illisible : %(text)s"), {"text": shown}))
    if day > today:
        return Moment(error=Sentence(N_("date à venir : %(text)s"), {"text": shown}))
    if day < OLDEST:
        return Moment(error=Sentence(N_("date trop ancienne : %(text)s"), {"text": shown}))
    note = Sentence(N_("jour inconnu, noté au premier du mois : %(text)s"), {"text": shown}) if is_guessed else None
    return Moment(day=day, hour=_hour(shown), note=note)


def _day(text: str) -> tuple[date | None, bool]:
    if _SERIAL.fullmatch(text.replace(",", ".")):
        return _EXCEL_ZERO + timedelta(days=int(float(text.replace(",", ".")))), False
    if found := _ISO.search(text):
        return _date(int(found[1]), int(found[2]), int(found[3])), False
    if found := _NUMBERS.search(text):
        return _date(_year(found[3]), int(found[2]), int(found[1])), False
    for found in _WORDS.finditer(fold(text)):
        if (month := _MONTH_OF.get(found[2])) is not None:
            return _date(_year(found[3]), month, int(found[1] or 1)), found[1] is None
    return None, False


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hour(text: str) -> time:
    found = _HOUR.search(text)
    if found is None:
        return NOON
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        return NOON
