"""The screens of an import."""

import json
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
from crm.access.policy import Permission
from crm.accounts.queries import colleagues
from crm.db import db
from crm.errors import Conflict
from crm.imports import queries
from crm.imports.desk import services
from crm.imports.desk.forms import (
    FACT_LABELS,
    LABELS,
    FileForm,
    MappingForm,
    choices_of,
    corrections_of,
    fields_of,
    mapping_values,
)
from crm.imports.enums import BUSY, Choice, ImportKind, ImportState, Outcome
from crm.imports.mapping import Field
from crm.imports.models import Import
from crm.imports.proposals import accepted, decided
from crm.imports.reader import MOST_BYTES, UnreadableFile
from crm.imports.staged import StagedRow, load_mapping, load_rows
from crm.imports.undoing import queries as undoing
from crm.imports.undoing.summary import Counts
from crm.imports.values import load_corrections, load_values
from crm.imports.work import job
from crm.interactions.enums import InteractionKind
from crm.partners.enums import PartnerKind

bp = Blueprint("imports", __name__)

#: Rows of one page of the preview.
PAGE = 50
#: The order in which the outcomes are looked at: what asks for an answer first.
TABS = (Outcome.DOUBTFUL, Outcome.WRONG, Outcome.NEW, Outcome.SAME)


@bp.route("/importer", methods=["GET", "POST"])
@needs(Permission.PARTNER_IMPORT)
def index() -> ResponseReturnValue:
    """Bring a file; the imports made before."""
    actor, session = current_actor(), db.session()
    form = FileForm.bind()
    if form.submitted:
        try:
            name, content = uploaded()
            pasted = "" if content else form.pasted.data or ""
            if pasted.strip():
                name, content = gettext("Tableau collé"), pasted.encode()
            if form.accepted():
                brought = services.bring(session, name, content, kind=form.kind_chosen(), actor=actor, now=g.now)
        except UnreadableFile as refusal:
            form.refuse(refusal, "pasted" if pasted.strip() else "file")
        else:
            if not form.errors:
                work_afterwards()
                return redirect(url_for("imports.show", public_id=brought.public_id), 303)
    page = render_template("imports/index.html", form=form, imports=queries.latest(session, actor=actor))
    return page, 422 if form.submitted else 200


@bp.get("/importer/<public_id>")
@needs(Permission.PARTNER_IMPORT)
def show(public_id: str) -> ResponseReturnValue:
    """Where an import is: how far, what would become of each row, or what became of it."""
    one = queries.get(db.session(), public_id, actor=current_actor())
    return _page(one, None)


@bp.post("/importer/<public_id>/colonnes")
@needs(Permission.PARTNER_IMPORT)
def correct(public_id: str) -> ResponseReturnValue:
    """Say which column is which fact."""
    actor, session = current_actor(), db.session()
    one = queries.get(session, public_id, actor=actor, for_update=True)
    form = _mapping_form(one)
    if form.accepted():
        try:
            services.correct(
                session,
                one,
                form.places(),
                version=form.version,
                actor=actor,
                now=g.now,
                name=(form.mapping_name.data or "").strip(),
            )
        except (services.Unready, Conflict) as refusal:
            form.refuse(refusal, "name" if Field.NAME not in form.places() else None)
        else:
            work_afterwards()
            return _back(one)
    return _page(one, form), 422


@bp.post("/importer/<public_id>/choix")
@needs(Permission.PARTNER_IMPORT)
def choose(public_id: str) -> ResponseReturnValue:
    """Keep what was said of the rows of a page, and go on to the next."""
    actor, session = current_actor(), db.session()
    one = queries.get(session, public_id, actor=actor, for_update=True)
    asked = {row.line: row for row in load_rows(one.plan)}
    given = {
        line: (choice, word)
        for line, (choice, word) in choices_of(request.form).items()
        if line in asked and choice in asked[line].choices
    }
    said = {line: choice for line, (choice, _) in given.items()}
    targets = {line: word for line, (_, word) in given.items() if word in {other.word for other in asked[line].others}}
    try:
        services.choose(session, one, said, fields=fields_of(request.form), targets=targets, actor=actor)
    except services.Unready as refusal:
        return _refused(one, refusal)
    flash(gettext("Vos choix sont gardés."), "success")
    after = request.form.get("apres", "")
    tab = request.form.get("voir", Outcome.DOUBTFUL.value)
    return redirect(url_for("imports.show", public_id=public_id, voir=tab, apres=after or None), 303)


