"""The screens of contacts that may be one person: the list, two of them side by side, the answers, the merge."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission, can
from crm.accounts import queries as accounts
from crm.db import db
from crm.dedupe.contacts import queries, services
from crm.dedupe.contacts.forms import PairForm, PersonForm, shown
from crm.dedupe.merging import conflicts
from crm.dedupe.merging import queries as merging
from crm.dedupe.merging.models import MergeProposal
from crm.dedupe.merging.people import queries as people
from crm.dedupe.merging.people import services as merges
from crm.dedupe.merging.people.sides import PersonSide
from crm.dedupe.merging.proposals import queries as proposals
from crm.dedupe.merging.proposals import services as proposing
from crm.dedupe.merging.refusals import AlreadyMerged, SidesChanged
from crm.dedupe.pairs.enums import Answer, Heap
from crm.dedupe.pairs.forms import answer_of
from crm.dedupe.pairs.refusals import AlreadyAnswered, PairGone
from crm.errors import DomainError, NotAllowed, NotFound
from crm.web.error_pages import translate
from crm.web.paging import cut, decode
from crm.wording import N_

bp = Blueprint("same_people", __name__)


@bp.get("/doublons/contacts")
@needs(Permission.DUPLICATE_DECIDE)
def index() -> ResponseReturnValue:
    """The contacts that may be one person, the likely ones first; what was put aside."""
    actor, session = current_actor(), db.session()
    asked = request.args.get("voir", "")
    heap = Heap(asked) if asked in set(Heap) else Heap.OPEN
    key = decode(request.args.get("apres", ""), (int, int))
    after = (int(key[0]), int(key[1])) if key else None
    found = queries.lines(session, actor=actor, now=g.now, heap=heap, after=after)
    page = cut(found, queries.SIZE, lambda one: (int(not one.is_likely), one.id))
    return render_template(
        "people_pairs/index.html",
        lines=page.rows,
        next_url=url_for("same_people.index", voir=heap.value, apres=page.after) if page.after else None,
        first_url=url_for("same_people.index", voir=heap.value) if after else None,
        heap=heap,
        heaps=queries.counts(session, actor=actor),
        most=queries.MOST_COUNTED,
    )


@bp.route("/doublons/contacts/paire", methods=["GET", "POST"])
@needs(Permission.DUPLICATE_DECIDE)
def pair() -> ResponseReturnValue:
    """Two contacts side by side, what the one that remains would hold; then the merge."""
    actor, session = current_actor(), db.session()
    ids = _ids()
    try:
        chosen = people.chosen(session, ids, actor=actor)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _refused(refusal)
    sides = people.sides(session, chosen, actor=actor)
    form = PersonForm.bind({}, sides=sides)
    status = 200
    if form.accepted():
        try:
            done = proposing.merge_or_propose_people(
                session,
                ids,
                form.result(),
                remains=form.chosen,
                has_left=bool(form.in_two and form.has_left.data),
                seen=request.form.get("seen", ""),
                actor=actor,
                now=g.now,
            )
        except (NotFound, NotAllowed):
            raise
        except AlreadyMerged as refusal:
            return _refused(refusal)
        except SidesChanged as refusal:
            form.refuse(refusal)
            status = 409
        else:
            if isinstance(done, MergeProposal):
                flash(
                    gettext("Proposition envoyée : la fusion se fera quand les autres structures auront accepté."),
                    "success",
                )
                return redirect(url_for("merging.proposal", public_id=done.public_id), 303)
            undo = {
                "text": gettext("Contacts fusionnés : « %(name)s ».", name=form.kept.name),
                "undo_url": url_for("merging.undo", public_id=done.public_id),
                "undo_label": gettext("Annuler la fusion"),
            }
            flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
            return redirect(url_for("contacts.show", public_id=form.chosen), 303)
    return _page(ids, sides, form, _answers(bound=False)), 422 if form.submitted and status == 200 else status


@bp.post("/doublons/contacts/prendre")
@needs(Permission.DUPLICATE_DECIDE)
def claim() -> ResponseReturnValue:
    """Open a pair and say so to the others; without one, the next that nobody looks at."""
    actor, session = current_actor(), db.session()
    ids = _ids() or list(queries.next_free(session, actor=actor, now=g.now) or ())
    if not ids:
        flash(gettext("Il n'y a plus rien à trier."), "info")
        return redirect(url_for("same_people.index"), 303)
    try:
        services.claim(session, ids, actor=actor, now=g.now)
    except PairGone as refusal:
        return _refused(refusal)
    return redirect(url_for("same_people.pair", ids=ids), 303)


@bp.post("/doublons/contacts/repondre")
@needs(Permission.DUPLICATE_DECIDE)
def answer() -> ResponseReturnValue:
    """What is said of a pair that is not merged now; then the next that nobody looks at."""
    actor, session = current_actor(), db.session()
    ids, form, status = _ids(), _answers(bound=True), 422
    said = answer_of(request.form.get("answer", ""))
    if said not in _TOLD:
        form.form_errors.append(gettext("Choisissez une réponse."))
    elif form.accepted():
        try:
            decision = services.answer(
                session,
                ids,
                said,
                seen=_seen(),
                actor=actor,
                now=g.now,
                note=form.note.data or "",
                assignee_id=int(form.assignee.data) if form.assignee.data else None,
            )
        except (NotFound, NotAllowed):
            raise
        except PairGone as refusal:
            return _refused(refusal)
        except DomainError as refusal:
            form.refuse(refusal)
            status = 409 if isinstance(refusal, AlreadyAnswered) else 422
        else:
            return _answered(ids, said, decision.version)
    sides = people.sides(session, people.chosen(session, ids, actor=actor), actor=actor)
    return _page(ids, sides, PersonForm(sides=sides), form), status


@bp.post("/doublons/contacts/reprendre")
@needs(Permission.DUPLICATE_DECIDE)
def take_back() -> ResponseReturnValue:
    """Forget the answer just given."""
    ids = _ids()
    try:
        done = services.take_back(db.session(), ids, seen=_seen(), actor=current_actor())
    except AlreadyAnswered as refusal:
        return _refused(refusal)
    if done:
        flash(gettext("Réponse retirée."), "success")
    else:
        flash(gettext("Cette réponse n'est plus là."), "info")
    return redirect(url_for("same_people.pair", ids=ids) if done else url_for("same_people.index"), 303)


_TOLD = {
    Answer.DUPLICATE: N_("Noté : c'est un doublon. Quelqu'un qui peut fusionner le verra."),
    Answer.DISTINCT: N_("Noté : ce sont deux personnes. La question ne revient que si l'une change."),
    Answer.LATER: N_("Mis de côté, à voir plus tard."),
}


def _answered(ids: list[str], said: Answer, version: int) -> ResponseReturnValue:
    actor, session = current_actor(), db.session()
    undo = {
        "text": gettext(_TOLD[said]),
        "undo_url": url_for("same_people.take_back"),
        "undo_label": gettext("Revenir sur cette réponse"),
        "undo_fields": {"seen": version},
        "undo_lists": {"ids": ids},
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    following = queries.next_free(session, actor=actor, now=g.now)
    if following is None:
        return redirect(url_for("same_people.index"), 303)
    services.claim(session, following, actor=actor, now=g.now)
    return redirect(url_for("same_people.pair", ids=following), 303)


def _answers(*, bound: bool) -> PairForm:
    colleagues = {one.id: one.name for one in accounts.colleagues(db.session(), actor=current_actor())}
    return PairForm.bind({}, people=colleagues) if bound else PairForm(people=colleagues)


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page(ids: list[str], sides: list[PersonSide], form: PersonForm, answers: PairForm) -> str:
    actor, session = current_actor(), db.session()
    found = queries.find(session, ids, actor=actor)
    losers = [one.id for one in sides if one.public_id != form.kept.public_id]
    counts = people.what_moves(session, losers)
    kinds = sorted(((conflicts.label_of(place), number) for place, number in counts.items()), key=lambda o: o[0].order)
    return render_template(
        "people_pairs/pair.html",
        form=form,
        answers=answers,
        told=queries.told(session, found[0], actor=actor, now=g.now) if found else None,
        sides=sides,
        ids=ids,
        shown=shown,
        seen=merges.mark_of(sides),
        reasons=queries.reasons_of(found[0]) if found else (),
        kinds=kinds,
        asked=proposals.asked(session, {one.company_id for one in sides}, actor=actor),
        days=merging.UNDOABLE.days,
        may_merge=can(actor, Permission.DUPLICATE_MERGE),
    )


def _ids() -> list[str]:
    given = request.args.getlist("ids") or request.form.getlist("ids")
    return [one for one in dict.fromkeys(given) if one.isprintable()][: merging.MOST + 1]


def _refused(refusal: DomainError) -> ResponseReturnValue:
    way_out = [(gettext("Revenir aux doublons"), url_for("same_people.index"))]
    if isinstance(refusal, AlreadyMerged):
        way_out.insert(0, (gettext("Ouvrir la fiche qui reste"), url_for("contacts.show", public_id=refusal.into)))
    page = render_template(
        "errors/page.html",
        status=409,
        title=gettext("Déjà réglé"),
        sentence=translate(refusal),
        way_out=way_out,
        request_id="",
    )
    return page, 409
