"""Saving the list that one sees, renaming a view, forgetting it and taking that back."""

from urllib.parse import urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.errors import Conflict, DomainError
from crm.partners.listing.pages import PARTNERS, saved_page
from crm.partners.listing.saved import queries, services
from crm.partners.listing.saved.forms import ViewForm
from crm.partners.listing.saved.services import NameTaken
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near

bp = Blueprint("listing", __name__)


@bp.route("/partenaires/vues", methods=["GET"])
@needs(Permission.PARTNER_READ)
def saved_views() -> ResponseReturnValue:
    """The views that one may open, and what may be done to one's own."""
    views = queries.seen_by(db.session(), current_actor())
    return render_template(
        "listing/views.html", own=[one for one in views if not one.owner], others=[one for one in views if one.owner]
    )


@bp.route("/partenaires/vues/nouvelle", methods=["GET", "POST"])
@needs(Permission.PARTNER_READ)
def save_view() -> ResponseReturnValue:
    """Keep the page of this address under a name: the list of partners, or the one that `of` names."""
    page_key = saved_page(request.args.get("of", PARTNERS)).key
    words = urlencode([(word, value) for word, value in request.args.items(multi=True) if word != "of"])
    form = ViewForm.bind({"page": page_key, "address": saved_page(page_key).canonical(words)})
    if form.accepted():
        try:
            view = services.save(
                db.session(),
                name=form.name.data or "",
                page=form.page.data or PARTNERS,
                address=form.address.data or "",
                shared=form.shared.data,
                actor=current_actor(),
                now=g.now,
            )
        except NameTaken as refusal:
            form.refuse(refusal, "name")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Vue « %(name)s » enregistrée.", name=view.name), "success")
            return redirect(_page_url(view.page, view.address), 303)
    of = saved_page(form.page.data or PARTNERS)
    back = _page_url(of.key, form.address.data or "")
    page = render_template("listing/view_form.html", form=form, view=None, back=back, of=of)
    return page, 422 if form.submitted else 200


@bp.route("/partenaires/vues/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.PARTNER_READ)
def edit_view(public_id: str) -> ResponseReturnValue:
    """Rename a view, share it or not."""
    actor, session = current_actor(), db.session()
    view = queries.get_own(session, public_id, actor=actor, for_update=request.method == "POST")
    values = {"name": view.name, "shared": view.shared, "page": view.page, "address": view.address}
    form = ViewForm.bind(values, version=view.version)
    if form.accepted():
        try:
            services.change(
                session, view, name=form.name.data or "", shared=form.shared.data, version=form.version, actor=actor
            )
        except NameTaken as refusal:
            form.refuse(refusal, "name")
        except Conflict as refusal:
            current = ViewForm(data=values)
            if form.raw() != current.raw():
                page: ResponseReturnValue = conflict_page(
                    form,
                    current,
                    version=refusal.current,
                    title=view.name,
                    who=actor.name,
                    when=moment_near(g.now),
                )
                return page
        if not form.errors:
            flash(gettext("Vue « %(name)s » enregistrée.", name=view.name), "success")
            return redirect(url_for("listing.saved_views"), 303)
    page = render_template("listing/view_form.html", form=form, view=view, back=url_for("listing.saved_views"), of=None)
    return page, 422 if form.submitted else 200


@bp.post("/partenaires/vues/<public_id>/supprimer")
@needs(Permission.PARTNER_READ)
def delete_view(public_id: str) -> ResponseReturnValue:
    """Forget a view, and offer to take that back."""
    actor, session = current_actor(), db.session()
    view = queries.get_own(session, public_id, actor=actor, for_update=True)
    services.delete(session, view, actor=actor)
    undo = {
        "text": gettext("Vue « %(name)s » supprimée.", name=view.name),
        "undo_url": url_for("listing.restore_view"),
        "undo_label": gettext("Annuler"),
        "undo_fields": {
            "name": view.name,
            "page": view.page,
            "address": view.address,
            "shared": "y" if view.shared else "",
        },
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(url_for("listing.saved_views"), 303)


@bp.post("/partenaires/vues/retablir")
@needs(Permission.PARTNER_READ)
def restore_view() -> ResponseReturnValue:
    """Save again a view that was just deleted."""
    form = ViewForm.bind()
    if form.accepted():
        try:
            services.save(
                db.session(),
                name=form.name.data or "",
                page=form.page.data or PARTNERS,
                address=form.address.data or "",
                shared=request.form.get("shared") == "y",
                actor=current_actor(),
                now=g.now,
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Vue « %(name)s » rétablie.", name=form.name.data), "success")
            return redirect(url_for("listing.saved_views"), 303)
    return render_template(
        "listing/view_form.html", form=form, view=None, back=url_for("listing.saved_views"), of=None
    ), 422


def _page_url(key: str, address: str) -> str:
    """The page of a view, with its filters."""
    page = saved_page(key)
    canonical = page.canonical(address)
    return url_for(page.endpoint) + (f"?{canonical}" if canonical else "")
