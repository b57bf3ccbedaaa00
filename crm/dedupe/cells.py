"""
What stands in the wrong cell, or dressed up: spreadsheets are typed by hand.

« 12 rue Haute 37000 Tours » in one cell, a telephone in the column of mails, « Accueil <a@b.fr> », « F-37000 ». Plain
cells, nearly all, are given back at once.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_DIGIT = re.compile(r"\d", re.ASCII)
_PLAIN_CODE = re.compile(r"\d{5}", re.ASCII)
_DRESSED_CODE = re.compile(r"\s*'?(?:[fF] ?-? ?)?(\d{2} ?\d{3}|\d ?\d{3})(?:[.,]0{1,2})?\s*", re.ASCII)
_CODE_AND_TOWN = re.compile(r"(?<![\d/])(?:[fF] ?- ?)?(\d{2} ?\d{3})(?!\d)[\s,-]*(?=\D|$)(.*)", re.ASCII | re.DOTALL)
_TOWN_AND_DEPARTMENT = re.compile(r"(.*?\D)[ (]+(\d\d\d?|2[aAbB])\)?\s*", re.ASCII | re.DOTALL)
_BEFORE_A_BOX = re.compile(r"\b(?:bp|cs|tsa|b\.p\.)\s*$", re.IGNORECASE)
_WAY = re.compile(
    r"^\W*\d{1,4}\W|^\W*(?:rue|r\.|av|ave|avenue|bd|bld|boulevard|chemin|ch\.|impasse|imp|all[ée]e|place|pl|quai|route|rte"
    r"|cours|square|z\.?[aic]\.?|zone|lieu[- ]dit)\b",
    re.IGNORECASE,
)
_SPACED_AT = re.compile(r"\s*(?:@|\[at\]|\(at\))\s*", re.IGNORECASE)
_NUMBERS_OF_A_PHONE = 9
_ADDRESS = re.compile(r"[^\s<>;,:()\[\]\"]+@[^\s<>;,:()\[\]\"]+\.[^\s<>;,:()\[\]\"]+")


class Cells(NamedTuple):
    """Telephones, mails and site, each in its column. A cell may hold several."""

    phones: Sequence[str]
    emails: Sequence[str]
    website: str


class Place(NamedTuple):
    """Street, five figures or nothing, town; the département (two figures) that the town's cell told beside it."""

    street: str
    postal_code: str
    city: str
    department: str


def sorted_cells(phones: Sequence[str], emails: Sequence[str], website: str) -> Cells:
    """Put mails among mails and numbers among numbers, whatever column they were typed in."""
    is_misplaced = (
        any("@" in text for text in phones) or any(text and "@" not in text for text in emails) or "@" in website
    )
    if not is_misplaced:
        return Cells(phones, emails, website)
    cells = [text for text in (*phones, *emails, website) if text and text.strip()]
    mails = [text for text in cells if "@" in text or "[at]" in text or "(at)" in text]
    others = [text for text in cells if text not in mails]
    numbers = [text for text in others if len(_DIGIT.findall(text)) >= _NUMBERS_OF_A_PHONE or text in phones]
    sites = [text for text in others if text not in numbers and "." in text]
    return Cells(numbers, mails, sites[-1] if sites else "")


def texts_of_emails(cell: str) -> Sequence[str]:
    """Every address of a cell, without what it is dressed with; the cell itself when it holds none."""
    text = cell.strip()
    if " " not in text and ":" not in text and ";" not in text and "<" not in text and "," not in text:
        return (text,)
    return _ADDRESS.findall(_SPACED_AT.sub("@", text)) or (text,)


def place_of(street: str, postal_code: str, city: str) -> Place:
    """Where a card is, its cells mended when one holds what belongs in another."""
    code = postal_code if _PLAIN_CODE.fullmatch(postal_code) else ""
    department = ""
    if postal_code and not code:
        if dressed := _DRESSED_CODE.fullmatch(postal_code):
            code = dressed[1].replace(" ", "").zfill(5)
        elif not _DIGIT.search(postal_code) and (swapped := _DRESSED_CODE.fullmatch(city)):
            code, city = swapped[1].replace(" ", "").zfill(5), postal_code
        else:
            department = postal_code.strip()
    if _DIGIT.search(city):
        street, code, city, department = _city_with_figures(street, code, city, department)
    elif _WAY.match(city) and street and not _WAY.match(street):
        street, city = city, street
    if (found := _town_at_the_end(street)) is not None:
        return Place(found.street, code or found.postal_code, city or found.city, department)
    return Place(street, code, city, department)


def _city_with_figures(street: str, code: str, city: str, department: str) -> tuple[str, str, str, str]:
    if _WAY.match(city):
        # The address stands in the column of the town; the town may stand in that of the address.
        found = _town_at_the_end(city) or Place(city, "", "", "")
        is_swapped = bool(street) and not _DIGIT.search(street) and not _WAY.match(street)
        town = found.city or (street if is_swapped else "")
        return (found.street if not street or is_swapped else street), code or found.postal_code, town, department
    if beside := _CODE_AND_TOWN.search(city):
        town = f"{city[: beside.start()]} {beside[2]}".strip(" ()-,")
        return street, code or beside[1].replace(" ", ""), town, department
    if after := _TOWN_AND_DEPARTMENT.fullmatch(city):
        return street, code, after[1].strip(), department or after[2]
    return street, code, city, department


def _town_at_the_end(street: str) -> Place | None:
    """« 12 rue Haute 37000 Tours », taken apart; None when there is no postal code in it."""
    if len(street) < 10 or not _DIGIT.search(street, 5):
        return None
    found = _CODE_AND_TOWN.search(street, 1)
    while found and _BEFORE_A_BOX.search(street[: found.start()]):
        found = _CODE_AND_TOWN.search(street, found.start() + 5)
    if not found or not found[2].strip(" ()-,"):
        return None
    return Place(street[: found.start()].strip(" ,-("), found[1].replace(" ", ""), found[2].strip(" ()-,"), "")
