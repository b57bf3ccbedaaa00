"""Documents of an exchange: attach, look at, download, take away with an undo."""

from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from crm.access.guard import before, current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.interactions.documents import queries, services
from crm.interactions.documents.enums import DocumentKind
from crm.interactions.documents.models import Document
from crm.interactions.documents.refusals import LARGEST, NOTHING_CHOSEN, DocumentRefused
from crm.interactions.sheets import queries as sheets
from crm.web.headers import SANDBOXED

bp = Blueprint("documents", __name__)

MEDIA_TYPES = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.JPEG: "image/jpeg",
    DocumentKind.PNG: "image/png",
    DocumentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def look_at_uploads() -> None:
    """Look at what is sent before the transaction begins, until one is refused. For `before`."""
    g.uploads = []
    for upload in chosen()[: services.MOST + 1]:
        with upload.stream as stream:  # a large one waits in a temporary file
            content = stream.read(LARGEST + 1)
        try:
            g.uploads.append(services.look_at(content, upload.filename or ""))
        except DocumentRefused as refusal:
            g.uploads.append(refusal)
            return


def chosen() -> list[FileStorage]:
    """The files of this request."""
    return [upload for upload in request.files.getlist("documents") if upload.filename]


def uploaded() -> list[services.Ready]:
    """The files that look_at_uploads() found fit to keep. Raises the DocumentRefused of the first that is not."""
    refused = next((one for one in g.uploads if isinstance(one, DocumentRefused)), None)
    if refused is not None:
        raise refused
    return list(g.uploads)


@bp.post("/echanges/<public_id>/documents")
@needs(Permission.INTERACTION_LOG)
@before(look_at_uploads)
def attach(public_id: str) -> ResponseReturnValue:
    """Attach files: all of them, or none and the reason."""
    actor, session = current_actor(), db.session()
    interaction = sheets.get(session, public_id, actor=actor, for_update=True)
    uploads = chosen()
    try:
        if not uploads:
            raise DocumentRefused(NOTHING_CHOSEN)
        for ready in uploaded():
            services.attach(session, interaction, ready, folder=folder(), actor=actor, now=g.now)
    except DocumentRefused as refusal:
        said = gettext(refusal.message, **refusal.values)
        return render_template("documents/refused.html", interaction=interaction, refusal=said), 422
    flash(gettext("Document joint.") if len(uploads) == 1 else gettext("Documents joints."), "success")
    return redirect(url_for("interactions.show", public_id=public_id), 303)


@bp.get("/documents/<public_id>")
@needs(Permission.INTERACTION_READ)
def download(public_id: str) -> ResponseReturnValue:
    """The file as it is kept, always as an attachment."""
    document = queries.get(db.session(), public_id, actor=current_actor())
    content = queries.content_of(document, folder())
    response = send_file(
        BytesIO(content), mimetype=MEDIA_TYPES[document.kind], as_attachment=True, download_name=document.name
    )
    return _shut_in(response)


@bp.get("/documents/<public_id>/apercu")
@needs(Permission.INTERACTION_READ)
def look(public_id: str) -> ResponseReturnValue:
    """The pages of a document as pictures."""
    document = queries.get(db.session(), public_id, actor=current_actor())
    interaction = queries.exchange_of(db.session(), document)
    return render_template(
        "documents/look.html", document=document, interaction=interaction, count=queries.previews_of(document)
    )


@bp.get("/documents/<public_id>/image")
@needs(Permission.INTERACTION_READ)
def picture(public_id: str) -> ResponseReturnValue:
    """One page as a PNG that we drew (?page=2)."""
    document = queries.get(db.session(), public_id, actor=current_actor())
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    return _shut_in(Response(queries.preview(document, number, folder()), mimetype="image/png"))


@bp.post("/documents/<public_id>/retirer")
@needs(Permission.INTERACTION_LOG)
def remove(public_id: str) -> ResponseReturnValue:
    """To the bin, with an undo."""
    actor, session = current_actor(), db.session()
    document = queries.get(session, public_id, actor=actor, removed=True, for_update=True)
    if services.remove(session, document, actor=actor, now=g.now):
        undo = {
            "text": gettext("« %(name)s » est retiré.", name=document.name),
            "undo_url": url_for("documents.put_back", public_id=public_id),
            "undo_label": gettext("Annuler"),
        }
        flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
    return _back_to_exchange(document)


@bp.post("/documents/<public_id>/remettre")
@needs(Permission.INTERACTION_LOG)
def put_back(public_id: str) -> ResponseReturnValue:
    """Out of the bin."""
    actor, session = current_actor(), db.session()
    document = queries.get(session, public_id, actor=actor, removed=True, for_update=True)
    services.put_back(session, document, actor=actor)
    flash(gettext("« %(name)s » est de nouveau joint.", name=document.name), "success")
    return _back_to_exchange(document)


def folder() -> Path:
    """Where the files are kept."""
    return Path(current_app.config["INSTANCE"]) / "documents"


def _back_to_exchange(document: Document) -> ResponseReturnValue:
    interaction = queries.exchange_of(db.session(), document)
    return redirect(url_for("interactions.show", public_id=interaction.public_id), 303)


def _shut_in(response: Response) -> Response:
    """Whatever a browser makes of the file, it runs nothing and reaches nothing."""
    response.headers["Content-Security-Policy"] = SANDBOXED
    return response
