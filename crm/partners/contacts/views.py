"""The screens of the people met at partners."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.errors import Conflict
from crm.partners import queries as partners
from crm.partners.contacts import queries, services
from crm.partners.contacts.forms import ContactForm, contact_values
from crm.partners.views import choose_between, latest_change

bp = Blueprint("contacts", __name__)


@bp.route("/partenaires/<public_id>/contacts/nouveau", methods=["GET", "POST"])
@needs(Permission.CONTACT_EDIT)
def new(public_id: str) -> ResponseReturnValue:
    """Someone met at this partner."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor, for_update=request.method == "POST")
    form = ContactForm.bind({"role": ""})
    if form.accepted():
        contact = services.add_contact(session, partner, form.contact(), actor=actor, now=g.now)
        flash(gettext("%(name)s est dans les contacts.", name=contact.full_name), "success")
        return redirect(url_for("partners.show", public_id=public_id), 303)
    page = render_template("contacts/form.html", form=form, partner=partner, contact=None)
    return page, 422 if form.submitted else 200


@bp.route("/contacts/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.CONTACT_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Change someone's details."""
    actor, session = current_actor(), db.session()
    contact = queries.get_contact(session, public_id, actor=actor, for_update=request.method == "POST")
    values = contact_values(contact)
    form = ContactForm.bind(values, version=contact.version)
    if form.accepted():
        try:
            services.update_contact(session, contact, form.contact(), version=form.version, actor=actor)
        except Conflict as refusal:
            current = ContactForm(data=values)
            if form.raw() != current.raw():
                change = latest_change(("contacts", contact.id))
                return choose_between(form, current, refusal, title=contact.full_name, change=change)
        flash(gettext("Modifications enregistrées."), "success")
        return redirect(url_for("partners.show", public_id=contact.partner.public_id), 303)
    page = render_template("contacts/form.html", form=form, partner=contact.partner, contact=contact)
    return page, 422 if form.submitted else 200
