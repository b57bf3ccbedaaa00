"""
SIREN and SIRET: checked, and mended when a spreadsheet damaged them.

A SIREN is the company (9 digits), a SIRET one of its sites (14 digits: the SIREN, then five digits, the
last one a check digit). Source: INSEE, documentation of the SIRENE register; the control is Luhn's, save for
the sites of La Poste.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from crm.sentences import Sentence
from crm.wording import N_

SIREN_LENGTH = 9
SIRET_LENGTH = 14
#: A text longer than this is not an identifier, and is not worth reading.
LONGEST_TEXT = 60

_LABEL = re.compile(r"^(?:n[°ºo]?\s*)?(?:siret|siren)?\s*(?:n[°ºo])?\s*[:=]?\s*", re.IGNORECASE)
_VAT = re.compile(r"^FR[\s.]?[0-9A-Z]{2}[\s.]?(?=\d{3}[\s.]?\d{3}[\s.]?\d{3}$)", re.IGNORECASE)
_FLOAT_TAIL = re.compile(r"^(\d{7,14})[.,]0{1,2}$")
_SCIENTIFIC = re.compile(r"^(\d)(?:[.,](\d*))?\s*E\s*\+?\s*(\d{1,2})$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s.,_\-/']+")


class IdentifierKind(StrEnum):
    """The company, or one of its sites."""

    SIREN = "siren"
    SIRET = "siret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """
    What was understood of a typed or imported identifier.

    `value` is 9 or 14 digits, None when nothing usable was found; then `error` says why, unless the text was
    empty, which is no error. `notes` say what was mended, in the order it was done.
    """

    value: str | None = None
    kind: IdentifierKind | None = None
    notes: tuple[Sentence, ...] = ()
    error: Sentence | None = None

    @property
    def siren(self) -> str | None:
        """The company's number, also when a SIRET was given."""
        return self.value[:SIREN_LENGTH] if self.value else None

    @property
    def siret(self) -> str | None:
        """The site's number, None when only the company is known."""
        return self.value if self.kind is IdentifierKind.SIRET else None


NOTHING = Identifier()

_COMPANY_ONLY = Sentence(N_("C'est un SIREN (9 chiffres) : l'entreprise est reconnue, mais pas l'établissement."))
_LAST_DIGITS_LOST = Sentence(
    N_("Le tableur a perdu les 5 derniers chiffres du SIRET : seul le SIREN a pu être retrouvé.")
)


def is_siren(value: str) -> bool:
    """Whether `value` is nine digits with a right check digit (zeros only are refused)."""
    return _only_digits(value, SIREN_LENGTH) and stdnum_siren.is_valid(value)


def is_siret(value: str) -> bool:
    """
    Whether `value` is fourteen digits that a site may bear.

    La Poste (SIREN 356000000) has more sites than Luhn's control leaves room for: save for its head office,
    the sum of their digits is a multiple of five.
    """
    return _only_digits(value, SIRET_LENGTH) and stdnum_siret.is_valid(value)


def read_siret(text: str | None) -> Identifier:
    """Read what stands in a SIRET box or column. A SIREN is accepted, with a note saying so."""
    found = read_identifier(text)
    if found.kind is IdentifierKind.SIREN and _LAST_DIGITS_LOST not in found.notes:
        return Identifier(value=found.value, kind=found.kind, notes=(*found.notes, _COMPANY_ONLY))
    return found


def read_identifier(text: str | None) -> Identifier:
    """
    Read a SIREN or a SIRET and mend the damage that spreadsheets and hands do to it.

    Mended: separators of any kind, « SIRET : » before it, `40069031900035.0`, lost leading zeros,
    an intracommunity VAT number, scientific notation as far as the digits survive. No digit is ever guessed.
    """
    if text is None or not text.strip():
        return NOTHING
    if len(text) > LONGEST_TEXT:
        return _refuse(N_("Ce n'est pas un SIRET : le texte est trop long."))
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").strip().lstrip("'")
    if scientific := _SCIENTIFIC.match(plain):
        return _from_scientific(scientific)
    notes: tuple[Sentence, ...] = ()
    if (without_key := _VAT.sub("", plain)) != plain:
        plain, notes = without_key, (Sentence(N_("SIREN tiré du numéro de TVA intracommunautaire.")),)
    plain = _LABEL.sub("", plain)
    if tail := _FLOAT_TAIL.match(plain):
        plain, notes = tail[1], (*notes, Sentence(N_("Décimales ajoutées par le tableur retirées.")))
    digits = _SEPARATORS.sub("", plain)
    if not digits:
        return NOTHING
    if not (digits.isascii() and digits.isdigit()):
        return _refuse(N_("Un SIRET ne contient que des chiffres."))
    return _from_digits(digits, notes)


