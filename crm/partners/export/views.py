"""The list of partners as a file: which one, then the file."""

from tempfile import SpooledTemporaryFile

from flask import Blueprint, g, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.db import db
from crm.partners.export import services
from crm.partners.export.layout import FileKind, Width
from crm.partners.listing import filters as asked
from crm.partners.listing import queries as listing
from crm.partners.listing.views import list_url, written

bp = Blueprint("export", __name__)

#: Bytes of a file kept in memory; a larger one goes to a temporary file.
IN_MEMORY = 1_000_000
MEDIA_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.route("/partenaires/exporter", methods=["GET"])
@needs(Permission.PARTNER_EXPORT)
def choose() -> ResponseReturnValue:
    """Which file, of the partners that the list shows."""
    actor, session = current_actor(), db.session()
    filters = asked.from_pairs(request.args.items(multi=True))
    return render_template(
        "export/choose.html",
        total=listing.count(session, filters, actor, clock.day_of(g.now)),
        narrowed=filters.narrows,
        pairs=asked.pairs(filters),
        back=list_url(filters),
        kinds=list(FileKind),
        widths=list(Width),
    )


@bp.route("/partenaires/exporter/fichier", methods=["GET"])
@needs(Permission.PARTNER_EXPORT)
def download() -> ResponseReturnValue:
    """The file. A GET, so that asking for it twice gives it twice; the audit notes each."""
    actor, today = current_actor(), clock.day_of(g.now)
    kind = FileKind.CSV if request.args.get("format") == FileKind.CSV else FileKind.XLSX
    # Closed with the response, which is sent once the transaction is over.
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    services.export(
        db.session(),
        asked.from_pairs(request.args.items(multi=True)),
        file,
        kind=kind,
        complete=request.args.get("width") == Width.COMPLETE,
        actor=actor,
        today=today,
        written=written,
        say=gettext,
    )
    file.seek(0)
    name = f"{gettext('partenaires')}-{today.isoformat()}.{kind.value}"
    return send_file(file, MEDIA_TYPES[kind], as_attachment=True, download_name=name)
