"""
A company as it was given, and the form in which two of them can be compared.

Nothing is looked up: what is not in the card or in the short lists of `lexicon` and `places` is unknown.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from crm.dedupe.cells import Place, place_of, sorted_cells, texts_of_emails
from crm.dedupe.lexicon import (
    ABBREVIATIONS,
    ARTICLES,
    COMMON_WORDS,
    EMPLOYMENT_FORMS,
    FEMALE_SAINTS,
    INSTITUTIONS,
    LEGAL_FORMS,
    MAIL_PROVIDERS,
    SITE_HOSTS,
    SPELT_OUT,
    Level,
)
from crm.dedupe.places import DEPARTMENT_CODES, REGIONS, department_code, department_of
from crm.partners.identifiers import SIREN_LENGTH, SIRET_LENGTH, is_siren, read_identifier
from crm.partners.phones import read_phones
from crm.partners.search import fold as fold_any

#: Names longer than this are cut: scoring costs the product of two lengths.
LONGEST_NAME = 300

# What `fold` does, for plain ASCII, several times as fast.
_ASCII = str.maketrans(
    {chr(code): " " for code in range(128) if not chr(code).isalnum()}
    | {chr(code): chr(code).lower() for code in range(65, 91)}
    | {"&": " et "}
)
_ACCENTS = str.maketrans("àâäçéèêëîïôöùûüÿÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ’", "aaaceeeeiioouuuyAAACEEEEIIOOUUU'")
_DOTTED = re.compile(r"(?<!\w)(?:\w\.){2,}\w?(?!\w)")
# « S A R L Dupont », « A P F »: letters set apart are one word.
_SPACED = re.compile(r"\b(?:s a|s c|(?:[a-z5] ){2,}[a-z])\b")
# Twice the digit, its two digits added up.
_DOUBLED = str.maketrans("0123456789", "0246813579")
_OCR = str.maketrans({"0": "o", "1": "i", "4": "a", "5": "s", "8": "b"})
_PLAIN_EMAIL = re.compile(r"[a-z0-9](?:[a-z0-9_-]|\.(?=[a-z0-9_-]))*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_PLAIN_PHONE = re.compile(
    r"(?:t[ée]l(?:\. ?| ?: ?| ))?(?:\+33 ?(?:\(0\))?|0033 ?|0)?([1-9])"
    r"(?:[ .-]?(\d\d))(?:[ .-]?(\d\d))(?:[ .-]?(\d\d))(?:[ .-]?(\d\d))",
    re.IGNORECASE | re.ASCII,
)
_OVERSEAS = ("262", "263", "269", "508", "590", "594", "596", "639", "69", "708")
_CEDEX = re.compile(r"\bcedex\b.*| \d{1,2}(?:e|er|eme)?(?: arrondissement)?$")
_PARENTHESES = re.compile(r"[(\[«]([^)\]»]*)[)\]»]?")
_PARTS = re.compile(
    r" / |/(?=\s)|\s+[-–—|]\s+|\s*[,;:]\s+"
    r"|\bex-|\b(?:ex\.?|anciennement|dite?|alias|enseigne|nom commercial|devenue?|a l enseigne)\s+"
    r"|\bà l['’]attention d\w+\s+",
    re.IGNORECASE,
)
# Without one of these, a name is in one piece.
_MARKS_OF_PARTS = (
    "(", "[", "«", "/", "-", "–", "—", "|", ",", ";", ":", "ex", "ancien", "dit", "alias", "enseigne", "nom com",
    "devenu", "attention",
)  # fmt: skip
_LONG_FORMS = re.compile(
    r"\bsociete (?:par actions simplifiee?s?(?: unipersonnelle)?|a responsabilite limitee|anonyme"
    r"|cooperative(?: ouvriere de production| d interet collectif)?|civile(?: immobiliere| professionnelle)?"
    r"|en nom collectif|d exercice liberal)\b"
    r"|\bentreprise (?:individuelle|unipersonnelle(?: a responsabilite limitee)?)\b|\bassociation loi (?:de )?1901\b"
)
_SOCIETE = re.compile(r"\bst[ée]s?\.(?=\s)|\bsté\b", re.IGNORECASE)
_POST_BOX = re.compile(r"\b(?:bp|cs|tsa|cedex)\s*\d*\b|\b(?:batiment|bat|immeuble|imm|residence)\b.*")
_MARKS_OF_A_BOX = ("bp", "cs", "tsa", "cedex", "bat", "imm", "residence")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_WITH_FIGURES = re.compile(r"[a-z]\d|\d[a-z]")
# « UDAF62 », « CG62 ».
_WITH_DEPARTMENT = re.compile(r"([a-z]{2,})(\d{2,3})", re.ASCII)
_NOT_OF_AL = frozenset({"travaux", "tuyaux", "noyaux", "joyaux"})
_NUMBER = re.compile(r"^\d{1,4}")
# fmt: off
_STREET_WORDS = frozenset([
    "allee", "av", "ave", "avenue", "bd", "bis", "bld", "boulevard", "ch", "chemin", "cours", "imp",
    "impasse", "ld", "lieu", "pl", "place", "quai", "r", "route", "rte", "rue", "sq", "square", "ter",
    "za", "zae", "zi",
])
# fmt: on
_TELLS_NOTHING = COMMON_WORDS | EMPLOYMENT_FORMS | LEGAL_FORMS
_LONGEST_PLACE = max(len(name.split()) for name in (*DEPARTMENT_CODES, *REGIONS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    The public facts of a company, as typed or imported: any of them may be empty or damaged.

    `names`: every name it goes by, the legal one first. `department`: code or name; read from the postal
    code when empty.
    """

    names: tuple[str, ...]
    siren: str | None = ""
    siret: str | None = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    website: str | None = ""
    street: str | None = ""
    postal_code: str | None = ""
    city: str | None = ""
    department: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """
    One name, taken apart.

    `words`: what names it, folded, singular, in order, without legal forms, articles and `areas`.
    `spoken`: the same with what is an institution or a territory left in its place.
    `institution`: the one spelling when it is a kind of institution (« CCAS »), which is then not in
    `words`. `areas`: département codes and regions it names. `letters`: initials of its words, with and
    without the small ones. `is_part`: cut out of a longer name (« La Pose » in
    « La Pose / Pôle Insertion »).
    """

    words: tuple[str, ...]
    spoken: tuple[str, ...] = ()
    institution: str = ""
    level: Level | None = None
    areas: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()
    is_part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """
    A card made comparable. Empty means unknown, and proves nothing.

    `damaged`: the digits of a SIRET or SIREN that the check digit refuses; they may still be all but right.
    `page`: how it is called on a site where anybody has a page (« facebook.com/la-vigne »).
    """

    names: tuple[Name, ...]
    siren: str
    siret: str
    damaged: str
    phones: frozenset[str]
    emails: frozenset[str]
    domains: frozenset[str]
    page: str
    number: str
    street: tuple[str, ...]
    postal_code: str
    city: tuple[str, ...]
    department: str


