"""Things to do: plan one, tick it, put it off, give it; set a reminder aside. Each with its undo."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission, can
from crm.accounts.queries import Colleague
from crm.db import db
from crm.errors import Conflict, DomainError
from crm.reminders import queries, services, subjects
from crm.reminders.forms import GiveForm, PostponeForm, TodoForm
from crm.reminders.notices import services as notices
from crm.reminders.rules import Delay, next_due
from crm.reminders.services import Before, Moved, UnclearTodo
from crm.web.formats import day_near
from crm.web.redirects import inside
from crm.wording import N_

bp = Blueprint("reminders", __name__)

_UNREADABLE = N_("Cette demande est incomplète : revenez à la page et appuyez de nouveau sur le bouton.")


@bp.route("/partenaires/<public_id>/a-faire", methods=["GET", "POST"])
@needs(Permission.TODO_PLAN)
def new(public_id: str) -> ResponseReturnValue:
    """Something to do about a partner."""
    actor, session = current_actor(), db.session()
    partner_id = subjects.find(session, "partner_id", public_id, actor)
    today = clock.day_of(g.now)
    opened = {"due_on": next_due(today, Delay.IN_7_DAYS), "assignee": str(actor.user_id or "")}
    form = TodoForm.bind(opened, people=_people(actor))
    if form.accepted():
        assert form.due_on.data is not None  # noqa: S101  required by the form
        try:
            services.plan(
                session,
                what=form.what.data or "",
                due_on=form.due_on.data,
                assignee_id=int(form.assignee.data),
                partner_id=partner_id,
                actor=actor,
                now=g.now,
            )
        except UnclearTodo as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("C'est noté dans les choses à faire."), "success")
            return redirect(_back(url_for("partners.show", public_id=public_id)), 303)
    about = subjects.resolve(session, "partner_id", {partner_id}, actor)[partner_id]
    page = render_template("reminders/new.html", form=form, about=about, back=request.values.get("next", ""))
    return page, 422 if form.submitted else 200


@bp.post("/a-faire/<public_id>/fait")
@needs(Permission.TODO_DO_OWN)
def mark_done(public_id: str) -> ResponseReturnValue:
    """Close a todo, and offer to undo it. Somebody else may have closed it first: then there is nothing to undo."""
    ticked = services.done(db.session(), public_id, actor=current_actor(), now=g.now)
    back = _back()
    if ticked.changed:
        said = gettext("« %(what)s » est fait.", what=ticked.todo.what)
        _flash_undo(said, url_for("reminders.reopen", public_id=public_id), {"next": back})
    else:
        flash(gettext("« %(what)s » était déjà fait.", what=ticked.todo.what), "info")
    return redirect(back, 303)


@bp.post("/a-faire/<public_id>/rouvrir")
@needs(Permission.TODO_DO_OWN)
def reopen(public_id: str) -> ResponseReturnValue:
    """Open a todo again."""
    ticked = services.reopen(db.session(), public_id, actor=current_actor())
    flash(gettext("« %(what)s » est de nouveau à faire.", what=ticked.todo.what), "success")
    return redirect(_back(), 303)


@bp.route("/a-faire/<public_id>/reporter", methods=["GET", "POST"])
@needs(Permission.TODO_DO_OWN)
def postpone(public_id: str) -> ResponseReturnValue:
    """Another day: one tap on a preset, or a day typed; always with a reason."""
    actor, session = current_actor(), db.session()
    today = clock.day_of(g.now)
    form = PostponeForm.bind({})
    if form.accepted():
        day = form.day(today)
        try:
            if day is None:
                form.due_on.errors = [gettext("Choisissez un jour.")]
            else:
                moved = services.postpone(session, public_id, due_on=day, reason=form.why(), actor=actor, now=g.now)
                return _moved(
                    moved, gettext("« %(what)s » est reporté : %(day)s.", what=moved.todo.what, day=day_near(day))
                )
        except UnclearTodo as refusal:
            form.refuse(refusal, "words" if refusal.field == "reason" else refusal.field)
    return _todo_page("reminders/postpone.html", public_id, form, delays=list(Delay))


@bp.route("/a-faire/<public_id>/confier", methods=["GET", "POST"])
@needs(Permission.TODO_ASSIGN)
def give(public_id: str) -> ResponseReturnValue:
    """Somebody else does it."""
    actor, session = current_actor(), db.session()
    people = _people(actor)
    form = GiveForm.bind({"assignee": str(actor.user_id or "")}, people=people)
    if form.accepted():
        try:
            moved = services.give(session, public_id, assignee_id=int(form.assignee.data), actor=actor)
        except UnclearTodo as refusal:
            form.refuse(refusal, refusal.field)
        else:
            who = next((person.name for person in people if person.id == moved.todo.assignee_id), "")
            return _moved(moved, gettext("« %(what)s » est confié à %(who)s.", what=moved.todo.what, who=who))
    return _todo_page("reminders/give.html", public_id, form)


@bp.post("/a-faire/<public_id>/remettre")
@needs(Permission.TODO_DO_OWN)
def put_back(public_id: str) -> ResponseReturnValue:
    """Undo a postponement or a gift, unless something changed since."""
    queries.one(db.session(), public_id, actor=current_actor())
    try:
        before = Before(
            due_on=date.fromisoformat(request.form.get("due_on", "")),
            reason=request.form.get("reason", "").replace("\x00", ""),
            count=_whole("count"),
            assignee_id=_whole("assignee"),
            version=_whole("version"),
        )
    except ValueError as unreadable:
        raise DomainError(_UNREADABLE) from unreadable
    try:
        todo = services.put_back(db.session(), public_id, before, actor=current_actor())
    except (Conflict, UnclearTodo) as refusal:
        return _refused(refusal)
    flash(gettext("« %(what)s » est comme avant.", what=todo.what), "success")
    return redirect(_back(), 303)


@bp.post("/rappels/ecarter")
@needs(Permission.TODO_DO_OWN)
def set_aside() -> ResponseReturnValue:
    """« C'est vu »: one's own reminder leaves the page."""
    row = notices.set_aside(db.session(), _reminder(), actor=current_actor(), now=g.now)
    fields = {"reminder": str(row.id), "next": _back()}
    _flash_undo(gettext("Rappel écarté."), url_for("reminders.take_back"), fields)
    return redirect(_back(), 303)


@bp.post("/rappels/reprendre")
@needs(Permission.TODO_DO_OWN)
def take_back() -> ResponseReturnValue:
    """The reminder set aside is shown again."""
    notices.take_back(db.session(), _reminder(), actor=current_actor())
    flash(gettext("Le rappel est de nouveau là."), "success")
    return redirect(_back(), 303)


def _moved(moved: Moved, said: str) -> ResponseReturnValue:
    back = _back()
    if not moved.changed:
        flash(gettext("Rien n'a changé."), "info")
        return redirect(back, 303)
    before = moved.before
    fields = {
        "next": back,
        "due_on": before.due_on.isoformat(),
        "reason": before.reason,
        "count": str(before.count),
        "assignee": str(before.assignee_id),
        "version": str(before.version),
    }
    _flash_undo(said, url_for("reminders.put_back", public_id=moved.todo.public_id), fields)
    return redirect(back, 303)


def _flash_undo(said: str, url: str, fields: dict[str, str]) -> None:
    undo = {"text": said, "undo_url": url, "undo_label": gettext("Annuler"), "undo_fields": fields}
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this


def _refused(refusal: DomainError) -> ResponseReturnValue:
    """An undo that came too late: said on a page of its own, since nothing was changed."""
    said = gettext(refusal.message, **refusal.values)
    return render_template("reminders/too_late.html", said=said, back=_back()), 409


def _todo_page(template: str, public_id: str, form: Any, **values: Any) -> ResponseReturnValue:
    actor, session = current_actor(), db.session()
    line = queries.one(session, public_id, actor=actor)
    back = inside(request.values.get("next"), otherwise=url_for("home.today"))
    page = render_template(template, form=form, line=line, back=back, **values)
    return page, 422 if form.submitted else 200


def _people(actor: Actor) -> list[Colleague]:
    """To whom the actor may give something: themselves, or everybody of the structure."""
    everybody = queries.takers(db.session(), actor=actor)
    return [person for person in everybody if person.id == actor.user_id or can(actor, Permission.TODO_ASSIGN)]


def _whole(name: str) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(name)
    return int(text)


def _reminder() -> int:
    try:
        return _whole("reminder")
    except ValueError as unreadable:
        raise DomainError(_UNREADABLE) from unreadable


def _back(otherwise: str = "") -> str:
    """Where the tick was made, if that is a page of ours."""
    return inside(request.form.get("next"), otherwise=otherwise or url_for("home.today"))
