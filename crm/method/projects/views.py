"""The screens of projects: their list, one of them, its strategy, its crossed table."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission, can
from crm.accounts import queries as accounts
from crm.db import db
from crm.errors import Conflict
from crm.method import queries as cards
from crm.method import services
from crm.method.ageing import medians
from crm.method.enums import FIRST_OF_PARTNERSHIP, STEP_NAMES, Contracting, FindingKind
from crm.method.models import Initiative
from crm.method.moves import queries as moves
from crm.method.moves.told import told
from crm.method.projects import queries
from crm.method.projects import services as steps
from crm.method.projects.forms import (
    ApprovalForm,
    CopyForm,
    DebateForm,
    ProjectForm,
    StrategyForm,
    lines_of,
    project_values,
    strategy_values,
)
from crm.partners.refusals import FieldRefused
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near
from crm.web.forms import BaseForm

bp = Blueprint("projects", __name__)


@bp.route("/projets")
@needs(Permission.PROJECT_READ)
def index() -> ResponseReturnValue:
    """The projects of the structure, the latest first; with `clos`, those that are over."""
    closed = bool(request.args.get("clos"))
    after = request.args.get("apres", "")
    key = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else None
    lines, more = queries.projects(db.session(), actor=current_actor(), after=key, closed=closed)
    following: dict[str, Any] = {"apres": lines[-1].initiative.id} if more else {}
    if more and closed:
        following["clos"] = "1"
    return render_template(
        "method/projects.html",
        lines=lines,
        closed=closed,
        steps=STEP_NAMES,
        medians={} if closed or key else _medians(),
        next_url=url_for("projects.index", **following) if following else None,
        first_url=url_for("projects.index") if key else None,
    )


@bp.route("/projets/nouveau", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def new() -> ResponseReturnValue:
    """Begin a project."""
    actor, session = current_actor(), db.session()
    form = ProjectForm.bind({"pilot": str(actor.user_id or "")}, **_people_and_units(actor))
    if form.accepted():
        try:
            made = services.create(session, _read(form), actor=actor, now=g.now)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("Projet créé."), "success")
            return redirect(url_for("projects.show", public_id=made.public_id), 303)
    page = render_template("method/project_form.html", form=form, initiative=None)
    return page, 422 if form.submitted else 200


@bp.route("/projets/<public_id>")
@needs(Permission.PROJECT_READ)
def show(public_id: str) -> ResponseReturnValue:
    """A project: its three steps, its partnerships, how it moved."""
    actor, session = current_actor(), db.session()
    initiative = cards.get_initiative(session, public_id, actor=actor)
    page = queries.page_of(session, initiative)
    history = moves.history(session, initiative)
    people = {one.by_id for one in history} | {initiative.pilot_id}
    return render_template(
        "method/project.html",
        initiative=initiative,
        page=page,
        names=accounts.names(session, {key for key in people if key is not None}),
        history=[told(one) for one in reversed(history)],
        standing=moves.standing_of(initiative),
        steps=STEP_NAMES,
        kinds=list(FindingKind),
        logics=_logics(page.strategy.logics if page.strategy else ""),
        trades=queries.trade_lines(session, [one.rome_code for one in initiative.trades]),
        around=queries.around(session, initiative, actor=actor) if can(actor, Permission.PARTNER_READ) else None,
        today=clock.day_of(g.now),
    )


@bp.route("/projets/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Change what a project is about; the second of two editors chooses field by field."""
    actor, session = current_actor(), db.session()
    initiative = cards.get_initiative(session, public_id, actor=actor, for_update=request.method == "POST")
    given = _people_and_units(actor)
    trades = queries.trade_lines(session, [one.rome_code for one in initiative.trades])
    values = project_values(initiative, trades)
    form = ProjectForm.bind(values, version=initiative.version, **given)
    if form.accepted():
        try:
            services.amend(session, initiative, _read(form), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            current = ProjectForm(data=values, **given)
            if form.raw() != current.raw():
                return _choose(form, current, refusal, initiative.title)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            return _saved(public_id)
    page = render_template("method/project_form.html", form=form, initiative=initiative)
    return page, 422 if form.submitted else 200


@bp.route("/projets/<public_id>/strategie", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def strategy(public_id: str) -> ResponseReturnValue:
    """Step 3: what was decided, beside what was found."""
    actor, session = current_actor(), db.session()
    initiative = cards.get_initiative(session, public_id, actor=actor, for_update=request.method == "POST")
    page = queries.page_of(session, initiative)
    values = strategy_values(page.strategy, list(page.actions_aimed))
    form = StrategyForm.bind(values, version=page.strategy.version if page.strategy else 0)
    if form.accepted():
        try:
            steps.write_strategy(
                session, initiative, form.strategy(), form.actions(), version=form.version, actor=actor, now=g.now
            )
        except Conflict as refusal:
            current = StrategyForm(data=values)
            if form.raw() != current.raw():
                return _choose(form, current, refusal, initiative.title)
        if not form.errors:
            return _saved(public_id)
    shown = render_template(
        "method/strategy_form.html", form=form, initiative=initiative, page=page, kinds=list(FindingKind)
    )
    return shown, 422 if form.submitted else 200


@bp.route("/projets/<public_id>/debat", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def debate(public_id: str) -> ResponseReturnValue:
    """Step 2: when the internal analysis was debated, and with whom."""
    actor, session = current_actor(), db.session()
    initiative = cards.get_initiative(session, public_id, actor=actor, for_update=request.method == "POST")
    form = DebateForm.bind({"debated_on": initiative.debated_on, "debated_with": initiative.debated_with})
    if form.accepted():
        try:
            on, who = form.debated_on.data, form.debated_with.data or ""
            steps.write_debate(session, initiative, on, who, actor=actor, now=g.now)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            return _saved(public_id)
    return _short(form, initiative, gettext("Mise en débat"), gettext("Enregistrer le débat"))


@bp.route("/projets/<public_id>/valider", methods=["GET", "POST"])
@needs(Permission.PROJECT_VALIDATE)
def approve(public_id: str) -> ResponseReturnValue:
    """Step 3: who approved the strategy, and when."""
    actor, session = current_actor(), db.session()
    initiative = cards.get_initiative(session, public_id, actor=actor, for_update=request.method == "POST")
    known = queries.strategy_of(session, initiative)
    form = ApprovalForm.bind(
        {"approved_by": known.approved_by, "approved_on": known.approved_on}
        if known
        else {"approved_on": clock.day_of(g.now)}
    )
    if form.accepted() and form.approved_on.data is not None:
        try:
            on, who = form.approved_on.data, form.approved_by.data or ""
            steps.approve(session, initiative, on, who, actor=actor, now=g.now)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            return _saved(public_id)
    return _short(form, initiative, gettext("Validation de la stratégie"), gettext("Valider la stratégie"))


@bp.route("/projets/<public_id>/copier", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def copy(public_id: str) -> ResponseReturnValue:
    """« Essaimage »: another project made after this one, for another territory."""
    actor, session = current_actor(), db.session()
    initiative = cards.get_initiative(session, public_id, actor=actor)
    form = CopyForm.bind({"title": initiative.title})
    if form.accepted():
        made = services.copy(session, initiative, title=form.title.data or "", actor=actor, now=g.now)
        flash(
            gettext("Projet copié : son territoire, ses constats extérieurs et sa validation sont à refaire."),
            "success",
        )
        return redirect(url_for("projects.show", public_id=made.public_id), 303)
    return _short(form, initiative, gettext("Essaimer ce projet"), gettext("Copier le projet"))


@bp.route("/projets/<public_id>/swot")
@needs(Permission.PROJECT_READ)
def swot(public_id: str) -> ResponseReturnValue:
    """The crossed table, alone, to print."""
    actor, session = current_actor(), db.session()
    initiative = cards.get_initiative(session, public_id, actor=actor)
    page = queries.page_of(session, initiative)
    return render_template(
        "method/swot.html",
        initiative=initiative,
        page=page,
        kinds=list(FindingKind),
        logics=_logics(page.strategy.logics if page.strategy else ""),
        today=clock.day_of(g.now),
    )


def _medians() -> dict[int, int]:
    histories = moves.histories(db.session(), current_actor().structure_id or 0)
    projects = medians((one for (what, _), one in histories.items() if what == "project"), g.now)
    found = medians((one for (what, _), one in histories.items() if what != "project"), g.now)
    # A project stays at 4 for ever, once its strategy is passed: that is no step of its own.
    found |= {step: days for step, days in projects.items() if step < FIRST_OF_PARTNERSHIP}
    return {step: round(days) for step, days in found.items()}


def _short(form: BaseForm, initiative: Initiative, title: str, label: str) -> ResponseReturnValue:
    page = render_template("method/short_form.html", form=form, initiative=initiative, title=title, label=label)
    return page, 422 if form.submitted else 200


def _saved(public_id: str) -> ResponseReturnValue:
    flash(gettext("Modifications enregistrées."), "success")
    return redirect(url_for("projects.show", public_id=public_id), 303)


def _choose(form: BaseForm, current: BaseForm, refusal: Conflict, title: str) -> ResponseReturnValue:
    page: ResponseReturnValue = conflict_page(
        form, current, version=refusal.current, title=title, who=gettext("Quelqu'un"), when=moment_near(g.now)
    )
    return page


def _read(form: ProjectForm) -> services.InitiativeData:
    session = db.session()
    places = queries.places_named(session, lines_of(form.places.data))
    return form.project(places, queries.trades_named(session, lines_of(form.trades.data)))


def _people_and_units(actor: Actor) -> dict[str, Any]:
    session = db.session()
    people = [(one.id, one.name) for one in accounts.colleagues(session, actor=actor)]
    return {"people": people, "units": queries.units_of(session, actor=actor)}


def _logics(values: str) -> list[str]:
    return [gettext(one.label) for one in Contracting if one.value in values.split(",")]
