"""The tick of a todo line, and its undo."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.reminders import services
from crm.web.redirects import inside

bp = Blueprint("reminders", __name__)


@bp.post("/a-faire/<public_id>/fait")
@needs(Permission.TODO_DO_OWN)
def mark_done(public_id: str) -> ResponseReturnValue:
    """Close a todo, and offer to undo it. Somebody else may have closed it first: then there is nothing to undo."""
    ticked = services.done(db.session(), public_id, actor=current_actor(), now=g.now)
    back = _back()
    if ticked.changed:
        undo = {
            "text": gettext("« %(what)s » est fait.", what=ticked.todo.what),
            "undo_url": url_for("reminders.reopen", public_id=public_id),
            "undo_label": gettext("Annuler"),
            "undo_fields": {"next": back},
        }
        flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    else:
        flash(gettext("« %(what)s » était déjà fait.", what=ticked.todo.what), "info")
    return redirect(back, 303)


@bp.post("/a-faire/<public_id>/rouvrir")
@needs(Permission.TODO_DO_OWN)
def reopen(public_id: str) -> ResponseReturnValue:
    """Open a todo again."""
    ticked = services.reopen(db.session(), public_id, actor=current_actor())
    flash(gettext("« %(what)s » est de nouveau à faire.", what=ticked.todo.what), "success")
    return redirect(_back(), 303)


def _back() -> str:
    """Where the tick was made, if that is a page of ours."""
    return inside(request.form.get("next"), otherwise=url_for("home.today"))
