"""Sign-in, sign-out, language."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user

from crm.access.guard import PUBLIC, current_actor, needs
from crm.accounts import services
from crm.accounts.forms import LanguageForm, SignInForm
from crm.db import db
from crm.errors import DomainError
from crm.web.redirects import inside

bp = Blueprint("accounts", __name__)


@bp.route("/connexion", methods=["GET", "POST"])
@needs(PUBLIC)
def sign_in() -> ResponseReturnValue:
    """The sign-in page. A signed-in person is sent on."""
    target = inside(request.values.get("next"), otherwise=url_for("home.index"))
    if current_user.is_authenticated:
        return redirect(target, 303)
    form = SignInForm.bind({"next": target})
    if form.accepted():
        try:
            account = services.authenticate(db.session(), form.email.data or "", form.password.data or "")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            session.clear()
            login_user(account)
            session["structure_id"] = account.structure_id
            session.renew()  # type: ignore[attr-defined]  # a ServerSession, see crm/web/sessions.py
            return redirect(target, 303)
    expired = gettext("La page avait expiré. Réessayez.") if request.args.get("expired") else ""
    status = 422 if form.submitted else 200
    return render_template("accounts/sign_in.html", form=form, expired=expired), status


@bp.post("/deconnexion")
@needs(PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End the session, and forget what the browser kept of it."""
    logout_user()
    session.clear()
    session.renew()  # type: ignore[attr-defined]  # a ServerSession, see crm/web/sessions.py
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
