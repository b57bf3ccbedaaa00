"""The first page of the settings; the identity and the logo of the structure."""

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import SIGNED_IN, current_actor, needs
from crm.access.policy import Permission
from crm.accounts.administration import queries
from crm.accounts.administration.forms import LogoForm, StructureForm, structure_values
from crm.accounts.administration.logo import LARGEST_FILE, LogoRefused, draw_again
from crm.accounts.administration.services import place
from crm.accounts.administration.views.frame import bp, choose
from crm.audit.queries import last_change
from crm.db import db
from crm.errors import Conflict


@bp.get("/reglages")
@needs(Permission.STRUCTURE_EDIT)
def index() -> ResponseReturnValue:
    """What can be set, in plain words. Each part is shown to those who may open it."""
    overview = queries.overview(db.session(), actor=current_actor(), today=clock.day_of(g.now))
    return render_template("administration/index.html", overview=overview)


@bp.route("/reglages/structure", methods=["GET", "POST"])
@needs(Permission.STRUCTURE_EDIT)
def structure() -> ResponseReturnValue:
    """Name, legal kind and SIRET of the structure."""
    actor, session = current_actor(), db.session()
    row = queries.get_structure(session, actor=actor, for_update=request.method == "POST")
    values = structure_values(row)
    form = StructureForm.bind(values, version=row.version)
    if form.accepted():
        try:
            place.describe(session, row, form.identity(), version=form.version, actor=actor)
        except Conflict as refusal:
            current = StructureForm(data=values)
            if form.raw() != current.raw():
                change = last_change(session, "structures", row.id)
                return choose(form, current, refusal, title=row.name, change=change)
        flash(gettext("Modifications enregistrées."), "success")
        return redirect(url_for("administration.index"), 303)
    return _page(form, LogoForm()), 422 if form.submitted else 200


@bp.get("/reglages/structure/logo")
@needs(SIGNED_IN)
def logo() -> ResponseReturnValue:
    """The logo of one's structure, as we drew it; nothing (204) when there is none."""
    row = queries.get_logo(db.session(), actor=current_actor())
    if row is None:
        return Response(status=204)
    return Response(row.content, mimetype=row.media_type)


@bp.post("/reglages/structure/logo")
@needs(Permission.STRUCTURE_EDIT)
def set_logo() -> ResponseReturnValue:
    """Replace the logo. What is not a sound picture is refused, and nothing of it is kept."""
    form = LogoForm.bind()
    try:
        drawn = draw_again(_uploaded())
    except LogoRefused as refusal:
        form.refuse(refusal, "logo")
        row = queries.get_structure(db.session(), actor=current_actor())
        # Not bind(): what was posted is the other form of the page.
        about = StructureForm(data=structure_values(row))
        about.version, about.base = row.version, about.raw()
        return _page(about, form), 422
    place.set_logo(db.session(), drawn, actor=current_actor())
    flash(gettext("Logo enregistré."), "success")
    return redirect(url_for("administration.structure"), 303)


@bp.post("/reglages/structure/logo/retirer")
@needs(Permission.STRUCTURE_EDIT)
def remove_logo() -> ResponseReturnValue:
    """Take the logo away."""
    place.remove_logo(db.session(), actor=current_actor())
    flash(gettext("Logo retiré."), "success")
    return redirect(url_for("administration.structure"), 303)


def _uploaded() -> bytes:
    """The file sent, or as much of it as tells that it is too heavy."""
    upload = request.files.get("logo")
    if upload is None:
        return b""
    with upload.stream as stream:  # a large one waits in a temporary file
        return stream.read(LARGEST_FILE + 1)


def _page(form: StructureForm, logo_form: LogoForm) -> str:
    has_logo = queries.has_logo(db.session(), actor=current_actor())
    return render_template("administration/structure.html", form=form, logo_form=logo_form, has_logo=has_logo)
