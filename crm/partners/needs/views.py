"""The screens of needs."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.errors import Conflict, DomainError
from crm.partners import queries as partners
from crm.partners.enums import NeedState
from crm.partners.needs import queries, services
from crm.partners.needs.forms import NeedForm, need_values
from crm.partners.refusals import FieldRefused
from crm.partners.views import choose_between, latest_change
from crm.wording import N_

bp = Blueprint("needs", __name__)


@bp.route("/partenaires/<public_id>/besoins/nouveau", methods=["GET", "POST"])
@needs(Permission.PARTNER_EDIT)
def new(public_id: str) -> ResponseReturnValue:
    """Something that this partner needs."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor, for_update=request.method == "POST")
    form = NeedForm.bind({"season_month": "", "state": NeedState.OPEN.value})
    if form.accepted():
        try:
            services.add_need(session, partner, form.need(), actor=actor, now=g.now)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("Besoin noté."), "success")
            return redirect(url_for("partners.show", public_id=public_id), 303)
    page = render_template("needs/form.html", form=form, partner=partner, need=None)
    return page, 422 if form.submitted else 200


@bp.route("/besoins/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.PARTNER_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Change a need; the second of two editors chooses field by field."""
    actor, session = current_actor(), db.session()
    need, partner = queries.get_need(session, public_id, actor=actor, for_update=request.method == "POST")
    values = need_values(need)
    form = NeedForm.bind(values, version=need.version)
    if form.accepted():
        try:
            services.update_need(session, need, form.need(), version=form.version, actor=actor)
        except Conflict as refusal:
            current = NeedForm(data=values)
            if form.raw() != current.raw():
                change = latest_change(("needs", need.id))
                return choose_between(form, current, refusal, title=partner.name, change=change)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(url_for("partners.show", public_id=partner.public_id), 303)
    page = render_template("needs/form.html", form=form, partner=partner, need=need)
    return page, 422 if form.submitted else 200


@bp.post("/besoins/<public_id>/etat")
@needs(Permission.PARTNER_EDIT)
def set_state(public_id: str) -> ResponseReturnValue:
    """Say in one tap what became of a need, and offer to undo it."""
    actor, session = current_actor(), db.session()
    need, partner = queries.get_need(session, public_id, actor=actor, for_update=True)
    wanted = request.form.get("state", "")
    if wanted not in set(NeedState):
        raise DomainError(N_("Cet état de besoin n'existe pas. Rien n'a été modifié."))
    before = services.set_state(session, need, NeedState(wanted), version=_version(), actor=actor)
    if before is not need.state:
        undo: dict[str, Any] = {
            "text": gettext("Besoin : %(state)s.", state=gettext(need.state.label)),
            "undo_url": url_for("needs.set_state", public_id=public_id),
            "undo_label": gettext("Annuler"),
            "undo_fields": {"state": before.value, "version": str(need.version)},
        }
        flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(url_for("partners.show", public_id=partner.public_id), 303)


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
