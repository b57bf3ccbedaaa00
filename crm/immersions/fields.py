"""One field of a JSON document: what it should be, and the sentence that says where it is not."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

from crm.immersions.periods import FIRST_YEAR, LAST_YEAR
from crm.wording import Labelled

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SIRET = re.compile(r"\d{14}", re.ASCII)
_DEPARTEMENT = re.compile(r"\d\d|2[AB]|97\d|98\d", re.ASCII)
#: How alike an unknown key and a missing one are, to be taken for a slip of the keyboard.
_ALIKE = 0.8
_LONGEST_SHOWN = 40
_LONGEST_TEXT = 10_000

Kind = TypeVar("Kind", bound=Labelled)


class Malformed(ValueError):
    """A field that is not as it should be: in French, since only a terminal shows it. Says what, where, how to mend."""


class Repeated(dict[str, Any]):
    """An object that gave a key twice: `key` is the last such."""

    key = ""


def parse(text: str) -> object:
    """
    The document that a text holds. Raises Malformed where it is no JSON.

    Numbers that are not numbers (NaN) are refused; a key given twice is remembered for its own case.
    """
    try:
        return json.loads(text, object_pairs_hook=_object_of, parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        where = f"ligne {fault.lineno}, colonne {fault.colno}"
        raise Malformed(f"Ce n'est pas du JSON : {where}. Corriger à cet endroit.") from fault
    except RecursionError as fault:
        raise Malformed("Ce JSON emboîte trop de listes ou d'objets. Donner une liste de cas.") from fault
    except ValueError as fault:
        raise Malformed("Ce JSON contient un nombre illisible. Corriger ce nombre.") from fault


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    repeated, seen = Repeated(plain), set[str]()
    for name, _ in pairs:
        if name in seen:
            repeated.key = name
        seen.add(name)
    return repeated


def _no_constant(name: str) -> object:
    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class Field:
    """A value and where it stands: « done[2].start », items counted from 0; '' for the case itself."""

    where: str
    value: object

    def as_object(self, keys: Sequence[str]) -> "Members":
        """Its members; other keys than `keys` are let through unless they resemble one that is missing."""
        if not isinstance(self.value, dict):
            refuse(self, "ce n'est pas un objet (%(found)s). Écrire { … }.")
        if isinstance(self.value, Repeated):
            refuse(self, "la clé « %(key)s » est donnée deux fois. En garder une.", key=self.value.key)
        missing = [key for key in keys if key not in self.value]
        for given in self.value:
            if given not in keys and (meant := get_close_matches(given, missing, n=1, cutoff=_ALIKE)):
                msgid = "la clé « %(key)s » est inconnue. Écrire « %(meant)s »."
                refuse(self, msgid, key=_short(given), meant=meant[0])
        return Members(self, self.value)

    def as_list(self) -> list["Field"]:
        """Its items, each with its place."""
        if not isinstance(self.value, list):
            refuse(self, "ce n'est pas une liste (%(found)s). Écrire [ … ], [] s'il n'y a rien.")
        return [Field(f"{self.where}[{place}]", item) for place, item in enumerate(self.value)]

    def as_date(self) -> date:
        """A day, written 2026-03-02."""
        if not isinstance(self.value, str) or not _DATE.fullmatch(self.value):
            refuse(self, "%(found)s n'est pas une date. L'écrire comme « 2026-03-02 ».")
        try:
            day = date.fromisoformat(self.value)
        except ValueError:
            refuse(self, "%(found)s n'est pas un jour du calendrier. Corriger le jour ou le mois.")
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            refuse(self, "%(found)s : année attendue entre %(first)s et %(last)s. La corriger.", **years)
        return day

    def as_date_or_none(self) -> date | None:
        """A day, or nothing."""
        return None if self.value is None else self.as_date()

    def as_text(self) -> str:
        """A text, possibly empty."""
        if not isinstance(self.value, str):
            refuse(self, "%(found)s n'est pas un texte. L'écrire entre guillemets.")
        if len(self.value) > _LONGEST_TEXT:
            refuse(self, "texte de plus de %(most)s caractères. Le raccourcir.", most=_LONGEST_TEXT)
        return self.value

    def as_text_or_none(self) -> str | None:
        """A text, or nothing."""
        return None if self.value is None else self.as_text()

    def as_texts(self) -> tuple[str, ...]:
        """None, one or several texts: whether there should be exactly one is for a rule to say."""
        if self.value is None:
            return ()
        if isinstance(self.value, list):
            return tuple(item.as_text() for item in self.as_list())
        return (self.as_text(),)

    def as_bool(self) -> bool:
        """Yes or no."""
        if not isinstance(self.value, bool):
            refuse(self, "%(found)s n'est ni oui ni non. Écrire true ou false.")
        return self.value

    def as_bool_or_none(self) -> bool | None:
        """Yes, no, or nobody said."""
        return None if self.value is None else self.as_bool()

    def as_count_or_none(self) -> int | None:
        """How many, at least one; or nothing."""
        if self.value is None:
            return None
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 1:
            refuse(self, "%(found)s n'est pas un nombre de places. Écrire 1 ou plus.")
        return self.value

    def as_siret(self) -> str:
        """Fourteen digits. The check digits are not looked at: a table of cases may use invented numbers."""
        if not isinstance(self.value, str) or not _SIRET.fullmatch(self.value):
            refuse(self, "%(found)s n'est pas un SIRET. Écrire ses 14 chiffres, sans espaces, entre guillemets.")
        return self.value

    def as_departement_or_none(self) -> str | None:
        """« 92 », « 2A », « 974 », or nothing."""
        if self.value is None:
            return None
        if not isinstance(self.value, str) or not _DEPARTEMENT.fullmatch(self.value):
            refuse(self, "%(found)s n'est pas un département. L'écrire comme « 92 », « 2A » ou « 974 ».")
        return self.value

    def as_one_of(self, kinds: type[Kind]) -> Kind:
        """A member of an enumeration, by its value."""
        values = {kind.value for kind in kinds}
        if not isinstance(self.value, str) or self.value not in values:
            choices = ", ".join(kind.value for kind in kinds)
            refuse(self, "%(found)s n'est pas connu. Choisir parmi : %(choices)s.", choices=choices)
        return kinds(self.value)


@dataclass(frozen=True, slots=True)
class Members:
    """The members of an object."""

    field: Field
    values: dict[str, Any]

    def get(self, key: str) -> Field:
        """The member of a key that must be there. Raises Malformed when it is not."""
        if key not in self.values:
            refuse(self.maybe(key), "manque. L'ajouter ; le format est dans docs/rules/pmsmp.md.")
        return self.maybe(key)

    def maybe(self, key: str) -> Field:
        """The member of a key; null when it is not there."""
        where = f"{self.field.where}.{key}" if self.field.where else key
        return Field(where, self.values.get(key))


def refuse(field: Field, what: str, **values: object) -> NoReturn:
    """Raise Malformed with the place of a field, what is wrong there (%(found)s: what it holds), how to mend it."""
    told = what % {"found": shown_value(field.value), **values}
    raise Malformed(f"{field.where or 'le cas'} : {told}")


def shown_value(value: object) -> str:
    """A value as it is written in JSON, cut short."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    return _short(json.dumps(value, ensure_ascii=False))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
