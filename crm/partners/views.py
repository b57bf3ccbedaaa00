"""Screens."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.access.guard import SIGNED_IN, needs

bp = Blueprint("partners", __name__)


@bp.route("/partenaires", methods=['GET'])
@needs(SIGNED_IN)
def index() -> ResponseReturnValue:
    """Stub."""
    return "ok"


@bp.route("/partenaires/nouveau", methods=['GET', 'POST'])
@needs(SIGNED_IN)
def new() -> ResponseReturnValue:
    """Stub."""
    return "ok"


@bp.route("/partenaires/<public_id>", methods=['GET'])
@needs(SIGNED_IN)
def show(public_id: str) -> ResponseReturnValue:
    """Stub."""
    return "ok"


@bp.route("/partenaires/<public_id>/modifier", methods=['GET', 'POST'])
@needs(SIGNED_IN)
def edit(public_id: str) -> ResponseReturnValue:
    """Stub."""
    return "ok"


@bp.route("/partenaires/<public_id>/contacts/nouveau", methods=['GET', 'POST'])
@needs(SIGNED_IN)
def new_contact(public_id: str) -> ResponseReturnValue:
    """Stub."""
    return "ok"


@bp.route("/contacts/<public_id>/modifier", methods=['GET', 'POST'])
@needs(SIGNED_IN)
def edit_contact(public_id: str) -> ResponseReturnValue:
    """Stub."""
    return "ok"
