"""The screens of the undo of an import: what it would take back and what it would leave, then the order."""

import json

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.errors import Conflict
from crm.imports import queries
from crm.imports.desk.views import work_afterwards
from crm.imports.models import Import
from crm.imports.undoing import queries as undoing
from crm.imports.undoing import services
from crm.imports.undoing.summary import Counts

bp = Blueprint("undoing", __name__)

#: How many of those that stay are named on the page.
NAMED = 200


@bp.get("/importer/<public_id>/annulation")
@needs(Permission.PARTNER_IMPORT)
def show(public_id: str) -> ResponseReturnValue:
    """What an undo would do; once it is done, what it left and why."""
    one = queries.get(db.session(), public_id, actor=current_actor())
    return _page(one, "")


@bp.post("/importer/<public_id>/annuler")
@needs(Permission.PARTNER_IMPORT)
def undo(public_id: str) -> ResponseReturnValue:
    """Have the import undone, in one go."""
    actor, session = current_actor(), db.session()
    one = queries.get(session, public_id, actor=actor, for_update=True)
    version = request.form.get("version", "")
    try:
        services.ask(session, one, version=int(version) if version.isdecimal() else None, actor=actor, now=g.now)
    except (services.CannotUndo, Conflict) as refusal:
        return _page(one, gettext(refusal.message, **refusal.values)), 409
    work_afterwards()
    return redirect(url_for("imports.show", public_id=public_id), 303)


def _page(one: Import, error: str) -> str:
    actor, session = current_actor(), db.session()
    reason = undoing.refusal(one, actor=actor, now=g.now)
    counts, left = Counts(), []
    if reason is None:
        plan = undoing.plan(session, one, actor=actor)
        counts, left = plan.counts, plan.left
    return render_template(
        "imports/undo.html",
        one=one,
        error=error or (gettext(services.sentence(reason)) if reason else ""),
        counts=counts,
        done=Counts.of_totals(json.loads(one.totals or "{}")),
        left=left[:NAMED],
        more=max(len(left) - NAMED, 0),
    )
