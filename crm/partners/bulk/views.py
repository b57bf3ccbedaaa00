"""The screens of an action on many partners: what it will change, the deed, its undo."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission, can
from crm.accounts import queries as accounts
from crm.db import db
from crm.errors import DomainError, NotAllowed, NotFound
from crm.partners.bulk import services
from crm.partners.bulk.doors import doors_for
from crm.partners.bulk.forms import BulkForm
from crm.partners.bulk.planning import MOST, Plan, mark_of
from crm.partners.bulk.queries import Selection
from crm.partners.refusals import FieldRefused
from crm.partners.tags import queries as tags
from crm.web.redirects import inside

bp = Blueprint("bulk", __name__)

_SHOWN = 20  # names of each heap on the page; the others are counted


@bp.route("/partenaires/en-nombre", methods=["GET", "POST"])
@needs(Permission.PARTNER_EDIT)
def preview() -> ResponseReturnValue:
    """
    What is to be done with the partners chosen, then what it will change. It writes nothing.

    A form that posts the choice is led to the address that says it, so that going back and forth costs nothing.
    """
    if request.method == "POST":
        chosen = _selection(request.form)
        if not chosen.everything and not chosen.ids:
            return _nothing(gettext("Aucun partenaire n'est coché : revenez à la liste et cochez-en."))
        return redirect(url_for("bulk.preview", **_fields(chosen)), 303)
    chosen = _selection(request.args)
    if not chosen.everything and not chosen.ids:
        return redirect(url_for("partners.index"), 303)
    actor = current_actor()
    form = _form(request.args, actor)
    if "kind" not in request.args or not form.validate():
        return _page(form, chosen, None), 422 if form.errors else 200
    return _announce(form, chosen, actor, status=200)


@bp.post("/partenaires/en-nombre/faire")
@needs(Permission.PARTNER_EDIT)
def do() -> ResponseReturnValue:
    """Do what was announced; when it is no longer that, announce it anew."""
    actor = current_actor()
    chosen = _selection(request.form)
    form = _form(request.form, actor)
    if not form.validate():
        return _page(form, chosen, None), 422
    try:
        action, count = services.do(
            db.session(),
            chosen,
            form.order(),
            name=form.tag_name,
            expected=request.form.get("plan", ""),
            actor=actor,
            now=g.now,
        )
    except services.PlanChanged as refusal:
        form.refuse(refusal)
        return _announce(form, chosen, actor, status=409)
    except (NotAllowed, NotFound):
        raise
    except DomainError as refusal:
        form.refuse(refusal, refusal.field if isinstance(refusal, FieldRefused) else None)
        return _page(form, chosen, None), 422
    back = _list_url(chosen)
    undo = {
        "text": ngettext("%(num)s partenaire changé.", "%(num)s partenaires changés.", count),
        "undo_url": url_for("bulk.undo", public_id=action.public_id),
        "undo_label": gettext("Annuler"),
        "undo_fields": {"next": back},
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(back, 303)


@bp.post("/partenaires/en-nombre/<public_id>/annuler")
@needs(Permission.PARTNER_EDIT)
def undo(public_id: str) -> ResponseReturnValue:
    """Put the partners back as they were, but those that somebody changed since."""
    try:
        undone = services.undo(db.session(), public_id, actor=current_actor(), now=g.now)
    except (NotAllowed, NotFound):
        raise
    except DomainError as refusal:
        return _nothing(gettext(refusal.message, **refusal.values), status=409)
    back = ngettext("%(num)s partenaire est comme avant.", "%(num)s partenaires sont comme avant.", undone.given_back)
    flash(back, "success")
    if undone.left:
        left = ngettext(
            "%(num)s partenaire a changé entre-temps : il reste comme il est.",
            "%(num)s partenaires ont changé entre-temps : ils restent comme ils sont.",
            undone.left,
        )
        flash(left, "info")
    return redirect(inside(request.form.get("next"), otherwise=url_for("partners.index")), 303)


def _announce(form: BulkForm, chosen: Selection, actor: Actor, *, status: int) -> ResponseReturnValue:
    try:
        made = services.prepare(db.session(), chosen, form.order(), actor=actor, now=g.now)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.refuse(refusal, refusal.field if isinstance(refusal, FieldRefused) else None)
        return _page(form, chosen, None), 422
    return _page(form, chosen, made), status


def _page(form: BulkForm, chosen: Selection, made: Plan | None) -> str:
    order = form.order() if made is not None else None
    return render_template(
        "bulk/preview.html",
        form=form,
        chosen=chosen,
        fields=_pairs(chosen),
        plan=made,
        mark=mark_of(made, order) if made is not None and order is not None else "",
        known_tags=[one.name for one in tags.lines(db.session(), actor=current_actor())],
        most_shown=_SHOWN,
        list_url=_list_url(chosen),
        doors=[(gettext(one.label), url_for(one.endpoint, **_fields(chosen))) for one in doors_for(current_actor())],
    )


def _nothing(sentence: str, *, status: int = 422) -> ResponseReturnValue:
    return render_template("bulk/nothing.html", sentence=sentence), status


def _form(given: MultiDict[str, str], actor: Actor) -> BulkForm:
    people = {one.id: one.name for one in accounts.colleagues(db.session(), actor=actor)}
    opened = given if "kind" in given else None
    return BulkForm(opened, people=people, may_bin=can(actor, Permission.PARTNER_BIN))


def _selection(given: MultiDict[str, str]) -> Selection:
    ids = dict.fromkeys(one for one in [*given.getlist("ids"), *given.getlist("ids[]")] if one.isprintable())
    return Selection(tuple(ids)[: MOST + 1], bool(given.get("all")), given.get("address", "")[:2000])


def _fields(chosen: Selection) -> dict[str, Any]:
    if chosen.everything:
        return {"all": "1", "address": chosen.address}
    return {"ids": list(chosen.ids), "address": chosen.address}


def _pairs(chosen: Selection) -> Iterable[tuple[str, str]]:
    fields = _fields(chosen)
    return [(key, one) for key, value in fields.items() for one in ([value] if isinstance(value, str) else value)]


def _list_url(chosen: Selection) -> str:
    return url_for("partners.index") + (f"?{chosen.address}" if chosen.address else "")
