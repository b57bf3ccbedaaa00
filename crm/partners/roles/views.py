"""The page of a partner's roles: from when to when it is, and was, a client, a host, a prescriber."""

from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import BadRequest

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.errors import Conflict
from crm.partners import queries
from crm.partners.enums import PartnerRoleKind
from crm.partners.identity.queries import load_lists, period_of
from crm.partners.models import Partner, PartnerRole
from crm.partners.refusals import FieldRefused
from crm.partners.roles import services
from crm.partners.roles.forms import RolesForm, roles_form
from crm.partners.roles.periods import Period

bp = Blueprint("partner_roles", __name__)


@bp.route("/partenaires/<public_id>/roles", methods=["GET", "POST"])
@needs(Permission.PARTNER_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """The dates of each role, those that are over included. Who comes second looks again before saving."""
    actor, session = current_actor(), db.session()
    partner = queries.get(session, public_id, actor=actor, for_update=request.method == "POST")
    rows = list(load_lists(session, partner).roles)
    form = roles_form(rows, partner.version)
    status = 422 if form.submitted else 200
    if form.accepted():
        removed = [(row.role, row.since, row.until) for row in form.removed()]
        try:
            services.keep(session, partner, form.periods(), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            form.refuse(refusal)
            form.version, status = refusal.current, 409
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            _say_saved(public_id, removed)
            return redirect(url_for("partner_roles.edit", public_id=public_id), 303)
    return _page(form, partner, rows), status


@bp.post("/partenaires/<public_id>/roles/remettre")
@needs(Permission.PARTNER_EDIT)
def put_back(public_id: str) -> ResponseReturnValue:
    """Put back a role that was removed: its name and days are in the request."""
    actor, session = current_actor(), db.session()
    partner = load_lists(session, queries.get(session, public_id, actor=actor, for_update=True))
    period = Period(_role(request.form.get("role", "")), _day("since"), _day("until"))
    try:
        services.keep(session, partner, [(None, period)], version=partner.version, actor=actor, now=g.now)
    except FieldRefused:
        raise BadRequest from None
    flash(gettext("« %(role)s » est de nouveau là.", role=gettext(period.role.label)), "success")
    return redirect(url_for("partner_roles.edit", public_id=public_id), 303)


def _page(form: RolesForm, partner: Partner, rows: list[PartnerRole]) -> str:
    today = clock.day_of(g.now)
    open_ones = {row.id for row in rows if period_of(row).is_open(today)}
    return render_template("partners/roles.html", form=form, partner=partner, rows=rows, open_ones=open_ones)


def _say_saved(public_id: str, removed: list[tuple[PartnerRoleKind, date | None, date | None]]) -> None:
    flash(gettext("Rôles enregistrés."), "success")
    for role, since, until in removed:
        undo = {
            "text": gettext("« %(role)s » est retiré.", role=gettext(role.label)),
            "undo_url": url_for("partner_roles.put_back", public_id=public_id),
            "undo_label": gettext("Annuler"),
            "undo_fields": {
                "role": role.value,
                "since": since.isoformat() if since else "",
                "until": until.isoformat() if until else "",
            },
        }
        flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this


def _role(text: str) -> PartnerRoleKind:
    try:
        return PartnerRoleKind(text)
    except ValueError:
        raise BadRequest from None


def _day(name: str) -> date | None:
    text = request.form.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRequest from None
