"""The screens of the people met at partners."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Permission, can
from crm.audit.services import note
from crm.db import db
from crm.errors import Conflict, DomainError, NotFound
from crm.partners import queries as partners
from crm.partners.contacts import queries, services
from crm.partners.contacts.forms import ContactForm, LeaveForm, PostForm, contact_values
from crm.partners.contacts.vcard import Card, file_name, write_card
from crm.partners.models import Contact, Partner
from crm.partners.refusals import FieldRefused
from crm.partners.views import choose_between, latest_change
from crm.reminders.rules import Delay, next_due
from crm.reminders.services import UnclearTodo
from crm.wording import N_

bp = Blueprint("contacts", __name__)


@bp.route("/partenaires/<public_id>/contacts/nouveau", methods=["GET", "POST"])
@needs(Permission.CONTACT_EDIT)
def new(public_id: str) -> ResponseReturnValue:
    """Someone met at this partner."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor, for_update=request.method == "POST")
    form = ContactForm.bind({"role": ""})
    if form.accepted():
        try:
            contact = services.add_contact(session, partner, form.contact(), actor=actor, now=g.now, key=_key())
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("%(name)s est dans les contacts.", name=contact.full_name), "success")
            _tell_opposed(contact)
            return redirect(url_for("partners.show", public_id=public_id), 303)
    page = render_template("contacts/form.html", form=form, partner=partner, contact=None)
    return page, 422 if form.submitted else 200


@bp.route("/contacts/<public_id>", methods=["GET"])
@needs(Permission.CONTACT_READ)
def show(public_id: str) -> ResponseReturnValue:
    """Somebody: where they work, how to reach them, what they asked of us."""
    actor, session = current_actor(), db.session()
    contact = queries.get_contact(session, public_id, actor=actor)
    return render_template(
        "contacts/show.html",
        contact=contact,
        phones=services.phones_of(contact),
        emails=services.emails_of(contact),
        labels={channel.value: channel.label for channel in contact.channels},
        companies=queries.companies_of(session, contact, actor=actor),
        successor=queries.successor_of(session, contact, actor=actor),
    )


