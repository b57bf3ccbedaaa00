"""Logging an exchange: choose the company, say what was said, date what follows."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission, can
from crm.db import db
from crm.interactions import queries, rules, services
from crm.interactions.forms import USUAL_KINDS, InteractionForm, preset
from crm.partners import queries as partners
from crm.partners.contacts import queries as contacts
from crm.partners.models import Partner
from crm.reminders.services import UnclearTodo
from crm.web.formats import weekday

bp = Blueprint("interactions", __name__)

#: Where the refusals of the services stand on the form.
FIELDS_OF_TODO = {"what": "todo", "due_on": "due_on"}


@bp.get("/echanges/nouveau")
@needs(Permission.INTERACTION_LOG)
def new_anywhere() -> ResponseReturnValue:
    """Choose the company first: mine and the recent ones, or those that hold the words typed."""
    query = request.args.get("q", "").strip()
    found, has_more = queries.companies(db.session(), query, actor=current_actor())
    return render_template("interactions/choose.html", query=query, companies=found, has_more=has_more)


@bp.route("/partenaires/<public_id>/echanges/nouveau", methods=["GET", "POST"])
@needs(Permission.INTERACTION_LOG)
def new(public_id: str) -> ResponseReturnValue:
    """Log an exchange with one partner."""
    actor = current_actor()
    session = db.session()
    partner = partners.get(session, public_id, actor=actor)
    people = contacts.contacts_of(session, partner.id, actor=actor) if can(actor, Permission.CONTACT_READ) else []
    form = InteractionForm.bind(preset(g.now, people, plans=can(actor, Permission.TODO_PLAN)), people=people)
    if form.accepted() and _log(form, partner, actor):
        return redirect(url_for("partners.show", public_id=public_id), 303)
    requests = queries.requests_since(session, partner.id, actor=actor, now=g.now)
    page = render_template(
        "interactions/new.html",
        partner=partner,
        form=form,
        usual_kinds=[kind.value for kind in USUAL_KINDS],
        warnings=[gettext(told.msgid, **told.values) for told in rules.recent_requests(requests, clock.day_of(g.now))],
    )
    return page, 422 if form.submitted else 200


def _log(form: InteractionForm, partner: Partner, actor: Actor) -> bool:
    """Whether the exchange was logged; otherwise the form says why not."""
    data = form.to_data(clock.day_of(g.now))
    try:
        services.log(db.session(), partner, data, actor=actor, now=g.now)
    except services.UnclearInteraction as refusal:
        form.refuse(refusal, refusal.field)
        return False
    except UnclearTodo as refusal:
        form.refuse(refusal, FIELDS_OF_TODO.get(refusal.field))
        return False
    if data.follow_up is None:
        flash(gettext("Échange enregistré."), "success")
    else:
        day = weekday(data.follow_up.due_on)
        flash(
            gettext("Échange enregistré. À faire : %(what)s, %(day)s.", what=data.follow_up.what, day=day),
            "success",
        )
    return True
