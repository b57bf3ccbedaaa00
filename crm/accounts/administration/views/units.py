"""The units of the structure: « pôles » and workshops."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission
from crm.accounts.administration import queries
from crm.accounts.administration.forms import UnitForm, structure_values
from crm.accounts.administration.refusals import FieldRefused
from crm.accounts.administration.services import place
from crm.accounts.administration.views.frame import bp, choose
from crm.accounts.models import Unit
from crm.audit.queries import last_change
from crm.db import db
from crm.errors import Conflict


@bp.get("/reglages/poles")
@needs(Permission.STRUCTURE_EDIT)
def units() -> ResponseReturnValue:
    """The tree of the units, closed ones included."""
    return _list()


@bp.route("/reglages/poles/nouveau", methods=["GET", "POST"])
@needs(Permission.STRUCTURE_EDIT)
def new_unit() -> ResponseReturnValue:
    """A new unit."""
    actor, session = current_actor(), db.session()
    here = queries.get_structure(session, actor=actor)
    form = UnitForm.bind({"legal_kind": here.legal_kind.value}, parents=_parents(actor, None))
    if form.accepted():
        try:
            unit = place.add_unit(session, form.identity(), parent_id=form.parent_id, actor=actor)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("« %(name)s » est ajouté.", name=unit.name), "success")
            return redirect(url_for("administration.units"), 303)
    return render_template("administration/unit.html", form=form, unit=None), 422 if form.submitted else 200


@bp.route("/reglages/poles/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.STRUCTURE_EDIT)
def edit_unit(public_id: str) -> ResponseReturnValue:
    """Change a unit."""
    actor, session = current_actor(), db.session()
    unit = queries.get_unit(session, public_id, actor=actor)
    parents = _parents(actor, unit)
    form = UnitForm.bind(structure_values(unit), version=unit.version, parents=parents)
    if form.accepted():
        try:
            place.change_unit(
                session, unit, form.identity(), parent_id=form.parent_id, version=form.version, actor=actor
            )
        except Conflict as refusal:
            current = UnitForm(data=structure_values(unit), parents=parents)
            if form.raw() != current.raw():
                return choose(form, current, refusal, title=unit.name, change=last_change(session, "units", unit.id))
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(url_for("administration.units"), 303)
    return render_template("administration/unit.html", form=form, unit=unit), 422 if form.submitted else 200


@bp.post("/reglages/poles/<public_id>/fermer")
@needs(Permission.STRUCTURE_EDIT)
def close_unit(public_id: str) -> ResponseReturnValue:
    """Close a unit, and offer to undo it."""
    actor, session = current_actor(), db.session()
    unit = queries.get_unit(session, public_id, actor=actor)
    try:
        place.close_unit(session, unit, actor=actor, now=g.now)
    except FieldRefused as refusal:
        return _list(refusal), 422
    undo = {
        "text": gettext("« %(name)s » est fermé.", name=unit.name),
        "undo_url": url_for("administration.reopen_unit", public_id=public_id),
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(url_for("administration.units"), 303)


@bp.post("/reglages/poles/<public_id>/rouvrir")
@needs(Permission.STRUCTURE_EDIT)
def reopen_unit(public_id: str) -> ResponseReturnValue:
    """Open a unit again."""
    actor, session = current_actor(), db.session()
    unit = queries.get_unit(session, public_id, actor=actor)
    try:
        place.reopen_unit(session, unit, actor=actor)
    except FieldRefused as refusal:
        return _list(refusal), 422
    flash(gettext("« %(name)s » est de nouveau ouvert.", name=unit.name), "success")
    return redirect(url_for("administration.units"), 303)


def _list(refusal: FieldRefused | None = None) -> str:
    lines = queries.units(db.session(), actor=current_actor())
    error = gettext(refusal.message, **refusal.values) if refusal else ""
    return render_template("administration/units.html", lines=lines, error=error)


def _parents(actor: Actor, unit: Unit | None) -> dict[int, str]:
    """What the unit may be part of: open units that do not stand under it; and what it is part of today."""
    lines = queries.units(db.session(), actor=actor)
    barred = queries.below(lines, unit.id) if unit else set()
    today = unit.parent_id if unit else None
    return {
        line.id: "\N{NO-BREAK SPACE}" * 3 * line.depth + line.name
        for line in lines
        if line.id not in barred and (line.closed_at is None or line.id == today)
    }
