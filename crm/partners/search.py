"""
Folded text: « Sté L'Œuvre-Sociale » and « ste l oeuvre sociale » are the same thing to search and to sort.

The keys are stored in columns and compared by the database as plain text, so both engines answer alike.
"""

import re
import unicodedata
from collections.abc import Iterable

from crm.partners.phones import national_digits

SORT_KEY_LENGTH = 200
SEARCH_KEY_LENGTH = 1000
MOST_TOKENS = 8
LONGEST_QUERY = 200
#: The character to give to LIKE ... ESCAPE.
LIKE_ESCAPE = "\\"

# Letters that Unicode does not take apart.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "&": " et "})
_DOTTED = re.compile(r"(?<!\w)(?:\w\.){2,}\w?(?!\w)")  # S.A.R.L. -> SARL
_PHONE = re.compile(r"(?<![\w+])(?:(?:\+|00)33[ .-]?(?:\(0\)[ .-]?)?|0)(\d(?:[ .-]?\d\d){4})(?!\w)")
_SIRET = re.compile(r"(?<!\w)\d{3}[ .-]?\d{3}[ .-]?\d{3}(?:[ .-]?\d{5})?(?!\w)")
_DIGITS_ONLY = re.compile(r"[\d .-]+")
# Typed in part: « 01 99 00 », « 400 690 3 ».
_PHONE_START = re.compile(r"\d\d(?:[ .-]\d\d){1,4}(?:[ .-]\d)?")
_SIRET_START = re.compile(r"\d{3}(?:[ .-]\d{3}){1,2}(?:[ .-]\d{1,5})?|\d{3}[ .-]\d{3}[ .-]\d{1,2}")
_JOINTS = re.compile(r"[ .-]")
_DIGIT_RUNS = re.compile(r"\d+(?: \d+)+")


def fold(text: str) -> str:
    """
    Lower case without accents, ligatures opened, punctuation as single spaces, invisible characters dropped.

    Folding twice changes nothing. Emoji are kept: someone may search for the one thing a name is made of.
    """
    flat = unicodedata.normalize("NFKD", text)
    flat = unicodedata.normalize("NFKD", flat.casefold()).translate(_LIGATURES)
    flat = _DOTTED.sub(lambda found: found[0].replace(".", ""), flat)
    return " ".join("".join(_folded(c) for c in flat).split())


def sort_key(name: str) -> str:
    """
    The text by which a list is put in order, 200 characters at most.

    Leading articles and legal forms stay: the eye looks for « Les Jardins du Volvestre » under the letter
    that it sees first, and for many partners (« La Poste », « Le Relais ») the article is the name.
    Searching finds them by any word.
    """
    return fold(name)[:SORT_KEY_LENGTH].rstrip()


def search_key(
    *,
    names: Iterable[str],
    city: str = "",
    postal_code: str = "",
    siret: str = "",
    phones: Iterable[str] = (),
) -> str:
    """
    One folded text with all a partner can be found by, 1000 characters at most.

    `siret` may be a SIREN; `phones` are E.164 and enter as dialled in France. Short exact things come first:
    a name of any length cannot push them out.
    """
    shown = [*names, city]
    parts = [siret, postal_code, *(national_digits(phone) for phone in phones)]
    parts += [fold(text) for text in shown]
    # A query joins what looks like a phone or a SIRET: a number inside a name must be found joined as well.
    parts += [token for text in shown for token in fold(_join_digits(text)).split() if token.isdigit()]
    parts += [run.replace(" ", "") for text in shown for run in _DIGIT_RUNS.findall(fold(text))]
    return " ".join(dict.fromkeys(part for part in parts if part))[:SEARCH_KEY_LENGTH].rstrip()


def search_tokens(query: str) -> tuple[str, ...]:
    """
    The words that must all be found, folded, each once, eight at most.

    A phone or a SIRET typed with its spaces becomes one token, also while it is being typed.
    """
    words = fold(_join_digits(query[:LONGEST_QUERY])).split()
    return tuple(dict.fromkeys(words))[:MOST_TOKENS]


def like_pattern(token: str) -> str:
    """A LIKE pattern for « contains `token` », to be used with `escape=LIKE_ESCAPE`."""
    for special in (LIKE_ESCAPE, "%", "_"):
        token = token.replace(special, LIKE_ESCAPE + special)
    return f"%{token}%"


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf", "Cs"}:
        return ""
    if category[0] in "LN" or (category == "So" and character != "°"):
        return character
    return " "


def _join_digits(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip()
    if _DIGITS_ONLY.fullmatch(text):
        whole = _PHONE_START.fullmatch(text) or _SIRET_START.fullmatch(text)
        return _JOINTS.sub("", text) if whole else text
    text = _PHONE.sub(lambda found: "0" + _JOINTS.sub("", found[1]), text)
    return _SIRET.sub(lambda found: _JOINTS.sub("", found[0]), text)
