"""The lines of a convention: who signs, what is promised, its articles, its days."""

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.accounts import queries as accounts
from crm.conventions.models import Convention
from crm.conventions.refusals import ConventionRefused
from crm.conventions.views.frame import bp, choose_text, say_saved, wanted
from crm.conventions.writing import services
from crm.conventions.writing.forms import (
    ClausesForm,
    CommitmentsForm,
    DatesForm,
    SignatoriesForm,
    clause_values,
    commitment_values,
    date_values,
    signatory_values,
)
from crm.db import db
from crm.errors import Conflict
from crm.interactions.sheets.queries import people_of, public_ids_of

Write = Callable[[Any], bool]


@bp.route("/conventions/<public_id>/signataires", methods=["GET", "POST"])
@needs(Permission.CONVENTION_EDIT)
def signatories(public_id: str) -> ResponseReturnValue:
    """Who signs, and in what capacity."""
    actor, session = current_actor(), db.session()
    convention = wanted(public_id)
    kept = [one.contact_id for one in convention.signatories if one.contact_id is not None]
    contacts = {key: public for public, key in public_ids_of(session, kept).items()}
    people = [(f"u:{one.id}", gettext("%(name)s (chez nous)", name=one.name)) for one in _colleagues(convention)]
    people += [
        (f"c:{one.public_id}", f"{one.name} ({one.function})" if one.function else one.name)
        for one in people_of(session, convention.partner_id, actor=actor, also=kept)
    ]
    values = signatory_values(convention.signatories, contacts)

    def write(form: Any) -> bool:
        lines = form.signatories()
        return services.set_signatories(session, convention, lines, version=form.version, actor=actor, now=g.now)

    return _lines(convention, SignatoriesForm, values, write, "signatories", people=people)


def _colleagues(convention: Convention) -> list[accounts.Colleague]:
    found = accounts.colleagues(db.session(), actor=current_actor())
    known = {one.id for one in found}
    gone = [one for one in convention.signatories if one.user_id is not None and one.user_id not in known]
    return [*found, *(accounts.Colleague(one.user_id or 0, one.name) for one in gone)]


@bp.route("/conventions/<public_id>/engagements", methods=["GET", "POST"])
@needs(Permission.CONVENTION_EDIT)
def commitments(public_id: str) -> ResponseReturnValue:
    """What each side promises."""
    actor, session = current_actor(), db.session()
    convention = wanted(public_id)

    def write(form: Any) -> bool:
        lines = form.commitments()
        return services.set_commitments(session, convention, lines, version=form.version, actor=actor, now=g.now)

    return _lines(convention, CommitmentsForm, commitment_values(convention.commitments), write, "commitments")


@bp.route("/conventions/<public_id>/articles", methods=["GET", "POST"])
@needs(Permission.CONVENTION_EDIT)
def clauses(public_id: str) -> ResponseReturnValue:
    """The articles of the text."""
    actor, session = current_actor(), db.session()
    convention = wanted(public_id)

    def write(form: Any) -> bool:
        texts = form.clauses()
        return services.set_clauses(session, convention, texts, version=form.version, actor=actor, now=g.now)

    return _lines(convention, ClausesForm, clause_values(convention.clauses), write, "clauses")


@bp.route("/conventions/<public_id>/echeances", methods=["GET", "POST"])
@needs(Permission.CONVENTION_EDIT)
def dates(public_id: str) -> ResponseReturnValue:
    """Reviews to hold, reports to give."""
    actor, session = current_actor(), db.session()
    convention = wanted(public_id)

    def write(form: Any) -> bool:
        return services.set_dates(session, convention, form.dates(), version=form.version, actor=actor, now=g.now)

    return _lines(convention, DatesForm, date_values(convention.dates), write, "dates")


def _lines(
    convention: Convention, kind: type[Any], values: dict[str, Any], write: Write, what: str, **given: Any
) -> ResponseReturnValue:
    form = kind.bind(values, version=convention.version, **given)
    if form.accepted():
        try:
            made = write(form)
        except Conflict as refusal:
            return choose_text(form, kind(data=values, **given), refusal, convention)
        except ConventionRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            say_saved(convention, made_edition=made)
            return redirect(url_for("conventions.show", public_id=convention.public_id), 303)
    page = render_template("conventions/lines.html", form=form, convention=convention, what=what)
    return page, 422 if form.submitted else 200
