"""The screens of tags."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer

from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission
from crm.db import db
from crm.errors import Conflict, DomainError
from crm.partners.refusals import FieldRefused
from crm.partners.tags import queries, services
from crm.partners.tags.forms import MergeForm, RenameForm
from crm.partners.tags.services import Gone, TagTaken
from crm.partners.views import choose_between, latest_change
from crm.wording import N_

bp = Blueprint("tags", __name__)


@bp.route("/etiquettes", methods=["GET"])
@needs(Permission.PARTNER_READ)
def index() -> ResponseReturnValue:
    """The tags of the structure, each with the number of its partners."""
    return render_template("tags/index.html", lines=queries.lines(db.session(), actor=current_actor()))


@bp.route("/etiquettes/<public_id>/renommer", methods=["GET", "POST"])
@needs(Permission.PARTNER_EDIT)
def rename(public_id: str) -> ResponseReturnValue:
    """Another name, unless another tag has it already."""
    actor, session = current_actor(), db.session()
    tag = queries.get(session, public_id, actor=actor, for_update=request.method == "POST")
    values = {"name": tag.name}
    form = RenameForm.bind(values, version=tag.version)
    taken = None
    if form.accepted():
        try:
            services.rename(session, tag, form.name.data or "", version=form.version, actor=actor)
        except Conflict as refusal:
            current = RenameForm(data=values)
            if form.raw() != current.raw():
                change = latest_change(("tags", tag.id))
                return choose_between(form, current, refusal, title=tag.name, change=change)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
            taken = refusal.other.public_id if isinstance(refusal, TagTaken) else None
        if not form.errors:
            flash(gettext("Étiquette renommée : « %(name)s ».", name=tag.name), "success")
            return redirect(url_for("tags.index"), 303)
    page = render_template("tags/rename.html", form=form, tag=tag, taken=taken)
    return page, 422 if form.submitted else 200


@bp.route("/etiquettes/<public_id>/fusionner", methods=["GET", "POST"])
@needs(Permission.PARTNER_EDIT)
def merge(public_id: str) -> ResponseReturnValue:
    """Two tags that mean one thing: choose which stays, read what will happen, do it."""
    actor, session = current_actor(), db.session()
    tag = queries.get(session, public_id, actor=actor, for_update=request.method == "POST")
    others = [one for one in queries.lines(session, actor=actor) if one.public_id != public_id]
    form = MergeForm.bind({"into": request.args.get("into", "")}, others=others)
    known = {one.public_id for one in others}
    if form.accepted():
        kept = queries.get(session, form.into.data or "", actor=actor, for_update=True)
        gone = services.merge(session, tag, kept, actor=actor, now=g.now)
        text = gettext("« %(name)s » est devenue « %(into)s ».", name=gone.name, into=kept.name)
        return _done(text, gone, actor)
    into = queries.get(session, form.into.data, actor=actor) if form.into.data in known else None
    count, both = queries.used_with(session, tag, into)
    page = render_template("tags/merge.html", form=form, tag=tag, into=into, others=others, count=count, both=both)
    return page, 422 if form.submitted else 200


@bp.post("/etiquettes/<public_id>/supprimer")
@needs(Permission.PARTNER_EDIT)
def delete(public_id: str) -> ResponseReturnValue:
    """Take it off every partner, and offer to undo."""
    actor, session = current_actor(), db.session()
    tag = queries.get(session, public_id, actor=actor, for_update=True)
    gone = services.delete(session, tag, actor=actor, now=g.now)
    return _done(gettext("Étiquette « %(name)s » supprimée.", name=gone.name), gone, actor)


@bp.post("/etiquettes/defaire")
@needs(Permission.PARTNER_EDIT)
def give_back() -> ResponseReturnValue:
    """Undo a merge or a deletion."""
    actor = current_actor()
    try:
        gone = _unsealed(request.form.get("gone", ""), actor)
        tag = services.give_back(db.session(), gone, actor=actor, now=g.now)
    except DomainError as refusal:
        page = render_template("tags/refused.html", sentence=gettext(refusal.message, **refusal.values))
        return page, 409
    flash(gettext("L'étiquette « %(name)s » est revenue.", name=tag.name), "success")
    return redirect(url_for("tags.index"), 303)


def _done(text: str, gone: Gone, actor: Actor) -> ResponseReturnValue:
    undo = {
        "text": text,
        "undo_url": url_for("tags.give_back"),
        "undo_label": gettext("Annuler"),
        "undo_fields": {"gone": _seal(actor).dumps(asdict(gone))},
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(url_for("tags.index"), 303)


def _seal(actor: Actor) -> URLSafeSerializer:
    # What gives a tag back travels in the page: signed, and for this person in this structure only.
    return URLSafeSerializer(str(current_app.secret_key), salt=f"tags.gone.{actor.user_id}.{actor.structure_id}")


def _unsealed(text: str, actor: Actor) -> Gone:
    try:
        given: dict[str, Any] = _seal(actor).loads(text)
    except BadSignature:
        raise DomainError(N_("Cette page est trop ancienne : il n'y a rien à annuler.")) from None
    lists = {key: tuple(given[key]) for key in ("follows", "added")}
    return Gone(given["public_id"], given["name"], into=given["into"], **lists)
