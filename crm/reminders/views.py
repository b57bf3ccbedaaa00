"""Screens."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.access.guard import SIGNED_IN, needs

bp = Blueprint("reminders", __name__)


@bp.route("/a-faire/<public_id>/fait", methods=["POST"])
@needs(SIGNED_IN)
def mark_done(public_id: str) -> ResponseReturnValue:
    """Stub."""
    return "ok"


@bp.route("/a-faire/<public_id>/rouvrir", methods=["POST"])
@needs(SIGNED_IN)
def reopen(public_id: str) -> ResponseReturnValue:
    """Stub."""
    return "ok"
