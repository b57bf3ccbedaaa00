"""The screens of partnerships: how a partner enters a project, one partnership."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission, can
from crm.accounts import queries as accounts
from crm.conventions import queries as conventions
from crm.conventions.queries import Line
from crm.db import db
from crm.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.method import queries as cards
from crm.method import services as projects
from crm.method.enums import LAST_STEP, STEP_NAMES
from crm.method.models import Partnership
from crm.method.moves import queries as moves
from crm.method.moves import services as moving
from crm.method.moves.told import told
from crm.method.partnerships import queries, services
from crm.method.partnerships.forms import EnterForm, PartnershipForm, partnership_values
from crm.method.parts.queries import Place, choices_of
from crm.method.projects.queries import open_projects
from crm.method.refusals import AlreadyPartners
from crm.partners import queries as partners
from crm.partners.reference.enums import SizeClass
from crm.partners.refusals import FieldRefused
from crm.web.conflicts import conflict_page
from crm.web.formats import moment_near

bp = Blueprint("partnerships", __name__)


@bp.route("/partenaires/<public_id>/projet", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def enter(public_id: str) -> ResponseReturnValue:
    """A partner enters a project, or is taken over at the step where it is."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor, for_update=request.method == "POST")
    people = [(one.id, one.name) for one in accounts.colleagues(session, actor=actor)]
    known = open_projects(session, actor=actor)
    first = {"owner": str(actor.user_id or ""), "project": request.args.get("projet", ""), "step": "4"}
    form = EnterForm.bind(first, projects=known, people=people)
    if form.accepted():
        try:
            if form.project.data == "portefeuille":
                initiative = projects.portfolio(session, actor=actor, now=g.now)
            else:
                initiative = cards.get_initiative(session, form.project.data, actor=actor, for_update=True)
            card = moving.enter(
                session,
                initiative,
                partner,
                form.asked(clock.day_of(g.now)),
                owner_id=int(form.owner.data) if form.owner.data else None,
                role=form.role.data or "",
                actor=actor,
                now=g.now,
            )
        except AlreadyPartners as refusal:
            flash(gettext(refusal.message), "info")
            return redirect(url_for("partnerships.show", public_id=refusal.public_id), 303)
        except (NotAllowed, NotFound):
            raise
        except DomainError as refusal:
            form.refuse(refusal, getattr(refusal, "field", None) or None)
        else:
            undo = {
                "text": gettext("Partenariat commencé."),
                "undo_url": url_for("moves.undo", public_id=card.public_id),
                "undo_label": gettext("Annuler"),
                "undo_fields": {},
            }
            flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold
            return redirect(url_for("partnerships.show", public_id=card.public_id), 303)
    page = render_template("method/enter.html", form=form, partner=partner)
    return page, 422 if form.submitted else 200


@bp.route("/partenariats/<public_id>")
@needs(Permission.PROJECT_READ)
def show(public_id: str) -> ResponseReturnValue:
    """One partnership: what its step asks, and everything it is made of."""
    actor, session = current_actor(), db.session()
    card = cards.get_partnership(session, public_id, actor=actor)
    page = queries.page_of(session, card, actor=actor, now=g.now)
    history = moves.history(session, card)
    people = {one.by_id for one in history} | {card.owner_id, card.our_pilot_id}
    people |= {one.ours_id for one in page.roadmap}
    return render_template(
        "method/partnership.html",
        card=card,
        page=page,
        conventions=_conventions(card, actor),
        history=[told(one) for one in reversed(history)],
        names=accounts.names(session, {key for key in people if key is not None}),
        standing=moves.standing_of(card),
        steps=STEP_NAMES,
        next_step=card.step + 1 if card.step < LAST_STEP else None,
        is_very_small=card.partner.size is SizeClass.VERY_SMALL,
        today=clock.day_of(g.now),
        days=(clock.day_of(g.now) - clock.day_of(card.step_since)).days,
    )


def _conventions(card: Partnership, actor: Actor) -> list[Line]:
    if not can(actor, Permission.CONVENTION_READ):
        return []
    return conventions.of_partner(db.session(), card.partner_id, actor=actor, today=clock.day_of(g.now))


@bp.route("/partenariats/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Preparation, agreement, pilots; the second of two editors chooses field by field."""
    actor, session = current_actor(), db.session()
    card = cards.get_partnership(session, public_id, actor=actor, for_update=request.method == "POST")
    choices = choices_of(session, Place(card.initiative, card), actor=actor)
    values = partnership_values(card)
    form = PartnershipForm.bind(values, version=card.version, choices=choices)
    if form.accepted():
        try:
            services.amend(session, card, form.partnership(), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            current = PartnershipForm(data=values, choices=choices)
            if form.raw() != current.raw():
                who, when = gettext("Quelqu'un"), moment_near(g.now)
                chosen: ResponseReturnValue = conflict_page(
                    form, current, version=refusal.current, title=card.partner.name, who=who, when=when
                )
                return chosen
        except FieldRefused as refusal:
            form.refuse(refusal, refusal.field)
        if not form.errors:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(url_for("partnerships.show", public_id=public_id), 303)
    page = render_template("method/partnership_form.html", form=form, card=card)
    return page, 422 if form.submitted else 200
