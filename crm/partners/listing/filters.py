"""
What the list of partners is asked for, and its one way to be written in an address.

Reading what one wrote gives it back; what no filter knows is dropped, so that any address shows a list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from crm.partners import registry
from crm.partners.enums import PartnerKind, PartnerRoleKind, Priority, Willingness
from crm.partners.listing.enums import Following, Sort
from crm.partners.reference.enums import SizeClass
from crm.partners.search import LONGEST_QUERY

ME = "me"
NOBODY = "nobody"
#: Radius, in kilometres, of a list around a commune when the address names none.
USUAL_KM = 10
MOST_KM = 200
#: The columns of a list whose columns nobody chose.
USUAL_COLUMNS = ("city", "stage", "owner", "phone")
_LONGEST_WORD = 60
_MOST_VALUES = 30

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """
    Every given filter must hold; of several values of one filter, one is enough (of tags, all).

    `owner`: ME, NOBODY or the public id of a colleague. `tags`: public ids. `trade`: a ROME code or words of its
    name. `near`: a commune's name, postal code or INSEE code; `within` km of it. `extra`: (key, value) of the filters
    that other domains registered. `columns`: keys to show; none for the usual ones.
    """

    q: str = ""
    kinds: tuple[PartnerKind, ...] = ()
    roles: tuple[PartnerRoleKind, ...] = ()
    following: Following | None = None
    owner: str = ""
    tags: tuple[str, ...] = ()
    sizes: tuple[SizeClass, ...] = ()
    trade: str = ""
    near: str = ""
    within: int = USUAL_KM
    willingness: tuple[Willingness, ...] = ()
    priorities: tuple[Priority, ...] = ()
    department: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    sort: Sort = Sort.NAME
    columns: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether some partners are left out."""
        return self.without_search != NOTHING.without_search or bool(self.q)

    @property
    def without_search(self) -> "Filters":
        """The filters alone: no words, the usual order and columns."""
        within = self.within if self.near else USUAL_KM
        return replace(self, q="", sort=Sort.NAME, columns=(), within=within)

    @property
    def count(self) -> int:
        """How many filters are set, the words not counted."""
        given = (self.kinds, self.roles, self.following, self.owner, self.tags, self.sizes, self.trade, self.near)
        return sum(map(bool, (*given, self.willingness, self.priorities, self.department))) + len(self.extra)


NOTHING = Filters()


def from_pairs(pairs: Iterable[tuple[str, str]]) -> Filters:
    """The filters of the (word, value) pairs of an address, in any order."""
    given: dict[str, list[str]] = {}
    for word, value in pairs:
        given.setdefault(word, []).append(value)
    known = {one.key for one in registry.list_filters()}
    return Filters(
        q=_text(given, "q", LONGEST_QUERY),
        kinds=_choices(given, "kind", PartnerKind),
        roles=_choices(given, "role", PartnerRoleKind),
        following=next(iter(_choices(given, "stage", Following)), None),
        owner=_word(given, "owner"),
        tags=_words(given.get("tag", [])),
        sizes=_choices(given, "size", SizeClass),
        trade=_text(given, "trade", _LONGEST_WORD),
        near=_text(given, "near", _LONGEST_WORD),
        within=_kilometres(_text(given, "within", 4)),
        willingness=_choices(given, "willingness", Willingness),
        priorities=_choices(given, "priority", Priority),
        department=_word(given, "department"),
        extra=tuple((key, value) for key in sorted(known) if (value := _text(given, key, _LONGEST_WORD))),
        sort=next(iter(_choices(given, "sort", Sort)), Sort.NAME),
        columns=_columns(given.get("columns", [])),
    )


def from_address(address: str) -> Filters:
    """The filters of a query string (`q=garage&kind=company`)."""
    try:
        return from_pairs(parse_qsl(address.removeprefix("?"), max_num_fields=500))
    except ValueError:  # more fields than any list of ours has
        return NOTHING


def pairs(filters: Filters) -> list[tuple[str, str]]:
    """The (word, value) pairs of an address, always in the same order; nothing for what is usual."""
    one_by_one: Mapping[str, Iterable[str]] = {
        "q": [filters.q],
        "kind": sorted(filters.kinds),
        "role": sorted(filters.roles),
        "stage": [filters.following or ""],
        "owner": [filters.owner],
        "tag": sorted(filters.tags),
        "size": sorted(filters.sizes),
        "trade": [filters.trade],
        "near": [filters.near],
        "within": [str(filters.within)] if filters.near and filters.within != USUAL_KM else [],
        "willingness": sorted(filters.willingness),
        "priority": sorted(filters.priorities),
        "department": [filters.department],
    }
    found = [(word, str(value)) for word, values in one_by_one.items() for value in values if value]
    found += sorted(filters.extra)
    found += [("sort", filters.sort.value)] if filters.sort is not Sort.NAME else []
    return found + ([("columns", ",".join(filters.columns))] if filters.columns else [])


def address(filters: Filters) -> str:
    """The query string of the list in its canonical form; empty for the whole list."""
    return urlencode(pairs(filters))


def _text(given: Mapping[str, list[str]], word: str, longest: int) -> str:
    value = next((value for value in given.get(word, []) if value.strip()), "")
    # Only what a database may be asked: no NUL, no half of a surrogate pair.
    clean = "".join(c if c.isprintable() else " " for c in value[: longest * 2])
    return clean.strip()[:longest].strip()


def _word(given: Mapping[str, list[str]], word: str) -> str:
    return next(iter(_words(given.get(word, []))), "")


def _words(values: Iterable[str]) -> tuple[str, ...]:
    """Identifiers of ours: short, ASCII, each once."""
    kept = dict.fromkeys(
        value for value in values if value and len(value) <= _LONGEST_WORD and value.isascii() and value.isprintable()
    )
    return tuple(kept)[:_MOST_VALUES]


def _columns(values: Iterable[str]) -> tuple[str, ...]:
    """Chosen columns: boxes ticked in a form or one word with commas. The usual ones are not a choice."""
    chosen = _words(part for value in values for part in value.split(","))
    return () if set(chosen) == set(USUAL_COLUMNS) else chosen


def _choices(given: Mapping[str, list[str]], word: str, kind: type[Choice]) -> tuple[Choice, ...]:
    known = {str(one.value): one for one in kind}
    return tuple(dict.fromkeys(known[value] for value in given.get(word, []) if value in known))


def _kilometres(text: str) -> int:
    return min(max(int(text), 1), MOST_KM) if text.isascii() and text.isdigit() else USUAL_KM
