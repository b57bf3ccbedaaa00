"""The people of the structure, and the help given with their accounts."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission, Role, can
from crm.accounts.administration import queries
from crm.accounts.administration.offered_roles import OFFERED
from crm.accounts.administration.queries import PersonState
from crm.accounts.administration.services import help as helping
from crm.accounts.administration.views.frame import bp
from crm.accounts.devices.services import devices_of
from crm.accounts.links.services import Made
from crm.accounts.models import User
from crm.accounts.own.role_words import ALLOWS
from crm.db import db
from crm.errors import DomainError, NotAllowed, NotFound


@bp.get("/reglages/personnes")
@needs(Permission.PEOPLE_READ)
def people() -> ResponseReturnValue:
    """The people of the structure, filtered by the address."""
    state, role = request.args.get("etat", ""), request.args.get("role", "")
    wanted_state = PersonState(state) if state in set(PersonState) else None
    wanted_role = Role(role) if role in set(OFFERED) else None
    lines = queries.people(db.session(), actor=current_actor(), state=wanted_state, role=wanted_role)
    return render_template(
        "administration/people.html", lines=lines, state=wanted_state, role=wanted_role, roles=OFFERED
    )


@bp.get("/reglages/personnes/<public_id>")
@needs(Permission.PEOPLE_READ)
def person(public_id: str) -> ResponseReturnValue:
    """Somebody: their roles, their account, their devices."""
    user = queries.get_person(db.session(), public_id, actor=current_actor())
    return _page(user)


@bp.route("/reglages/personnes/<public_id>/invitation", methods=["GET", "POST"])
@needs(Permission.ACCOUNT_ASSIST)
def send_again(public_id: str) -> ResponseReturnValue:
    """Send somebody their invitation again."""
    return _offer(public_id, is_invitation=True)


@bp.route("/reglages/personnes/<public_id>/mot-de-passe", methods=["GET", "POST"])
@needs(Permission.ACCOUNT_ASSIST)
def new_password(public_id: str) -> ResponseReturnValue:
    """Send somebody a link to choose another password."""
    return _offer(public_id, is_invitation=False)


@bp.post("/reglages/personnes/<public_id>/double-authentification")
@needs(Permission.PEOPLE_MANAGE)
def forget_second_factor(public_id: str) -> ResponseReturnValue:
    """Take away the second factor of somebody who lost their telephone."""
    actor, session = current_actor(), db.session()
    try:
        user = helping.forget_second_factor(session, public_id, actor=actor, now=g.now)
    except DomainError as refusal:
        return _refused(public_id, refusal)
    flash(gettext("La double authentification de %(name)s est retirée.", name=user.name), "success")
    return redirect(url_for("administration.person", public_id=public_id), 303)


@bp.post("/reglages/personnes/<public_id>/appareil")
@needs(Permission.PEOPLE_MANAGE)
def forget_device(public_id: str) -> ResponseReturnValue:
    """Sign one of somebody's devices out now."""
    actor, session = current_actor(), db.session()
    try:
        device = helping.forget_device(session, public_id, request.form.get("device", ""), actor=actor, now=g.now)
    except DomainError as refusal:
        return _refused(public_id, refusal)
    flash(gettext("« %(name)s » est déconnecté.", name=device.label), "success")
    return redirect(url_for("administration.person", public_id=public_id), 303)


def show_link(name: str, url: str, *, is_invitation: bool, back: str) -> ResponseReturnValue:
    """The page that shows a link to copy, once: the link is stored nowhere, so this page is not a redirect."""
    return render_template("administration/link.html", name=name, url=url, is_invitation=is_invitation, back=back)


def _offer(public_id: str, *, is_invitation: bool) -> ResponseReturnValue:
    back = url_for("administration.person", public_id=public_id)
    actor, session = current_actor(), db.session()
    if request.method == "GET":  # the page of the link, opened again: what it showed is gone
        queries.get_person(session, public_id, actor=actor)
        return redirect(back, 303)
    ask = helping.send_invitation_again if is_invitation else helping.offer_new_password
    try:
        user, made = ask(session, public_id, actor=actor, now=g.now)
    except DomainError as refusal:
        return _refused(public_id, refusal)
    return _tell(user, made, is_invitation=is_invitation, back=back)


def _tell(user: User, made: Made, *, is_invitation: bool, back: str) -> ResponseReturnValue:
    if made.url is not None:
        return show_link(user.name, made.url, is_invitation=is_invitation, back=back)
    flash(gettext("Un lien part vers %(email)s.", email=user.email), "success")
    return redirect(back, 303)


def _refused(public_id: str, refusal: DomainError) -> ResponseReturnValue:
    """The page of the person with what stands in the way; a missing right stays a 403, a stranger a 404."""
    if isinstance(refusal, NotAllowed | NotFound):
        raise refusal
    user = queries.get_person(db.session(), public_id, actor=current_actor())
    return _page(user, error=gettext(refusal.message, **refusal.values)), 422


def _page(user: User, *, error: str = "") -> str:
    actor, session = current_actor(), db.session()
    return render_template(
        "administration/person.html",
        person=queries.person_line(session, user, actor=actor),
        devices=devices_of(session, user.id),
        allows=ALLOWS,
        own=user.id == actor.user_id,
        error=error,
        may_hand_links=session.info["sends_mail"] or can(actor, Permission.PEOPLE_MANAGE),
    )
