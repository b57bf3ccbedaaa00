"""What became of each row, as lines to read and as a CSV file to keep."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Protocol

from crm.imports.enums import Outcome
from crm.imports.facts import Facts
from crm.imports.proposals import CONTACT, Change
from crm.sentences import Sentence

#: A spreadsheet program runs a cell that begins so; a quote before it makes it text. Source: OWASP, CSV injection.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_FIELDS = {
    "name": "le nom", "trade_name": "l'enseigne", "kind": "le type", "siret": "le SIRET", "siren": "le SIREN",
    "street": "l'adresse", "postal_code": "le code postal", "city": "la ville", "phone": "le téléphone",
    "email": "l'adresse e-mail", "website": "le site", "sector": "l'activité", CONTACT: "les contacts",
}  # fmt: skip
_HEADINGS = ("ligne", "nom", "résultat", "ressemble à", "raisons", "remarques")


class ReportedTarget(Protocol):
    """Whom a row resembles."""

    @property
    def name(self) -> str: ...
    @property
    def line(self) -> int | None: ...


class ReportedRow(Protocol):
    """What is said of a row."""

    @property
    def facts(self) -> Facts: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def target(self) -> ReportedTarget | None: ...
    @property
    def reasons(self) -> tuple[Sentence, ...]: ...
    @property
    def changes(self) -> tuple[Change, ...]: ...


def lines(rows: Iterable[ReportedRow]) -> Iterator[str]:
    """One French line for each row, then one for each thing that was mended in it."""
    for row in rows:
        said = f"ligne {row.facts.line:>5}  {row.outcome.label:<9}  {row.facts.draft.name}"
        target, reasons = row.target, _joined(row.reasons)
        if row.outcome is Outcome.SAME and target:
            said += f" : c'est {_named(target)}, {reasons}"
        elif row.outcome is Outcome.DOUBTFUL and target:
            said += f" : ressemble à {_named(target)}, {reasons}"
        elif reasons:
            said += f" : {reasons}"
        yield said
        yield from (f"{'':<24}{note}" for note in row.facts.notes)
        yield from (f"{'':<24}{_told(change)}" for change in row.changes)


def csv_text(rows: Iterable[ReportedRow]) -> str:
    """The same as a CSV file with semicolons; cells that a spreadsheet would run as formulas are made texts."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    for row in rows:
        cells = (
            str(row.facts.line),
            row.facts.draft.name,
            row.outcome.label,
            _named(row.target) if row.target else "",
            _joined(row.reasons),
            _joined(row.facts.notes),
        )
        writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def _told(change: Change) -> str:
    if change.fills:
        return f"complète {_FIELDS[change.field]} : {change.new}"
    return f"diffère, laissé : {_FIELDS[change.field]}, {change.old} → {change.new}"


def _named(target: ReportedTarget) -> str:
    return target.name if target.line is None else f"{target.name} (ligne {target.line})"


def _joined(sentences: Iterable[Sentence]) -> str:
    return ", ".join(str(sentence) for sentence in sentences)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet program runs as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
