"""Two editors: the second one sees both versions, field by field, and nothing is overwritten silently."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext
from wtforms import Field

from crm.web.forms import BaseForm, raw_value


@dataclass(frozen=True, slots=True)
class Row:
    """One field seen three ways. `choice` is preselected when only one side changed it, None when both did."""

    name: str
    label: str
    mine: str
    theirs: str
    raw_mine: str
    raw_theirs: str
    choice: str | None

    @property
    def differs(self) -> bool:
        """Whether the two sides want different things."""
        return self.raw_mine != self.raw_theirs


def choose(base: str | None, mine: str, theirs: str) -> str | None:
    """Which side changed the field since `base`: 'mine', 'theirs', or None when both did (or nobody knows)."""
    if mine == theirs or theirs == base:
        return "mine"
    if mine == base:
        return "theirs"
    return None


def compare(form: BaseForm, current: BaseForm) -> list[Row]:
    """One Row per field of the form; `current` is the same form filled with what the database holds now."""
    base = form.base or {}
    rows = []
    for field in form:
        other = current[field.name]
        mine, theirs = raw_value(field), raw_value(other)
        choice = choose(base.get(field.name), mine, theirs)
        label = str(field.label.text)
        rows.append(Row(field.name, label, shown(field), shown(other), mine, theirs, choice))
    return rows


def shown(field: Field) -> str:
    """A field's value as a person reads it."""
    if field.type == "BooleanField":
        return str(gettext("oui") if field.data else gettext("non"))
    if hasattr(field, "iter_choices"):
        chosen = [
            str(choice.label if hasattr(choice, "label") else choice[1])
            for choice in field.iter_choices()
            if (choice.selected if hasattr(choice, "selected") else choice[2])
        ]
        if chosen:
            return ", ".join(chosen)
    return raw_value(field)


def conflict_page(form: BaseForm, current: BaseForm, *, version: int, title: str, who: str, when: str) -> Any:
    """The page (409) on which the second editor chooses; sending it saves over `version`."""
    rows = compare(form, current)
    hidden = [("version", str(version))]
    hidden += [(row.name, row.raw_mine) for row in rows if not row.differs]
    page = render_template(
        "errors/conflict.html",
        title=title,
        who=who,
        when=when,
        action=request.full_path.rstrip("?"),
        rows=rows,
        hidden=hidden,
    )
    return page, 409
