"""The second factor of one's own account: set up, new telephone, recovery codes, removal."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from crm.access.guard import CONFIRMED, before, needs
from crm.accounts.forms import PasswordAgainForm
from crm.accounts.models import User
from crm.accounts.second_factor import services
from crm.accounts.second_factor.forms import SetUpForm
from crm.accounts.second_factor.qr import draw
from crm.accounts.store import CONFIRMED_FOR
from crm.accounts.throttle.gate import failed, limited
from crm.accounts.views import password_is_right
from crm.db import db
from crm.web import sessions

bp = Blueprint("second_factor", __name__, url_prefix="/compte/double-authentification")

#: Where the session keeps the sealed secret of a telephone that has not shown its first code yet.
_CANDIDATE = "totp_candidate"


@bp.route("", methods=["GET", "POST"])
@needs(CONFIRMED)
def show() -> ResponseReturnValue:
    """How the account stands; while nothing is set up, the page that does it."""
    if not current_user.has_totp:
        return _set_up()
    left = services.codes_left(db.session(), current_user.user_id)
    user = services.person(db.session(), current_user.user_id)
    return render_template("second_factor/show.html", user=user, left=left, mandatory=_is_mandatory(user))


@bp.route("/telephone", methods=["GET", "POST"])
@needs(CONFIRMED)
def change() -> ResponseReturnValue:
    """Another telephone takes the place of the one set up, which is worth nothing once the new one showed a code."""
    return _set_up()


@bp.post("/codes")
@needs(CONFIRMED)
def new_codes() -> ResponseReturnValue:
    """Ten new recovery codes in place of the earlier ones."""
    if not _password_was_given_lately() or not current_user.has_totp:
        return _password_first()
    codes = services.new_codes(db.session(), current_user.user_id)
    return render_template("second_factor/codes.html", codes=codes, first=False)


@bp.route("/retirer", methods=["GET", "POST"])
@needs(CONFIRMED)
@before(limited("confirm"))
def remove() -> ResponseReturnValue:
    """Take the second factor away, the password being given again."""
    form = PasswordAgainForm.bind()
    user = services.person(db.session(), current_user.user_id)
    mandatory = _is_mandatory(user)
    if not form.submitted and (mandatory or not current_user.has_totp):
        return redirect(url_for("second_factor.show"), 303)
    if form.accepted() and password_is_right(form):
        services.remove(db.session(), user, mandatory=mandatory)
        sessions.current().renew()
        flash(gettext("La double authentification est retirée : le mot de passe seul ouvre votre compte."), "warning")
        return redirect(url_for("own.show"), 303)
    return render_template("second_factor/remove.html", form=form), 422 if form.submitted else 200


def _set_up() -> ResponseReturnValue:
    if not _password_was_given_lately():
        return _password_first()
    key = current_app.config["SECRET_KEY"]
    sealed = services.candidate(session.get(_CANDIDATE), key=key)
    if session.get(_CANDIDATE) != sealed:
        session[_CANDIDATE] = sealed
    form = SetUpForm.bind()
    user = services.person(db.session(), current_user.user_id)
    if form.accepted():
        device_id = sessions.current().device_id
        try:
            codes = services.set_up(
                db.session(), user, sealed, form.code.data or "", key=key, device_id=device_id, now=g.now
            )
        except services.WrongCode as refusal:
            failed("second_factor_set_up", user.id)
            form.refuse(refusal, "code")
        else:
            session.pop(_CANDIDATE)
            sessions.current().renew()
            return render_template("second_factor/codes.html", codes=codes, first=True)
    offer = services.offer(user, sealed, key=key)
    page = render_template(
        "second_factor/set_up.html",
        form=form,
        qr=draw(offer.uri),
        offer=offer,
        mandatory=not current_user.has_totp and _is_mandatory(user),
    )
    return page, 422 if form.submitted else 200


def _is_mandatory(user: User) -> bool:
    return current_app.config["TOTP_MANDATORY"] and services.guarded(db.session(), user.id)


def _password_was_given_lately() -> bool:
    given = sessions.current().confirmed_at
    return given is not None and g.now - given <= CONFIRMED_FOR


def _password_first() -> ResponseReturnValue:
    return redirect(url_for("accounts.confirm", next=url_for("second_factor.show")), 303)
