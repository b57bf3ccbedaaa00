"""Screens."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.access.guard import SIGNED_IN, needs

bp = Blueprint("interactions", __name__)


@bp.route("/echanges/nouveau", methods=["GET", "POST"])
@needs(SIGNED_IN)
def new_anywhere() -> ResponseReturnValue:
    """Stub."""
    return "ok"


@bp.route("/partenaires/<public_id>/echanges/nouveau", methods=["GET", "POST"])
@needs(SIGNED_IN)
def new(public_id: str) -> ResponseReturnValue:
    """Stub."""
    return "ok"
