"""
The screens of surveys: a link made and cancelled by the structure, and the bare page that it opens.

A GET of that page shows the form and changes nothing: mail programs open links by themselves.
"""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import PUBLIC, current_actor, needs
from crm.access.policy import Permission
from crm.accounts.links.following.services import DeadLink
from crm.db import db
from crm.method import queries as cards
from crm.method.parts.queries import contacts_of
from crm.method.surveys import queries, services
from crm.method.surveys.forms import AnswerForm, AskForm
from crm.partners.refusals import FieldRefused

bp = Blueprint("surveys", __name__)


@bp.route("/enquete/<token>", methods=["GET", "POST"])
@needs(PUBLIC)
def answer(token: str) -> ResponseReturnValue:
    """A partner says how it goes, once, without an account. The links of accounts tell of a dead word."""
    opened = queries.opened(db.session(), token, now=g.now)
    if opened is None:
        raise DeadLink
    form = AnswerForm.bind()
    if form.accepted():
        services.answer(db.session(), token, form.answer(), now=g.now)
        return redirect(url_for("surveys.thanks"), 303)
    page = render_template("surveys/answer.html", form=form, opened=opened)
    return page, 422 if form.submitted else 200


@bp.route("/enquete")
@needs(PUBLIC)
def thanks() -> ResponseReturnValue:
    """What whoever has answered sees; it names nobody."""
    return render_template("surveys/thanks.html")


@bp.route("/partenariats/<public_id>/enquetes", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def ask(public_id: str) -> ResponseReturnValue:
    """Make a link for one person; it is shown once and stored nowhere, so that this page is not a redirect."""
    actor, session = current_actor(), db.session()
    partnership = cards.get_partnership(session, public_id, actor=actor, for_update=request.method == "POST")
    form = AskForm.bind(contacts=contacts_of(session, partnership.partner_id, actor=actor))
    if form.accepted():
        try:
            url = services.ask(session, partnership, form.contact(), form.recipient.data or "", actor=actor, now=g.now)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            return render_template("surveys/link.html", partnership=partnership, url=url)
    page = render_template("surveys/ask.html", form=form, partnership=partnership)
    return page, 422 if form.submitted else 200


@bp.post("/enquetes/<public_id>/annuler")
@needs(Permission.PROJECT_EDIT)
def revoke(public_id: str) -> ResponseReturnValue:
    """Cancel a link that waits. It cannot serve again: another one is made."""
    actor, session = current_actor(), db.session()
    survey, partnership = queries.get_survey(session, public_id, actor=actor, for_update=True)
    if services.revoke(session, survey, partnership, actor=actor, now=g.now):
        flash(gettext("Le lien ne sert plus."), "success")
    else:
        flash(gettext("Ce lien ne servait déjà plus."), "info")
    return redirect(url_for("steering.show", public_id=partnership.public_id), 303)
