"""Screens."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.access.guard import SIGNED_IN, needs

bp = Blueprint("home", __name__)


@bp.route("/", methods=["GET"])
@needs(SIGNED_IN)
def index() -> ResponseReturnValue:
    """Stub."""
    return "ok"


@bp.route("/aujourdhui", methods=["GET"])
@needs(SIGNED_IN)
def today() -> ResponseReturnValue:
    """Stub."""
    return "ok"
