"""
Where domains further down extend the partner's screens unknown to it: panels of the page, checks of the form.

A registration is keyed: registering twice replaces, so that building the application twice changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
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
    variable `content` of `template`. `place` is 'main' (under the head) or 'side'.
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
    """What is known so far of a partner being typed or imported. Empty text for what is not."""

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


_panels: dict[str, Panel] = {}
_checks: dict[str, Check] = {}


def add_panel(panel: Panel) -> None:
    """Show this panel on every partner's page, to those who hold its permission."""
    _panels[panel.key] = panel


def panels_for(actor: Actor) -> list[Panel]:
    """The panels this actor may see, in order."""
    return sorted((p for p in _panels.values() if can(actor, p.permission)), key=lambda p: (p.place, p.order, p.key))


def add_check(key: str, check: Check) -> None:
    """Ask this check before a partner is created, and while it is typed."""
    _checks[key] = check


def resemblances(session: Any, draft: Draft, actor: Actor) -> list[Resemblance]:
    """What every check has to say of a partner being created."""
    return [found for check in _checks.values() for found in check(session, draft, actor)]
