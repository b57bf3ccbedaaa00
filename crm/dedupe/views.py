"""Screens."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.access.guard import SIGNED_IN, needs

bp = Blueprint("dedupe", __name__)


@bp.route("/partenaires/ressemblants", methods=["GET"])
@needs(SIGNED_IN)
def hints() -> ResponseReturnValue:
    """Stub."""
    return "ok"