@bp.post("/importer/<public_id>/valeurs")
@needs(Permission.PARTNER_IMPORT)
def correct_values(public_id: str) -> ResponseReturnValue:
    """Read something else instead of some values, wherever they stand in the file."""
    actor, session = current_actor(), db.session()
    one = queries.get(session, public_id, actor=actor, for_update=True)
    version = request.form.get("version", "")
    said = corrections_of(request.form)
    try:
        services.correct_values(session, one, said, version=int(version) if version.isdecimal() else None, actor=actor)
    except (services.Unready, Conflict) as refusal:
        return _refused(one, refusal)
    work_afterwards()
    return _back(one)


@bp.post("/importer/<public_id>/confirmer")
@needs(Permission.PARTNER_IMPORT)
def confirm(public_id: str) -> ResponseReturnValue:
    """Have everything written, in one go."""
    actor, session = current_actor(), db.session()
    one = queries.get(session, public_id, actor=actor, for_update=True)
    version = request.form.get("version", "")
    try:
        services.confirm(session, one, version=int(version) if version.isdecimal() else None, actor=actor)
    except (services.Unready, Conflict) as refusal:
        return _refused(one, refusal)
    work_afterwards()
    return _back(one)


@bp.post("/importer/<public_id>/abandonner")
@needs(Permission.PARTNER_IMPORT)
def abandon(public_id: str) -> ResponseReturnValue:
    """Give the import up: nothing was written."""
    actor, session = current_actor(), db.session()
    one = queries.get(session, public_id, actor=actor, for_update=True)
    try:
        services.abandon(session, one, actor=actor)
    except services.Unready as refusal:
        return _refused(one, refusal)
    flash(gettext("Import abandonné : rien n'a été écrit. Apportez de nouveau le fichier pour le reprendre."), "info")
    return redirect(url_for("imports.index"), 303)


@bp.get("/importer/<public_id>/avancement")
@needs(Permission.PARTNER_IMPORT)
def progress(public_id: str) -> ResponseReturnValue:
    """How far it is, for the page that waits."""
    one = queries.get(db.session(), public_id, actor=current_actor())
    far = job.progress(current_app, one.public_id)
    return {
        "busy": one.state in BUSY,
        "done": far.done if far else 0,
        "total": far.total if far else 0,
    }


@bp.get("/importer/<public_id>/compte-rendu.csv")
@needs(Permission.PARTNER_IMPORT)
def report(public_id: str) -> ResponseReturnValue:
    """What became of each row, as a file."""
    session = db.session()
    one = queries.get(session, public_id, actor=current_actor())
    return Response(
        queries.report_of(session, one).encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="compte-rendu.csv"', "Cache-Control": "no-store"},
    )


def uploaded() -> tuple[str, bytes]:
    """The name and the bytes sent, or as many as tell that there are too many."""
    upload = request.files.get("file")
    if upload is None:
        return "", b""
    with upload.stream as stream:  # a large one waits in a temporary file
        return upload.filename or "", stream.read(MOST_BYTES + 1)


