"""Writes the list of partners into a file, a batch at a time, and says in the audit that somebody took it out."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.audit.services import note
from crm.clock import PARIS
from crm.partners.export import queries
from crm.partners.export.cells import clean, protect
from crm.partners.export.layout import Field, FileKind, More, fields
from crm.partners.listing.columns import Row
from crm.partners.listing.filters import Filters

EXPORTED = "export"
#: So that Excel reads accents: a CSV that begins otherwise is taken for its own old encoding.
BOM = b"\xef\xbb\xbf"
_SHEET = "Partenaires"
_WIDTH = 22


def export(
    session: Session,
    filters: Filters,
    target: IO[bytes],
    *,
    kind: FileKind,
    complete: bool,
    actor: Actor,
    today: date,
    written: Callable[[Any], str],
    say: Callable[[str], str],
) -> None:
    """
    Write what the filters keep into `target`. `written` writes a cell, `say` translates a label. Raises NotAllowed.

    Never more than one batch is held: an XLSX is written row by row, into temporary files.
    """
    require(actor, Permission.PARTNER_EXPORT)
    # Before any read: on SQLite a transaction that has read cannot always become one that writes. The filters are not
    # told: the words searched for may be somebody's name.
    note(session, EXPORTED, object_type="partners", reason=f"{kind} {'complete' if complete else 'shown'}")
    columns = queries.columns(filters, actor, complete=complete)
    lines = queries.lines(session, filters, actor, today, columns=columns, complete=complete)
    laid = fields(columns, complete=complete)
    write = write_csv if kind is FileKind.CSV else write_xlsx
    write(target, laid, lines, written=written, say=say)


def write_csv(
    target: IO[bytes],
    laid: Sequence[Field],
    lines: Iterable[tuple[Row, More]],
    *,
    written: Callable[[Any], str],
    say: Callable[[str], str],
) -> None:
    """Semicolons, UTF-8 with its mark, and an apostrophe before what a spreadsheet would compute (see cells.py)."""
    target.write(BOM)
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text, delimiter=";", lineterminator="\r\n")
    table.writerow([protect(clean(say(one.label))) for one in laid])
    for row, more in lines:
        table.writerow([protect(clean(written(one.value(row, more)))) for one in laid])
    text.detach()


def write_xlsx(
    target: IO[bytes],
    laid: Sequence[Field],
    lines: Iterable[tuple[Row, More]],
    *,
    written: Callable[[Any], str],
    say: Callable[[str], str],
) -> None:
    """One sheet: texts as texts whatever they look like, days as days, numbers as numbers."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet(_SHEET)
    bold = book.add_format({"bold": True})
    day, moment = (book.add_format({"num_format": one}) for one in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm"))
    sheet.set_column(0, len(laid) - 1, _WIDTH)
    sheet.freeze_panes(1, 1)
    for place, one in enumerate(laid):
        sheet.write_string(0, place, say(one.label), bold)
    for number, (row, more) in enumerate(lines, 1):
        for place, one in enumerate(laid):
            cell = one.value(row, more)
            if isinstance(cell, datetime):
                sheet.write_datetime(number, place, cell.astimezone(PARIS).replace(tzinfo=None), moment)
            elif isinstance(cell, date):
                sheet.write_datetime(number, place, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001  a day
            elif isinstance(cell, int) and not isinstance(cell, bool):
                sheet.write_number(number, place, cell)
            elif text := clean(written(cell)):
                sheet.write_string(number, place, text)
    book.close()
