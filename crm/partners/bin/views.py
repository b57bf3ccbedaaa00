"""To the bin and back, and the page of what is in it."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission, can
from crm.db import db
from crm.errors import DomainError
from crm.partners.bin import queries, services
from crm.partners.bin.keeping import HeldElsewhere, PartnerInBin, SiretTaken
from crm.partners.bin.queries import SIZE, Binned
from crm.partners.models import Partner
from crm.web.error_pages import translate
from crm.web.paging import Page, cut, decode
from crm.web.redirects import inside

bp = Blueprint("bin", __name__)


@bp.route("/corbeille", methods=["GET"])
@needs(Permission.PARTNER_BIN)
def index() -> ResponseReturnValue:
    """What is in the bin, who put it there, until when it can come back."""
    actor, session = current_actor(), db.session()
    partners = _cut(queries.binned_partners(session, actor=actor, after=_cursor("after")))
    contacts = _cut(
        queries.binned_contacts(session, actor=actor, after=_cursor("contacts"))
        if can(actor, Permission.CONTACT_BIN)
        else []
    )
    return render_template(
        "bin/index.html",
        partners=partners.rows,
        contacts=contacts.rows,
        older_partners=url_for("bin.index", after=partners.after) if partners.after else None,
        older_contacts=url_for("bin.index", contacts=contacts.after) if contacts.after else None,
        first_url=url_for("bin.index") if request.args.get("after") or request.args.get("contacts") else None,
    )


@bp.post("/partenaires/<public_id>/corbeille")
@needs(Permission.PARTNER_BIN)
def bin_partner(public_id: str) -> ResponseReturnValue:
    """Put a partner into the bin, and offer to undo it."""
    actor, session = current_actor(), db.session()
    partner = queries.find_partner(session, public_id, actor=actor)
    try:
        changed = services.bin_partner(session, partner, actor=actor, now=g.now)
    except HeldElsewhere as refusal:
        page = url_for("partners.show", public_id=public_id)
        return _refused(refusal, [(gettext("Revenir à la fiche"), page)])
    back = inside(request.form.get("next"), otherwise=url_for("partners.index"))
    if changed:
        text = gettext("« %(name)s » est dans la corbeille, pour 30 jours.", name=partner.name)
        _offer_undo(text, url_for("bin.restore_partner", public_id=public_id), back)
    else:
        flash(gettext("« %(name)s » était déjà dans la corbeille.", name=partner.name), "info")
    return redirect(back, 303)


@bp.post("/partenaires/<public_id>/restaurer")
@needs(Permission.PARTNER_EDIT)
def restore_partner(public_id: str) -> ResponseReturnValue:
    """Take a partner out of the bin, with what it had, and open its page."""
    actor, session = current_actor(), db.session()
    partner = queries.find_partner(session, public_id, actor=actor)
    try:
        changed = services.restore_partner(session, partner, actor=actor, now=g.now)
    except SiretTaken as refusal:
        page = url_for("partners.show", public_id=refusal.public_id)
        return _refused(refusal, [(gettext("Ouvrir « %(name)s »", name=refusal.values["known"]), page)])
    if changed:
        flash(gettext("« %(name)s » est de retour, avec tout ce qui s'y rattachait.", name=partner.name), "success")
    else:
        flash(gettext("« %(name)s » n'est pas dans la corbeille.", name=partner.name), "info")
    back = inside(request.form.get("next"), otherwise=url_for("partners.show", public_id=public_id))
    return redirect(back, 303)


@bp.post("/contacts/<public_id>/corbeille")
@needs(Permission.CONTACT_BIN)
def bin_contact(public_id: str) -> ResponseReturnValue:
    """Put a contact into the bin, and offer to undo it."""
    actor, session = current_actor(), db.session()
    contact = queries.find_contact(session, public_id, actor=actor)
    back = inside(request.form.get("next"), otherwise=_company_of(contact.partner))
    if services.bin_contact(session, contact, actor=actor, now=g.now):
        text = gettext("« %(name)s » est dans la corbeille, pour 30 jours.", name=contact.full_name)
        _offer_undo(text, url_for("bin.restore_contact", public_id=public_id), back)
    else:
        flash(gettext("« %(name)s » était déjà dans la corbeille.", name=contact.full_name), "info")
    return redirect(back, 303)


@bp.post("/contacts/<public_id>/restaurer")
@needs(Permission.CONTACT_BIN)
def restore_contact(public_id: str) -> ResponseReturnValue:
    """Take a contact out of the bin."""
    actor, session = current_actor(), db.session()
    contact = queries.find_contact(session, public_id, actor=actor)
    try:
        changed = services.restore_contact(session, contact, actor=actor, now=g.now)
    except PartnerInBin as refusal:
        return _refused(refusal, [(gettext("Ouvrir la corbeille"), url_for("bin.index"))])
    if changed:
        flash(gettext("« %(name)s » est de retour.", name=contact.full_name), "success")
    else:
        flash(gettext("« %(name)s » n'est pas dans la corbeille.", name=contact.full_name), "info")
    return redirect(inside(request.form.get("next"), otherwise=_company_of(contact.partner)), 303)


def _company_of(partner: Partner) -> str:
    """The page of a contact's company; the list when the company is itself in the bin."""
    if partner.binned_at is not None:
        return url_for("partners.index")
    return url_for("partners.show", public_id=partner.public_id)


def _offer_undo(text: str, url: str, back: str) -> None:
    undo = {"text": text, "undo_url": url, "undo_label": gettext("Annuler"), "undo_fields": {"next": back}}
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this


def _refused(refusal: DomainError, way_out: Sequence[tuple[str, str]]) -> ResponseReturnValue:
    """Why it cannot be, and the page where to go on."""
    page = render_template(
        "errors/page.html",
        status=422,
        title=gettext("Pas de corbeille possible")
        if isinstance(refusal, HeldElsewhere)
        else gettext("Restauration impossible"),
        sentence=translate(refusal),
        way_out=way_out,
        request_id="",
    )
    return page, 422


def _cursor(word: str) -> tuple[datetime, int] | None:
    key = decode(request.args.get(word, ""), (str, int))
    if key is None or not 0 <= int(key[1]) < 2**31:
        return None
    try:
        at = datetime.fromisoformat(str(key[0]))
    except ValueError:
        return None
    return (at, int(key[1])) if at.tzinfo is not None else None


def _cut(lines: Sequence[Binned]) -> Page[Binned]:
    return cut(lines, SIZE, lambda line: (line.binned_at.isoformat(), line.id))
