"""The screens of the way a structure follows a partner."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission
from crm.accounts import queries as accounts
from crm.db import db
from crm.errors import Conflict, DomainError
from crm.partners import queries as partners
from crm.partners.follow import services
from crm.partners.follow.forms import FollowForm, first_values, follow_values
from crm.partners.forms import people_to_choose
from crm.partners.models import Follow
from crm.partners.refusals import FieldRefused
from crm.partners.tags import queries as tags
from crm.partners.tags.names import key_of, read_tags
from crm.partners.views import choose_between, latest_change

bp = Blueprint("follow", __name__)

_MOST_TO_TICK = 30


@bp.route("/partenaires/<public_id>/suivi", methods=["GET", "POST"])
@needs(Permission.PARTNER_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Begin to follow, or change how; the second of two editors chooses field by field."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor, for_update=request.method == "POST")
    follow = partners.follow_of(session, partner, actor=actor)
    worn = tags.of_follow(session, follow, actor=actor)
    values = follow_values(follow, worn) if follow else first_values(actor.user_id)
    given: dict[str, Any] = {"people": _people(actor, follow)}
    ticked = request.form.getlist("tick") if request.method == "POST" else []
    form = FollowForm.bind(values, version=follow.version if follow else 0, ticked=ticked, **given)
    if form.accepted():
        try:
            services.change(session, partner, form.follow(), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            current = FollowForm(data=values, **given)
            if form.raw() != current.raw():
                change = latest_change(("follows", follow.id if follow else None))
                return choose_between(form, current, refusal, title=partner.name, change=change)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Suivi enregistré."), "success")
            return redirect(url_for("partners.show", public_id=public_id), 303)
    page = render_template("follow/edit.html", form=form, partner=partner, follow=follow, to_tick=_to_tick(form, actor))
    return page, 422 if form.submitted else 200


@bp.post("/partenaires/<public_id>/suivi/verifie")
@needs(Permission.PARTNER_EDIT)
def check(public_id: str) -> ResponseReturnValue:
    """Say in one tap that the file is right today."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor, for_update=True)
    here = url_for("partners.show", public_id=public_id)
    try:
        before = services.check(session, partner, actor=actor, now=g.now)
    except DomainError as refusal:
        return _refused(refusal, public_id)
    undo = {
        "text": gettext("Fiche vérifiée aujourd'hui."),
        "undo_url": url_for("follow.uncheck", public_id=public_id),
        "undo_label": gettext("Annuler"),
        "undo_fields": {"before": before.isoformat() if before else ""},
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(here, 303)


@bp.post("/partenaires/<public_id>/suivi/non-verifie")
@needs(Permission.PARTNER_EDIT)
def uncheck(public_id: str) -> ResponseReturnValue:
    """Undo the tap."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor, for_update=True)
    try:
        services.uncheck(session, partner, _day(request.form.get("before", "")), actor=actor, now=g.now)
    except DomainError as refusal:
        return _refused(refusal, public_id)
    flash(gettext("La vérification d'aujourd'hui est annulée."), "success")
    return redirect(url_for("partners.show", public_id=public_id), 303)


def _refused(refusal: DomainError, public_id: str) -> ResponseReturnValue:
    # A page of its own: a form of one button has nowhere to show its error.
    return render_template("follow/refused.html", sentence=gettext(refusal.message), public_id=public_id), 409


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _people(actor: Actor, follow: Follow | None) -> dict[int, str]:
    session = db.session()
    owner_id = follow.owner_id if follow else None
    name = accounts.names(session, {owner_id}).get(owner_id) if owner_id else None
    owner = (owner_id, name) if owner_id and name else None
    return people_to_choose(accounts.colleagues(session, actor=actor), owner)


def _to_tick(form: FollowForm, actor: Actor) -> list[str]:
    """The tags of the structure that are not in the text, the most used first."""
    typed = {key_of(name) for name in read_tags(form.tags.data or "").names}
    known = [one for one in tags.lines(db.session(), actor=actor) if key_of(one.name) not in typed]
    best = sorted(known, key=lambda one: -one.count)[:_MOST_TO_TICK]
    return [one.name for one in best]
