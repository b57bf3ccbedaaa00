"""The SIRET of a structure or of one of its units, as it is typed by the people who know it."""

import re
from typing import NamedTuple

from stdnum.fr import siret as stdnum_siret

from crm.sentences import Sentence
from crm.wording import N_

LENGTH = 14
_SEPARATORS = re.compile(r"[\s.\-_/\u200b\u2060\ufeff]+")


class Read(NamedTuple):
    """What was understood: fourteen digits, or nothing; `error` says what is wrong with a text that is not empty."""

    value: str | None = None
    error: Sentence | None = None


def read(text: str | None) -> Read:
    """Read a SIRET; spaces and points between the digits are free. Source of the control: INSEE (Luhn)."""
    digits = _SEPARATORS.sub("", text or "")
    if not digits:
        return Read()
    if not (digits.isascii() and digits.isdigit()):
        return Read(error=Sentence(N_("Un SIRET ne contient que des chiffres.")))
    if len(digits) != LENGTH:
        return Read(error=Sentence(N_("Un SIRET compte 14 chiffres ; ici %(count)s."), {"count": len(digits)}))
    if not digits.strip("0") or not stdnum_siret.is_valid(digits):
        return Read(error=Sentence(N_("Ce SIRET n'existe pas : un chiffre au moins est faux.")))
    return Read(digits)


def show(value: str | None) -> str:
    """The usual spacing, `400 690 319 00035`, with no-break spaces; '' for none."""
    if not value:
        return ""
    return "\N{NO-BREAK SPACE}".join((value[0:3], value[3:6], value[6:9], value[9:]))
