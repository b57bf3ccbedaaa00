"""What went wrong, where, and how to mend it: one page, one sentence, never a stack."""

import logging
from typing import Any

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from crm.errors import Conflict, DomainError, Moved, NotAllowed, NotFound
from crm.web.forms import typed_fields
from crm.web.submissions import NOT_TYPED
from crm.wording import N_

logger = logging.getLogger(__name__)

# What is said when not even a page can be drawn.
BARE_FAULT = N_("Passerelle est momentanément indisponible. Rien n'a été enregistré : réessayez dans une minute.")
BARE_REFUSAL = N_("Demande refusée : cette adresse n'est pas la nôtre.")
_bare: dict[str, str] = {}


def register(app: Flask) -> None:
    """Every kind of failure has its answer here and nowhere else."""
    with app.test_request_context():
        for sentence in (BARE_FAULT, BARE_REFUSAL):
            _bare[sentence] = "".join(f"{_in(language, sentence)}\n" for language in app.config["LANGUAGES"])
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(Moved, on_moved)
    app.register_error_handler(NotFound, lambda refusal: page(404, sentence=translate(refusal)))
    app.register_error_handler(NotAllowed, lambda refusal: page(403, sentence=translate(refusal)))
    app.register_error_handler(Conflict, lambda refusal: page(409, sentence=translate(refusal)))
    app.register_error_handler(StaleDataError, lambda _error: page(409))
    app.register_error_handler(DomainError, lambda refusal: page(400, sentence=translate(refusal)))
    app.register_error_handler(OperationalError, on_busy)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_fault)


def _in(language: str, sentence: str) -> str:
    with force_locale(language):
        return str(gettext(sentence))


def translate(refusal: DomainError) -> str:
    """The sentence of a refusal in the language of the screen."""
    return str(gettext(refusal.message, **refusal.values))


def on_http(error: HTTPException) -> ResponseReturnValue:
    """The errors of Werkzeug. Redirections pass."""
    if error.code is None or error.code < 400:
        return error
    body, status, headers = page(error.code)
    kept = {key: value for key, value in error.get_headers() if key in {"Allow", "Retry-After"}}
    return body, status, headers | kept


def on_moved(moved: Moved) -> ResponseReturnValue:
    """
    An address of before a merge leads to what remains, the sent form with it (308).

    But a form that changes what it was opened on (it bears a version) shows what was typed instead: it was opened on
    other values. Nothing is stored by browsers (see headers.py), so that undoing the merge gives the address back.
    """
    values = dict(request.view_args or {})
    if moved.old not in values.values() or request.endpoint is None:
        return page(404, sentence=translate(moved))
    values = {name: moved.new if value == moved.old else value for name, value in values.items()}
    if request.method == "POST" and "version" in request.form:
        return render_template(
            "errors/moved.html",
            shown=typed_fields(request.form),
            location=url_for(request.endpoint, **values) if _is_opened(request.endpoint) else url_for("home.index"),
        ), 409
    asked: dict[str, Any] = dict(request.args.lists())
    return redirect(url_for(request.endpoint, **values, **asked), 308)


def _is_opened(endpoint: str) -> bool:
    """Whether the address can be opened, and not only sent to."""
    return any("GET" in (rule.methods or ()) for rule in current_app.url_map.iter_rules(endpoint))


def on_csrf(_error: CSRFError) -> ResponseReturnValue:
    """A form without its token: an expired page, or a forged one. Nothing was done; what was typed is shown."""
    if request.endpoint == "accounts.sign_in":
        return redirect(url_for("accounts.sign_in", expired=1), 303)
    return lost_session()


def on_busy(error: OperationalError) -> ResponseReturnValue:
    """Somebody else has been writing for so long that SQLite gave up waiting: no fault, and nothing was done (503)."""
    if "database is locked" not in str(error.orig):
        return on_fault(error)
    logger.warning("request %s found the database busy", g.get("request_id", ""))
    body, status, headers = page(503)
    return body, status, headers | {"Retry-After": "60"}


def on_fault(error: Exception) -> ResponseReturnValue:
    """A fault of ours: logged with the request's number, which is all the user sees."""
    logger.error("request %s failed", g.get("request_id", ""), exc_info=error)
    return page(500)


def page(status: int, *, sentence: str | None = None) -> tuple[str, int, dict[str, str]]:
    """The error page of that status, with a way out; a line of plain text when the page itself cannot be drawn."""
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    if request_ctx.url_adapter is None:  # another Host: no page of ours can have an address there
        return _bare[BARE_REFUSAL], 400, plain
    try:
        return _drawn(status, sentence), status, {}
    except Exception:  # the page needs what failed: the database, most often
        logger.exception("the error page of request %s failed too", g.get("request_id", ""))
    return _bare[BARE_FAULT], 503, plain | {"Retry-After": "60"}


def _drawn(status: int, sentence: str | None) -> str:
    title, usual = _words(status)
    way_out = [(gettext("Retour à l'accueil"), url_for("home.index"))]
    return render_template(
        "errors/page.html",
        status=status,
        title=title,
        sentence=sentence or usual,
        way_out=way_out,
        request_id=g.get("request_id", ""),
    )


def _words(status: int) -> tuple[str, str]:
    known = {
        400: (
            gettext("Demande incomprise"),
            gettext("La page n'a pas pu être lue. Revenez en arrière et réessayez."),
        ),
        403: (
            gettext("Accès refusé"),
            gettext("Vous n'avez pas le droit de faire cela. Rien n'a été modifié."),
        ),
        404: (
            gettext("Page introuvable"),
            gettext("Cette page n'existe pas ou plus, ou ne concerne pas votre structure."),
        ),
        405: (
            gettext("Geste impossible ici"),
            gettext("Cette adresse ne s'ouvre pas ainsi. Passez par les menus."),
        ),
        409: (
            gettext("Modifié entre-temps"),
            gettext("Quelqu'un vient de modifier cette fiche. Rechargez-la : rien n'a été écrasé."),
        ),
        413: (
            gettext("Trop volumineux"),
            gettext(
                "L'envoi dépasse la limite de 11 Mo. Rien n'a été enregistré : "
                "revenez en arrière et joignez moins de fichiers à la fois."
            ),
        ),
        429: (gettext("Trop d'essais"), gettext("Attendez quelques minutes avant de réessayer.")),
        503: (
            gettext("Occupée pour un instant"),
            gettext("Un long travail s'enregistre. Rien n'a été fait de votre demande : réessayez dans une minute."),
        ),
        500: (
            gettext("Une erreur de notre part"),
            gettext("Rien n'a été enregistré. Donnez le numéro ci-dessous à la personne qui administre l'application."),
        ),
    }
    return known.get(status, known[400] if status < 500 else known[500])


def lost_session() -> ResponseReturnValue:
    """The session ended or the form is not genuine (400): what was typed is given back, with the way to the form."""
    rule = request.url_rule
    again = request.full_path.rstrip("?") if rule and "GET" in (rule.methods or ()) else None
    return render_template("errors/lost_session.html", shown=typed_fields(request.form), again=again), 400


def no_nonce() -> ResponseReturnValue:
    """A form without its nonce (400)."""
    return page(400)


def already_submitted(location: str) -> ResponseReturnValue:
    """The same form was saved before with other words (409): show what was typed, offer to save it too."""
    values: list[tuple[str, Any]] = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NOT_TYPED and "password" not in name  # a password is typed, never handed back
    ]
    body = render_template(
        "errors/already_submitted.html",
        location=location,
        action=request.full_path.rstrip("?"),
        hidden=values,
        shown=typed_fields(request.form),
    )
    return body, 409
