"""
Where domains further down extend the partner's screens unknown to it: panels of the page, streams of its
timeline, filters and columns of the list, checks of the form.

A registration is keyed: registering twice replaces, so that building the application twice changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm.access.policy import Actor, Permission, can
from crm.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Viewing:
    """Which partner is being looked at, by whom, on which day."""

    partner_id: int
    actor: Actor
    today: date


@dataclass(frozen=True, slots=True)
class Panel:
    """
    A part of the partner's page. `load(session, viewing)` costs a constant number of queries; what it gives is the
    variable `content` of `template`. `place` is 'main' (before the story), 'side', or 'head'
    (a chip under the title).
    """

    key: str
    title: str
    place: str
    order: int
    permission: Permission
    template: str
    load: Callable[[Any, Viewing], Any]


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A partner that looks like the one being created. `certain` refuses the creation (same SIRET)."""

    public_id: str
    name: str
    city: str
    reasons: tuple[Sentence, ...]
    certain: bool


#: Asked with the fields being typed; gives the likely duplicates, best first.
Check = Callable[[Any, "Draft", Actor], list[Resemblance]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    What is known so far of a partner being typed or imported. Empty text for what is not.

    `other_names` are former ones; phones in E.164.
    """

    name: str
    trade_name: str = ""
    siren: str = ""
    siret: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    department: str = ""
    other_names: tuple[str, ...] = ()
    other_phones: tuple[str, ...] = ()
    other_emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """
    One thing of a partner's timeline. `at` and `key` (unique in its stream) order it, the latest first.

    `data` is what the macro `moment` of the stream's template is given.
    """

    at: datetime
    key: int
    data: Any


@dataclass(frozen=True, slots=True)
class Stream:
    """
    A source of the one timeline: exchanges, changes... `load(session, viewing, before, limit)` gives at most `limit`
    moments strictly older than `before` (an instant and a key, None for the latest), latest first, in a constant
    number of queries. `label` names its tab.
    """

    key: str
    label: str
    order: int
    permission: Permission
    template: str
    load: Callable[[Any, Viewing, tuple[datetime, int] | None, int], list[Moment]]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """
    One more filter of the list of partners. `key` is its word in the address.

    `choices(session, actor)` gives (value, label) pairs, labels already French, in one query at most. `clause(value,
    actor, today)` gives an SQL condition on Partner; None for a value that it does not know.
    """

    key: str
    label: str
    order: int
    permission: Permission
    choices: Callable[[Any, Actor], list[tuple[str, str]]]
    clause: Callable[[str, Actor, date], Any]


@dataclass(frozen=True, slots=True)
class ListColumn:
    """
    One more column of the list of partners and of its export.

    `subquery(actor, today)` gives a scalar subquery correlated to Partner:
    `select(...).where(X.partner_id == Partner.id).correlate(Partner).scalar_subquery()`. `show(value)` makes of its
    value what a cell holds: text, number, day, instant, None.
    """

    key: str
    label: str
    order: int
    permission: Permission
    subquery: Callable[[Actor, date], Any]
    show: Callable[[Any], Any]


_panels: dict[str, Panel] = {}
_filters: dict[str, ListFilter] = {}
_columns: dict[str, ListColumn] = {}
_streams: dict[str, Stream] = {}
_checks: dict[str, Check] = {}


def add_panel(panel: Panel) -> None:
    """Show this panel on every partner's page, to those who hold its permission."""
    _panels[panel.key] = panel


def panels_for(actor: Actor) -> list[Panel]:
    """The panels this actor may see, in order."""
    return sorted((p for p in _panels.values() if can(actor, p.permission)), key=lambda p: (p.place, p.order, p.key))


def add_stream(stream: Stream) -> None:
    """Bring moments to every partner's timeline, for those who hold the stream's permission."""
    _streams[stream.key] = stream


def streams_for(actor: Actor) -> list[Stream]:
    """The streams this actor may see, in the order of their tabs."""
    return sorted((s for s in _streams.values() if can(actor, s.permission)), key=lambda s: (s.order, s.key))


def add_list_filter(one: ListFilter) -> None:
    """Offer this filter above the list of partners, to those who hold its permission."""
    _filters[one.key] = one


def list_filters() -> list[ListFilter]:
    """Every registered filter, in order."""
    return sorted(_filters.values(), key=lambda one: (one.order, one.key))


def add_list_column(one: ListColumn) -> None:
    """Offer this column of the list of partners, to those who hold its permission."""
    _columns[one.key] = one


def list_columns() -> list[ListColumn]:
    """Every registered column, in order."""
    return sorted(_columns.values(), key=lambda one: (one.order, one.key))


def add_check(key: str, check: Check) -> None:
    """Ask this check before a partner is created, and while it is typed."""
    _checks[key] = check


def resemblances(session: Any, draft: Draft, actor: Actor) -> list[Resemblance]:
    """What every check has to say of a partner being created."""
    return [found for check in _checks.values() for found in check(session, draft, actor)]
