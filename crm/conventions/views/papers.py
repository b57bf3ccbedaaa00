"""The convention on paper: what it looks like, its PDF; and the signed copies kept with it."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Response, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from crm.access.guard import before, current_actor, needs
from crm.access.policy import Permission
from crm.accounts.models import Structure
from crm.conventions import queries
from crm.conventions.enums import Side
from crm.conventions.models import Commitment, Convention, ConventionFile
from crm.conventions.papers import queries as papers
from crm.conventions.papers import services
from crm.conventions.views.frame import back_to, bp, offer_undo, wanted
from crm.db import db
from crm.interactions.documents.enums import DocumentKind
from crm.interactions.documents.queries import content_of
from crm.interactions.documents.refusals import LARGEST, NOTHING_CHOSEN, DocumentRefused
from crm.interactions.documents.services import Ready, look_at
from crm.partners.identifiers import show_siret
from crm.partners.models import Partner
from crm.web import typesetting
from crm.web.formats import day
from crm.web.headers import SANDBOXED

TEMPLATE = "pdf/convention.typ"
MEDIA_TYPES = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.JPEG: "image/jpeg",
    DocumentKind.PNG: "image/png",
    DocumentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/conventions/<public_id>/apercu")
@needs(Permission.CONVENTION_READ)
def preview(public_id: str) -> ResponseReturnValue:
    """What the pages look like."""
    convention = wanted(public_id)
    count = len(typesetting.pictures(TEMPLATE, _data(convention)))
    return render_template("conventions/preview.html", convention=convention, count=count)


@bp.get("/conventions/<public_id>/page")
@needs(Permission.CONVENTION_READ)
def page(public_id: str) -> ResponseReturnValue:
    """One page as a picture (?page=2)."""
    pages = typesetting.pictures(TEMPLATE, _data(wanted(public_id)))
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    return _shut_in(Response(pages[min(max(number, 1), len(pages)) - 1], mimetype="image/png"))


@bp.get("/conventions/<public_id>/pdf")
@needs(Permission.CONVENTION_READ)
def pdf(public_id: str) -> ResponseReturnValue:
    """The convention to sign."""
    convention = wanted(public_id)
    content = typesetting.pdf(TEMPLATE, _data(convention))
    name = f"convention-v{convention.edition}.pdf"
    return _shut_in(send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name))


def _data(convention: Convention) -> dict[str, Any]:
    """The words of the page, in French whatever the language of the screen: it is the text that is signed."""
    structure = queries.structure_of(db.session(), current_actor())
    with force_locale("fr"):
        names = {Side.OURS: structure.name, Side.THEIRS: convention.partner.name, Side.OTHER: ""}
        return {
            "title": convention.title,
            "kind": gettext(convention.kind.label),
            "draft": "" if convention.stage in {"to_sign", "signed"} else gettext("Projet, à ne pas signer."),
            "footer": gettext("%(name)s · version %(number)s", name=structure.name, number=convention.edition),
            "ours": _structure(structure),
            "theirs": _partner(convention.partner),
            "purpose": convention.purpose,
            "length": _length(convention),
            "commitments": [
                {"name": names[side] or gettext(side.label), "lines": [_promise(one) for one in promises]}
                for side in Side
                if (promises := [one for one in convention.commitments if one.side is side])
            ],
            "clauses": [{"title": one.title, "text": one.text} for one in convention.clauses],
            "dates": [f"{day(one.due_on)} : {gettext(one.kind.label)}" for one in convention.dates],
            "copies": gettext("Fait en autant d'exemplaires que de parties."),
            "signatories": [
                {
                    "name": one.name,
                    "capacity": one.capacity,
                    "side": names[one.side] or gettext(one.side.label),
                    "signed": day(one.signed_on),
                }
                for one in convention.signatories
            ],
            "words": {
                "between": gettext("Entre"),
                "purpose": gettext("Objet"),
                "length": gettext("Durée"),
                "commitments": gettext("Engagements"),
                "article": gettext("Article"),
                "dates": gettext("Échéances"),
                "signatures": gettext("Signatures"),
                "signing": [gettext("Nom et qualité"), gettext("Signature"), gettext("Le")],
            },
        }


def _structure(structure: Structure) -> dict[str, Any]:
    siret = gettext("SIRET %(number)s", number=show_siret(structure.siret)) if structure.siret else ""
    return {"name": structure.name, "lines": _filled([gettext(structure.legal_kind.label), siret])}


def _partner(partner: Partner) -> dict[str, Any]:
    siret = gettext("SIRET %(number)s", number=show_siret(partner.siret)) if partner.siret else ""
    town = f"{partner.postal_code or ''} {partner.city or ''}".strip()
    return {"name": partner.name, "lines": _filled([partner.street, town, siret])}


def _filled(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line]


def _length(convention: Convention) -> list[str]:
    if convention.starts_on is None:
        return [gettext("À convenir.")]
    first = day(convention.starts_on)
    if convention.ends_on is None:
        said = [gettext("À partir du %(first)s, sans limite de durée.", first=first)]
    else:
        said = [gettext("Du %(first)s au %(last)s.", first=first, last=day(convention.ends_on))]
    if convention.tacit_months:
        again = {"months": convention.tacit_months, "times": convention.tacit_times}
        said.append(
            gettext("Elle se reconduit tacitement par périodes de %(months)s mois.", months=convention.tacit_months)
            if convention.tacit_times is None
            else gettext(
                "Elle se reconduit tacitement par périodes de %(months)s mois, %(times)s fois au plus.", **again
            )
        )
    if convention.notice_months:
        months = convention.notice_months
        said.append(gettext("Préavis : %(months)s mois avant la fin de la période.", months=months))
    if convention.amount_granted is not None:
        amount = f"{convention.amount_granted:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        said.append(gettext("Montant : %(amount)s euros.", amount=amount))
    return said


def _promise(one: Commitment) -> str:
    if one.due_on is None:
        return one.wording
    return str(gettext("%(what)s (pour le %(day)s)", what=one.wording, day=day(one.due_on)))


def look_at_upload() -> None:
    """Look at the file that is sent before the transaction begins. For `before`."""
    upload = request.files.get("document")
    g.upload = DocumentRefused(NOTHING_CHOSEN)
    if upload is None or not upload.filename:
        return
    with upload.stream as stream:  # a large one waits in a temporary file
        content = stream.read(LARGEST + 1)
    try:
        g.upload = look_at(content, upload.filename)
    except DocumentRefused as refusal:
        g.upload = refusal


def uploaded() -> Ready:
    """The file found fit to keep. Raises the DocumentRefused of one that is not."""
    found: Ready | DocumentRefused = g.upload
    if isinstance(found, DocumentRefused):
        raise found
    return found


@bp.post("/conventions/<public_id>/exemplaire")
@needs(Permission.CONVENTION_EDIT)
@before(look_at_upload)
def attach(public_id: str) -> ResponseReturnValue:
    """Keep a signed copy of the present version."""
    convention = wanted(public_id)
    try:
        services.attach(db.session(), convention, uploaded(), folder=folder(), actor=current_actor(), now=g.now)
    except DocumentRefused as refusal:
        reasons = [gettext(refusal.message, **refusal.values)]
        return render_template("conventions/refused.html", convention=convention, reasons=reasons), 422
    flash(gettext("Exemplaire joint."), "success")
    return back_to(convention)


@bp.get("/exemplaires/<public_id>")
@needs(Permission.CONVENTION_READ)
def download(public_id: str) -> ResponseReturnValue:
    """A signed copy, or the act of a delegation, as it is kept; always as an attachment."""
    file = papers.get(db.session(), public_id, actor=current_actor())
    content = content_of(file, folder())
    response = send_file(BytesIO(content), MEDIA_TYPES[file.kind], as_attachment=True, download_name=file.name)
    return _shut_in(response)


@bp.post("/exemplaires/<public_id>/retirer")
@needs(Permission.CONVENTION_EDIT)
def remove(public_id: str) -> ResponseReturnValue:
    """To the bin, with an undo."""
    file = papers.get(db.session(), public_id, actor=current_actor(), removed=True, for_update=True)
    if services.remove(db.session(), file, actor=current_actor(), now=g.now):
        offer_undo(
            gettext("« %(name)s » est retiré.", name=file.name), url_for("conventions.put_back", public_id=public_id)
        )
    return _where(file)


@bp.post("/exemplaires/<public_id>/remettre")
@needs(Permission.CONVENTION_EDIT)
def put_back(public_id: str) -> ResponseReturnValue:
    """Out of the bin."""
    file = papers.get(db.session(), public_id, actor=current_actor(), removed=True, for_update=True)
    services.put_back(db.session(), file, actor=current_actor())
    flash(gettext("« %(name)s » est de nouveau joint.", name=file.name), "success")
    return _where(file)


def folder() -> Path:
    """Where the files are kept."""
    return Path(current_app.config["INSTANCE"]) / "conventions"


def _where(file: ConventionFile) -> ResponseReturnValue:
    convention = papers.convention_of(db.session(), file)
    if convention is None:
        return redirect(url_for("convention_settings.index"), 303)
    return back_to(convention)


def _shut_in(response: Response) -> Response:
    """Whatever a browser makes of the file, it runs nothing and reaches nothing."""
    response.headers["Content-Security-Policy"] = SANDBOXED
    return response
