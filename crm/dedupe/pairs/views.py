"""The screens of the queue: the list, two records side by side, the answers, comparing everybody."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    after_this_request,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission, can
from crm.accounts import queries as accounts
from crm.db import db
from crm.dedupe.contacts import queries as people
from crm.dedupe.merging.proposals import queries as proposals
from crm.dedupe.pairs import queries, rescan, services
from crm.dedupe.pairs.enums import Answer, Head, Heap
from crm.dedupe.pairs.forms import AnswerForm, answer_of
from crm.dedupe.pairs.queries import Compared
from crm.dedupe.pairs.refusals import AlreadyAnswered, PairGone
from crm.dedupe.pairs.wordings import written_alike
from crm.errors import DomainError, NotAllowed, NotFound
from crm.partners.identifiers import show_siret
from crm.partners.phones import show_phone
from crm.web.error_pages import translate
from crm.web.paging import cut, decode

bp = Blueprint("duplicates", __name__)

_SHOWN = ("name", "trade_name", "kind", "siret", "street", "postal_code", "city", "phone", "email", "website", "sector")


@bp.get("/doublons")
@needs(Permission.DUPLICATE_DECIDE)
def index() -> ResponseReturnValue:
    """What waits for a decision, the surest first; what was put aside; what other structures propose."""
    actor, session = current_actor(), db.session()
    asked = request.args.get("voir", "")
    heap = Heap(asked) if asked in set(Heap) else Heap.OPEN
    key = decode(request.args.get("apres", ""), (int, int, int, int))
    after = (int(key[0]), int(key[1]), int(key[2]), int(key[3])) if key else None
    page = cut(queries.lines(session, actor=actor, now=g.now, heap=heap, after=after), queries.SIZE, lambda o: o.key)
    busy = queries.is_busy(session)
    if busy:
        compare_afterwards()
    return render_template(
        "duplicates/index.html",
        lines=page.rows,
        next_url=url_for("duplicates.index", voir=heap.value, apres=page.after) if page.after else None,
        first_url=url_for("duplicates.index", voir=heap.value) if after else None,
        heap=heap,
        heaps=queries.counts(session, actor=actor),
        most=queries.MOST_COUNTED,
        busy=busy,
        rescan=queries.rescan(session, actor=actor),
        contacts=people.count(session, actor=actor) if can(actor, Permission.CONTACT_READ) else None,
        proposals=[one for one in proposals.told(session, actor=actor) if one.state.value == "open"],
    )


@bp.route("/doublons/paire", methods=["GET", "POST"])
@needs(Permission.DUPLICATE_DECIDE)
def pair() -> ResponseReturnValue:
    """Two records side by side, why they resemble each other, and the answer."""
    actor, session = current_actor(), db.session()
    ids = _ids()
    form = _form()
    status = 200
    if form.accepted():
        said = answer_of(request.form.get("answer", ""))
        if said is not None:
            try:
                return _answer(ids, said, form)
            except (NotAllowed, NotFound):
                raise
            except PairGone as refusal:
                return _gone(refusal)
            except AlreadyAnswered as refusal:
                form.refuse(refusal)
                status = 409
            except DomainError as refusal:
                form.refuse(refusal)
        else:
            form.form_errors.append(gettext("Choisissez une réponse."))
    if form.submitted and status == 200:
        status = 422
    compared = queries.compared(session, ids, actor=actor, now=g.now)
    if compared is None:
        return _gone(PairGone())
    page = render_template(
        "duplicates/pair.html",
        one=compared,
        ids=ids,
        form=form,
        rows=_rows(compared),
        may_merge=can(actor, Permission.DUPLICATE_MERGE),
    )
    return page, status


@bp.post("/doublons/prendre")
@needs(Permission.DUPLICATE_DECIDE)
def claim() -> ResponseReturnValue:
    """Open a pair and say so to the others; without one, the next that nobody looks at."""
    actor, session = current_actor(), db.session()
    ids = _ids() or list(queries.next_free(session, actor=actor, now=g.now) or ())
    if not ids:
        flash(gettext("Il n'y a plus rien à trier."), "info")
        return redirect(url_for("duplicates.index"), 303)
    try:
        services.claim(session, ids, actor=actor, now=g.now)
    except PairGone as refusal:
        return _gone(refusal)
    return redirect(url_for("duplicates.pair", ids=ids), 303)


@bp.post("/doublons/reprendre")
@needs(Permission.DUPLICATE_DECIDE)
def take_back() -> ResponseReturnValue:
    """Forget the answer just given."""
    ids, seen = _ids(), request.form.get("seen", "")
    try:
        done = services.take_back(
            db.session(), ids, seen=int(seen) if seen.isascii() and seen.isdigit() else 0, actor=current_actor()
        )
    except AlreadyAnswered as refusal:
        return _gone(refusal)
    if done:
        flash(gettext("Réponse retirée."), "success")
    else:
        flash(gettext("Cette réponse n'est plus là."), "info")
    return redirect(url_for("duplicates.pair", ids=ids) if done else url_for("duplicates.index"), 303)


@bp.post("/doublons/comparer")
@needs(Permission.DUPLICATE_MERGE)
def compare() -> ResponseReturnValue:
    """Compare everybody anew, beside the request."""
    services.begin_rescan(db.session(), actor=current_actor(), now=g.now)
    compare_afterwards()
    return redirect(url_for("duplicates.index"), 303)


@bp.get("/doublons/avancement")
@needs(Permission.DUPLICATE_DECIDE)
def progress() -> ResponseReturnValue:
    """How far the comparison is, for the page that waits."""
    session = db.session()
    running = queries.rescan(session, actor=current_actor())
    far = running if running is not None and running.ended_at is None else None
    return {
        "busy": queries.is_busy(session),
        "done": far.done if far else 0,
        "total": far.total if far else 0,
    }


def compare_afterwards() -> None:
    """Begin the comparison once the transaction is over."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # outside the request, the proxy has nothing

    @after_this_request
    def begin(response: Response) -> Response:
        rescan.begin(app)
        return response