def normalise(card: Card | Normal) -> Normal:
    """The comparable form of a card; one that is already normalised comes back unchanged."""
    if isinstance(card, Normal):
        return card
    siren, siret = _identifier(card.siret)
    damaged = "" if siren else _damaged(card.siret)
    siren = siren or _identifier(card.siren)[0]
    cells = sorted_cells(card.phones, card.emails, card.website or "")
    emails = frozenset(filter(None, (_email(text) for cell in cells.emails for text in texts_of_emails(cell))))
    host, page = _host_and_page(cells.website)
    sites = {host} | {email.partition("@")[2] for email in emails}
    place = place_of(card.street or "", card.postal_code or "", card.city or "")
    department = department_code(fold(card.department or "")) or department_of(place.postal_code)
    department = department or (department_code(fold(place.department)) if place.department else "")
    city = tuple(words_of(_town(place.city)))
    names = _names(card.names, department, city)
    number, street = _street(place)
    return Normal(
        names=names,
        siren=siren or (damaged[:SIREN_LENGTH] if is_siren(damaged[:SIREN_LENGTH]) else ""),
        siret=siret,
        damaged=damaged,
        phones=frozenset(phone for text in cells.phones for phone in _phones(text)),
        emails=emails,
        domains=frozenset(sites - {""} - MAIL_PROVIDERS - SITE_HOSTS),
        page=page,
        number=number,
        street=street,
        postal_code=place.postal_code,
        city=city,
        department=department or _department_of_names(names),
    )


