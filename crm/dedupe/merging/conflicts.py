"""
What a merge shows before it is done: how many of what will move, and what deserves a look.

Domains further down register theirs: their tables in words, and their own conflicts (two open partnerships on one
initiative…). A registration is keyed: registering twice replaces.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.access.policy import Actor
from crm.sentences import Sentence
from crm.wording import N_

#: `check(session, survivor, losers, actor)`: identifiers of partners; sentences, none when all is well.
Check = Callable[[Any, int, Sequence[int], Actor], list[Sentence]]


@dataclass(frozen=True, slots=True)
class Moving:
    """A kind of thing that follows: « table.column » and its name in the plural, marked with N_()."""

    place: str
    label: str
    order: int


_moving: dict[str, Moving] = {}
_checks: dict[str, Check] = {}


def add_moving(one: Moving) -> None:
    """Say in words what the rows of this column are."""
    _moving[one.place] = one


def add_conflict_check(key: str, check: Check) -> None:
    """Ask this before a merge of partners is shown."""
    _checks[key] = check


def label_of(place: str) -> Moving:
    """The words of a column; a common word for one that nobody named."""
    return _moving.get(place) or Moving(place, N_("Autres éléments"), 99)


def named() -> frozenset[str]:
    """The columns that somebody named."""
    return frozenset(_moving)


def conflicts(session: Any, survivor: int, losers: Sequence[int], actor: Actor) -> list[Sentence]:
    """What every registered check has to say, in the order of the keys."""
    return [said for _, check in sorted(_checks.items()) for said in check(session, survivor, losers, actor)]
