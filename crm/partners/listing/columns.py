"""The columns of the list of partners, ours and those that other domains registered, for the screen and the export."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm.access.policy import Actor, Permission, can
from crm.partners import registry
from crm.partners.enums import PartnerRoleKind
from crm.partners.listing.filters import USUAL_COLUMNS, Filters
from crm.wording import N_, Labelled

#: What a cell may hold. A screen or an export translates the labels, and writes days and instants its own way.
Cell = str | int | bool | date | datetime | Labelled | tuple[str | Labelled, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    A partner of the list: its columns, those of the Follow of the actor's structure or None, the owner's name.

    Both hold what the Columns asked for say that they need, and what every row tells (see queries.rows).
    `tags`, `roles` (open today), `trades` (labels) and `contact` (name of the main one) are read only when a column
    asks for them. `extra`: cells of the registered columns, by key. `cursor`: its place in the chosen order.
    """

    partner: Any
    follow: Any
    owner: str | None
    cursor: tuple[str | int, ...]
    tags: tuple[str, ...] = ()
    roles: tuple[PartnerRoleKind, ...] = ()
    trades: tuple[str, ...] = ()
    contact: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    A column: `value(row)` is its cell.

    `partner`, `follow`: attributes of the two that the cell needs; `reads`: which lists of Row. `subquery` is that of
    a ListColumn.
    """

    key: str
    label: str
    value: Callable[[Row], Any]
    permission: Permission = Permission.PARTNER_READ
    partner: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    reads: str = ""
    subquery: Callable[[Actor, date], Any] | None = None


def _own(key: str, label: str, name: str = "") -> Column:
    return Column(key=key, label=label, value=lambda row: getattr(row.partner, name or key), partner=(name or key,))


def _ours(key: str, label: str, *besides: str) -> Column:
    """A cell of the follow; the screen shows `besides` in it."""
    return Column(
        key=key,
        label=label,
        value=lambda row: None if row.follow is None else getattr(row.follow, key),
        follow=(key, *besides),
    )


BUILT_IN = (
    _own("kind", N_("Type")),
    _own("trade_name", N_("Enseigne")),
    Column(key="roles", label=N_("Rôles"), value=lambda row: row.roles, reads="roles"),
    _own("street", N_("Rue")),
    _own("postal_code", N_("Code postal")),
    _own("city", N_("Ville")),
    _own("department", N_("Département")),
    _own("phone", N_("Téléphone")),
    _own("email", N_("E-mail")),
    _own("website", N_("Site")),
    Column(
        key="contact",
        label=N_("Contact principal"),
        value=lambda row: row.contact,
        permission=Permission.CONTACT_READ,
        reads="contact",
    ),
    _own("siret", N_("SIRET")),
    _own("naf", N_("Code NAF"), "naf_code"),
    _own("sector", N_("Activité")),
    Column(key="trades", label=N_("Métiers"), value=lambda row: row.trades, reads="trades"),
    _own("size", N_("Taille")),
    _ours("stage", N_("Suivi"), "paused_until", "do_not_solicit", "willingness"),
    Column(key="owner", label=N_("Responsable"), value=lambda row: row.owner),
    _ours("willingness", N_("Disposition")),
    _ours("priority", N_("Priorité")),
    Column(key="tags", label=N_("Étiquettes"), value=lambda row: row.tags, reads="tags"),
    _ours("source", N_("Origine")),
    _ours("checked_on", N_("Fiche vérifiée")),
    Column(
        key="changed",
        label=N_("Dernière modification"),
        value=lambda row: row.partner.updated_at or row.partner.created_at,
        partner=("updated_at", "created_at"),
    ),
)


def columns_for(actor: Actor) -> list[Column]:
    """Every column this actor may choose, in the order in which they stand."""
    registered = [
        Column(
            key=one.key,
            label=one.label,
            value=lambda row, key=one.key: row.extra.get(key),  # type: ignore[misc]  # mypy cannot name this lambda
            permission=one.permission,
            subquery=one.subquery,
        )
        for one in registry.list_columns()
    ]
    return [one for one in (*BUILT_IN, *registered) if can(actor, one.permission)]


def chosen(filters: Filters, actor: Actor) -> list[Column]:
    """The columns to show: those chosen that the actor may see, else the usual ones."""
    wanted = set(filters.columns) or set(USUAL_COLUMNS)
    offered = columns_for(actor)
    return [one for one in offered if one.key in wanted] or [one for one in offered if one.key in USUAL_COLUMNS]