@lru_cache(maxsize=50_000)  # a file names few towns
def _town(text: str) -> str:
    return _CEDEX.sub("", fold(text))


def _identifier(text: str | None) -> tuple[str, str]:
    """The SIREN and the SIRET, as `read_identifier` does; the plain ones, nearly all, several times as fast."""
    if not text:
        return "", ""
    plain = text.replace(" ", "")
    if len(plain) in {SIREN_LENGTH, SIRET_LENGTH} and plain.isascii() and plain.isdigit() and plain.strip("0"):
        siren = plain[:SIREN_LENGTH]
        if _luhn(siren) and _luhn(plain):
            return siren, plain if len(plain) == SIRET_LENGTH else ""
    found = read_identifier(text)
    return found.siren or "", found.siret or ""


def _luhn(digits: str) -> bool:
    doubled = digits[-2::-2].translate(_DOUBLED)
    return (sum(map(int, digits[-1::-2])) + sum(map(int, doubled))) % 10 == 0


@lru_cache(maxsize=50_000)  # names are made of the same words
def stem(word: str) -> str:
    """The word without the marks of plural and feminine, the usual abbreviations written out, numbers in figures."""
    word = ABBREVIATIONS.get(word, word)
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 5 and word.endswith(("ale", "aux", "elle")):
        word = _masculine(word)
    return ABBREVIATIONS.get(word, word)


def _masculine(word: str) -> str:
    """« Mission locale », « centres sociaux », « formation professionnelle »: the adjective in one form."""
    if word.endswith("ale"):
        return word[:-1]
    if word.endswith("aux"):
        return word if word.endswith("eaux") or word in _NOT_OF_AL else f"{word[:-3]}al"
    return word[:-2] if word.endswith(("nnelle", "turelle", "rielle")) else word


def words_of(folded: str) -> list[str]:
    """The telling words of a folded text, singular, in order: no articles."""
    return [stem(word) for word in folded.split() if word not in ARTICLES]


def _names(texts: tuple[str, ...], department: str, city: tuple[str, ...]) -> tuple[Name, ...]:
    names: list[Name] = []
    for given in texts:
        text = given[:LONGEST_NAME]
        small = text.lower()
        if "sté" in small or "ste." in small or "stes." in small or "stés." in small:
            text = _SOCIETE.sub("societe ", text)
        for piece, is_part in _pieces(text):
            name = _name(piece, department, is_part=is_part)
            known = any((n.words, n.institution) == (name.words, name.institution) for n in names)
            tells = _tells(name, city) if is_part else bool(name.words or name.institution)
            # « La Vigne (Tours) », at Tours: still one name.
            is_same = is_part and bool(names) and set(names[0].words) == set(name.words).difference(city)
            if not known and tells and not is_same:
                names.append(name)
    return tuple(names)


def _pieces(text: str) -> list[tuple[str, bool]]:
    """The name without its parentheses, then its parts and what the parentheses held, marked as parts."""
    small = text.lower()
    if not any(mark in small for mark in _MARKS_OF_PARTS):
        return [(text, False)]
    outside, inside = text, []
    if "(" in text or "[" in text or "«" in text:
        outside = _PARENTHESES.sub(" ", text)
        if not fold(outside):
            outside = text
        inside = [match[1] for match in _PARENTHESES.finditer(text)]
        # « Morel (Garage) »: what comes first in a sorted column.
        inside += [f"{outside} {inside[0]}"] if inside else []
    parts = [part for piece in (outside, *inside) for part in _PARTS.split(piece)]
    return [(outside, False), *((part, True) for part in parts if part != outside)]


