"""What is proposed under a field while it is typed: values to copy, as JSON. Without it, people type words or codes."""

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from crm.access.guard import needs
from crm.access.policy import Permission
from crm.db import db
from crm.partners.reference import queries
from crm.partners.reference.matching import Choice, legal_form_code, matching, naf_code, trade_code

bp = Blueprint("reference", __name__)

#: How many are proposed at once: a phone shows no more above its keyboard.
MOST = 8
_LONGEST = 100


@bp.route("/reference/communes", methods=["GET"])
@needs(Permission.PARTNER_READ)
def communes() -> ResponseReturnValue:
    """Communes by the beginning of their words or of a postal code, the postal code to be filled as well."""
    found = queries.communes_matching(db.session(), _typed(), limit=MOST)
    return jsonify(
        [
            {
                "value": one.name,
                "label": one.name,
                "detail": ", ".join(one.postal_codes[:3]) or one.department_code,
                "fills": one.postal_codes[0] if len(one.postal_codes) == 1 else "",
            }
            for one in found
        ]
    )


@bp.route("/reference/metiers", methods=["GET"])
@needs(Permission.PARTNER_READ)
def trades() -> ResponseReturnValue:
    """Trades of the ROME."""
    text = _typed()
    found = queries.rome_search(db.session(), trade_code(text) or text, limit=MOST)
    return _choices([Choice(one.code, one.label) for one in found])


@bp.route("/reference/activites", methods=["GET"])
@needs(Permission.PARTNER_READ)
def naf() -> ResponseReturnValue:
    """Sub-classes of the NAF."""
    text = _typed()
    code = naf_code(text)
    known = queries.naf_codes(db.session()) if text else []
    found = [one for one in known if one.code == code] if code else matching(text, known)
    return _choices([*found])


@bp.route("/reference/formes-juridiques", methods=["GET"])
@needs(Permission.PARTNER_READ)
def legal_forms() -> ResponseReturnValue:
    """Legal forms of the INSEE."""
    text = _typed()
    code = legal_form_code(text)
    known = queries.legal_forms(db.session()) if text else []
    found = [one for one in known if one.code == code] if code else matching(text, known)
    return _choices([*found])


def _typed() -> str:
    # PostgreSQL refuses NUL in a text, and half of a surrogate pair cannot be encoded.
    text = request.args.get("q", "")[:_LONGEST].replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8").strip()


def _choices(found: list[Choice]) -> ResponseReturnValue:
    rows: list[dict[str, Any]] = [{"value": one.shown, "label": one.label, "detail": one.code} for one in found[:MOST]]
    return jsonify(rows)
