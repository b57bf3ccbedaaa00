"""One's own account: what is shown, and the few things that one may change."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user, logout_user

from crm.access.guard import CONFIRMED, SIGNED_IN, before, current_actor, needs
from crm.access.policy import Role
from crm.accounts.devices.services import devices_of
from crm.accounts.links.refusals import LinkRefused
from crm.accounts.links.services import begin_email_change
from crm.accounts.models import User
from crm.accounts.own import queries, services
from crm.accounts.own.forms import DigestForm, EmailForm, PasswordForm, StructureForm
from crm.accounts.own.role_words import ALLOWS
from crm.accounts.services import WeakPassword, set_password
from crm.accounts.throttle.gate import limited
from crm.accounts.views import password_is_right
from crm.audit.queries import last_change
from crm.db import db
from crm.errors import Conflict, DomainError
from crm.web import sessions
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near
from crm.web.paging import cut, decode

bp = Blueprint("own", __name__)

#: How far back one reads one's own acts: as long as the audit is kept.
TRAIL_KEPT = timedelta(days=365)
PAGE_SIZE = 50
LATEST = 10


@bp.route("/compte", methods=["GET", "POST"])
@needs(CONFIRMED)
def show() -> ResponseReturnValue:
    """Who I am here, and where I am signed in; sending it keeps the hour of the digest."""
    user = queries.me(db.session(), actor=current_actor(), for_update=request.method == "POST")
    values = {"digest_at": user.digest_at}
    form = DigestForm.bind(values, version=user.version)
    if form.accepted():
        try:
            services.set_digest_hour(db.session(), user, form.digest_at.data, version=_version(form, user))
        except Conflict as refusal:
            current = DigestForm(data=values)
            if form.raw() != current.raw():
                return _choose(form, current, refusal, user)
        flash(_digest_told(form), "success")
        return redirect(url_for("own.show"), 303)
    return _page(user, form), 422 if form.submitted else 200


def _count_tries(form: type[PasswordForm | EmailForm]) -> Callable[[], ResponseReturnValue | None]:
    """A hook that counts a try at the password, unless the form will be refused before it is looked at."""
    count = limited("confirm")

    def hook() -> ResponseReturnValue | None:
        return count() if form.bind().validate() else None

    return hook


@bp.route("/compte/mot-de-passe", methods=["GET", "POST"])
@needs(CONFIRMED)
@before(_count_tries(PasswordForm))
def change_password() -> ResponseReturnValue:
    """A new password, for who knows the present one. Every session ends; this one goes on as if just signed in."""
    form = PasswordForm.bind()
    if form.accepted() and password_is_right(form):
        user = queries.me(db.session(), actor=current_actor(), for_update=True)
        try:
            set_password(db.session(), user, form.new_password.data or "", now=g.now)
        except WeakPassword as refusal:
            for problem in refusal.problems:
                form.refuse(DomainError(problem.msgid, **problem.values), "new_password")
        else:
            mine = sessions.current()
            mine.opened_at = None
            mine.confirm(g.now)
            mine.bind(mine.device_id)
            mine.renew()
            flash(gettext("Mot de passe changé. Vos autres sessions sont fermées."), "success")
            return redirect(url_for("own.show"), 303)
    email = queries.me(db.session(), actor=current_actor()).email
    return render_template("own/password.html", form=form, email=email), 422 if form.submitted else 200


@bp.route("/compte/adresse", methods=["GET", "POST"])
@needs(CONFIRMED)
@before(_count_tries(EmailForm))
def change_email() -> ResponseReturnValue:
    """Ask for another address: a link to each of the two; both are shown, to copy, when no mail can leave."""
    form = EmailForm.bind()
    user = queries.me(db.session(), actor=current_actor(), for_update=form.submitted)
    if form.accepted() and password_is_right(form):
        try:
            change = begin_email_change(db.session(), user, form.email.data or "", now=g.now)
        except LinkRefused as refusal:
            form.refuse(refusal, refusal.field or None)
        else:
            if change.old.url and change.new.url:
                links = [(user.email, change.old.url), (form.email.data, change.new.url)]
                return render_template("own/email_links.html", links=links)
            flash(gettext("Un lien part à chacune des deux adresses. Ouvrez les deux."), "success")
            return redirect(url_for("own.show"), 303)
    return render_template("own/email.html", form=form, email=user.email), 422 if form.submitted else 200


@bp.get("/compte/journal")
@needs(CONFIRMED)
def journal() -> ResponseReturnValue:
    """What I did in the last twelve months."""
    start = decode(request.args.get("after", ""), (int,))
    acts = queries.trail(
        db.session(),
        actor=current_actor(),
        since=g.now - TRAIL_KEPT,
        size=PAGE_SIZE,
        before=int(start[0]) if start else None,
    )
    page = cut(acts, PAGE_SIZE, lambda act: (act.id,))
    return render_template(
        "own/journal.html",
        told=queries.told(db.session(), list(page.rows), actor=current_actor()),
        next_url=url_for("own.journal", after=page.after) if page.after else None,
        first_url=url_for("own.journal") if start else None,
    )


@bp.post("/compte/sessions/<public_id>/fermer")
@needs(CONFIRMED)
def close_session(public_id: str) -> ResponseReturnValue:
    """End one of my sessions; this very one is a sign-out."""
    key = services.close_session(db.session(), public_id, actor=current_actor())
    if key == _present_key():
        logout_user()
        session.clear()
        sessions.current().renew()
        return redirect(url_for("accounts.sign_in"), 303)
    flash(gettext("Session fermée."), "success")
    return redirect(url_for("own.show", _anchor="sessions"), 303)


@bp.post("/compte/sessions/fermer")
@needs(CONFIRMED)
def close_other_sessions() -> ResponseReturnValue:
    """End all my sessions but this one."""
    closed = services.close_other_sessions(db.session(), but=_present_key(), actor=current_actor())
    flash(ngettext("%(num)d autre session fermée.", "%(num)d autres sessions fermées.", closed), "success")
    return redirect(url_for("own.show", _anchor="sessions"), 303)


@bp.post("/structure")
@needs(SIGNED_IN)
def change_structure() -> ResponseReturnValue:
    """Go on in another of my structures. Its rights alone hold from the next request on."""
    form = StructureForm.bind()
    if form.accepted():
        structure = services.choose_structure(db.session(), form.structure.data or "", actor=current_actor())
        if structure.id != current_user.structure_id:
            session["structure_id"] = structure.id
            # A form opened in another tab speaks of the structure left: without its token it is given back, not saved.
            session.pop("csrf_token", None)
            sessions.current().renew()
            flash(gettext("Vous travaillez maintenant pour %(name)s.", name=structure.name), "success")
    return redirect(url_for("home.index"), 303)


def _page(user: User, form: DigestForm) -> str:
    actor, database = current_actor(), db.session()
    acts = queries.trail(database, actor=actor, since=g.now - TRAIL_KEPT, size=LATEST)[:LATEST]
    config = current_app.config
    return render_template(
        "own/show.html",
        user=user,
        form=form,
        roles=[(role.label, ALLOWS[role]) for role in Role if role in actor.roles],
        places=current_user.places,
        signed=queries.open_sessions(
            database,
            actor=actor,
            current=_present_key(),
            now=g.now,
            idle=config["SESSION_IDLE"],
            absolute=config["SESSION_ABSOLUTE"],
        ),
        devices=devices_of(database, user.id),
        present_device=current_user.device_id,
        told=queries.told(database, acts, actor=actor),
    )


def _present_key() -> bytes:
    return sessions.key_of(sessions.current().token or "")


def _version(form: DigestForm, user: User) -> int | None:
    """The version of the form; the present one when what it shows did not change since, whatever else did."""
    opened = (form.base or {}).get("digest_at")
    unchanged = opened is not None and opened == DigestForm(data={"digest_at": user.digest_at}).raw()["digest_at"]
    return user.version if unchanged and form.version is not None else form.version


def _digest_told(form: DigestForm) -> str:
    hour = form.digest_at.data
    if hour is None:
        return str(gettext("Vous ne recevrez plus de résumé."))
    return str(gettext("Résumé demandé à %(hour)s.", hour=hour.strftime("%H:%M")))


def _choose(form: DigestForm, current: DigestForm, refusal: Conflict, user: User) -> ResponseReturnValue:
    change = last_change(db.session(), "users", user.id)
    mine = change is not None and change.user_id == user.id
    page: ResponseReturnValue = conflict_page(
        form,
        current,
        version=refusal.current,
        title=gettext("Mon compte"),
        who=user.name if mine else gettext("Quelqu'un"),
        when=moment_near(change.at if change else g.now),
    )
    return page
