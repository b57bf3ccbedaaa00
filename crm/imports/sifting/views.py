"""The screens: bring a file, look at its duplicates, take the results away, have them forgotten."""

import csv
import io
import json
from collections.abc import Iterable

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
from crm.db import db
from crm.errors import NotFound
from crm.imports.desk.views import uploaded
from crm.imports.reader import UnreadableFile
from crm.imports.report import harmless
from crm.imports.sifting import job, queries, services
from crm.imports.sifting.enums import View
from crm.imports.sifting.forms import SiftForm
from crm.imports.sifting.found import doubtful, groups, lines_of_groups, lines_of_pairs, load
from crm.imports.sifting.models import SiftedFile
from crm.imports.work.job import progress as how_far
from crm.sentences import Sentence

bp = Blueprint("sifting", __name__)

#: Groups, or pairs, of one page.
PAGE = 50


@bp.route("/doublons/fichier", methods=["GET", "POST"])
@needs(Permission.DUPLICATE_FILE)
def index() -> ResponseReturnValue:
    """Bring a file; those brought before."""
    actor, session = current_actor(), db.session()
    form = SiftForm.bind()
    if form.accepted():
        try:
            brought = services.bring(session, *uploaded(), actor=actor, now=g.now)
        except UnreadableFile as refusal:
            form.refuse(refusal, "file")
        else:
            _compare_afterwards()
            return redirect(url_for("sifting.show", public_id=brought.public_id), 303)
    page = render_template("sifting/index.html", form=form, files=queries.latest(session, actor=actor))
    return page, 422 if form.submitted else 200


@bp.get("/doublons/fichier/<public_id>")
@needs(Permission.DUPLICATE_FILE)
def show(public_id: str) -> ResponseReturnValue:
    """How far it is; then the groups, the doubtful pairs, and what can be taken away."""
    one = queries.get(db.session(), public_id, actor=current_actor())
    found = load(one.found) if one.found else None
    view = View.REVIEW if request.args.get("voir") == View.REVIEW.value else View.GROUPS
    several, pairs = (groups(found), doubtful(found)) if found else ([], [])
    start = _start()
    some = several if view is View.GROUPS else pairs
    following = start + PAGE if len(some) > start + PAGE else None
    return render_template(
        "sifting/show.html",
        one=one,
        busy=queries.is_comparing(one),
        totals=json.loads(one.totals),
        columns=json.loads(one.columns),
        view=view,
        counts={View.GROUPS: len(several), View.REVIEW: len(pairs)},
        groups=several[start : start + PAGE] if view is View.GROUPS else [],
        pairs=pairs[start : start + PAGE] if view is View.REVIEW else [],
        next_url=url_for("sifting.show", public_id=public_id, voir=view.value, apres=following) if following else None,
        first_url=url_for("sifting.show", public_id=public_id, voir=view.value) if start else None,
        until=one.created_at + services.KEPT,
    )


@bp.get("/doublons/fichier/<public_id>/avancement")
@needs(Permission.DUPLICATE_FILE)
def progress(public_id: str) -> ResponseReturnValue:
    """How far it is, for the page that waits."""
    one = queries.get(db.session(), public_id, actor=current_actor())
    far = how_far(current_app, one.public_id)
    return {"busy": queries.is_comparing(one), "done": far.done if far else 0, "total": far.total if far else 0}


@bp.get("/doublons/fichier/<public_id>/paires.csv")
@needs(Permission.DUPLICATE_FILE)
def pairs_file(public_id: str) -> ResponseReturnValue:
    """The pairs inside the groups."""
    found = load(_found(public_id))
    return _file("paires.csv", lines_of_pairs(found, found.together, _said))


@bp.get("/doublons/fichier/<public_id>/a-regarder.csv")
@needs(Permission.DUPLICATE_FILE)
def review_file(public_id: str) -> ResponseReturnValue:
    """The doubtful others."""
    found = load(_found(public_id))
    return _file("a-regarder.csv", lines_of_pairs(found, found.review, _said))


@bp.get("/doublons/fichier/<public_id>/groupes.csv")
@needs(Permission.DUPLICATE_FILE)
def groups_file(public_id: str) -> ResponseReturnValue:
    """The group of each row."""
    return _file("groupes.csv", lines_of_groups(load(_found(public_id))))


@bp.post("/doublons/fichier/<public_id>/effacer")
@needs(Permission.DUPLICATE_FILE)
def forget(public_id: str) -> ResponseReturnValue:
    """Forget the file and what was found in it, at once."""
    actor, session = current_actor(), db.session()
    services.forget(session, queries.get(session, public_id, actor=actor), actor=actor)
    flash(gettext("Effacé : il ne reste rien ici de ce fichier."), "success")
    return redirect(url_for("sifting.index"), 303)


def _found(public_id: str) -> str:
    one: SiftedFile = queries.get(db.session(), public_id, actor=current_actor())
    if one.found is None:
        raise NotFound
    return one.found


def _file(name: str, lines: Iterable[tuple[str, ...]]) -> Response:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in line] for line in lines)
    return Response(
        text.getvalue().encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _said(reason: Sentence) -> str:
    return str(gettext(reason.msgid, **reason.values))


def _start() -> int:
    asked = request.args.get("apres", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0


def _compare_afterwards() -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # outside the request, the proxy has nothing

    @after_this_request
    def begin(response: Response) -> Response:
        job.begin(app)
        return response
