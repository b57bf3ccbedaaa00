"""Exchanges: choose the company, say what was said, date what follows; the page of one exchange; a call in one tap."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import before, current_actor, needs
from crm.access.policy import Actor, Permission, can
from crm.accounts import queries as accounts
from crm.audit.queries import last_change
from crm.db import db
from crm.errors import Conflict
from crm.interactions import grid, queries, services
from crm.interactions.documents import queries as documents
from crm.interactions.documents import services as document_services
from crm.interactions.documents.refusals import DocumentRefused
from crm.interactions.documents.views import chosen, folder, look_at_uploads, uploaded
from crm.interactions.enums import CallResult, Direction, InteractionKind, Nature
from crm.interactions.forms import (
    GRID,
    USUAL_KINDS,
    CallForm,
    ExchangeForm,
    InteractionForm,
    exchange_values,
    preset,
)
from crm.interactions.models import Interaction
from crm.interactions.services import FollowUp, InteractionData
from crm.interactions.sheets import queries as sheets
from crm.interactions.solicitations import queries as solicitations
from crm.interactions.solicitations.rules import recent_requests, told_saturation
from crm.partners import queries as partners
from crm.partners.models import Partner
from crm.reminders.queries import get_for_change as todo_for_change
from crm.reminders.services import UnclearTodo
from crm.sentences import Sentence
from crm.web.conflicts import conflict_page
from crm.web.formats import moment, moment_near, weekday

bp = Blueprint("interactions", __name__)

#: Where the refusals of the services stand on the form.
FIELDS_OF_TODO = {"what": "todo", "due_on": "due_on"}
#: What one adds to the address of a new exchange to plan a meeting instead.
MEETING = "rendez-vous"


@bp.get("/echanges/nouveau")
@needs(Permission.INTERACTION_LOG)
def new_anywhere() -> ResponseReturnValue:
    """Choose the company first: mine and the recent ones, or those that hold the words typed."""
    query = request.args.get("q", "").strip()
    found, has_more = queries.companies(db.session(), query, actor=current_actor())
    return render_template("interactions/choose.html", query=query, companies=found, has_more=has_more)


@bp.route("/partenaires/<public_id>/echanges/nouveau", methods=["GET", "POST"])
@needs(Permission.INTERACTION_LOG)
@before(look_at_uploads)
def new(public_id: str) -> ResponseReturnValue:
    """Log an exchange with one partner, or plan a meeting."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor)
    people = sheets.people_of(session, partner.id, actor=actor)
    meeting = request.args.get("quoi") == MEETING
    values = preset(g.now, people, plans=can(actor, Permission.TODO_PLAN), meeting=meeting)
    form = InteractionForm.bind(values, people=people, colleagues=_colleagues(actor))
    if form.accepted() and _log(form, partner, actor):
        return redirect(url_for("partners.show", public_id=public_id), 303)
    page = render_template(
        "interactions/new.html",
        partner=partner,
        form=form,
        usual_kinds=_usual(form),
        parts=grid.PARTS,
        prefix=GRID,
        meeting=meeting,
        files_sent=bool(chosen()),
        warnings=_warnings(partner, actor),
        opposed=[person for person in people if person.is_opposed],
        to_write=[] if meeting else sheets.to_write(session, partner.id, actor=actor, now=g.now),
    )
    return page, 422 if form.submitted else 200


@bp.get("/echanges/<public_id>")
@needs(Permission.INTERACTION_READ)
def show(public_id: str) -> ResponseReturnValue:
    """One exchange: ours in full, another structure's when it shared it."""
    return _sheet_page(sheets.get(db.session(), public_id, actor=current_actor()))


