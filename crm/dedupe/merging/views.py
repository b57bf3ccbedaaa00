"""The screens of merges: the records side by side, what was merged, its undo, what other structures propose."""

import json
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission, can
from crm.db import db
from crm.dedupe.contacts.forms import PersonForm
from crm.dedupe.contacts.forms import shown as shown_of_person
from crm.dedupe.merging import conflicts, queries, services
from crm.dedupe.merging.enums import ProposalState
from crm.dedupe.merging.forms import AnswerForm, MergeForm, shown
from crm.dedupe.merging.models import Merge
from crm.dedupe.merging.people.sides import FIELDS
from crm.dedupe.merging.proposals import queries as proposals
from crm.dedupe.merging.proposals import services as proposing
from crm.dedupe.merging.refusals import AlreadyMerged, SidesChanged
from crm.dedupe.merging.sides import CHOSEN, TEXTS, Side, remaining
from crm.errors import DomainError, NotAllowed, NotFound
from crm.partners.refusals import FieldRefused
from crm.web.error_pages import translate

bp = Blueprint("merging", __name__)


@bp.route("/doublons/fusionner", methods=["GET", "POST"])
@needs(Permission.DUPLICATE_MERGE)
def merge() -> ResponseReturnValue:
    """Two records or more side by side, what the one that remains will hold, what will move; then the deed."""
    actor, session = current_actor(), db.session()
    ids = [one for one in request.args.getlist("ids") if one.isprintable()][: queries.MOST + 1]
    try:
        chosen = queries.chosen(session, ids, actor=actor)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _refused(refusal, gettext("Fusion impossible"))
    sides = queries.sides(session, chosen, actor=actor)
    form = MergeForm.bind({}, sides=sides, parents=_parents(sides))
    status = 200
    if form.accepted():
        try:
            done = proposing.merge_or_propose(
                session, ids, form.result(), seen=request.form.get("seen", ""), actor=actor, now=g.now
            )
            return _done(done)
        except (NotFound, NotAllowed):
            raise
        except AlreadyMerged as refusal:
            return _refused(refusal, gettext("Fusion impossible"))
        except SidesChanged as refusal:
            form.refuse(refusal)
            status = 409
        except DomainError as refusal:
            form.refuse(refusal, refusal.field if isinstance(refusal, FieldRefused) else None)
    return _page(form, sides), max(status, 422 if form.submitted and status == 200 else status)


@bp.get("/doublons/fusions")
@needs(Permission.DUPLICATE_DECIDE)
def done() -> ResponseReturnValue:
    """What the structure merged, and what it may still undo."""
    before = request.args.get("avant", "")
    known = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    merges = queries.done(db.session(), actor=current_actor(), now=g.now, before=known)
    older = merges[queries.SIZE - 1].id if len(merges) > queries.SIZE else None
    return render_template("merging/done.html", merges=merges[: queries.SIZE], older=older, first=known is None)


@bp.get("/doublons/fusions/<public_id>")
@needs(Permission.DUPLICATE_DECIDE)
def show(public_id: str) -> ResponseReturnValue:
    """One merge; once undone, what stayed as it was."""
    actor, session = current_actor(), db.session()
    kept = queries.get(session, public_id, actor=actor)
    told = queries.done(session, actor=actor, now=g.now, public_id=public_id)
    if not told:
        raise NotFound
    left = json.loads(kept.left or "[]") or {"rows": [], "fields": []}
    return render_template(
        "merging/show.html", one=told[0], left=left, label_of=_label_of, words=_why(), fields=_fields()
    )


@bp.post("/doublons/fusions/<public_id>/annuler")
@needs(Permission.DUPLICATE_MERGE)
def undo(public_id: str) -> ResponseReturnValue:
    """Give the records back as they were."""
    try:
        undone = services.undo(db.session(), public_id, actor=current_actor(), now=g.now)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _refused(refusal, gettext("Annulation impossible"))
    flash(gettext("Fusion annulée : les fiches sont de retour."), "success")
    if undone.rows or undone.fields:
        number = len(undone.rows) + len(undone.fields)
        text = ngettext(
            "%(num)s élément a changé entre-temps et reste comme il est : voyez lequel ci-dessous.",
            "%(num)s éléments ont changé entre-temps et restent comme ils sont : voyez lesquels ci-dessous.",
            number,
        )
        flash(text, "warning")
    return redirect(url_for("merging.show", public_id=public_id), 303)


@bp.get("/doublons/propositions/<public_id>")
@needs(Permission.DUPLICATE_DECIDE)
def proposal(public_id: str) -> ResponseReturnValue:
    """A merge that another structure proposes, or that ours proposed."""
    return _proposal(public_id, AnswerForm.bind({}))


