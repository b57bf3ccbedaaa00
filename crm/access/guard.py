"""
The one door. Deny by default, one transaction a request, one commit.

Order: who is there, may they, is the form genuine, was it sent before; then the view, inside the transaction.
"""

import secrets
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, flash, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from crm import clock
from crm.access.policy import Actor, Permission, can
from crm.db import transaction
from crm.errors import NotAllowed
from crm.web import submissions
from crm.web.error_pages import already_submitted, lost_session, no_nonce

PUBLIC = "public"
ASSET = "asset"
SIGNED_IN = "signed_in"
#: Signed in, and on an enrolled phone the password given lately: what concerns the account itself.
CONFIRMED = "confirmed"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
csrf = CSRFProtect()

#: Asked of every signed-in request before its rights are looked at; an answer stops it there (the second factor
#: still to be set up, for instance).
gates: list[Callable[[], ResponseReturnValue | None]] = []

#: Called inside a second short transaction, after the refused one was rolled back.
refusal_listeners: list[Callable[[Session, str], None]] = []


def needs(right: Permission | str) -> Callable[[View], View]:
    """State what a view asks for: a Permission, SIGNED_IN, CONFIRMED or PUBLIC. One that states nothing answers 403."""

    def mark(view: View) -> View:
        view.needs = right  # type: ignore[attr-defined]  # a mark on the function itself, read by the guard
        return view

    return mark


def before(hook: Callable[[], ResponseReturnValue | None]) -> Callable[[View], View]:
    """Call `hook` before the transaction of a POST to this view; its answer, if any, stops the request there."""

    def mark(view: View) -> View:
        view.before = hook  # type: ignore[attr-defined]  # a mark on the function itself, read by the guard
        return view

    return mark


def current_actor() -> Actor:
    """Who acts in this request. Only for views that are not public."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise NotAllowed
    return actor


def needs_of(app: Flask, endpoint: str | None) -> Permission | str | None:
    """What the view of that endpoint states, or None."""
    return getattr(app.view_functions.get(endpoint or ""), "needs", None)


def run(view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Let the request in or not, and run its view in the one transaction."""
    wanted = needs_of(current_app, request.endpoint)
    if wanted == ASSET:
        return view()
    g.now = clock.now()
    g.request_id = secrets.token_hex(8)
    g.actor = current_user.actor if current_user.is_authenticated else None
    if wanted != PUBLIC:
        if g.actor is None and wanted is not None:
            return _sign_in_first()
        for gate in gates:
            if (answer := gate()) is not None:
                return answer
        if wanted == CONFIRMED and not current_user.confirmed:
            return _password_again()
        if isinstance(wanted, Permission) and not can(g.actor, wanted) and wanted in g.actor.full_permissions:
            return _password_again()
        if wanted is None or (isinstance(wanted, Permission) and not can(g.actor, wanted)):
            remember_refusal(str(wanted or "undeclared"))
            raise NotAllowed
    try:
        return _in_transaction(view)
    except NotAllowed as refusal:
        remember_refusal(refusal.message)
        raise


def _in_transaction(view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    actor = g.actor or Actor(None, "", None, kind="anonymous")
    writes = request.method not in SAFE_METHODS
    if writes:
        csrf.protect()
        hook = getattr(current_app.view_functions.get(request.endpoint or ""), "before", None)
        if hook is not None and (stopped := hook()) is not None:
            return current_app.make_response(stopped)
    with transaction(actor=actor, now=g.now, request_id=g.request_id, writes=writes) as database:
        if writes and (answer := _claim(database)) is not None:
            return answer
        response = current_app.make_response(view())
        if writes and response.status_code < 400:
            submissions.remember_location(database, response.location or request.path)
        if response.status_code >= 400:
            database.rollback()
        return response


def _claim(database: Session) -> Response | None:
    nonce = request.form.get("nonce", "")
    if not 16 <= len(nonce) <= 64:
        database.rollback()
        return current_app.make_response(no_nonce())
    owner = str(g.actor.user_id) if g.actor else session.get("csrf_token", "")
    typed = [*request.form.items(multi=True)]
    print_ = submissions.fingerprint(request.full_path, typed, key=current_app.config["SECRET_KEY"])
    earlier = submissions.claim(database, nonce, print_, owner=owner, now=g.now)
    if earlier is None:
        return None
    if earlier.same:
        if g.actor and "_flashes" not in session:  # of a double click, the first one's words are still to be shown
            flash(gettext("C'était déjà reçu : rien n'a été fait deux fois."), "success")
        return redirect(earlier.location, 303)
    return current_app.make_response(already_submitted(earlier.location))


def remember_refusal(reason: str) -> None:
    """Write a refusal in its own short transaction: the refused one left nothing."""
    actor = g.get("actor") or Actor(None, "", None, kind="anonymous")
    with transaction(actor=actor, now=g.now, request_id=g.request_id) as database:
        for listener in refusal_listeners:
            listener(database, reason)


def _password_again() -> ResponseReturnValue:
    if request.method in SAFE_METHODS:
        return redirect(f"/compte/confirmer?{urlencode({'next': request.full_path.rstrip('?')})}", 303)
    return lost_session()


def _sign_in_first() -> ResponseReturnValue:
    if request.method in SAFE_METHODS:
        from_here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(f"/connexion?{urlencode({'next': from_here})}", 303)
    return lost_session()
