"""Enrolling one's own phone, and revoking a device."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import CONFIRMED, SIGNED_IN, before, current_actor, needs
from crm.accounts.devices import services
from crm.accounts.devices.cookie import ENROLLED_FOR
from crm.accounts.forms import PasswordAgainForm
from crm.accounts.throttle.gate import limited
from crm.accounts.views import keep_cookie, label_of_request, password_is_right
from crm.db import db
from crm.web import sessions
from crm.web.redirects import inside

bp = Blueprint("devices", __name__)

_ACCOUNT = "own.show"


@bp.route("/compte/appareils/enroler", methods=["GET", "POST"])
@needs(SIGNED_IN)
@before(limited("confirm"))
def enrol() -> ResponseReturnValue:
    """ "This phone is mine": signed in for 30 days, for partners and exchanges only."""
    form = PasswordAgainForm.bind()
    if form.accepted() and password_is_right(form):
        current = sessions.current()
        user_id = current_actor().user_id
        known = services.enrol(db.session(), user_id or 0, current.device_id, label=label_of_request(), now=g.now)
        current.confirm(g.now)
        current.bind(known.device_id, lasting=known.lasting)
        current.renew()
        flash(gettext("Ce téléphone reste connecté %(days)d jours.", days=ENROLLED_FOR.days), "success")
        return keep_cookie(current_app.make_response(redirect(url_for(_ACCOUNT), 303)), known.token)
    status = 422 if form.submitted else 200
    return render_template("devices/enrol.html", form=form, days=ENROLLED_FOR.days), status


@bp.post("/compte/appareils/<public_id>/revoquer")
@needs(CONFIRMED)
def revoke(public_id: str) -> ResponseReturnValue:
    """Forget a device, one's own or one of the structure, and end its sessions at once."""
    services.revoke(db.session(), public_id, actor=current_actor(), now=g.now)
    flash(gettext("Appareil oublié : ce qui y était ouvert est fermé."), "success")
    return redirect(inside(request.form.get("next"), otherwise=url_for(_ACCOUNT)), 303)
