"""Phone numbers: stored as E.164 (`+33199000000`), shown the French way (`01 99 00 00 00`)."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from crm.sentences import Sentence
from crm.wording import N_

#: A text longer than this holds more than a number.
LONGEST_TEXT = 60
FRANCE = 33

# The overseas départements dial 0262 and the like at home but have their own country codes.
_OVERSEAS = {
    262: ("262", "263", "269", "639", "692", "693"),
    508: ("508", "708"),
    590: ("590", "690", "691"),
    594: ("594", "694"),
    596: ("596", "696", "697"),
}
# A French number as it is stored, but for those that begin with 08 and are grouped otherwise.
_USUAL = re.compile(r"\+33([1-79])(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)
_FLOAT_TAIL = re.compile(r"(?<=\d{9})[.,]0{1,2}$")
_LETTERS = re.compile(r"[^\W\d_]+\.?")
_SPLIT = re.compile(r"\s*(?:[;|\n]|\bou\b|\bet\b|,|/| - )\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """`value` is E.164, None when unreadable; then `error` says why, unless the text was empty."""

    value: str | None = None
    error: Sentence | None = None


NOTHING = Phone()


def read_phone(text: str | None) -> Phone:
    """
    Read one number, French unless it begins with + or 00.

    Mended: separators, « Tél. », (0) after +33, the zero a spreadsheet lost (`146000000`), the `.0` it
    added.
    """
    if text is None or not text.strip():
        return NOTHING
    if len(text) > LONGEST_TEXT:
        return _refuse(N_("Ce n'est pas un numéro de téléphone : le texte est trop long."))
    shown = " ".join(text.split())
    plain = unicodedata.normalize("NFKC", shown)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    plain = _FLOAT_TAIL.sub("", _LETTERS.sub(" ", plain).strip(" '"))
    number = _parse(plain)
    if number is None:
        return _refuse(N_("« %(text)s » n'est pas un numéro de téléphone."), text=shown)
    if len(str(number.national_number)) <= 6 and number.country_code == FRANCE:
        msgid = N_("« %(text)s » est un numéro court : donnez un numéro à 10 chiffres.")
        return _refuse(msgid, text=shown)
    number = _overseas(number)
    if not _is_plausible(number):
        return _refuse(N_("« %(text)s » n'est pas un numéro de téléphone complet."), text=shown)
    return Phone(value=phonenumbers.format_number(number, PhoneNumberFormat.E164))


def read_phones(text: str | None) -> tuple[Phone, ...]:
    """Read a cell of several numbers (« 01 99 00 00 00 / 06 39 98 00 00 »): each once, in their order."""
    whole = read_phone(text)
    if whole.value or not text or not text.strip():
        return (whole,) if whole.value else ()
    parts = [read_phone(part) for part in _SPLIT.split(text) if part.strip()]
    if not any(part.value for part in parts):
        return (whole,)
    return tuple(dict.fromkeys(parts))


def show_phone(value: str | None) -> str:
    """
    The number as a French reader writes it: national for France (overseas included), international
    otherwise.

    What is not E.164 is given back as it came, so that old data stays readable.
    """
    if not value:
        return ""
    if usual := _USUAL.fullmatch(value):  # what the library says of nearly all, fifty times slower
        return "0" + " ".join(usual.groups())
    number = _parse(value) if value.startswith("+") else None
    if number is None:
        return value
    is_french = number.country_code == FRANCE or number.country_code in _OVERSEAS
    style = PhoneNumberFormat.NATIONAL if is_french else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def national_digits(value: str) -> str:
    """What one dials in France for an E.164 number: `0199000000`. A foreign one keeps its country code."""
    if value.startswith("+33"):
        return "0" + value[3:]
    for country in _OVERSEAS:
        if value.startswith(f"+{country}"):
            return "0" + value[4:]
    return "".join(c for c in value if c.isascii() and c.isdigit())


def _parse(text: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, "FR")
    except NumberParseException:
        return None


def _overseas(number: PhoneNumber) -> PhoneNumber:
    """Give a number typed as `0262...` its real country code, when it is one that exists there."""
    national = str(number.national_number)
    for country, prefixes in _OVERSEAS.items():
        if number.country_code == FRANCE and national.startswith(prefixes):
            moved = PhoneNumber(country_code=country, national_number=number.national_number)
            if phonenumbers.is_valid_number(moved):
                return moved
    return number


def _is_plausible(number: PhoneNumber) -> bool:
    # In France any nine digits: ranges open faster than the tables of the library are renewed, and those kept
    # for fiction, which the demo uses, are missing from them.
    if number.country_code == FRANCE:
        return len(str(number.national_number)) == 9 and not number.italian_leading_zero
    return phonenumbers.is_valid_number(number)


def _refuse(msgid: str, **values: object) -> Phone:
    return Phone(error=Sentence(msgid, values))
