"""
Counts a try in a short transaction of its own, before that of the request: a refusal must not undo the count.

`@guard.before(limited("reset"))` under a POST view; the view calls `succeeded()` when the try was right.
"""

import math
from collections.abc import Callable

from flask import Response, after_this_request, current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.policy import Actor
from crm.accounts.devices.cookie import cookie_name
from crm.accounts.devices.queries import known_device
from crm.accounts.throttle import services
from crm.accounts.throttle.rules import Kind, Scope, buckets, email_key, visitor
from crm.audit.services import note
from crm.db import db, transaction
from crm.web.error_pages import page

_VISITOR = Actor(None, "", None, kind="anonymous")


def limited(kind: str) -> Callable[[], ResponseReturnValue | None]:
    """
    A hook for `guard.before`: counts this try, or answers 429 with the time to wait.

    'sign_in' and 'reset' count by address and by the form's `email`; 'second_factor' by the account that has given
    its password, 'confirm' by the signed-in one, 'link' by address.
    """
    known = Kind(kind)

    def count() -> ResponseReturnValue | None:
        with transaction(actor=g.actor or _VISITOR, now=g.now, request_id=g.request_id) as database:
            counted = buckets(known, _who(known), key=current_app.config["SECRET_KEY"])
            reservation = services.reserve(database, counted, now=g.now)
        if reservation.wait is not None:
            return _too_many(math.ceil(reservation.wait.total_seconds()))
        g.counted = reservation.rows
        return None

    return count


def succeeded() -> None:
    """
    Give the try of this request back. In a view, once what was typed proved right, or was refused unread.

    It stays given back when the request is undone for another reason: a new password that is too weak, for instance.
    """
    rows = g.pop("counted", ())
    services.give_back(db.session(), rows)

    @after_this_request
    def again(response: Response) -> Response:
        if rows and response.status_code >= 400:
            with transaction(actor=g.actor or _VISITOR, now=g.now, request_id=g.request_id) as database:
                services.give_back(database, rows)
        return response


def failed(action: str, user_id: int | None) -> None:
    """Write a line of audit for a try that was wrong, once the request's transaction has been undone."""

    @after_this_request
    def write(response: Response) -> Response:
        kind = "users" if user_id else ""
        with transaction(actor=g.actor or _VISITOR, now=g.now, request_id=g.request_id) as database:
            note(database, action, object_type=kind, object_id=user_id, result="failed")
        return response


def _who(kind: Kind) -> dict[Scope, str]:
    if kind is Kind.LINK:
        return {Scope.ADDRESS: visitor(request.remote_addr)}
    if kind is Kind.CONFIRM:
        return {Scope.ACCOUNT: str(g.actor.user_id)}
    if kind is Kind.SECOND_FACTOR:
        pending = session.get("pending")
        return {Scope.ACCOUNT: str(pending["user_id"])} if pending else {}
    email = email_key(request.form.get("email", ""))
    everywhere = {Scope.ADDRESS: visitor(request.remote_addr), Scope.ACCOUNT: email}
    if kind is Kind.RESET:
        return everywhere
    token = request.cookies.get(cookie_name(secure=current_app.config["SECURE"]), "")
    device = known_device(db.session(), token, email=email, now=g.now)
    return everywhere if device is None else {Scope.DEVICE: str(device.id)}


def _too_many(seconds: int) -> ResponseReturnValue:
    minutes = math.ceil(seconds / 60)
    sentence = gettext("Attendez %(minutes)d min, puis réessayez : aucun compte n'est bloqué.", minutes=minutes)
    body, status, headers = page(429, sentence=sentence)
    return body, status, headers | {"Retry-After": str(seconds)}