def _ids() -> list[str]:
    given = request.form.getlist("ids") or request.args.getlist("ids")
    return [one for one in dict.fromkeys(given) if one.isprintable()][:2]


def _form() -> AnswerForm:
    people = {one.id: one.name for one in accounts.colleagues(db.session(), actor=current_actor())}
    return AnswerForm.bind({}, people=people)


def _answer(ids: list[str], said: Answer, form: AnswerForm) -> ResponseReturnValue:
    actor, session = current_actor(), db.session()
    seen = request.form.get("seen", "")
    decision = services.answer(
        session,
        ids,
        said,
        seen=int(seen) if seen.isascii() and seen.isdigit() else 0,
        actor=actor,
        now=g.now,
        note=form.note.data or "",
        assignee_id=int(form.assignee.data) if form.assignee.data else None,
        head=Head(form.head.data or Head.NONE.value),
    )
    if said is Answer.DUPLICATE and can(actor, Permission.DUPLICATE_MERGE):
        return redirect(url_for("merging.merge", ids=ids), 303)
    undo = {
        "text": _told(said),
        "undo_url": url_for("duplicates.take_back"),
        "undo_label": gettext("Revenir sur cette réponse"),
        "undo_fields": {"seen": decision.version},
        "undo_lists": {"ids": ids},
    }
    flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    following = queries.next_free(session, actor=actor, now=g.now)
    if following is None:
        return redirect(url_for("duplicates.index"), 303)
    services.claim(session, following, actor=actor, now=g.now)
    return redirect(url_for("duplicates.pair", ids=following), 303)


def _told(said: Answer) -> str:
    told = {
        Answer.DUPLICATE: gettext("Noté : c'est un doublon. Quelqu'un qui peut fusionner le verra."),
        Answer.DISTINCT: gettext("Noté : ce sont deux organisations. La question ne revient que si l'une change."),
        Answer.GROUP: gettext("Noté : deux établissements du même groupe."),
        Answer.LATER: gettext("Mis de côté, à voir plus tard."),
    }
    return str(told[said])


def _rows(one: Compared) -> list[dict[str, Any]]:
    """Each field of the two records, and whether it says the same, be it in other words."""
    rows = []
    for name in _SHOWN:
        first, second = (_shown(record, name) for record in (one.first, one.second))
        if first or second:
            alike = written_alike(name, first, second)
            rows.append({"name": name, "first": first, "second": second, "alike": alike, "both": first and second})
    return rows


def _shown(record: Any, name: str) -> str:
    value = getattr(record, name)
    if name == "siret":
        value = record.siret or record.siren
        return show_siret(value) if value else ""
    if name == "kind":
        return str(gettext(value.label))
    if name == "phone":
        return show_phone(value)
    return str(value or "")


def _gone(refusal: DomainError) -> ResponseReturnValue:
    page = render_template(
        "errors/page.html",
        status=409,
        title=gettext("Déjà réglé"),
        sentence=translate(refusal),
        way_out=[(gettext("Revenir aux doublons"), url_for("duplicates.index"))],
        request_id="",
    )
    return page, 409
