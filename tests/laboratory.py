"""Views made for the tests of the frame: one that states no right, one that fails, one that writes where it may not."""

from flask import Blueprint, render_template_string, request
from flask.typing import ResponseReturnValue

from crm.access.guard import PUBLIC, SIGNED_IN, needs
from crm.access.policy import Permission
from crm.accounts.models import Structure
from crm.db import db

bp = Blueprint("laboratory", __name__, url_prefix="/essai")


@bp.route("/muette", methods=["GET", "POST"])
def silent() -> ResponseReturnValue:
    """States no right: must answer 403 whatever it does."""
    db.session().add(Structure(name="écrite sans droit", created_at=db.session().info["now"]))
    return "ouverte"


@bp.get("/panne")
@needs(PUBLIC)
def broken() -> ResponseReturnValue:
    """Fails with a secret in its message."""
    raise RuntimeError("le mot de passe est sésame")


@bp.get("/ecrit")
@needs(PUBLIC)
def writes_on_get() -> ResponseReturnValue:
    """A GET that tries to change a business table."""
    db.session().add(Structure(name="écrite par un GET", created_at=db.session().info["now"]))
    db.session().flush()
    return "écrit"


@bp.post("/structure")
@needs(Permission.PARTNER_EDIT)
def structure() -> ResponseReturnValue:
    """Creates a row, then answers with the status asked for."""
    db.session().add(Structure(name=request.form["name"], created_at=db.session().info["now"]))
    db.session().flush()
    return "fait", int(request.args.get("status", "200"))


@bp.get("/formulaire")
@needs(SIGNED_IN)
def form() -> ResponseReturnValue:
    """A form with its two tokens, and nothing else."""
    return render_template_string(
        '<form method="post" action="/essai/structure"><input name="csrf_token" value="{{ csrf_token() }}">'
        '<input name="nonce" value="{{ nonce() }}"></form>'
    )