@bp.post("/doublons/propositions/<public_id>/repondre")
@needs(Permission.DUPLICATE_MERGE)
def answer_proposal(public_id: str) -> ResponseReturnValue:
    """What our structure says of it; the last agreement merges."""
    form = AnswerForm.bind({})
    if form.accepted():
        try:
            changed = proposing.answer(
                db.session(),
                public_id,
                agrees=request.form.get("answer") == "yes",
                reason=form.reason.data or "",
                actor=current_actor(),
                now=g.now,
            )
        except (NotFound, NotAllowed):
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(_outcome(changed.state), "success" if changed.state is not ProposalState.STALE else "warning")
            return redirect(url_for("merging.proposal", public_id=public_id), 303)
    return _proposal(public_id, form), 422


def _proposal(public_id: str, form: AnswerForm) -> str:
    actor, session = current_actor(), db.session()
    one = proposals.get(session, public_id, actor=actor)
    told = proposals.told(session, actor=actor, public_id=public_id)
    ids, values = json.loads(one.partners), json.loads(one.values)
    if told[0].is_people:
        kept = [name for name in FIELDS if values.get(name)]
        rows = [(str(PersonForm.__dict__[name].args[0]), shown_of_person(name, values[name])) for name in kept]
    else:
        kept = [name for name in _TOLD if values.get(name)]
        rows = [(str(MergeForm.__dict__[name].args[0]), shown(name, values[name], {})) for name in kept]
    return render_template(
        "merging/proposal.html",
        one=told[0],
        addresses=[url_for("contacts.show" if told[0].is_people else "partners.show", public_id=key) for key in ids],
        rows=rows,
        form=form,
        may_answer=can(actor, Permission.DUPLICATE_MERGE) and not told[0].is_ours and told[0].answer is None,
    )


_TOLD = ("name", "trade_name", "kind", "siret", "street", "postal_code", "city", "phone", "email", "website")


def _outcome(state: ProposalState) -> str:
    if state is ProposalState.DONE:
        return str(gettext("Merci : les fiches sont fusionnées."))
    if state is ProposalState.REFUSED:
        return str(gettext("Votre refus est noté : rien n'est fusionné."))
    if state is ProposalState.STALE:
        return str(
            gettext("Une des fiches a changé depuis la proposition : rien n'est fusionné, il faudra la refaire.")
        )
    return str(gettext("Merci : votre accord est noté. D'autres structures doivent encore répondre."))


def _page(form: MergeForm, sides: list[Side]) -> str:
    actor, session = current_actor(), db.session()
    remains = remaining(sides)
    losers = [one.id for one in sides if one.id != remains.id]
    counts = queries.what_moves(session, losers)
    kinds = sorted(((conflicts.label_of(place), number) for place, number in counts.items()), key=lambda o: o[0].order)
    return render_template(
        "merging/merge.html",
        form=form,
        sides=sides,
        remains=remains,
        seen=services.mark_of(sides),
        parents=_parents(sides),
        shown=shown,
        kinds=kinds,
        conflicts=conflicts.conflicts(session, remains.id, losers, actor),
        asked=proposals.asked(session, [one.id for one in sides], actor=actor),
        days=queries.UNDOABLE.days,
    )


def _parents(sides: list[Side]) -> dict[int, str]:
    keys = {key for one in sides if (key := one.values.get("parent_id"))}
    return queries.names(db.session(), keys, actor=current_actor()) if keys else {}


def _done(done: Any) -> ResponseReturnValue:
    if not isinstance(done, Merge):
        flash(gettext("Proposition envoyée : la fusion se fera quand les autres structures auront accepté."), "success")
        return redirect(url_for("merging.proposal", public_id=done.public_id), 303)
    [told] = queries.done(db.session(), actor=current_actor(), now=g.now, public_id=done.public_id)
    text = gettext("Fiches fusionnées dans « %(name)s ».", name=told.kept)
    undo = {
        "text": text,
        "undo_url": url_for("merging.undo", public_id=done.public_id),
        "undo_label": gettext("Annuler la fusion"),
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return redirect(url_for("partners.show", public_id=told.kept_id), 303)


def _refused(refusal: DomainError, title: str) -> ResponseReturnValue:
    way_out = [(gettext("Voir les fusions"), url_for("merging.done"))]
    if isinstance(refusal, AlreadyMerged):
        way_out.insert(0, (gettext("Ouvrir la fiche qui reste"), url_for("partners.show", public_id=refusal.into)))
    page = render_template(
        "errors/page.html", status=409, title=title, sentence=translate(refusal), way_out=way_out, request_id=""
    )
    return page, 409


def _label_of(table: str) -> str:
    place = next((one for one in conflicts.named() if one.startswith(f"{table}.")), table)
    return str(gettext(conflicts.label_of(place).label))


def _why() -> dict[str, str]:
    return {
        "gone": gettext("supprimé depuis"),
        "moved": gettext("rattaché ailleurs depuis"),
        "changed": gettext("modifié depuis la fusion"),
    }


def _fields() -> dict[str, str]:
    """The words of the columns that an undo may leave, as the form says them."""
    return {name: str(MergeForm.__dict__[name].args[0]) for name in (*TEXTS, *CHOSEN) if MergeForm.__dict__[name].args}
