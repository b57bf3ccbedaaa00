"""Who enters the structure, with which roles; who leaves it, and who comes back."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.accounts.administration import queries
from crm.accounts.administration.forms import InviteForm, LeaveForm, RolesForm, roles_values
from crm.accounts.administration.offered_roles import edition
from crm.accounts.administration.refusals import FieldRefused
from crm.accounts.administration.services import people
from crm.accounts.administration.views.frame import bp, choose
from crm.accounts.administration.views.people import show_link
from crm.accounts.links import services as links
from crm.db import db
from crm.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.wording import N_


@bp.route("/reglages/personnes/inviter", methods=["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def invite() -> ResponseReturnValue:
    """Invite somebody, by mail, or with a link to hand over when there is no mail server."""
    form = InviteForm.bind()
    if form.accepted() and not form.roles():
        form.refuse(DomainError(N_("Cochez au moins un rôle.")))
    elif form.accepted():
        try:
            made = links.invite(
                db.session(),
                email=(form.email.data or "").lower(),
                first_name=form.first_name.data or "",
                last_name=form.last_name.data or "",
                roles=form.roles(),
                actor=current_actor(),
                now=g.now,
            )
        except (NotAllowed, NotFound):
            raise
        except DomainError as refusal:
            form.refuse(refusal, getattr(refusal, "field", "email"))
        else:
            name = f"{form.first_name.data} {form.last_name.data}"
            if made.url is not None:
                return show_link(name, made.url, is_invitation=True, back=url_for("administration.people"))
            flash(gettext("Une invitation part vers %(email)s.", email=form.email.data), "success")
            return redirect(url_for("administration.people"), 303)
    return render_template("administration/invite.html", form=form), 422 if form.submitted else 200


@bp.route("/reglages/personnes/<public_id>/roles", methods=["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def roles(public_id: str) -> ResponseReturnValue:
    """Change somebody's roles in this structure."""
    actor, session = current_actor(), db.session()
    user = queries.get_person(session, public_id, actor=actor)
    person = queries.person_line(session, user, actor=actor)
    form = RolesForm.bind(roles_values(person.roles), version=edition(person.roles))
    if form.accepted():
        try:
            people.set_roles(session, public_id, form.roles(), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            person = queries.person_line(session, user, actor=actor)
            current = RolesForm(data=roles_values(person.roles))
            if form.raw() != current.raw():
                change = queries.roles_changed(session, user.id)
                return choose(form, current, refusal, title=person.name, change=change)
        except (people.Refused, FieldRefused) as refusal:
            form.refuse(refusal)
        if not form.errors:
            flash(gettext("Rôles de %(name)s enregistrés.", name=user.name), "success")
            return redirect(url_for("administration.person", public_id=public_id), 303)
    own = user.id == actor.user_id
    page = render_template("administration/roles.html", form=form, person=person, own=own)
    return page, 422 if form.submitted else 200


@bp.route("/reglages/personnes/<public_id>/desactiver", methods=["GET", "POST"])
@needs(Permission.ACCOUNT_ASSIST)
def leave(public_id: str) -> ResponseReturnValue:
    """Somebody leaves: their account is shut at once, a colleague takes over."""
    actor, session = current_actor(), db.session()
    user = queries.get_person(session, public_id, actor=actor)
    person = queries.person_line(session, user, actor=actor)
    form = LeaveForm.bind({"heir": ""}, people=queries.heirs(session, actor=actor, leaver_id=user.id))
    if form.accepted():
        try:
            whole = people.leave(session, public_id, heir_id=form.heir_id, actor=actor, now=g.now)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        except people.Refused as refusal:
            form.refuse(refusal)
        else:
            if whole:
                flash(gettext("Le compte de %(name)s est désactivé.", name=user.name), "success")
                return redirect(url_for("administration.person", public_id=public_id), 303)
            flash(gettext("%(name)s ne fait plus partie de votre structure.", name=user.name), "success")
            return redirect(url_for("administration.people"), 303)
    page = render_template("administration/leave.html", form=form, person=person)
    return page, 422 if form.submitted else 200


@bp.post("/reglages/personnes/<public_id>/reactiver")
@needs(Permission.PEOPLE_MANAGE)
def come_back(public_id: str) -> ResponseReturnValue:
    """Open a disabled account again."""
    user = people.come_back(db.session(), public_id, actor=current_actor(), now=g.now)
    flash(gettext("Le compte de %(name)s est de nouveau ouvert.", name=user.name), "success")
    return redirect(url_for("administration.person", public_id=public_id), 303)
