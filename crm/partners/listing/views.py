"""The list of partners on screen: the page that the address asks for, and the form that asks for another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import get_locale, gettext

from crm.access.guard import current_actor
from crm.access.policy import Actor, Permission, can
from crm.db import db
from crm.partners import registry
from crm.partners.enums import PartnerKind, PartnerRoleKind, Priority, Willingness
from crm.partners.listing import columns as offered_columns
from crm.partners.listing import filters as asked
from crm.partners.listing import queries
from crm.partners.listing.enums import Following, Sort
from crm.partners.listing.filters import ME, NOBODY, Filters
from crm.partners.listing.pages import PARTNERS
from crm.partners.listing.saved import queries as saved
from crm.partners.listing.spelling import queries as spelling
from crm.partners.reference.enums import SizeClass
from crm.web.formats import day, moment
from crm.web.paging import cut, decode
from crm.wording import Labelled

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Mark:
    """A filter that is set, in words, and the address of the list without it."""

    text: str
    url: str


def render_list(today: date) -> str:
    """The page of the list that the address asks for."""
    actor, session = current_actor(), db.session()
    filters = asked.from_pairs(request.args.items(multi=True))
    mistyped = ""
    after = decode(request.args.get("after", ""), queries.order_of(filters.sort).shape)
    columns = offered_columns.chosen(filters, actor)

    def page_of(asked_for: Filters) -> queries.Found:
        return queries.page(session, asked_for, actor, today, columns=columns, after=after, size=PAGE_SIZE)

    found = page_of(filters)
    if not found.total and filters.q and (mended := spelling.mended(session, filters.q, actor)):
        corrected = replace(filters, q=mended)
        if (second := page_of(corrected)).total:
            mistyped, filters, found = filters.q, corrected, second
    page, total = cut(found.rows, PAGE_SIZE, lambda line: line.cursor), found.total
    choices = _choices(actor)
    places = queries.places(session, filters.near)
    return render_template(
        "listing/index.html",
        filters=filters,
        lines=page.rows,
        total=total,
        mistyped=mistyped,
        columns=columns,
        heads=[gettext(one.label) for one in columns],
        all_columns=offered_columns.columns_for(actor),
        extra_filters=[one for one in registry.list_filters() if can(actor, one.permission)],
        choices=choices,
        places=places,
        place_url=lambda place: list_url(replace(filters, near=place.insee_code)),
        marks=_marks(filters, choices, places),
        views=saved.seen_by(session, actor, PARTNERS),
        address=asked.address(filters),
        bulk_url=_bulk_url(actor),
        export_url=_export_url(filters, actor),
        list_url=list_url,
        without_search=list_url(Filters(q=filters.q, sort=filters.sort, columns=filters.columns)),
        next_url=list_url(filters, page.after) if page.after else None,
        first_url=list_url(filters) if after else None,
        written=written,
    )


def list_url(filters: Filters, after: str | None = None) -> str:
    """The address of the list, or of one of its pages."""
    words: dict[str, Any] = {"after": after} if after else {}
    for word, value in asked.pairs(filters):
        words.setdefault(word, []).append(value)
    return url_for("partners.index", **words)


def written(cell: Any) -> str:
    """A cell as a text in the language of the screen: labels translated, days and instants as people write them."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return str(gettext("oui") if cell else gettext("non"))
    if isinstance(cell, Labelled):
        return str(gettext(cell.label))
    if isinstance(cell, datetime):
        return moment(cell)
    if isinstance(cell, date):
        return day(cell)
    if isinstance(cell, tuple | list):
        return ", ".join(map(written, cell))
    return str(cell)


def _choices(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """What each filter may be set to: (value, label in the language of the screen), by word of the address."""
    session = db.session()
    people = [(ME, gettext("Moi")), (NOBODY, gettext("Personne")), *queries.owners(session, actor)]
    return {
        "kind": _labels(PartnerKind),
        "role": _labels(PartnerRoleKind),
        "stage": _labels(Following),
        "owner": people,
        "tag": queries.tags(session, actor),
        "size": _labels(SizeClass),
        "willingness": _labels(Willingness),
        "priority": _labels(Priority),
        "department": [(code, code) for code in queries.departments(session)],
        "sort": _labels(Sort),
    } | {one.key: one.choices(session, actor) for one in registry.list_filters() if can(actor, one.permission)}


def _labels(kind: type[Labelled]) -> list[tuple[str, str]]:
    return _labels_in(str(get_locale()), kind)


@cache
def _labels_in(_language: str, kind: type[Labelled]) -> list[tuple[str, str]]:
    """The labels in the language of this request, which is that one: the catalogue does not change while we run."""
    return [(str(one.value), gettext(one.label)) for one in kind]


def _marks(filters: Filters, choices: dict[str, list[tuple[str, str]]], places: Sequence[queries.Place]) -> list[Mark]:
    """The filters that are set, each with the way to be rid of it."""
    labels = {(word, value): label for word, pairs in choices.items() for value, label in pairs}
    titles = {one.key: gettext(one.label) for one in registry.list_filters()}
    set_pairs = [pair for pair in asked.pairs(filters) if pair[0] not in {"q", "sort", "columns", "within"}]
    return [
        Mark(
            _said(word, value, labels.get((word, value), value), titles, filters, places),
            list_url(asked.from_pairs(pair for pair in asked.pairs(filters) if pair != (word, value))),
        )
        for word, value in set_pairs
    ]


def _said(
    word: str, value: str, label: str, titles: dict[str, str], filters: Filters, places: Sequence[queries.Place]
) -> str:
    if word == "near":
        where = f"{places[0].name} ({places[0].department_code})" if places else value
        return str(gettext("À %(km)d km de %(place)s", km=filters.within, place=where))
    if word == "trade":
        return str(gettext("Métier : %(words)s", words=value))
    if word == "owner":
        return str(gettext("Responsable : %(name)s", name=label))
    if word == "department":
        return str(gettext("Département %(code)s", code=value))
    if word == "priority":
        return str(gettext("Priorité : %(level)s", level=label))
    if word in titles:
        return str(gettext("%(filter)s : %(value)s", filter=titles[word], value=label))
    return label


def _bulk_url(actor: Actor) -> str | None:
    """Where the ticked partners are sent; None for those who may not change them."""
    may = can(actor, Permission.PARTNER_EDIT) and "bulk.preview" in current_app.view_functions
    return url_for("bulk.preview") if may else None


def _export_url(filters: Filters, actor: Actor) -> str | None:
    may = can(actor, Permission.PARTNER_EXPORT) and "export.choose" in current_app.view_functions
    return f"{url_for('export.choose')}?{asked.address(filters)}" if may else None