def _tells(name: Name, city: tuple[str, ...]) -> bool:
    """Whether a part may stand for the whole: a kind of institution, a town or a common word may not."""
    telling = [word for word in name.words if word not in _TELLS_NOTHING and word not in city]
    return not name.institution and sum(map(len, telling)) > 2


def _damaged(text: str | None) -> str:
    digits = re.sub(r"[\s.-]+", "", text or "")
    return digits if digits.isascii() and digits.isdigit() and SIREN_LENGTH <= len(digits) <= SIRET_LENGTH + 1 else ""


def fold(text: str) -> str:
    """As `crm.partners.search.fold`."""
    if not text.isascii():
        text = text.translate(_ACCENTS)
        if not text.isascii():
            return fold_any(text)
    if "." in text:
        text = _DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    return " ".join(text.translate(_ASCII).split())


def _phones(text: str) -> list[str]:
    plain = _PLAIN_PHONE.fullmatch(text.strip())
    if plain:
        digits = "".join(plain.groups())
        if not digits.startswith(_OVERSEAS):
            return [f"+33{digits}"]
    return [phone.value for phone in read_phones(text) if phone.value]


def _spoken(folded: str) -> str:
    """Letters set apart put together, figures that a scanner saw in the place of letters read as letters."""
    folded = _SPACED.sub(lambda found: found[0].replace(" ", ""), folded)
    if "societe " in folded or "entreprise " in folded or "1901" in folded:
        folded = _LONG_FORMS.sub(" ", folded).strip() or folded
    if _WITH_FIGURES.search(folded):
        return " ".join(_read_figures(word) for word in folded.split())
    return folded


def _read_figures(word: str) -> str:
    if (found := _WITH_DEPARTMENT.fullmatch(word)) and department_code(found[2]):
        return f"{found[1]} {found[2]}"
    letters = sum(character.isalpha() for character in word)
    # « T2I », « 3F »: in short words a figure is meant.
    return word.translate(_OCR) if letters >= 3 and letters < len(word) <= letters + 2 and len(word) >= 5 else word


def _name(text: str, department: str, *, is_part: bool) -> Name:
    folded = _spoken(fold(text))
    spoken = folded.split()
    # « De », « Les » : of a name made of nothing but small words, the small words are the name.
    small_left_out = words_of(folded) or [stem(word) for word in spoken]
    if spoken[:1] == ["ste"] and len(spoken) > 1 and spoken[1] not in FEMALE_SAINTS:
        small_left_out = small_left_out[1:] or small_left_out
    words = [word for word in _contracted(small_left_out) if word not in LEGAL_FORMS]
    words = [word for word in words if word not in EMPLOYMENT_FORMS] or words or small_left_out
    whole = tuple(words)
    institution, level, words = _institution(words)
    areas, words = _areas(words, department, is_institution=bool(institution))
    without_areas = _areas(small_left_out, department, is_institution=False)[1] if areas else small_left_out
    return Name(
        words=tuple(words),
        spoken=whole,
        institution=institution,
        level=level,
        areas=areas,
        letters=frozenset([
            "".join([word[0] for word in some])
            for some in (spoken, small_left_out, without_areas, words)
            if len(some) > 1
        ]),
        is_part=is_part,
    )  # fmt: skip


def _contracted(words: list[str]) -> list[str]:
    """The words with what everybody says as initials (« GEIQ ») written that way."""
    for place, word in enumerate(words):
        for phrase, short in _PHRASES.get(word, ()):
            if words[place : place + len(phrase)] == phrase:
                return [*words[:place], short, *_contracted(words[place + len(phrase) :])]
    return words


def _institution(words: list[str]) -> tuple[str, Level | None, list[str]]:
    """Find the institution a name begins with; « Centre social » may stand anywhere in it, « CA » may not."""
    best: tuple[list[str], tuple[str, Level]] | None = None
    where = 0
    for start, word in enumerate(words):
        for phrase, found in _INSTITUTIONS.get(word, ()):
            # A short word inside a name is a chance meeting: only the first one is an institution.
            is_whole = words[start : start + len(phrase)] == phrase and (len(phrase) > 1 or start == 0)
            if is_whole and (best is None or len(phrase) > len(best[0])):
                best, where = (phrase, found), start
    if best is None:
        return "", None, words
    phrase, (institution, level) = best
    return institution, level, words[:where] + words[where + len(phrase) :]


