"""The page of the reminders' settings."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.errors import Conflict
from crm.reminders.settings import queries, services
from crm.reminders.settings.forms import settings_form, values_of
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near

bp = Blueprint("reminder_settings", __name__)


@bp.route("/reglages/rappels", methods=["GET", "POST"])
@needs(Permission.STRUCTURE_EDIT)
def edit() -> ResponseReturnValue:
    """Which reminders, after how long, on which days; what counts as having asked too much."""
    actor, session = current_actor(), db.session()
    chosen = queries.chosen(session, queries.structure_of(session, actor=actor))
    form_class = settings_form()
    form = form_class.bind(values_of(chosen), version=chosen.edition)
    if form.accepted():
        try:
            services.choose(session, form.chosen(), edition=form.version, actor=actor)
        except services.NoWorkingDay as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            current = form_class(data=values_of(chosen))
            title, when = gettext("Réglages des rappels"), moment_near(g.now)
            return conflict_page(form, current, version=refusal.current, title=title, who="", when=when)  # type: ignore[no-any-return]  # a page
        else:
            flash(gettext("Réglages enregistrés."), "success")
            return redirect(url_for("reminder_settings.edit"), 303)
    page = render_template("reminders/settings.html", form=form)
    return page, 422 if form.submitted else 200