def work_afterwards() -> None:
    """
    Begin the long part once the transaction is over.

    Not when the answer is closed: a server may skip that when the browser has already left.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # outside the request, the proxy has nothing

    @after_this_request
    def begin(response: Response) -> Response:
        job.begin(app)
        return response


def _mapping_form(one: Import) -> MappingForm:
    headings = json.loads(one.headings)
    values = mapping_values(load_mapping(one.mapping, headings))
    exchanges = one.kind is ImportKind.EXCHANGES
    return MappingForm.bind(values, version=one.version, headings=headings, exchanges=exchanges)


def _page(one: Import, form: MappingForm | None) -> str:
    targets = queries.targets(db.session(), one.id)
    rows = [row.as_said(targets.get(row.line)) for row in load_rows(one.plan)]
    counts = {tab: sum(row.outcome is tab for row in rows) for tab in TABS}
    tab = _tab(counts)
    shown, after = _cut([row for row in rows if row.outcome is tab])
    said, ticked = queries.choices(db.session(), one.id), queries.fields_ticked(db.session(), one.id)
    totals = json.loads(one.totals or "{}")
    if form is None and one.state is ImportState.READY:
        headings = json.loads(one.headings)
        values = mapping_values(load_mapping(one.mapping, headings))
        form = MappingForm(data=values, headings=headings, exchanges=one.kind is ImportKind.EXCHANGES)
        form.version, form.base = one.version, form.raw()
    history = one.kind is ImportKind.EXCHANGES
    choices = {row.line: decided(said.get(row.line), row.outcome, certain=row.certain, history=history) for row in rows}
    outcomes = {row.line: row.outcome for row in rows}
    left = {
        "created": sum(choices[row.line] is Choice.OTHER and row.outcome is not Outcome.WRONG for row in rows),
        "completed": sum(
            choices[row.line] is Choice.SAME and bool(accepted(row.changes, ticked.get(row.line))) for row in rows
        ),
        "logged": sum(row.count - row.known for row in rows if row.count and choices[row.line] is not Choice.ASIDE),
        "others": sum(
            outcomes.get(line) is Outcome.DOUBTFUL for line, choice in said.items() if choice is Choice.OTHER
        ),
        "written": totals.get("updated", 0),
        "unsaid": sum(row.outcome is Outcome.DOUBTFUL and row.line not in said for row in rows),
    }
    given: dict[str, Any] = {"one": one, "form": form, "counts": counts, "tab": tab, "rows": shown, "after": after}
    return render_template(
        "imports/show.html",
        **given,
        **left,
        said=said,
        ticked=ticked,
        sheets=json.loads(one.sheets),
        values=load_values(queries.values_of(db.session(), one)) if one.state is ImportState.READY else {},
        corrections=load_corrections(one.corrections),
        colleagues=[person.name for person in colleagues(db.session(), actor=current_actor())],
        kinds=list(PartnerKind),
        kind_labels={kind.value: kind.label for kind in PartnerKind},
        value_labels=LABELS | ({Field.OWNER: gettext("Par qui")} if history else {}),
        fact_labels=FACT_LABELS,
        totals={outcome: totals.get(outcome.value, 0) for outcome in Outcome},
        undone=Counts.of_totals(totals),
        undoable=undoing.refusal(one, actor=current_actor(), now=g.now) is None,
        mapped={field.value for field in services.needed(one.kind)} <= json.loads(one.mapping).keys(),
        history=history,
        noted=totals.get("exchanges", 0),
        exchange_kinds={kind.value: kind for kind in InteractionKind},
        busy=one.state in BUSY,
    )


def _tab(counts: dict[Outcome, int]) -> Outcome:
    asked = request.args.get("voir", "")
    if asked in set(Outcome):
        return Outcome(asked)
    return next((tab for tab in TABS if counts[tab]), Outcome.NEW)


def _cut(rows: list[StagedRow]) -> tuple[list[StagedRow], int | None]:
    """A page of rows after the line of the address, and the line after which the next page begins."""
    start = request.args.get("apres", "")
    after = int(start) if start.isdecimal() and len(start) < 10 else 0
    rest = [row for row in rows if row.line > after]
    return rest[:PAGE], rest[PAGE - 1].line if len(rest) > PAGE else None


def _refused(one: Import, refusal: services.Unready | Conflict) -> ResponseReturnValue:
    flash(gettext(refusal.message, **refusal.values), "error")
    return _page(one, None), 409


def _back(one: Import) -> ResponseReturnValue:
    return redirect(url_for("imports.show", public_id=one.public_id), 303)