def _areas(words: list[str], department: str, *, is_institution: bool) -> tuple[frozenset[str], list[str]]:
    """Take the départements and regions out of the words of a name, unless nothing would be left of it."""
    areas: set[str] = set()
    kept: list[str] = []
    place = 0
    while place < len(words):
        area, length = _area_at(words, place, department, is_institution=is_institution)
        if area and (is_institution or len(words) > length):
            areas.add(area)
            place += length
        else:
            kept.append(words[place])
            place += 1
    return (frozenset(areas), kept) if kept or is_institution else (frozenset(), words)


def _area_at(words: list[str], place: int, department: str, *, is_institution: bool) -> tuple[str, int]:
    if words[place] not in _AREA_STARTS and not words[place].isdigit():
        return "", 0
    for length in range(min(_LONGEST_PLACE, len(words) - place), 0, -1):
        text = " ".join(words[place : place + length])
        code = _AREA_CODES.get(text, "")
        # « Nord », « Lot », « Manche » are also common words; a number may be anything.
        is_sure = length > 1 or is_institution or code == department
        if code and is_sure:
            return code, length
        if text in _AREA_REGIONS:
            return _AREA_REGIONS[text], length
    word = words[place]
    is_last = place == len(words) - 1 and (place > 0 or is_institution)
    if is_last and word.isdigit() and len(word) in {2, 3} and (code := department_code(word)):
        return (code, 1) if department in {"", code} else ("", 0)
    return "", 0


def _by_first_word(table: Mapping[str, Any]) -> dict[str, list[tuple[list[str], Any]]]:
    """The phrases that begin with each word, as names are taken apart, the longest first."""
    found: dict[str, list[tuple[list[str], Any]]] = defaultdict(list)
    for text in sorted(table, key=lambda text: -len(text.split())):
        phrase = words_of(text)
        value = table[text]
        found[phrase[0]].append((phrase, stem(value) if isinstance(value, str) else value))
    return dict(found)


_PHRASES: dict[str, list[tuple[list[str], str]]] = _by_first_word(SPELT_OUT)
_INSTITUTIONS: dict[str, list[tuple[list[str], tuple[str, Level]]]] = _by_first_word(INSTITUTIONS)
_AREA_CODES = {" ".join(words_of(name)): code for name, code in DEPARTMENT_CODES.items()}
_AREA_REGIONS = {" ".join(words_of(name)): region for name, region in REGIONS.items()}
_AREA_STARTS = frozenset(name.split()[0] for name in (*_AREA_CODES, *_AREA_REGIONS))


def _department_of_names(names: tuple[Name, ...]) -> str:
    codes = {area for name in names for area in name.areas if department_code(area)}
    return codes.pop() if len(codes) == 1 else ""


def _street(place: Place) -> tuple[str, tuple[str, ...]]:
    folded = fold(place.street)
    if any(mark in folded for mark in _MARKS_OF_A_BOX):
        folded = _POST_BOX.sub(" ", folded).strip()
    number = _NUMBER.match(folded)
    words = [word for word in words_of(folded) if word not in _STREET_WORDS and not word.isdigit()]
    return (number[0].lstrip("0") if number else ""), tuple(words)


def _email(text: str) -> str:
    plain = text.strip().casefold()
    if _PLAIN_EMAIL.fullmatch(plain) and plain.isascii() and len(plain) <= 64:
        return plain
    # Long to read, and asked about few addresses.
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.casefold()
    except EmailNotValidError:
        return ""


def _host_and_page(website: str) -> tuple[str, str]:
    """The domain of a site; of a page on somebody else's site, what the page is called."""
    address = website.strip().casefold()
    if not address:
        return "", ""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    host = host.removeprefix("www.").rstrip(".")
    if not _HOST.fullmatch(host):
        return "", ""
    if host in SITE_HOSTS:
        return host, fold(unquote(parts.path).rpartition("/")[2] or unquote(parts.path))
    return host, ""
