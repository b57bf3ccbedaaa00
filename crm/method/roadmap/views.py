"""The screens of the roadmap: its page, its paper, a tap on a line, the terms agreed on."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.accounts import queries as accounts
from crm.audit.queries import last_change
from crm.db import db
from crm.errors import Conflict, DomainError
from crm.method import queries as cards
from crm.method.enums import ItemState
from crm.method.models import Partnership
from crm.method.parts.queries import contacts_of
from crm.method.roadmap import queries, services
from crm.method.roadmap.forms import TermsForm, terms_values
from crm.partners.refusals import FieldRefused
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near
from crm.web.forms import BaseForm
from crm.wording import N_

bp = Blueprint("roadmap", __name__)

#: What one tap makes of a line; its form offers every state.
NEXT: dict[ItemState, tuple[ItemState, ...]] = {
    ItemState.TODO: (ItemState.DOING, ItemState.DONE),
    ItemState.DOING: (ItemState.DONE,),
    ItemState.DONE: (ItemState.DOING,),
    ItemState.DROPPED: (ItemState.TODO,),
}


@bp.route("/partenariats/<public_id>/feuille-de-route")
@needs(Permission.PROJECT_READ)
def show(public_id: str) -> ResponseReturnValue:
    """Who does what by when, the budget, the agreement; on paper as well."""
    actor, session = current_actor(), db.session()
    partnership = cards.get_partnership(session, public_id, actor=actor)
    return render_template(
        "roadmap/show.html",
        partnership=partnership,
        page=queries.page_of(session, partnership, actor=actor),
        today=clock.day_of(g.now),
        following=NEXT,
    )


@bp.post("/partenariats/lignes/<public_id>/etat")
@needs(Permission.PROJECT_EDIT)
def set_state(public_id: str) -> ResponseReturnValue:
    """Say in one tap how far a line is, and offer to undo it."""
    actor, session = current_actor(), db.session()
    item, partnership = queries.get_item(session, public_id, actor=actor, for_update=True)
    wanted = request.form.get("state", "")
    if wanted not in set(ItemState):
        raise DomainError(N_("Cet état n'existe pas. Rien n'a été modifié."))
    before = services.set_state(session, item, partnership, ItemState(wanted), version=_version(), actor=actor)
    if before is not item.state:
        undo: dict[str, Any] = {
            "text": gettext("Ligne de la feuille de route : %(state)s.", state=gettext(item.state.label)),
            "undo_url": url_for("roadmap.set_state", public_id=public_id),
            "undo_label": gettext("Annuler"),
            "undo_fields": {"state": before.value, "version": str(item.version)},
        }
        flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(url_for("roadmap.show", public_id=partnership.public_id), 303)


@bp.route("/partenariats/<public_id>/accord", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def terms(public_id: str) -> ResponseReturnValue:
    """Who agreed and when, without budget or not, with whom; the second of two editors chooses field by field."""
    actor, session = current_actor(), db.session()
    partnership = cards.get_partnership(session, public_id, actor=actor, for_update=request.method == "POST")
    values = terms_values(partnership)
    contacts = contacts_of(session, partnership.partner_id, actor=actor)
    form = TermsForm.bind(values, version=partnership.version, contacts=contacts)
    if form.accepted():
        try:
            services.agree(session, partnership, form.terms(), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            current = TermsForm(data=values, contacts=contacts)
            if form.raw() != current.raw():
                return choose(form, current, refusal, partnership)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(url_for("roadmap.show", public_id=public_id), 303)
    page = render_template("roadmap/terms.html", form=form, partnership=partnership)
    return page, 422 if form.submitted else 200


def choose(form: BaseForm, current: BaseForm, refusal: Conflict, partnership: Partnership) -> ResponseReturnValue:
    """The page on which the second editor of a partnership chooses."""
    change = last_change(db.session(), "partnerships", partnership.id)
    known = {} if change is None or change.user_id is None else accounts.names(db.session(), {change.user_id})
    page: ResponseReturnValue = conflict_page(
        form,
        current,
        version=refusal.current,
        title=partnership.partner.name,
        who=next(iter(known.values()), gettext("Quelqu'un")),
        when=moment_near(change.at if change else g.now),
    )
    return page


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
