"""The screens of the method: its words, and what a structure adapts of it."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.errors import Conflict
from crm.method.enums import FIRST_STEP, LAST_STEP, ActionKind, Proof
from crm.method.gates import PARTNERSHIP_TABLE, PROJECT_TABLE
from crm.method.guide import queries, services
from crm.method.guide.forms import SECTIONS, rules_form, rules_values, words_form, words_values
from crm.partners.refusals import FieldRefused
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near

bp = Blueprint("guide", __name__)


@bp.route("/methode")
@needs(Permission.PROJECT_READ)
def show() -> ResponseReturnValue:
    """The seven steps as the structure words them; with `origine`, as the guide does."""
    original = bool(request.args.get("origine"))
    known = queries.guide(db.session(), current_actor().structure_id, original=original)
    return render_template(
        "method/guide.html",
        guide=known,
        original=original,
        adapted=known.version is not None and known.version.structure_id is not None,
        sections=SECTIONS,
        kinds=list(ActionKind),
    )


@bp.route("/reglages/methode", methods=["GET", "POST"])
@needs(Permission.METHOD_EDIT)
def settings() -> ResponseReturnValue:
    """Which proofs block, and after how long a partnership is « à relancer »."""
    actor, session = current_actor(), db.session()
    known = queries.rules(session, actor.structure_id or 0)
    form_class = rules_form(known)
    form = form_class.bind(rules_values(known), version=known.edition)
    if form.accepted():
        try:
            services.choose(session, form.rules(), actor=actor)
        except Conflict as refusal:
            current = form_class(data=rules_values(known))
            if form.raw() != current.raw():
                title, when = gettext("Réglages de la méthode"), moment_near(g.now)
                page: ResponseReturnValue = conflict_page(
                    form, current, version=refusal.current, title=title, who=gettext("Quelqu'un"), when=when
                )
                return page
        flash(gettext("Réglages enregistrés."), "success")
        return redirect(url_for("guide.settings"), 303)
    shown = render_template(
        "method/settings.html",
        form=form,
        table=[one for one in (*PROJECT_TABLE, *PARTNERSHIP_TABLE) if one.proofs],
        proofs={proof: form[f"proof_{proof.value}"] for proof in Proof},
        delays=[one for one in form if one.name.startswith("days_")],
        steps=queries.guide(session, actor.structure_id).steps,
    )
    return shown, 422 if form.submitted else 200


@bp.route("/reglages/methode/mots", methods=["GET", "POST"])
@needs(Permission.METHOD_EDIT)
def words() -> ResponseReturnValue:
    """The words of one step (`etape`), the guide's own beside them."""
    actor, session = current_actor(), db.session()
    step = _step()
    known = queries.guide(session, actor.structure_id)
    form_class = words_form()
    form = form_class.bind(words_values(known, step), version=services.edition_of(known))
    if form.accepted():
        try:
            services.reword(
                session,
                step,
                form.title.data or "",
                form.sections(),
                version=form.version,
                actor=actor,
                now=g.now,
            )
        except Conflict as refusal:
            current = form_class(data=words_values(known, step))
            if form.raw() != current.raw():
                title, when = gettext("Réglages de la méthode"), moment_near(g.now)
                page: ResponseReturnValue = conflict_page(
                    form, current, version=refusal.current, title=title, who=gettext("Quelqu'un"), when=when
                )
                return page
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Réglages enregistrés."), "success")
            return redirect(url_for("guide.settings"), 303)
    shown = render_template(
        "method/words.html",
        form=form,
        step=step,
        original=queries.guide(session, None, original=True),
        sections=SECTIONS,
    )
    return shown, 422 if form.submitted else 200


def _step() -> int:
    asked = request.args.get("etape", "")
    known = asked.isascii() and asked.isdigit() and len(asked) == 1 and FIRST_STEP <= int(asked) <= LAST_STEP
    return int(asked) if known else FIRST_STEP
