"""The screens of partners."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission
from crm.accounts import queries as accounts
from crm.audit.queries import Change, last_change
from crm.db import db
from crm.errors import Conflict
from crm.partners import queries, registry, services
from crm.partners.enums import FollowStage
from crm.partners.follow.services import edition
from crm.partners.forms import PartnerForm, partner_values, people_to_choose
from crm.partners.identity import queries as identity
from crm.partners.listing.views import render_list
from crm.partners.models import Follow, Partner
from crm.partners.page.views import page_of
from crm.partners.reference import queries as reference
from crm.partners.refusals import FieldRefused, LikelyDuplicates, SameSiret, SiretInBin
from crm.partners.roles.periods import open_roles
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near
from crm.web.forms import BaseForm

bp = Blueprint("partners", __name__)


@bp.route("/partenaires", methods=["GET"])
@needs(Permission.PARTNER_READ)
def index() -> ResponseReturnValue:
    """The list: see the room `listing`."""
    return render_list(clock.day_of(g.now))


@bp.route("/partenaires/nouveau", methods=["GET", "POST"])
@needs(Permission.PARTNER_EDIT)
def new() -> ResponseReturnValue:
    """A new partner, once it is sure that it is not there already."""
    actor, session = current_actor(), db.session()
    opened = {
        "name": request.args.get("name", "")[:200],
        "stage": FollowStage.FOLLOWED.value,
        "owner": str(actor.user_id or ""),
    }
    form = PartnerForm.bind(opened, people=_people(actor, None), bands=_bands())
    confirmed = set(request.form.getlist("confirmed"))
    found: list[registry.Resemblance] = []
    borne: dict[str, Any] = {}
    _tell_mended(form)
    data = _looked_up(form, None) if form.accepted() else None
    if data is not None:
        try:
            partner = services.create(session, data, actor=actor, now=g.now, follow=form.follow(), confirmed=confirmed)
        except LikelyDuplicates as refusal:
            found = refusal.found
            form.refuse(refusal)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
            borne = _borne(refusal)
        else:
            flash(gettext("Partenaire créé."), "success")
            return redirect(url_for("partners.show", public_id=partner.public_id), 303)
    page = render_template("partners/new.html", form=form, found=found, confirmed=confirmed, **borne)
    return page, 422 if form.submitted else 200


@bp.route("/partenaires/proposes", methods=["GET"])
@needs(Permission.PARTNER_READ)
def suggest() -> ResponseReturnValue:
    """Partners to name in a field, as it is typed."""
    text = request.args.get("q", "")[:100].replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    found = identity.suggested(db.session(), text, actor=current_actor())
    rows = [{"value": identity.parent_shown(one), "label": one.name, "detail": one.city} for one in found]
    return jsonify(rows)


@bp.route("/partenaires/<public_id>", methods=["GET"])
@needs(Permission.PARTNER_READ)
def show(public_id: str) -> ResponseReturnValue:
    """One partner: who it is, how we follow it, and a panel of each domain that has something to say."""
    return page_of(public_id)


@bp.route("/partenaires/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.PARTNER_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Change the identity and the follow; the second of two editors chooses field by field."""
    actor, session = current_actor(), db.session()
    partner = queries.get(session, public_id, actor=actor, for_update=request.method == "POST")
    follow = queries.follow_of(session, partner, actor=actor)
    facts = identity.facts(session, partner, actor=actor)
    today = clock.day_of(g.now)
    values = partner_values(
        partner, follow, facts, open_roles([identity.period_of(one) for one in partner.roles], today)
    )
    given: dict[str, Any] = {"people": _people(actor, follow), "bands": _bands(), "is_followed": follow is not None}
    form = PartnerForm.bind(values, version=edition(partner, follow), **given)
    borne: dict[str, Any] = {}
    confirmed = set(request.form.getlist("confirmed"))
    _tell_mended(form)
    data = _looked_up(form, partner) if form.accepted() else None
    if data is not None:
        try:
            services.update(
                session,
                partner,
                data,
                version=form.version,
                actor=actor,
                now=g.now,
                follow=form.follow(),
                confirmed=confirmed,
            )
        except Conflict as refusal:
            current = PartnerForm(data=values, **given)
            if form.raw() != current.raw():
                change = latest_change(("partners", partner.id), ("follows", follow.id if follow else None))
                return choose_between(form, current, refusal, title=partner.name, change=change)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
            borne = _borne(refusal)
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(url_for("partners.show", public_id=public_id), 303)
    page = render_template("partners/edit.html", form=form, partner=partner, confirmed=confirmed, **borne)
    return page, 422 if form.submitted else 200


def _borne(refusal: FieldRefused) -> dict[str, Any]:
    """Who bears the SIRET typed, for the page: a live partner, or one in the bin."""
    if isinstance(refusal, SameSiret):
        return {"known": refusal.known}
    return {"binned": refusal.known} if isinstance(refusal, SiretInBin) else {}


def _bands() -> dict[str, str]:
    return {code: label for code, (label, _size) in reference.headcount_bands(db.session()).items()}


def _looked_up(form: PartnerForm, partner: Partner | None) -> services.PartnerData | None:
    """The identity typed with its words turned into codes; None when some have to be mended first."""
    found = identity.look_up(db.session(), form.words(), actor=current_actor(), partner=partner)
    for refusal in found.refusals:
        form.refuse(refusal, refusal.field)
    if form.errors:
        return None
    if size := found.values.get("size"):
        flash(gettext("Taille déduite de l'effectif : %(size)s.", size=gettext(size.label)), "info")
    return replace(form.identity(), **found.values)


def _people(actor: Actor, follow: Follow | None) -> dict[int, str]:
    name = _owner_name(follow)
    owner = (follow.owner_id, name) if follow and follow.owner_id and name else None
    return people_to_choose(accounts.colleagues(db.session(), actor=actor), owner)


def _owner_name(follow: Follow | None) -> str | None:
    if follow is None or follow.owner_id is None:
        return None
    return accounts.names(db.session(), {follow.owner_id}).get(follow.owner_id)


def _tell_mended(form: PartnerForm) -> None:
    """Say what was put right, even when the form is refused for another reason: the field is shown rewritten."""
    for sentence in form.mended() if form.submitted else []:
        flash(sentence, "info")


def latest_change(*objects: tuple[str, int | None]) -> Change | None:
    """The last change of the things that one form shows."""
    session = db.session()
    changes = [last_change(session, table, key) for table, key in objects if key is not None]
    return max((change for change in changes if change), key=lambda change: change.at, default=None)


def choose_between(
    form: BaseForm,
    current: BaseForm,
    refusal: Conflict,
    *,
    title: str,
    change: Change | None,
) -> ResponseReturnValue:
    """The page on which the second editor chooses."""
    known = {} if change is None or change.user_id is None else accounts.names(db.session(), {change.user_id})
    who = next(iter(known.values()), gettext("Quelqu'un"))
    when = moment_near(change.at if change else g.now)
    page: ResponseReturnValue = conflict_page(form, current, version=refusal.current, title=title, who=who, when=when)
    return page
