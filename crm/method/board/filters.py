"""
What the board is asked for, and its one way to be written in an address. Pure.

Reading what one wrote gives it back; what no filter knows is dropped, so that any address shows a board.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from crm.method.enums import FIRST_STEP, LAST_STEP, ActionKind, PlaceKind
from crm.partners.reference.enums import SizeClass
from crm.wording import N_, Labelled

#: Under which key views of the board are kept.
SAVED_PAGE = "board"
ME = "me"
NOBODY = "nobody"
#: A territory that is a department, beside those that projects name.
DEPARTMENT = "department"
_LONGEST_WORD = 160

Choice = TypeVar("Choice", bound=StrEnum)


class Lanes(Labelled):
    """What the lines across the columns are."""

    NONE = "none", N_("Sans lignes")
    PROJECT = "project", N_("Une ligne par projet")
    OWNER = "owner", N_("Une ligne par responsable")


@dataclass(frozen=True, slots=True)
class Territory:
    """
    A territory: (`kind`, `code`) as a project names it, or DEPARTMENT and its code.

    Where nothing has a code, `code` is the name.
    """

    kind: str
    code: str

    @property
    def word(self) -> str:
        """As the address says it."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """
    Every given filter must hold. `project` and `unit`: public ids. `owner`: ME, NOBODY or a public id.

    `action`: a type of action. `stale`: only cards « à relancer ». `step`: only that column (0 for all).
    """

    project: str = ""
    owner: str = ""
    unit: str = ""
    action: ActionKind | None = None
    size: SizeClass | None = None
    territory: Territory | None = None
    stale: bool = False
    step: int = 0
    lanes: Lanes = Lanes.NONE

    @property
    def count(self) -> int:
        """How many filters are set."""
        given = (self.project, self.owner, self.unit, self.action, self.size, self.territory, self.stale, self.step)
        return sum(map(bool, given))

    @property
    def of_partnerships_only(self) -> bool:
        """Whether no project can answer: it has no size, and nobody waits for its call."""
        return self.size is not None or self.stale


NOTHING = Filters()


def from_pairs(pairs: Iterable[tuple[str, str]]) -> Filters:
    """The filters of the (word, value) pairs of an address, in any order; of several values, the first that is one."""
    given: dict[str, list[str]] = {}
    for word, value in pairs:
        given.setdefault(word, []).append(value)
    steps = [int(value) for value in given.get("step", []) if value in map(str, range(FIRST_STEP, LAST_STEP + 1))]
    return Filters(
        project=_word(given, "project"),
        owner=_word(given, "owner"),
        unit=_word(given, "unit"),
        action=_choice(given, "action", ActionKind),
        size=_choice(given, "size", SizeClass),
        territory=_territory(given.get("territory", [])),
        stale="1" in given.get("stale", []),
        step=next(iter(steps), 0),
        lanes=_choice(given, "lanes", Lanes) or Lanes.NONE,
    )


def from_address(address: str) -> Filters:
    """The filters of a query string (`owner=me&stale=1`)."""
    try:
        return from_pairs(parse_qsl(address.removeprefix("?"), max_num_fields=100))
    except ValueError:  # more fields than any board of ours has
        return NOTHING


def pairs(filters: Filters) -> list[tuple[str, str]]:
    """The (word, value) pairs of an address, always in the same order; nothing for what is usual."""
    found = {
        "project": filters.project,
        "owner": filters.owner,
        "unit": filters.unit,
        "action": filters.action.value if filters.action else "",
        "size": filters.size.value if filters.size else "",
        "territory": filters.territory.word if filters.territory else "",
        "stale": "1" if filters.stale else "",
        "step": str(filters.step) if filters.step else "",
        "lanes": filters.lanes.value if filters.lanes is not Lanes.NONE else "",
    }
    return [(word, value) for word, value in found.items() if value]


def address(filters: Filters) -> str:
    """The query string of the board in its canonical form; empty for the whole board."""
    return urlencode(pairs(filters))


def without(filters: Filters, word: str) -> Filters:
    """The same board without one of its filters."""
    return replace(filters, **{word: getattr(NOTHING, word)})


def _word(given: Mapping[str, list[str]], word: str) -> str:
    """An identifier of ours: short, ASCII."""
    return next((one for one in given.get(word, []) if one and _is_plain(one) and one.isascii()), "")


def _is_plain(value: str) -> bool:
    return len(value) <= _LONGEST_WORD and value.isprintable()


def _choice(given: Mapping[str, list[str]], word: str, kind: type[Choice]) -> Choice | None:
    known = {str(one.value): one for one in kind}
    return next((known[value] for value in given.get(word, []) if value in known), None)


def _territory(values: Iterable[str]) -> Territory | None:
    kinds = {DEPARTMENT, *(kind.value for kind in PlaceKind)}
    for value in values:
        kind, _, code = value.partition(":")
        if kind in kinds and code.strip() and _is_plain(code):
            return Territory(kind, code.strip())
    return None
