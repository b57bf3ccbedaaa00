"""The screens of actions: their list, one of them, a tap, its checklist, who else takes part."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.errors import DomainError
from crm.method.actions import queries, services
from crm.method.actions.rules import NEXT, Standing
from crm.method.enums import ActionState
from crm.wording import N_

bp = Blueprint("actions", __name__)

#: Longer than any name of a partner: not worth a search.
_LONGEST_SEARCH = 200


@bp.route("/actions")
@needs(Permission.PROJECT_READ)
def index() -> ResponseReturnValue:
    """The actions of the structure, the latest first; with `etat`, those in that state."""
    asked, key = request.args.get("etat", ""), request.args.get("apres", "")
    state = ActionState(asked) if asked in set(ActionState) else None
    after = int(key) if key.isascii() and key.isdigit() and len(key) < 10 else None
    lines, more = queries.actions(db.session(), actor=current_actor(), state=state, after=after)
    kept: dict[str, Any] = {"etat": state.value} if state else {}
    return render_template(
        "actions/index.html",
        lines=lines,
        state=state,
        states=list(ActionState),
        today=clock.day_of(g.now),
        next_url=url_for("actions.index", apres=lines[-1].action.id, **kept) if more else None,
        first_url=url_for("actions.index", **kept) if after else None,
    )


@bp.route("/actions/<public_id>")
@needs(Permission.PROJECT_READ)
def show(public_id: str) -> ResponseReturnValue:
    """One action: how far it is, its factors of success, with whom, what came of it."""
    actor, session = current_actor(), db.session()
    action, place = queries.get_action(session, public_id, actor=actor)
    page = queries.page_of(session, action, actor=actor)
    return render_template("actions/show.html", action=action, place=place, page=page, following=NEXT)


@bp.post("/actions/<public_id>/etat")
@needs(Permission.PROJECT_ACT)
def set_state(public_id: str) -> ResponseReturnValue:
    """Say in one tap how far an action is, and offer to undo it; the undo carries the days as they were."""
    actor, session = current_actor(), db.session()
    action, place = queries.get_action(session, public_id, actor=actor, for_update=True)
    typed = request.form.get("state", "")
    if typed not in set(ActionState):
        raise DomainError(N_("Cet état d'action n'existe pas. Rien n'a été modifié."))
    wanted, version = ActionState(typed), _version()
    if "launched_on" in request.form:
        standing = Standing(wanted, _day("launched_on"), _day("ended_on"))
        services.put_back(session, action, place, standing, version=version, actor=actor)
        return _home(public_id)
    before = services.set_state(session, action, place, wanted, version=version, actor=actor, now=g.now)
    if before != services.standing_of(action):
        undo: dict[str, Any] = {
            "text": gettext("Action : %(state)s.", state=gettext(action.state.label)),
            "undo_url": url_for("actions.set_state", public_id=public_id),
            "undo_label": gettext("Annuler"),
            "undo_fields": {
                "state": before.state.value,
                "launched_on": before.launched_on.isoformat() if before.launched_on else "",
                "ended_on": before.ended_on.isoformat() if before.ended_on else "",
                "version": str(action.version),
            },
        }
        flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return _home(public_id)


@bp.post("/actions/<public_id>/facteurs")
@needs(Permission.PROJECT_ACT)
def tick(public_id: str) -> ResponseReturnValue:
    """Say which factors of success are there."""
    actor, session = current_actor(), db.session()
    action, place = queries.get_action(session, public_id, actor=actor, for_update=True)
    services.tick(session, action, place, set(request.form.getlist("met")), version=_version(), actor=actor)
    flash(gettext("Facteurs de succès enregistrés."), "success")
    return _home(public_id)


@bp.route("/actions/<public_id>/partenaires", methods=["GET", "POST"])
@needs(Permission.PROJECT_ACT)
def partners(public_id: str) -> ResponseReturnValue:
    """Who else takes part: look for a partner by name, add it."""
    actor, session = current_actor(), db.session()
    action, place = queries.get_action(session, public_id, actor=actor, for_update=request.method == "POST")
    refused = ""
    if request.method == "POST":
        chosen = request.form.get("partner", "")
        try:
            added = services.add_partner(session, action, place, chosen, actor=actor)
        except DomainError as refusal:
            refused = gettext(refusal.message, **refusal.values)
        else:
            undo = {
                "text": gettext("%(name)s prend part à l'action.", name=added.name),
                "undo_url": url_for("actions.remove_partner", public_id=public_id),
                "undo_label": gettext("Annuler"),
                "undo_fields": {"partner": added.public_id},
            }
            flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold
            return _home(public_id)
    words = request.args.get("q", "")[:_LONGEST_SEARCH]
    found = queries.offered(session, words, action, place, actor=actor)
    page = render_template("actions/partners.html", action=action, words=words, found=found, refused=refused)
    return page, 422 if refused else 200


@bp.post("/actions/<public_id>/partenaires/retirer")
@needs(Permission.PROJECT_ACT)
def remove_partner(public_id: str) -> ResponseReturnValue:
    """A partner takes part no more; one tap puts it back."""
    actor, session = current_actor(), db.session()
    action, place = queries.get_action(session, public_id, actor=actor, for_update=True)
    gone = request.form.get("partner", "")
    services.remove_partner(session, action, place, gone, actor=actor)
    undo = {
        "text": gettext("C'est retiré."),
        "undo_url": url_for("actions.partners", public_id=public_id),
        "undo_label": gettext("Annuler"),
        "undo_fields": {"partner": gone},
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return _home(public_id)


def _home(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("actions.show", public_id=public_id), 303)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
