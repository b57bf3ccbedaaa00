"""The days on which the structure is closed."""

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.accounts.administration import queries
from crm.accounts.administration.forms import ClosingForm, closing_values
from crm.accounts.administration.refusals import FieldRefused
from crm.accounts.administration.services import place
from crm.accounts.administration.views.frame import bp, choose
from crm.audit.queries import last_change
from crm.db import db
from crm.errors import Conflict
from crm.web.formats import day


@bp.get("/reglages/fermetures")
@needs(Permission.STRUCTURE_EDIT)
def closings() -> ResponseReturnValue:
    """What is to come, then what is over."""
    today = clock.day_of(g.now)
    periods = queries.closings(db.session(), actor=current_actor())
    return render_template(
        "administration/closings.html",
        coming=[period for period in periods if period.ends_on >= today],
        over=[period for period in reversed(periods) if period.ends_on < today],
    )


@bp.route("/reglages/fermetures/nouvelle", methods=["GET", "POST"])
@needs(Permission.STRUCTURE_EDIT)
def new_closing() -> ResponseReturnValue:
    """New days of closing; also what undoes a deletion."""
    form = ClosingForm.bind()
    if form.accepted():
        try:
            period = place.add_closing(db.session(), form.days(), actor=current_actor())
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            said = gettext("Fermeture du %(first)s au %(last)s enregistrée.", **_days(period.starts_on, period.ends_on))
            flash(said, "success")
            return redirect(url_for("administration.closings"), 303)
    return render_template("administration/closing.html", form=form, period=None), 422 if form.submitted else 200


@bp.route("/reglages/fermetures/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.STRUCTURE_EDIT)
def edit_closing(public_id: str) -> ResponseReturnValue:
    """Change the days or the reason of a closing."""
    actor, session = current_actor(), db.session()
    period = queries.get_closing(session, public_id, actor=actor, for_update=request.method == "POST")
    values = closing_values(period)
    form = ClosingForm.bind(values, version=period.version)
    if form.accepted():
        try:
            place.change_closing(session, period, form.days(), version=form.version, actor=actor)
        except Conflict as refusal:
            current = ClosingForm(data=values)
            if form.raw() != current.raw():
                change = last_change(session, "closing_periods", period.id)
                return choose(form, current, refusal, title=gettext("Modifier la fermeture"), change=change)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(url_for("administration.closings"), 303)
    return render_template("administration/closing.html", form=form, period=period), 422 if form.submitted else 200


@bp.post("/reglages/fermetures/<public_id>/supprimer")
@needs(Permission.STRUCTURE_EDIT)
def remove_closing(public_id: str) -> ResponseReturnValue:
    """Delete days of closing, and offer to undo it."""
    actor, session = current_actor(), db.session()
    period = queries.get_closing(session, public_id, actor=actor, for_update=True)
    place.remove_closing(session, period, actor=actor)
    undo = {
        "text": gettext("Fermeture du %(first)s au %(last)s supprimée.", **_days(period.starts_on, period.ends_on)),
        "undo_url": url_for("administration.new_closing"),
        "undo_fields": {
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
            "label": period.label,
        },
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(url_for("administration.closings"), 303)


def _days(starts_on: date, ends_on: date) -> dict[str, str]:
    return {"first": day(starts_on), "last": day(ends_on)}