@bp.route("/contacts/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.CONTACT_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Change someone's details; the second of two editors chooses field by field."""
    actor, session = current_actor(), db.session()
    contact = _locked(public_id)
    values = contact_values(contact)
    form = ContactForm.bind(values, version=contact.version)
    if form.accepted():
        was_opposed = contact.opposed_on is not None
        try:
            services.update_contact(
                session, contact, form.contact(), version=form.version, actor=actor, now=g.now, key=_key()
            )
        except Conflict as refusal:
            current = ContactForm(data=values)
            if form.raw() != current.raw():
                change = latest_change(("contacts", contact.id))
                return choose_between(form, current, refusal, title=contact.full_name, change=change)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            if not was_opposed:
                _tell_opposed(contact)
            return redirect(url_for("contacts.show", public_id=public_id), 303)
    page = render_template("contacts/form.html", form=form, partner=contact.partner, contact=contact)
    return page, 422 if form.submitted else 200


@bp.route("/contacts/<public_id>/depart", methods=["GET", "POST"])
@needs(Permission.CONTACT_EDIT)
def leave(public_id: str) -> ResponseReturnValue:
    """Somebody left: who takes over, and what to do so that the link is not lost."""
    actor, session = current_actor(), db.session()
    contact = _locked(public_id)
    people = [
        one for one in queries.current_contacts_of(session, contact.partner_id, actor) if one.public_id != public_id
    ]
    today = clock.day_of(g.now)
    proposed = gettext("Faire connaissance avec qui remplace %(name)s", name=contact.full_name)
    plans = can(actor, Permission.TODO_PLAN)
    opened = {"left_on": today, "successor": "", "due_on": next_due(today, Delay.IN_7_DAYS), "take_over": proposed}
    form = LeaveForm.bind(opened if plans else {**opened, "take_over": ""}, people=people)
    if form.accepted():
        was_main = contact.is_main
        data = services.LeavingData(
            left_on=form.left_on.data or today,
            successor=next((one for one in people if one.public_id == form.successor.data), None),
            take_over=form.take_over.data or "",
            due_on=form.due_on.data,
        )
        try:
            services.leave(session, contact, data, actor=actor, now=g.now)
        except (FieldRefused, UnclearTodo) as refusal:
            form.refuse(refusal, {"what": "take_over"}.get(refusal.field, refusal.field))
        else:
            _undoable(
                gettext("%(name)s n'est plus dans les contacts actuels.", name=contact.full_name),
                url_for("contacts.come_back", public_id=public_id),
                {"main": "y" if was_main else ""},
            )
            return redirect(url_for("partners.show", public_id=contact.partner.public_id), 303)
    page = render_template("contacts/leave.html", form=form, contact=contact, plans=plans)
    return page, 422 if form.submitted else 200


@bp.post("/contacts/<public_id>/retour")
@needs(Permission.CONTACT_EDIT)
def come_back(public_id: str) -> ResponseReturnValue:
    """They are there after all."""
    contact = _locked(public_id)
    main = request.form.get("main") == "y"
    if services.come_back(db.session(), contact, was_main=main, actor=current_actor(), now=g.now):
        sentence = gettext(
            "%(name)s est de nouveau dans les contacts. Ce qui était prévu pour la reprise reste à faire.",
            name=contact.full_name,
        )
        flash(sentence, "success")
    return redirect(url_for("contacts.show", public_id=public_id), 303)


@bp.post("/contacts/<public_id>/opposition")
@needs(Permission.CONTACT_EDIT)
def oppose(public_id: str) -> ResponseReturnValue:
    """They asked not to be contacted any more."""
    contact = _locked(public_id)
    if services.oppose(db.session(), contact, actor=current_actor(), now=g.now, key=_key()):
        _undoable(
            gettext("%(name)s ne sera plus contacté·e.", name=contact.full_name),
            url_for("contacts.lift_opposition", public_id=public_id),
        )
    return redirect(url_for("contacts.show", public_id=public_id), 303)


@bp.post("/contacts/<public_id>/opposition/lever")
@needs(Permission.CONTACT_EDIT)
def lift_opposition(public_id: str) -> ResponseReturnValue:
    """They agree to be contacted again."""
    contact = _locked(public_id)
    if services.lift_opposition(db.session(), contact, actor=current_actor(), now=g.now, key=_key()):
        _undoable(
            gettext("%(name)s peut de nouveau être contacté·e.", name=contact.full_name),
            url_for("contacts.oppose", public_id=public_id),
        )
    return redirect(url_for("contacts.show", public_id=public_id), 303)


@bp.post("/contacts/<public_id>/informe")
@needs(Permission.CONTACT_EDIT)
def inform(public_id: str) -> ResponseReturnValue:
    """They were told today what we keep of them."""
    contact = _locked(public_id)
    services.inform(db.session(), contact, actor=current_actor(), now=g.now)
    flash(gettext("%(name)s a été informé·e : c'est noté.", name=contact.full_name), "success")
    return redirect(url_for("contacts.show", public_id=public_id), 303)


@bp.route("/contacts/<public_id>/entreprises", methods=["GET", "POST"])
@needs(Permission.CONTACT_EDIT)
def posts(public_id: str) -> ResponseReturnValue:
    """The other companies of somebody."""
    actor, session = current_actor(), db.session()
    contact = _locked(public_id)
    form = PostForm.bind({"role": ""})
    if form.accepted():
        try:
            partner = _partner_named(form.partner.data or "")
            services.keep_post(session, contact, partner, form.post(), actor=actor, now=g.now)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            said = gettext("%(name)s est aussi dans les contacts de « %(company)s ».", **_who_where(contact, partner))
            flash(said, "success")
            return redirect(url_for("contacts.show", public_id=public_id), 303)
    page = render_template("contacts/posts.html", form=form, contact=contact)
    return page, 422 if form.submitted else 200


@bp.post("/contacts/<public_id>/entreprises/fin")
@needs(Permission.CONTACT_EDIT)
def end_post(public_id: str) -> ResponseReturnValue:
    """They left one of their other companies."""
    contact = _locked(public_id)
    partner = _other_company()
    if services.end_post(db.session(), contact, partner, actor=current_actor(), now=g.now):
        _undoable(
            gettext("%(name)s n'est plus dans les contacts de « %(company)s ».", **_who_where(contact, partner)),
            url_for("contacts.resume_post", public_id=public_id),
            {"partner": partner.public_id},
        )
    return redirect(url_for("contacts.show", public_id=public_id), 303)


@bp.post("/contacts/<public_id>/entreprises/reprise")
@needs(Permission.CONTACT_EDIT)
def resume_post(public_id: str) -> ResponseReturnValue:
    """They still work in one of their other companies."""
    contact = _locked(public_id)
    partner = _other_company()
    if services.resume_post(db.session(), contact, partner, actor=current_actor(), now=g.now):
        said = gettext("%(name)s est de nouveau dans les contacts de « %(company)s ».", **_who_where(contact, partner))
        flash(said, "success")
    return redirect(url_for("contacts.show", public_id=public_id), 303)


@bp.route("/contacts/<public_id>/vcard", methods=["GET"])
@needs(Permission.CONTACT_EXPORT)
def card(public_id: str) -> ResponseReturnValue:
    """Somebody as a file for a telephone. It leaves the house: the trail says so. Not for who objected."""
    actor, session = current_actor(), db.session()
    contact = queries.get_contact(session, public_id, actor=actor)
    if contact.opposed_on is not None:
        raise DomainError(
            N_("%(name)s ne veut plus être contacté·e : sa fiche ne s'exporte pas."), name=contact.full_name
        )
    text = write_card(
        Card(
            identifier=contact.public_id,
            first_name=contact.first_name,
            last_name=contact.last_name,
            company=contact.partner.name,
            function=contact.function,
            phones=tuple(services.phones_of(contact)),
            emails=tuple(services.emails_of(contact)),
        )
    )
    note(session, "contact_card", object_type="contacts", object_id=contact.id)
    response = current_app.response_class(text, content_type="text/vcard; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(contact.full_name)}"'
    return response


def _locked(public_id: str) -> Contact:
    """The contact of the address, locked when the request is about to change it."""
    writes = request.method == "POST"
    return queries.get_contact(db.session(), public_id, actor=current_actor(), for_update=writes)


def _partner_named(text: str) -> Partner:
    """The one partner that this name means. Raises FieldRefused, which names up to five of them."""
    found = queries.partners_named(db.session(), text, actor=current_actor())
    if not found:
        raise FieldRefused(N_("Aucun partenaire ne s'appelle ainsi : créez d'abord sa fiche."), field="partner")
    if len(found) > 1:
        names = ", ".join(_named(one) for one in found)
        message = N_("Plusieurs partenaires conviennent : %(names)s. Donnez le nom entier.")
        raise FieldRefused(message, field="partner", names=names)
    return found[0]


def _other_company() -> Partner:
    """The company that the button names. Raises DomainError: the page was not ours, or the company is in the bin."""
    try:
        return partners.get(db.session(), request.form.get("partner", ""), actor=current_actor())
    except NotFound as gone:
        raise DomainError(N_("Cette entreprise n'est plus dans les partenaires. Rien n'a été modifié.")) from gone


def _named(partner: Partner) -> str:
    if partner.city:
        return str(gettext("« %(name)s » (%(city)s)", name=partner.name, city=partner.city))
    return str(gettext("« %(name)s »", name=partner.name))


def _who_where(contact: Contact, partner: Partner) -> dict[str, str]:
    return {"name": contact.full_name, "company": partner.name}


def _undoable(text: str, url: str, fields: dict[str, str] | None = None) -> None:
    undo: dict[str, Any] = {
        "text": text,
        "undo_url": url,
        "undo_label": gettext("Annuler"),
        "undo_fields": fields or {},
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this


def _tell_opposed(contact: Contact) -> None:
    if contact.opposed_on is not None:
        sentence = gettext("%(name)s a demandé à ne plus être contacté·e : son adresse le dit.", name=contact.full_name)
        flash(sentence, "warning")


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
