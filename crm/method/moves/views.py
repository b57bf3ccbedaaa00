"""The screens of a move: what it lacks, the other moves, the undo of the last one."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission, can
from crm.db import db
from crm.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.method import queries as cards
from crm.method.enums import FIRST_OF_PARTNERSHIP, LAST_STEP, STEP_NAMES, CardState, MoveKind, Proof
from crm.method.gates import Asked, Verdict, state_on
from crm.method.models import Partnership
from crm.method.moves import services
from crm.method.moves.asking import FIELDS
from crm.method.moves.filling.services import Filling, fill
from crm.method.moves.forms import AdvanceForm, ChangeForm
from crm.method.moves.queries import Card
from crm.method.parts.queries import Choices, Place, choices_of
from crm.method.refusals import MoveRefused, ProofsLacking
from crm.partners.refusals import FieldRefused
from crm.web.forms import BaseForm
from crm.web.redirects import inside

bp = Blueprint("moves", __name__)


@bp.route("/cartes/<public_id>/avancer", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def advance(public_id: str) -> ResponseReturnValue:
    """
    Move a card on, to the next step or to `vers`: the form asks only for what lacks, and finishes the move.

    `how` is what the button says: "fill" writes what was typed and moves when nothing lacks any more, "accept" moves
    with warnings, "override" passes over with the reason.
    """
    actor, session = current_actor(), db.session()
    card = cards.get_card(session, public_id, actor=actor, for_update=request.method == "POST")
    step = _step(card)
    forward = Asked(MoveKind.FORWARD, step)
    verdict = services.look(session, card, forward, actor=actor, now=g.now)
    form = _advance_form(card, verdict, actor)
    remaining = {one.proof for one in verdict.missing}
    if verdict.refusal is not None:
        form.refuse(MoveRefused(verdict.refusal))
        return _advance_page(form, card, step, verdict, remaining), 409
    if form.accepted():
        try:
            _fill_and_move(form, card, step, verdict, actor)
        except ProofsLacking as refusal:
            remaining = {one.proof for one in refusal.verdict.missing}
            form.refuse(refusal)
        except Conflict as refusal:
            form.version = card.version
            form.refuse(refusal)
        except (NotAllowed, NotFound):
            raise
        except DomainError as refusal:
            form.refuse(refusal, getattr(refusal, "field", None))
        else:
            return _moved(
                card, gettext("Passé à l'étape %(number)s · %(step)s", number=step, step=gettext(STEP_NAMES[step]))
            )
    return _advance_page(form, card, step, verdict, remaining), 422 if form.submitted else 200


@bp.route("/cartes/<public_id>/changer", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def change(public_id: str) -> ResponseReturnValue:
    """Back, pause, resume, abandon, finish, reopen."""
    actor, session = current_actor(), db.session()
    card = cards.get_card(session, public_id, actor=actor, for_update=request.method == "POST")
    first = FIRST_OF_PARTNERSHIP if isinstance(card, Partnership) else 1
    form = ChangeForm.bind(_opened(card), version=card.version, kinds=_kinds(card), steps=list(range(first, card.step)))
    if form.accepted():
        try:
            services.move(session, card, form.asked(), version=form.version, actor=actor, now=g.now)
        except (NotAllowed, NotFound):
            raise
        except (MoveRefused, Conflict) as refusal:
            form.version = card.version
            form.refuse(refusal, getattr(refusal, "field", None))
        else:
            return _moved(card, gettext("C'est fait."))
    page = render_template("method/change.html", form=form, card=card, name=_name(card), back=_back(card))
    return page, 422 if form.submitted else 200


@bp.post("/cartes/<public_id>/annuler")
@needs(Permission.PROJECT_EDIT)
def undo(public_id: str) -> ResponseReturnValue:
    """Take back the last move of a card."""
    actor, session = current_actor(), db.session()
    card = cards.get_card(session, public_id, actor=actor, for_update=True)
    try:
        services.undo_last(session, card, version=BaseForm.bind().version, actor=actor, now=g.now)
    except (NotAllowed, NotFound):
        raise
    except DomainError as refusal:
        sentence = gettext(refusal.message, **refusal.values)
        return render_template("method/refused.html", sentence=sentence, back=_back(card), name=_name(card)), 409
    flash(gettext("Le dernier mouvement est annulé."), "success")
    if card.state is CardState.WITHDRAWN and isinstance(card, Partnership):
        return redirect(url_for("partners.show", public_id=card.partner.public_id), 303)
    return redirect(_back(card), 303)


def _step(card: Card) -> int:
    last = LAST_STEP if isinstance(card, Partnership) else FIRST_OF_PARTNERSHIP
    asked = request.values.get("vers", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 1 and card.step < int(asked) <= last:
        return int(asked)
    return min(card.step + 1, last)


def _advance_form(card: Card, verdict: Verdict, actor: Actor) -> AdvanceForm:
    missing = {one.proof for one in verdict.missing}
    if not can(actor, Permission.PROJECT_VALIDATE):
        missing.discard(Proof.APPROVED)
    size = card.partner.size if isinstance(card, Partnership) else None
    choices = choices_of(db.session(), _place(card), actor=actor) if missing else Choices([], [], [])
    opened = {"ours": str(actor.user_id or ""), "our_pilot": str(actor.user_id or "")}
    return AdvanceForm.bind(opened, version=card.version, missing=missing, choices=choices, size=size)


def _fill_and_move(form: AdvanceForm, card: Card, step: int, verdict: Verdict, actor: Actor) -> None:
    session, how = db.session(), request.form.get("how", "fill")
    if form.version is not None and form.version != card.version:
        raise Conflict(services.STALE_CARD, current=card.version)
    if verdict.missing:
        key = str(current_app.config["SECRET_KEY"])
        filling = Filling(session, card, form.values(), actor, g.now, key)
        fill(filling, {one.proof for one in verdict.missing})
    reason = form.why if how == "override" else ""
    if how == "override" and not reason:
        raise FieldRefused(services.SAY_WHY, field="reason")
    asked = Asked(MoveKind.FORWARD, step, accepts=how == "accept", reason=reason)
    services.move(session, card, asked, version=None, actor=actor, now=g.now)


def _advance_page(form: AdvanceForm, card: Card, step: int, verdict: Verdict, remaining: Collection[Proof]) -> str:
    return render_template(
        "method/advance.html",
        form=form,
        card=card,
        step=step,
        steps=STEP_NAMES,
        verdict=verdict,
        remaining=remaining,
        asked=[(one, [form[name] for name in FIELDS[one.proof] if name in form]) for one in verdict.missing],
        name=_name(card),
        back=_back(card),
    )


def _moved(card: Card, text: str) -> ResponseReturnValue:
    undo = {
        "text": text,
        "undo_url": url_for("moves.undo", public_id=card.public_id),
        "undo_label": gettext("Annuler"),
        "undo_fields": {"version": card.version, "retour": request.values.get("retour", "")},
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(_back(card), 303)


def _opened(card: Card) -> dict[str, str]:
    """What a link may have chosen in advance: `vers`, the step to come back to."""
    asked = request.args.get("vers", "")
    back = asked.isascii() and asked.isdigit() and len(asked) == 1 and int(asked) < card.step
    return {"kind": MoveKind.BACK.value, "step": asked} if back else {}


def _kinds(card: Card) -> list[MoveKind]:
    state = state_on(card.state, card.paused_until, clock.day_of(g.now))
    first = FIRST_OF_PARTNERSHIP if isinstance(card, Partnership) else 1
    if card.state is CardState.PAUSED:
        return [MoveKind.RESUMED, MoveKind.PAUSED, MoveKind.ABANDONED, MoveKind.FINISHED]
    if state is CardState.ACTIVE:
        back = [MoveKind.BACK] if card.step > first else []
        return [*back, MoveKind.PAUSED, MoveKind.ABANDONED, MoveKind.FINISHED]
    return [MoveKind.REOPENED]


def _place(card: Card) -> Place:
    return Place(card.initiative, card) if isinstance(card, Partnership) else Place(card, None)


def _name(card: Card) -> str:
    return card.partner.name if isinstance(card, Partnership) else card.title


def _back(card: Card) -> str:
    """The page that one comes from, when it said so (`retour`); else the card's own."""
    return inside(request.values.get("retour"), otherwise=_home(card))


def _home(card: Card) -> str:
    endpoint = "partnerships.show" if isinstance(card, Partnership) else "projects.show"
    values: dict[str, Any] = {"public_id": card.public_id}
    return url_for(endpoint, **values)
