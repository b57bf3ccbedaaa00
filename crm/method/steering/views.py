"""The screens of the steering of a partnership: its page, its pilots, one more value of an indicator."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.accounts import queries as accounts
from crm.db import db
from crm.errors import Conflict
from crm.method import queries as cards
from crm.method.parts.queries import contacts_of
from crm.method.roadmap.views import choose
from crm.method.steering import queries, services
from crm.method.steering.forms import PilotsForm, ValueForm, pilots_values
from crm.method.steering.indicators import set_in_time
from crm.method.surveys.queries import surveys_of
from crm.partners.refusals import FieldRefused

bp = Blueprint("steering", __name__)


@bp.route("/partenariats/<public_id>/suivi")
@needs(Permission.PROJECT_READ)
def show(public_id: str) -> ResponseReturnValue:
    """Pilots, sessions, indicators, actions, reviews, surveys, highlights of one partnership."""
    actor, session = current_actor(), db.session()
    partnership = cards.get_partnership(session, public_id, actor=actor)
    page = queries.page_of(session, partnership, actor=actor)
    first_launch = page.first_launch.launched_on if page.first_launch else None
    return render_template(
        "steering/show.html",
        partnership=partnership,
        page=page,
        surveys=surveys_of(session, partnership, actor=actor, now=g.now),
        in_time={one.id: set_in_time(clock.day_of(one.created_at), first_launch) for one in page.indicators},
        today=clock.day_of(g.now),
    )


@bp.route("/partenariats/<public_id>/pilotes", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def pilots(public_id: str) -> ResponseReturnValue:
    """Who follows the partnership on both sides; the second of two editors chooses field by field."""
    actor, session = current_actor(), db.session()
    partnership = cards.get_partnership(session, public_id, actor=actor, for_update=request.method == "POST")
    values = pilots_values(partnership)
    given = {
        "people": [(one.id, one.name) for one in accounts.colleagues(session, actor=actor)],
        "contacts": contacts_of(session, partnership.partner_id, actor=actor),
    }
    form = PilotsForm.bind(values, version=partnership.version, **given)
    if form.accepted():
        try:
            services.appoint(session, partnership, form.pilots(), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            current = PilotsForm(data=values, **given)
            if form.raw() != current.raw():
                return choose(form, current, refusal, partnership)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(url_for("steering.show", public_id=public_id), 303)
    page = render_template("steering/pilots.html", form=form, partnership=partnership)
    return page, 422 if form.submitted else 200


@bp.route("/indicateurs/<public_id>/valeur", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def add_value(public_id: str) -> ResponseReturnValue:
    """One more value of an indicator, with its day."""
    actor, session = current_actor(), db.session()
    indicator, partnership = queries.get_indicator(session, public_id, actor=actor, for_update=request.method == "POST")
    form = ValueForm.bind({"on": clock.day_of(g.now)}).of(indicator.unit, indicator.target)
    if form.accepted() and form.on.data is not None:
        value, note = form.value.data or "", form.note.data or ""
        try:
            services.add_value(session, indicator, partnership, form.on.data, value, note, actor=actor, now=g.now)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("Valeur notée."), "success")
            return redirect(url_for("steering.show", public_id=partnership.public_id), 303)
    page = render_template("steering/value.html", form=form, indicator=indicator, partnership=partnership)
    return page, 422 if form.submitted else 200
