"""The blueprint that the views of conventions share, and what several of them do."""

from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor
from crm.accounts.queries import names
from crm.audit.queries import last_change
from crm.conventions import queries
from crm.conventions.models import Convention
from crm.db import db
from crm.errors import Conflict
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near
from crm.web.forms import BaseForm

bp = Blueprint("conventions", __name__)


def wanted(public_id: str, *, binned: bool = False) -> Convention:
    """The convention of this address, locked by a request that writes."""
    writes = request.method == "POST"
    return queries.get(db.session(), public_id, actor=current_actor(), for_update=writes, binned=binned)


def today() -> Any:
    """The day of this request, in Paris."""
    return clock.day_of(g.now)


def back_to(convention: Convention) -> ResponseReturnValue:
    """To its page."""
    return redirect(url_for("conventions.show", public_id=convention.public_id), 303)


def choose(
    form: BaseForm, current: BaseForm, refusal: Conflict, *, title: str, table: str, row_id: int
) -> ResponseReturnValue:
    """The page on which the second editor chooses field by field."""
    change = last_change(db.session(), table, row_id)
    known = {} if change is None or change.user_id is None else names(db.session(), {change.user_id})
    who = next(iter(known.values()), gettext("Quelqu'un"))
    when = moment_near(change.at if change else g.now)
    page: ResponseReturnValue = conflict_page(form, current, version=refusal.current, title=title, who=who, when=when)
    return page


def choose_text(form: BaseForm, current: BaseForm, refusal: Conflict, convention: Convention) -> ResponseReturnValue:
    """The same for the text of a convention; its page when both editors want the same."""
    if form.raw() == current.raw():
        return back_to(convention)
    return choose(form, current, refusal, title=convention.title, table="conventions", row_id=convention.id)


def say_saved(convention: Convention, *, made_edition: bool) -> None:
    """What saving did; a new version is told."""
    if made_edition:
        said = gettext(
            "Version %(number)s : la précédente est gardée, il faut signer de nouveau.", number=convention.edition
        )
        flash(said, "success")
    else:
        flash(gettext("Modifications enregistrées."), "success")


def offer_undo(text: str, url: str, /, **fields: str) -> None:
    """Say what was done, and offer to undo it."""
    undo = {"text": text, "undo_url": url, "undo_label": gettext("Annuler"), "undo_fields": fields}
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
