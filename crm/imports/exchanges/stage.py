"""Companies of a history as rows that are kept between two pages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Protocol

from crm.imports.enums import Outcome
from crm.imports.exchanges.facts import Exchange
from crm.imports.staged import Judged, StagedExchange, StagedRow, staged

#: Exchanges of one company that are shown, and the characters of each.
SHOWN, EXCERPT = 5, 160


class _Company(Protocol):
    @property
    def planned(self) -> Judged: ...
    @property
    def exchanges(self) -> tuple[Exchange, ...]: ...
    @property
    def known(self) -> frozenset[int]: ...


class _History(Protocol):
    @property
    def companies(self) -> tuple[_Company, ...]: ...
    @property
    def wrong(self) -> tuple[Exchange, ...]: ...


def staged_rows(history: _History) -> Iterator[StagedRow]:
    """What is kept of each company, then of each row that cannot be read."""
    for company in history.companies:
        row = staged(company.planned)
        shown = tuple(_shown(one) for one in company.exchanges[:SHOWN])
        count, known = len(company.exchanges), len(company.known)
        yield replace(row, changes=(), exchanges=shown, count=count, known=known)
    for wrong in history.wrong:
        if wrong.error is not None:
            name, city = wrong.company.draft.name, wrong.company.draft.city
            yield StagedRow(
                line=wrong.line, name=name, city=city, outcome=Outcome.WRONG, reasons=(wrong.error,), notes=wrong.notes
            )


def _shown(one: Exchange) -> StagedExchange:
    text = one.text if len(one.text) <= EXCERPT else f"{one.text[: EXCERPT - 1]}…"
    day = one.day or date.min  # what has no day is an error, not a part of a company
    return StagedExchange(line=one.line, day=day, kind=one.kind.value, who=one.who, text=text, notes=one.notes)
