"""The screens of partners."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
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
from crm.partners.listing.views import render_list
from crm.partners.models import Follow
from crm.partners.page.views import page_of
from crm.partners.refusals import FieldRefused, LikelyDuplicates, SameSiret
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
    form = PartnerForm.bind(opened, people=_people(actor, None))
    confirmed = set(request.form.getlist("confirmed"))
    found: list[registry.Resemblance] = []
    known: registry.Resemblance | None = None
    _tell_mended(form)
    if form.accepted():
        try:
            partner = services.create(
                session, form.identity(), actor=actor, now=g.now, follow=form.follow(), confirmed=confirmed
            )
        except LikelyDuplicates as refusal:
            found = refusal.found
            form.refuse(refusal)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
            known = refusal.known if isinstance(refusal, SameSiret) else None
        else:
            flash(gettext("Partenaire créé."), "success")
            return redirect(url_for("partners.show", public_id=partner.public_id), 303)
    page = render_template("partners/new.html", form=form, found=found, known=known, confirmed=confirmed)
    return page, 422 if form.submitted else 200


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
    values = partner_values(partner, follow)
    given: dict[str, Any] = {"people": _people(actor, follow), "is_followed": follow is not None}
    form = PartnerForm.bind(values, version=edition(partner, follow), **given)
    known: registry.Resemblance | None = None
    _tell_mended(form)
    if form.accepted():
        try:
            services.update(
                session,
                partner,
                form.identity(),
                version=form.version,
                actor=actor,
                now=g.now,
                follow=form.follow(),
            )
        except Conflict as refusal:
            current = PartnerForm(data=values, **given)
            if form.raw() != current.raw():
                change = latest_change(("partners", partner.id), ("follows", follow.id if follow else None))
                return choose_between(form, current, refusal, title=partner.name, change=change)
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
            known = refusal.known if isinstance(refusal, SameSiret) else None
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(url_for("partners.show", public_id=public_id), 303)
    page = render_template("partners/edit.html", form=form, partner=partner, known=known)
    return page, 422 if form.submitted else 200


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
