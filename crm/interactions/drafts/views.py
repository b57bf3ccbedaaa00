"""The key of one's own drafts, for the script that keeps them."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.access.guard import needs
from crm.access.policy import Permission
from crm.interactions.drafts.keys import draft_key

bp = Blueprint("drafts", __name__)


@bp.get("/echanges/brouillon/cle")
@needs(Permission.INTERACTION_LOG)
def key() -> ResponseReturnValue:
    """The key of the signed-in person, never kept by the browser."""
    given = draft_key(current_user.public_id, secret=current_app.config["SECRET_KEY"])
    return {"key": given}, 200, {"Cache-Control": "no-store"}
