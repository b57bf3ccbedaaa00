"""What a structure settles about conventions: articles to copy, who may sign."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import before, current_actor, needs
from crm.access.policy import Permission
from crm.accounts import queries as accounts
from crm.conventions.models import ClauseTemplate, SigningDelegation
from crm.conventions.papers import services as papers
from crm.conventions.refusals import ConventionRefused
from crm.conventions.settings import queries, services
from crm.conventions.settings.forms import DelegationForm, TemplateForm, delegation_values, template_values
from crm.conventions.views.frame import choose, offer_undo
from crm.conventions.views.papers import folder, look_at_upload, uploaded
from crm.db import db
from crm.errors import Conflict
from crm.interactions.documents.refusals import DocumentRefused

bp = Blueprint("convention_settings", __name__)


@bp.get("/reglages/conventions")
@needs(Permission.CONVENTION_VALIDATE)
def index() -> ResponseReturnValue:
    """The articles and the register."""
    actor, session = current_actor(), db.session()
    return render_template(
        "convention_settings/index.html",
        templates=queries.all_templates(session, actor=actor),
        register=queries.register(session, actor=actor, today=clock.day_of(g.now)),
    )


@bp.route("/reglages/conventions/articles/nouveau", methods=["GET", "POST"])
@needs(Permission.CONVENTION_VALIDATE)
def new_template() -> ResponseReturnValue:
    """A new article; also what undoes a deletion."""
    return _template(None)


@bp.route("/reglages/conventions/articles/<public_id>", methods=["GET", "POST"])
@needs(Permission.CONVENTION_VALIDATE)
def edit_template(public_id: str) -> ResponseReturnValue:
    """Change an article; conventions keep their copy."""
    writes = request.method == "POST"
    return _template(queries.get_template(db.session(), public_id, actor=current_actor(), for_update=writes))


def _template(template: ClauseTemplate | None) -> ResponseReturnValue:
    values = template_values(template) if template else {}
    form = TemplateForm.bind(values, version=template.version if template else None)
    if form.accepted():
        try:
            services.save_template(
                db.session(),
                template,
                title=form.title.data or "",
                text=form.text.data or "",
                kind=form.chosen,
                version=form.version,
                actor=current_actor(),
            )
        except Conflict as refusal:
            current, row_id = TemplateForm(data=values), template.id if template else 0
            title = gettext("Article type")
            return choose(form, current, refusal, title=title, table="clause_templates", row_id=row_id)
        flash(gettext("Article enregistré : il sera proposé dans les nouvelles conventions."), "success")
        return redirect(url_for("convention_settings.index"), 303)
    page = render_template("convention_settings/template.html", form=form, template=template)
    return page, 422 if form.submitted else 200


@bp.post("/reglages/conventions/articles/<public_id>/supprimer")
@needs(Permission.CONVENTION_VALIDATE)
def drop_template(public_id: str) -> ResponseReturnValue:
    """Delete an article, and offer to undo it."""
    actor, session = current_actor(), db.session()
    template = queries.get_template(session, public_id, actor=actor, for_update=True)
    kind = template.kind.value if template.kind else ""
    services.drop_template(session, template, actor=actor)
    offer_undo(
        gettext("Article « %(title)s » supprimé.", title=template.title),
        url_for("convention_settings.new_template"),
        title=template.title,
        text=template.text,
        kind=kind,
    )
    return redirect(url_for("convention_settings.index"), 303)


@bp.route("/reglages/conventions/delegations/nouvelle", methods=["GET", "POST"])
@needs(Permission.CONVENTION_VALIDATE)
def new_delegation() -> ResponseReturnValue:
    """A new line of the register."""
    return _delegation(None)


@bp.route("/reglages/conventions/delegations/<public_id>", methods=["GET", "POST"])
@needs(Permission.CONVENTION_VALIDATE)
def edit_delegation(public_id: str) -> ResponseReturnValue:
    """Change a line of the register, or end it."""
    writes = request.method == "POST"
    return _delegation(queries.get_delegation(db.session(), public_id, actor=current_actor(), for_update=writes))


def _delegation(delegation: SigningDelegation | None) -> ResponseReturnValue:
    actor, session = current_actor(), db.session()
    people = [(one.id, one.name) for one in accounts.colleagues(session, actor=actor)]
    if delegation is not None and delegation.user_id not in {key for key, _ in people}:
        people += accounts.names(session, {delegation.user_id}).items()
    values = delegation_values(delegation) if delegation else {"starts_on": clock.day_of(g.now)}
    form = DelegationForm.bind(values, version=delegation.version if delegation else None, people=people)
    if form.accepted():
        try:
            services.save_delegation(session, delegation, form.values(), version=form.version, actor=actor)
        except Conflict as refusal:
            current, row_id = DelegationForm(data=values, people=people), delegation.id if delegation else 0
            title = gettext("Délégation de signature")
            return choose(form, current, refusal, title=title, table="signing_delegations", row_id=row_id)
        except ConventionRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("Délégation de signature enregistrée."), "success")
            return redirect(url_for("convention_settings.index"), 303)
    page = render_template("convention_settings/delegation.html", form=form, delegation=delegation)
    return page, 422 if form.submitted else 200


@bp.post("/reglages/conventions/delegations/<public_id>/acte")
@needs(Permission.CONVENTION_VALIDATE)
@before(look_at_upload)
def attach(public_id: str) -> ResponseReturnValue:
    """Keep the act of a delegation."""
    actor, session = current_actor(), db.session()
    delegation = queries.get_delegation(session, public_id, actor=actor, for_update=True)
    try:
        papers.attach(session, delegation, uploaded(), folder=folder(), actor=actor, now=g.now)
    except DocumentRefused as refusal:
        flash(gettext(refusal.message, **refusal.values), "warning")
    else:
        flash(gettext("Acte joint."), "success")
    return redirect(url_for("convention_settings.index"), 303)
