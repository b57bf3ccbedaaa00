"""The screen of the columns kept under a name."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.errors import DomainError
from crm.imports.desk.forms import LABELS
from crm.imports.enums import ImportKind
from crm.imports.kept import queries, services
from crm.imports.models import SavedMapping
from crm.imports.saved import read_columns
from crm.web.error_pages import translate

bp = Blueprint("kept", __name__)


@bp.get("/importer/colonnes")
@needs(Permission.PARTNER_IMPORT)
def index() -> ResponseReturnValue:
    """The columns that the structure keeps, each with its name."""
    return _page()


@bp.post("/importer/colonnes/renommer")
@needs(Permission.PARTNER_IMPORT)
def rename() -> ResponseReturnValue:
    """Give them another name."""
    actor, session = current_actor(), db.session()
    try:
        kept = _asked()
    except queries.Gone as refusal:
        return _gone(refusal)
    name = " ".join(request.form.get("name", "").split())
    try:
        services.rename(session, kept, name, actor=actor)
    except services.NameRefused as refusal:
        return _page(refused=(kept.id, name, translate(refusal))), 422
    flash(gettext("Colonnes renommées."), "success")
    return redirect(url_for("kept.index"), 303)


@bp.post("/importer/colonnes/oublier")
@needs(Permission.PARTNER_IMPORT)
def forget() -> ResponseReturnValue:
    """Forget them, and offer to take that back."""
    try:
        kept = _asked()
    except queries.Gone as refusal:
        return _gone(refusal)
    services.forget(db.session(), kept, actor=current_actor())
    undo = {
        "text": gettext("Colonnes « %(name)s » oubliées.", name=kept.name),
        "undo_url": url_for("kept.keep_again"),
        "undo_label": gettext("Annuler"),
        "undo_fields": {
            "kind": kept.kind.value,
            "name": kept.name,
            "mark": kept.headings_key,
            "columns": kept.columns,
        },
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(url_for("kept.index"), 303)


@bp.post("/importer/colonnes/retablir")
@needs(Permission.PARTNER_IMPORT)
def keep_again() -> ResponseReturnValue:
    """Keep again what was just forgotten."""
    try:
        services.keep_again(
            db.session(),
            _kind(),
            request.form.get("name", ""),
            mark=request.form.get("mark", ""),
            columns=request.form.get("columns", ""),
            actor=current_actor(),
            now=g.now,
        )
    except DomainError as refusal:
        flash(translate(refusal), "error")
        return _page(), 422
    flash(gettext("Colonnes rétablies."), "success")
    return redirect(url_for("kept.index"), 303)


def _gone(refusal: DomainError) -> ResponseReturnValue:
    flash(translate(refusal), "error")
    return _page(), 409


def _kind() -> ImportKind:
    asked = request.form.get("kind", "")
    if asked not in set(ImportKind):
        raise queries.Gone
    return ImportKind(asked)


def _asked() -> SavedMapping:
    return queries.get(db.session(), _kind(), request.form.get("key", ""), actor=current_actor())


def _page(refused: tuple[int, str, str] | None = None) -> str:
    mappings = queries.all_of(db.session(), actor=current_actor())
    return render_template(
        "kept/index.html",
        mappings=[(one, read_columns(one.columns)) for one in mappings],
        labels=LABELS,
        refused=refused,
    )
