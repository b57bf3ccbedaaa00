"""Sign-in in one or two steps, the password asked again, sign-out, language."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user

from crm.access.guard import PUBLIC, SIGNED_IN, before, current_actor, needs
from crm.accounts import services
from crm.accounts.account import Account
from crm.accounts.devices.cookie import KNOWN_FOR, cookie_name, look_of
from crm.accounts.devices.services import welcome
from crm.accounts.forms import CodeForm, LanguageForm, PasswordAgainForm, SignInForm
from crm.accounts.models import Device, User
from crm.accounts.second_factor.services import Factor, WrongCode, check, codes_left
from crm.accounts.throttle.gate import failed, limited, succeeded
from crm.db import db
from crm.web import sessions
from crm.web.redirects import inside

bp = Blueprint("accounts", __name__)

#: How long the code may be awaited after the password.
CODE_AWAITED_FOR = timedelta(minutes=5)


@bp.route("/connexion", methods=["GET", "POST"])
@needs(PUBLIC)
@before(limited("sign_in"))
def sign_in() -> ResponseReturnValue:
    """The sign-in page. A signed-in person is sent on."""
    target = inside(request.values.get("next"), otherwise=url_for("home.index"))
    if current_user.is_authenticated:
        return redirect(target, 303)
    form = SignInForm.bind({"next": target})
    if form.accepted():
        try:
            entry = services.authenticate(
                db.session(),
                form.email.data or "",
                form.password.data or "",
                device_token=request.cookies.get(_cookie_name(), ""),
                now=g.now,
            )
        except services.WrongCredentials as refusal:
            failed("sign_in", refusal.user_id)
            form.refuse(refusal)
        else:
            succeeded()
            if entry.needs_code:
                return _ask_for_code(entry.account, target)
            return _enter(entry.account, entry.device, target)
    elif form.submitted:
        succeeded()  # nothing reached the hash
    status = 422 if form.submitted else 200
    return render_template("accounts/sign_in.html", form=form, expired=bool(request.args.get("expired"))), status


@dataclass(frozen=True, slots=True)
class Awaited:
    """Who gave the password and is asked for a code, since when, and where that leads."""

    user: User
    account: Account
    target: str


@bp.route("/connexion/code", methods=["GET", "POST"])
@needs(PUBLIC)
@before(limited("second_factor"))
def second_step() -> ResponseReturnValue:
    """The code of the telephone, or a recovery code, after the password."""
    if current_user.is_authenticated:
        return redirect(url_for("home.index"), 303)
    awaited = _awaited()
    if awaited is None:
        session.pop("pending", None)
        return redirect(url_for("accounts.sign_in", expired=1), 303)
    form = CodeForm.bind()
    if form.accepted():
        database, key = db.session(), current_app.config["SECRET_KEY"]
        try:
            factor = check(database, awaited.user, form.code.data or "", now=g.now, key=key)
        except WrongCode as refusal:
            failed("second_factor", awaited.user.id)
            form.refuse(refusal, "code")
        else:
            succeeded()
            if factor is Factor.RECOVERY:
                _say_what_is_left(codes_left(database, awaited.user.id))
            return _enter(awaited.account, None, awaited.target)
    elif form.submitted:
        succeeded()  # no code was looked at
    return render_template("accounts/second_step.html", form=form), 422 if form.submitted else 200


@bp.route("/compte/confirmer", methods=["GET", "POST"])
@needs(SIGNED_IN)
@before(limited("confirm"))
def confirm() -> ResponseReturnValue:
    """Ask for the password again before what an enrolled phone does not reach by itself."""
    target = inside(request.values.get("next"), otherwise=url_for("home.index"))
    form = PasswordAgainForm.bind({"next": target})
    if form.accepted() and password_is_right(form):
        sessions.current().confirm(g.now)
        sessions.current().renew()
        return redirect(target, 303)
    return render_template("accounts/confirm.html", form=form), 422 if form.submitted else 200


def password_is_right(form: Any) -> bool:
    """
    Whether the signed-in person's own password stands in `form.password`; else the form says so.

    For views under `@before(limited("confirm"))`: a right one gives the try back.
    """
    user_id = current_user.user_id
    try:
        services.check_password(db.session(), user_id, form.password.data or "")
    except services.WrongPassword as refusal:
        failed("password_again", user_id)
        form.refuse(refusal, "password")
        return False
    succeeded()
    return True


def _ask_for_code(account: Account, target: str) -> ResponseReturnValue:
    session.clear()
    session["pending"] = {"user_id": account.user_id, "since": g.now.isoformat(), "next": target}
    sessions.current().renew()
    return redirect(url_for("accounts.second_step"), 303)


def _awaited() -> Awaited | None:
    pending = session.get("pending")
    if not pending:
        return None
    since = datetime.fromisoformat(pending["since"])
    found = services.awaited(db.session(), pending["user_id"], since=since)
    if found is None or g.now - since > CODE_AWAITED_FOR:
        return None
    return Awaited(*found, pending["next"])


def _enter(account: Account, device: Device | None, target: str) -> ResponseReturnValue:
    database = db.session()
    services.note_sign_in(database, account)
    known = welcome(database, account.user_id, device, label=label_of_request(), now=g.now)
    flashes = session.get("_flashes")
    session.clear()
    if flashes:
        session["_flashes"] = flashes
    login_user(account)
    session["structure_id"] = account.structure_id
    current = sessions.current()
    current.confirm(g.now)
    current.bind(known.device_id, lasting=known.lasting)
    current.renew()
    return keep_cookie(current_app.make_response(redirect(target, 303)), known.token)


def label_of_request() -> str:
    """What this browser is called on the account page: "Chrome sur Android"."""
    look = look_of(request.user_agent.string)
    if look.browser and look.system:
        return str(gettext("%(browser)s sur %(system)s", browser=look.browser, system=look.system))
    return look.browser or look.system or str(gettext("Navigateur inconnu"))


def keep_cookie(response: Response, token: str) -> Response:
    """Have the browser keep the cookie by which it is known; an empty `token` leaves the one it has."""
    if token:
        response.set_cookie(
            _cookie_name(),
            token,
            max_age=KNOWN_FOR,
            path="/",
            secure=current_app.config["SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _cookie_name() -> str:
    return cookie_name(secure=current_app.config["SECURE"])


def _say_what_is_left(left: int) -> None:
    if left:
        flash(gettext("Il vous reste %(left)d codes de secours. Chacun ne sert qu'une fois.", left=left), "warning")
    else:
        flash(gettext("C'était votre dernier code de secours. Faites-en d'autres depuis votre compte."), "warning")


@bp.post("/deconnexion")
@needs(PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End the session, and forget what the browser kept of it."""
    logout_user()
    session.clear()
    sessions.current().renew()
    response = redirect(url_for("accounts.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.post("/langue")
@needs(PUBLIC)
def set_language() -> ResponseReturnValue:
    """Change the language of the screens."""
    form = LanguageForm.bind()
    if form.accepted():
        session["language"] = form.language.data
        if current_user.is_authenticated:
            services.set_language(db.session(), form.language.data, actor=current_actor())
    return redirect(inside(form.next.data, otherwise=url_for("home.index")), 303)