def show_siret(value: str) -> str:
    """The usual spacing of a SIREN or a SIRET: `400 690 319 00035`, with no-break spaces."""
    parts = [value[0:3], value[3:6], value[6:9], value[9:]]
    return "\N{NO-BREAK SPACE}".join(part for part in parts if part)


def _from_digits(digits: str, notes: tuple[Sentence, ...]) -> Identifier:
    missing_from_siret, missing_from_siren = SIRET_LENGTH - len(digits), SIREN_LENGTH - len(digits)
    if not digits.strip("0"):
        return _refuse(N_("Ce numéro ne contient que des zéros."))
    if 0 <= missing_from_siret <= 2:
        return _checked(digits, missing_from_siret, IdentifierKind.SIRET, notes)
    if 0 <= missing_from_siren <= 2:
        return _checked(digits, missing_from_siren, IdentifierKind.SIREN, notes)
    return _refuse(N_("Un SIRET compte 14 chiffres (un SIREN 9) ; ici %(count)s."), count=len(digits))


def _checked(digits: str, missing: int, kind: IdentifierKind, notes: tuple[Sentence, ...]) -> Identifier:
    value = "0" * missing + digits
    is_siret_wanted = kind is IdentifierKind.SIRET
    if is_siret(value) if is_siret_wanted else is_siren(value):
        if missing:
            notes = (*notes, Sentence(N_("Zéro perdu au début du numéro rétabli.")))
        return Identifier(value=value, kind=kind, notes=notes)
    if missing:
        expected = SIRET_LENGTH if is_siret_wanted else SIREN_LENGTH
        msgid = N_("Ce numéro a %(count)s chiffres au lieu de %(expected)s.")
        return _refuse(msgid, count=len(digits), expected=expected)
    if not is_siret_wanted:
        return _refuse(N_("Ce SIREN n'existe pas : un chiffre au moins est faux."))
    if is_siren(value[:SIREN_LENGTH]):
        return _refuse(N_("Ce SIRET n'existe pas : le SIREN est juste, pas les 5 derniers chiffres."))
    return _refuse(N_("Ce SIRET n'existe pas : un chiffre au moins est faux."))


def _from_scientific(match: re.Match[str]) -> Identifier:
    """
    Read `4,00690319E+13`.

    The exponent gives the length, so the zero lost at the front too. A spreadsheet shows a rounded number:
    the SIREN survives when nine digits do, and its check digit tells when rounding reached it.
    """
    mantissa, length = match[1] + (match[2] or ""), int(match[3]) + 1
    if len(mantissa) == length and length <= SIRET_LENGTH:
        return _from_digits(mantissa, (Sentence(N_("Notation scientifique du tableur remise en chiffres.")),))
    zeros = SIRET_LENGTH - length
    siren = ("0" * zeros + mantissa)[:SIREN_LENGTH]
    if 0 <= zeros <= 2 and len(mantissa) < length and is_siren(siren):
        return Identifier(value=siren, kind=IdentifierKind.SIREN, notes=(_LAST_DIGITS_LOST,))
    msgid = N_("Le tableur a remplacé ce numéro par %(text)s : des chiffres sont perdus.")
    return _refuse(msgid, text=match[0])


def _only_digits(value: str, length: int) -> bool:
    return len(value) == length and value.isascii() and value.isdigit() and bool(value.strip("0"))


def _refuse(msgid: str, **values: object) -> Identifier:
    return Identifier(error=Sentence(msgid, values))
