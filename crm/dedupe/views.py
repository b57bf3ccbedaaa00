"""The likely duplicates of a partner being typed."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.dedupe import queries
from crm.dedupe.forms import draft_of
from crm.partners.registry import Resemblance
from crm.sentences import Sentence

bp = Blueprint("dedupe", __name__)


@bp.app_template_filter("sentence")
def sentence(said: Sentence) -> str:
    """What a pure rule says, in the language of the screen."""
    return str(gettext(said.msgid, **said.values))


@bp.app_template_test("other_site")
def is_other_site(one: Resemblance) -> bool:
    """Whether it is known to be another site of the company, which is no duplicate."""
    return queries.OTHER_SITE in one.reasons


@bp.route("/partenaires/ressemblants", methods=["GET"])
@needs(Permission.PARTNER_READ)
def hints() -> ResponseReturnValue:
    """A fragment for the form of a new partner: those it may already be, or nothing."""
    draft = draft_of(request.args)
    found = queries.check(db.session(), draft, current_actor()) if draft else []
    return render_template("dedupe/_hints.html", found=found, confirmed=request.args.getlist("confirmed"))
