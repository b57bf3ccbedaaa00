"""Whoever opens others' accounts sets the second factor up before anything else, where it is mandatory."""

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.access import guard

#: What stays possible meanwhile, besides what is public: sign-out and language.
_OPEN = frozenset({"second_factor.show", "accounts.confirm"})


def wire() -> None:
    """Have the guard ask. Calling it twice asks once."""
    if set_up_first not in guard.gates:
        guard.gates.append(set_up_first)


def set_up_first() -> ResponseReturnValue | None:
    """The page that sets the second factor up, for whom it is mandatory and still missing; else None."""
    if not current_app.config["TOTP_MANDATORY"] or not current_user.is_authenticated:
        return None
    if current_user.has_totp or not current_user.must_have_totp or request.endpoint in _OPEN:
        return None
    return redirect(url_for("second_factor.show"), 303)
