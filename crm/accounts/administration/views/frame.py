"""The blueprint that the views of the administration share, and what several of them do."""

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.accounts.queries import names
from crm.audit.queries import Change
from crm.db import db
from crm.errors import Conflict
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near
from crm.web.forms import BaseForm

bp = Blueprint("administration", __name__)


def choose(
    form: BaseForm, current: BaseForm, refusal: Conflict, *, title: str, change: Change | None
) -> ResponseReturnValue:
    """The page on which the second editor chooses field by field."""
    known = {} if change is None or change.user_id is None else names(db.session(), {change.user_id})
    who = next(iter(known.values()), gettext("Quelqu'un"))
    when = moment_near(change.at if change else g.now)
    page: ResponseReturnValue = conflict_page(form, current, version=refusal.current, title=title, who=who, when=when)
    return page
