"""The screens of parts: choose what to add, write it, change it, take it away."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission
from crm.db import db
from crm.errors import Conflict, NotAllowed
from crm.method import queries as cards
from crm.method.enums import ActionKind
from crm.method.guide import queries as guide
from crm.method.parts import queries, services
from crm.method.parts.forms import FORMS, ActionForm, PartForm, part_values
from crm.method.parts.kinds import PartKind, offered
from crm.method.parts.queries import Place
from crm.partners.refusals import FieldRefused
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near

bp = Blueprint("parts", __name__)

#: What a link may have chosen in advance.
_OPENED = frozenset({"kind", "side"})
#: The page of a partnership on which a kind of part is seen; the others are seen on that of the partnership.
_HOMES: dict[PartKind | None, str] = {
    PartKind.ROADMAP: "roadmap.show",
    PartKind.BUDGET: "roadmap.show",
    PartKind.ACTION: "steering.show",
    PartKind.HIGHLIGHT: "steering.show",
    PartKind.INDICATOR: "steering.show",
    PartKind.REVIEW: "steering.show",
    PartKind.SESSION: "steering.show",
}


@bp.route("/projets/<public_id>/ajouter", methods=["GET", "POST"])
@needs(Permission.PROJECT_ACT)
def add_to_project(public_id: str) -> ResponseReturnValue:
    """Something more on a project: `quoi` says what; without it, the page offers what there is."""
    actor = current_actor()
    initiative = cards.get_initiative(db.session(), public_id, actor=actor, for_update=request.method == "POST")
    return _add(Place(initiative, None), actor)


@bp.route("/partenariats/<public_id>/ajouter", methods=["GET", "POST"])
@needs(Permission.PROJECT_ACT)
def add_to_partnership(public_id: str) -> ResponseReturnValue:
    """Something more on a partnership, as on a project."""
    actor = current_actor()
    partnership = cards.get_partnership(db.session(), public_id, actor=actor, for_update=request.method == "POST")
    return _add(Place(partnership.initiative, partnership), actor)


@bp.route("/projets/elements/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.PROJECT_ACT)
def edit(public_id: str) -> ResponseReturnValue:
    """Change a part; the second of two editors chooses field by field."""
    actor, session = current_actor(), db.session()
    kind, part, place = queries.get_part(session, public_id, actor=actor, for_update=request.method == "POST")
    if kind not in offered(to_project=place.partnership is None, permissions=actor.permissions):
        raise NotAllowed
    shown = part_values(kind, part)
    given = {"choices": queries.choices_of(session, place, actor=actor)}
    form = FORMS[kind].bind(shown, version=getattr(part, "version", 1), **given)
    _offer_factors(form, actor, part)
    if form.accepted():
        try:
            services.amend(session, kind, part, place, form.values(), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            current = FORMS[kind](data=shown, **given)
            _offer_factors(current, actor, part)
            if form.raw() != current.raw():
                who = gettext("Quelqu'un")
                title = gettext(kind.label)
                page: ResponseReturnValue = conflict_page(
                    form, current, version=refusal.current, title=title, who=who, when=moment_near(g.now)
                )
                return page
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(_seen(kind, part, place), 303)
    back = _seen(kind, part, place)
    page = render_template("method/part_form.html", form=form, kind=kind, part=part, place=place, back=back)
    return page, 422 if form.submitted else 200


@bp.post("/projets/elements/<public_id>/retirer")
@needs(Permission.PROJECT_ACT)
def remove(public_id: str) -> ResponseReturnValue:
    """Take a part away; one tap writes it again."""
    actor, session = current_actor(), db.session()
    kind, part, place = queries.get_part(session, public_id, actor=actor, for_update=True)
    form = FORMS[kind](data=part_values(kind, part), choices=queries.choices_of(session, place, actor=actor))
    _offer_factors(form, actor, part)
    fields = {name: value for name, value in form.raw().items() if value}
    if isinstance(form, ActionForm):
        fields.pop("factors", None)
    services.remove(session, kind, part, place, actor=actor, now=g.now)
    undo = {
        "text": gettext("C'est retiré."),
        "undo_url": _address(place, kind),
        "undo_label": gettext("Annuler"),
        "undo_fields": fields,
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(_home(place, kind), 303)


def _add(place: Place, actor: Actor) -> ResponseReturnValue:
    session = db.session()
    kinds = offered(to_project=place.partnership is None, permissions=actor.permissions)
    asked = request.args.get("quoi", "")
    if asked not in set(kinds):
        page = render_template("method/part_choose.html", kinds=kinds, place=place, back=_home(place), address=_address)
        return page, 422 if request.method == "POST" else 200
    kind = PartKind(asked)
    opened = {key: value for key, value in request.args.items() if key in _OPENED}
    form = FORMS[kind].bind(opened, choices=queries.choices_of(session, place, actor=actor))
    _offer_factors(form, actor, None)
    if form.accepted():
        try:
            part = services.add(session, kind, place, form.values(), actor=actor, now=g.now)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("C'est noté."), "success")
            return redirect(_seen(kind, part, place), 303)
    back = _home(place, kind)
    page = render_template("method/part_form.html", form=form, kind=kind, part=None, place=place, back=back)
    return page, 422 if form.submitted else 200


def _offer_factors(form: PartForm, actor: Actor, part: Any) -> None:
    if not isinstance(form, ActionForm):
        return
    kept = [one.wording for one in part.factors] if part is not None else []
    known: list[str] = []
    if part is not None and actor.structure_id is not None and form.kind.data in set(ActionKind):
        known = guide.factors_of(db.session(), actor.structure_id, ActionKind(form.kind.data))
    form.offer_factors(list(dict.fromkeys([*kept, *known])))


def _seen(kind: PartKind, part: Any, place: Place) -> str:
    """Where a part is seen: an action has a page of its own, where its factors of success are ticked."""
    return url_for("actions.show", public_id=part.public_id) if kind is PartKind.ACTION else _home(place, kind)


def _home(place: Place, kind: PartKind | None = None) -> str:
    if place.partnership is not None:
        return url_for(_HOMES.get(kind, "partnerships.show"), public_id=place.partnership.public_id)
    return url_for("projects.show", public_id=place.initiative.public_id)


def _address(place: Place, kind: PartKind) -> str:
    if place.partnership is not None:
        return url_for("parts.add_to_partnership", public_id=place.partnership.public_id, quoi=kind.value)
    return url_for("parts.add_to_project", public_id=place.initiative.public_id, quoi=kind.value)
