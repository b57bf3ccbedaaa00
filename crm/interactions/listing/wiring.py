"""What exchanges and things to do add to the list of partners and to its export."""

from typing import Any

from flask_babel import gettext

from crm.access.policy import Actor, Permission
from crm.clock import day_of
from crm.interactions.listing import queries
from crm.interactions.listing.enums import Planned, Silence
from crm.partners.registry import ListColumn, ListFilter, add_list_column, add_list_filter
from crm.wording import N_


def wire() -> None:
    """Two filters, two columns. The things to do come before the partners in the house: they are told of here."""
    add_list_filter(
        ListFilter(
            key="silence",
            label=N_("Dernier échange"),
            order=10,
            permission=Permission.INTERACTION_READ,
            choices=_silences,
            clause=queries.silent,
        )
    )
    add_list_filter(
        ListFilter(
            key="todo",
            label=N_("À faire"),
            order=20,
            permission=Permission.TODO_DO_OWN,
            choices=_plans,
            clause=queries.planned,
        )
    )
    add_list_column(
        ListColumn(
            key="last_exchange",
            label=N_("Dernier échange"),
            order=10,
            permission=Permission.INTERACTION_READ,
            subquery=queries.last_exchange,
            show=lambda value: None if value is None else day_of(value),
        )
    )
    add_list_column(
        ListColumn(
            key="next_todo",
            label=N_("À faire pour le"),
            order=20,
            permission=Permission.TODO_DO_OWN,
            subquery=queries.next_todo,
            show=lambda value: value,
        )
    )


def _silences(_session: Any, _actor: Actor) -> list[tuple[str, str]]:
    return [(one.value, gettext(one.label)) for one in Silence]


def _plans(_session: Any, _actor: Actor) -> list[tuple[str, str]]:
    return [(one.value, gettext(one.label)) for one in Planned]