@bp.route("/echanges/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.INTERACTION_LOG)
def edit(public_id: str) -> ResponseReturnValue:
    """Change an exchange, or write the report of a meeting that was planned."""
    actor, session = current_actor(), db.session()
    interaction = sheets.get(session, public_id, actor=actor, for_update=True)
    named = _named(interaction)
    people = sheets.people_of(session, interaction.partner_id, actor=actor, also=named)
    values = exchange_values(interaction, {person.id: person.public_id for person in people})
    colleagues = _colleagues(actor, interaction)
    form = ExchangeForm.bind(values, version=interaction.version, people=people, colleagues=colleagues)
    if form.accepted():
        try:
            services.amend(session, interaction, form.exchange(), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            current = ExchangeForm(data=values, people=people, colleagues=colleagues)
            if form.raw() != current.raw():
                return _choose(form, current, refusal, interaction)
            return redirect(url_for("interactions.show", public_id=public_id), 303)
        except services.UnclearInteraction as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("Modifications enregistrées."), "success")
            return redirect(url_for("interactions.show", public_id=public_id), 303)
    elif not form.submitted:
        services.require_change(interaction, actor)
    page = render_template(
        "interactions/edit.html",
        form=form,
        interaction=interaction,
        usual_kinds=_usual(form),
        parts=grid.PARTS,
        prefix=GRID,
        is_to_write=sheets.is_to_write(interaction, g.now),
    )
    return page, 422 if form.submitted else 200


@bp.post("/echanges/<public_id>/supprimer")
@needs(Permission.INTERACTION_LOG)
def to_bin(public_id: str) -> ResponseReturnValue:
    """To the bin, with an undo."""
    actor, session = current_actor(), db.session()
    interaction = sheets.get(session, public_id, actor=actor, for_update=True, binned=True)
    if services.to_bin(session, interaction, actor=actor, now=g.now):
        _flash_undo(
            gettext("Échange mis à la corbeille. Ce qui était à faire le reste."),
            url_for("interactions.restore", public_id=public_id),
        )
    else:
        flash(gettext("Cet échange était déjà à la corbeille."), "info")
    return redirect(url_for("partners.show", public_id=interaction.partner.public_id), 303)


@bp.post("/echanges/<public_id>/restaurer")
@needs(Permission.INTERACTION_LOG)
def restore(public_id: str) -> ResponseReturnValue:
    """Out of the bin."""
    actor, session = current_actor(), db.session()
    interaction = sheets.get(session, public_id, actor=actor, for_update=True, binned=True)
    services.restore(session, interaction, actor=actor)
    flash(gettext("L'échange est de nouveau là."), "success")
    return redirect(url_for("interactions.show", public_id=public_id), 303)


@bp.post("/echanges/<public_id>/annuler")
@needs(Permission.INTERACTION_LOG)
def cancel(public_id: str) -> ResponseReturnValue:
    """Say that a planned meeting will not take place, or did not."""
    actor, session = current_actor(), db.session()
    interaction = sheets.get(session, public_id, actor=actor, for_update=True)
    try:
        changed = services.cancel(session, interaction, actor=actor, now=g.now)
    except services.UnclearInteraction as refusal:
        return _sheet_page(interaction, gettext(refusal.message)), 422
    if changed:
        _flash_undo(gettext("Rendez-vous annulé."), url_for("interactions.uncancel", public_id=public_id))
    return redirect(url_for("interactions.show", public_id=public_id), 303)


@bp.post("/echanges/<public_id>/maintenir")
@needs(Permission.INTERACTION_LOG)
def uncancel(public_id: str) -> ResponseReturnValue:
    """The meeting stands again."""
    actor, session = current_actor(), db.session()
    interaction = sheets.get(session, public_id, actor=actor, for_update=True)
    services.uncancel(session, interaction, actor=actor, now=g.now)
    flash(gettext("Le rendez-vous est maintenu."), "success")
    return redirect(url_for("interactions.show", public_id=public_id), 303)


@bp.route("/partenaires/<public_id>/appel", methods=["GET", "POST"])
@needs(Permission.INTERACTION_LOG)
def call(public_id: str) -> ResponseReturnValue:
    """How a call ended, in one tap, once the telephone has been put down."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor)
    people = sheets.people_of(session, partner.id, actor=actor)
    asked = request.args.get("contact", "")
    contact = next((person for person in people if person.public_id == asked), None)
    form = CallForm.bind({"contact": contact.public_id if contact else ""}, people=people)
    if form.accepted():
        try:
            return _call_logged(form, partner, actor)
        except services.UnclearInteraction as refusal:
            form.refuse(refusal, refusal.field)
        except UnclearTodo as refusal:
            form.refuse(refusal, "due_on")
    page = render_template(
        "interactions/call.html",
        form=form,
        partner=partner,
        person=contact,
        warnings=_warnings(partner, actor),
        results=[result for result in CallResult if result is not CallResult.CALL_BACK],
        call_back=CallResult.CALL_BACK,
    )
    return page, 422 if form.submitted else 200


@bp.post("/echanges/<public_id>/reprendre")
@needs(Permission.INTERACTION_LOG)
def take_back(public_id: str) -> ResponseReturnValue:
    """Undo a call noted in one tap, and what it planned."""
    actor, session = current_actor(), db.session()
    interaction = sheets.get(session, public_id, actor=actor, for_update=True, binned=True)
    planned = request.form.get("todo")
    todo = todo_for_change(session, planned, actor=actor) if planned else None
    services.take_back(session, interaction, todo, actor=actor, now=g.now)
    flash(gettext("L'appel n'est plus noté."), "success")
    return redirect(url_for("partners.show", public_id=interaction.partner.public_id), 303)


def _log(form: InteractionForm, partner: Partner, actor: Actor) -> bool:
    """Whether the exchange was logged; otherwise the form says why not."""
    data = form.to_data(clock.day_of(g.now))
    session = db.session()
    try:
        interaction = services.log(session, partner, data, actor=actor, now=g.now)
        for ready in uploaded():
            document_services.attach(session, interaction, ready, folder=folder(), actor=actor, now=g.now)
    except services.UnclearInteraction as refusal:
        form.refuse(refusal, refusal.field)
        return False
    except UnclearTodo as refusal:
        form.refuse(refusal, FIELDS_OF_TODO.get(refusal.field))
        return False
    except DocumentRefused as refusal:
        form.refuse(refusal, "documents")
        return False
    _flash_logged(interaction, data.follow_up)
    return True


def _flash_logged(interaction: Interaction, follow_up: FollowUp | None) -> None:
    if interaction.held_at > g.now:
        said = gettext("Rendez-vous prévu le %(moment)s.", moment=moment(interaction.held_at))
    elif follow_up is None:
        said = gettext("Échange enregistré.")
    else:
        day = weekday(follow_up.due_on)
        said = gettext("Échange enregistré. À faire : %(what)s, %(day)s.", what=follow_up.what, day=day)
    flash(said, "success")


def _call_logged(form: CallForm, partner: Partner, actor: Actor) -> ResponseReturnValue:
    """Log the call that the form tells, with its undo. Raises UnclearInteraction, UnclearTodo."""
    session = db.session()
    day = form.call_back_on(clock.day_of(g.now))
    follow_up = FollowUp(what=gettext("Rappeler"), due_on=day) if day else None
    data = InteractionData(
        kind=InteractionKind.CALL,
        direction=Direction.OURS,
        nature=Nature.FOLLOW_UP,
        held_at=g.now,
        report=form.note.data or "",
        contact=form.contact.data or None,
        result=form.result.data,
        follow_up=follow_up,
    )
    interaction = services.log(session, partner, data, actor=actor, now=g.now)
    said = gettext("Appel noté : %(result)s.", result=gettext(CallResult(form.result.data).label))
    fields = {}
    if follow_up is not None:
        said = gettext("Appel noté. À faire : rappeler, %(day)s.", day=weekday(follow_up.due_on))
        todo = queries.todo_planned_with(session, interaction)
        fields = {"todo": todo.public_id} if todo else {}
    _flash_undo(said, url_for("interactions.take_back", public_id=interaction.public_id), fields)
    if form.result.data is CallResult.APPOINTMENT:
        return redirect(url_for("interactions.new", public_id=partner.public_id, quoi=MEETING), 303)
    return redirect(url_for("partners.show", public_id=partner.public_id), 303)


def _flash_undo(text: str, url: str, fields: dict[str, str] | None = None) -> None:
    undo = {"text": text, "undo_url": url, "undo_label": gettext("Annuler"), "undo_fields": fields or {}}
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this


def _sheet_page(interaction: Interaction, refusal: str = "") -> str:
    session, actor = db.session(), current_actor()
    return render_template(
        "interactions/show.html",
        sheet=sheets.sheet(session, interaction, actor=actor, now=g.now),
        interaction=interaction,
        partner=interaction.partner,
        documents=documents.documents_of(session, interaction.id, actor=actor),
        parts=grid.PARTS,
        refusal=refusal,
    )


def _warnings(partner: Partner, actor: Actor) -> list[str]:
    """What to know before asking this partner something: warnings, never refusals."""
    session = db.session()
    days = solicitations.window(session, actor=actor)
    requests = solicitations.requests_since(session, partner.id, actor=actor, now=g.now, days=days)
    told = recent_requests(requests, clock.day_of(g.now), days=days)
    said = [_say(one) + (" " + gettext("« %(why)s »", why=why) if why else "") for one, why in told]
    gauge = told_saturation(solicitations.saturation(session, partner.id, actor=actor, now=g.now))
    if gauge is not None:
        said.append(_say(gauge))
    reason = solicitations.refusal_to_be_asked(session, partner.id, actor=actor)
    if reason is not None:
        said.insert(0, gettext("Ne plus solliciter ce partenaire : %(reason)s", reason=reason or "—"))
    return said


def _say(sentence: Sentence) -> str:
    return str(gettext(sentence.msgid, **sentence.values))


def _colleagues(actor: Actor, interaction: Interaction | None = None) -> list[accounts.Colleague]:
    """Who may have been there: the structure's people but the author, and those already named."""
    session = db.session()
    author = interaction.author_id if interaction else actor.user_id
    found = [one for one in accounts.colleagues(session, actor=actor) if one.id != author]
    present = {one.user_id for one in interaction.participants if one.user_id} if interaction else set()
    gone = accounts.names(session, present - {one.id for one in found})
    return found + [accounts.Colleague(key, name) for key, name in gone.items()]


def _named(interaction: Interaction) -> set[int]:
    keys = {interaction.contact_id, *(one.contact_id for one in interaction.participants)}
    return {key for key in keys if key is not None}


def _usual(form: ExchangeForm) -> list[str]:
    """The kinds in sight: the usual ones, and the one that is chosen."""
    usual = [kind.value for kind in USUAL_KINDS]
    chosen = form.kind.data
    return usual if chosen is None or chosen in usual else [*usual, chosen.value]


def _choose(
    form: ExchangeForm, current: ExchangeForm, refusal: Conflict, interaction: Interaction
) -> ResponseReturnValue:
    """The page on which the second editor chooses."""
    change = last_change(db.session(), "interactions", interaction.id)
    known = {} if change is None or change.user_id is None else accounts.names(db.session(), {change.user_id})
    who = next(iter(known.values()), gettext("Quelqu'un"))
    when = moment_near(change.at if change else g.now)
    title = gettext("Échange avec %(partner)s", partner=interaction.partner.name)
    page: ResponseReturnValue = conflict_page(form, current, version=refusal.current, title=title, who=who, when=when)
    return page
