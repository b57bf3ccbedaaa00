"""What somebody means by « 8810a », « 88.10A Aide à domicile » or « aide domicile », among codes and their labels."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm.partners.search import fold

#: How many choices a sentence names, and a list under a field shows.
SHOWN = 5

_NAF = re.compile(r"(\d{2})\.?(\d{2})([a-z])\b", re.IGNORECASE)
_LEGAL_FORM = re.compile(r"\d{4}\b")
_TRADE = re.compile(r"([a-z])(\d{4})\b", re.IGNORECASE)
_CEDEX = re.compile(r"\bcedex\b.*$")
_POSTAL_CODE = re.compile(r"\b\d{5}\b")
_INSEE = re.compile(r"(?:\d{2}|2[ab])\d{3}", re.IGNORECASE)
_ABBREVIATIONS = {"st": "saint", "ste": "sainte"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A code of a nomenclature and what it means."""

    code: str
    label: str

    @property
    def shown(self) -> str:
        """As it stands in a field, and is read again from there."""
        return f"{self.code} {self.label}".strip()


@dataclass(frozen=True, slots=True)
class Town:
    """What was typed of a town: its folded name, and the codes that stood with it."""

    name: str
    postal_code: str = ""
    insee_code: str = ""


def naf_code(text: str) -> str | None:
    """The NAF code that the text begins with, as we write it: 88.10A."""
    found = _NAF.match(text.strip().replace(" .", "."))
    return f"{found[1]}.{found[2]}{found[3].upper()}" if found else None


def legal_form_code(text: str) -> str | None:
    """The code of a legal form that the text begins with."""
    found = _LEGAL_FORM.match(text.strip())
    return found[0] if found else None


def trade_code(text: str) -> str | None:
    """The ROME code that the text begins with, as we write it: K1302."""
    found = _TRADE.match(text.strip())
    return found[0].upper() if found else None


def matching(text: str, choices: Iterable[Choice]) -> Sequence[Choice]:
    """
    The choices whose label has a word beginning with each word of `text`.

    The one whose label is the text comes alone: « Restauration » is not « Restauration rapide ».
    """
    tokens = fold(text).split()
    if not tokens:
        return ()
    found = []
    for choice in choices:
        label = fold(choice.label)
        if label == " ".join(tokens):
            return (choice,)
        words = label.split()
        if all(any(word.startswith(token) for word in words) for token in tokens):
            found.append(choice)
    return found


def read_town(city: str, postal_code: str = "") -> Town:
    """« St Denis », « 92160 Antony », « Antony Cedex 3 », « 92002 »: the name, and the codes."""
    typed = fold(city)
    if _INSEE.fullmatch(typed):
        return Town("", postal_code, typed.upper())
    inside = _POSTAL_CODE.search(typed)
    name = _CEDEX.sub("", _POSTAL_CODE.sub(" ", typed))
    words = [_ABBREVIATIONS.get(word, word) for word in name.split()]
    return Town(" ".join(words), postal_code or (inside[0] if inside else ""))
