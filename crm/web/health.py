"""Whether the application answers, without a word about its data."""

import sqlalchemy as sa
from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.db import UnsafeDatabase, db

bp = Blueprint("web", __name__)


@bp.get("/healthz")
def health() -> ResponseReturnValue:
    """200 when the database answers, 503 when it does not. Marked as an asset by the assembly: no session is read."""
    try:
        with db.engine.connect().execution_options(writes=False) as connection:
            connection.execute(sa.select(1))
    except (sa.exc.SQLAlchemyError, UnsafeDatabase):
        return "database", 503, {"Content-Type": "text/plain"}
    return "ok", 200, {"Content-Type": "text/plain"}
