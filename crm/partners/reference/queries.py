"""
Reads of reference data. Published facts: everybody may read them, so no actor is asked for.

Withdrawn codes are no longer proposed, but their label is still given to whoever carries them.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, or_, select
from sqlalchemy.orm import Session

from crm.db import Base
from crm.partners.places import department_of
from crm.partners.reference.changes import Known
from crm.partners.reference.enums import HolidayZone, Position, SizeClass
from crm.partners.reference.matching import Choice, Town
from crm.partners.reference.models import (
    Commune,
    CommunePostalCode,
    HeadcountBand,
    LegalForm,
    NafCode,
    PublicHoliday,
    ReferenceSource,
    RomeTrade,
    Withdrawable,
)
from crm.partners.reference.reading import Key, Shape
from crm.partners.search import LIKE_ESCAPE, like_pattern, search_tokens

_POSTAL_CODE_LENGTH = 5
#: What people write for « saint » and « sainte », which the names never abbreviate.
_ABBREVIATIONS = {"st": "saint", "ste": "sainte"}


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """A commune to choose. `postal_codes` in their order; a distance is « environ » unless `position` is its own."""

    id: int
    insee_code: str
    name: str
    postal_codes: tuple[str, ...]
    department_code: str
    population: int | None
    latitude: float | None
    longitude: float | None
    position: Position


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade of the ROME."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off."""

    day: date
    label: str
    zone: HolidayZone


def communes_matching(session: Session, text: str, *, limit: int = 20) -> list[CommuneLine]:
    """
    The communes whose name has a word beginning with each word of `text`, or its beginning of a postal code.

    Names that are, then begin with, what was typed come first; then the most populous. Two queries.
    """
    tokens = search_tokens(text)
    if not tokens:
        return []
    whole = " ".join(_ABBREVIATIONS.get(token, token) for token in tokens)
    rank = case(
        (Commune.sort_key == whole, 0),
        (Commune.sort_key.like(like_pattern(whole)[1:], escape=LIKE_ESCAPE), 1),
        else_=2,
    )
    communes = session.scalars(
        select(Commune)
        .where(Commune.withdrawn_on.is_(None), *(_names_or_serves(token) for token in tokens))
        .order_by(rank, func.coalesce(Commune.population, 0).desc(), Commune.insee_code)
        .limit(limit)
    ).all()
    return _lines(session, communes)


def communes_called(session: Session, town: Town, *, limit: int = 6) -> list[CommuneLine]:
    """
    The communes that `town` may be, the most populous first. Two queries.

    With a postal code, those that it serves; if none, those of its département (a CEDEX code is no commune's).
    """
    statement = select(Commune).where(Commune.withdrawn_on.is_(None))
    served = select(CommunePostalCode.commune_id).where(CommunePostalCode.postal_code == town.postal_code)
    if town.insee_code:
        coded = select(CommunePostalCode.commune_id).where(CommunePostalCode.postal_code == town.insee_code)
        statement = statement.where(or_(Commune.insee_code == town.insee_code, Commune.id.in_(coded)))
        statement = statement.order_by((Commune.insee_code == town.insee_code).desc())
    elif town.name:
        statement = statement.where(Commune.sort_key == town.name)
    else:
        return []
    if town.postal_code and not town.insee_code:
        near = Commune.department_code == department_of(town.postal_code)
        statement = statement.where(or_(Commune.id.in_(served), near)).order_by(Commune.id.in_(served).desc())
    found = session.scalars(
        statement.order_by(func.coalesce(Commune.population, 0).desc(), Commune.insee_code).limit(limit)
    ).all()
    lines = _lines(session, found)
    exact = [line for line in lines if town.postal_code in line.postal_codes or line.insee_code == town.insee_code]
    return exact or lines


def _lines(session: Session, communes: Sequence[Commune]) -> list[CommuneLine]:
    codes = _postal_codes(session, [commune.id for commune in communes])
    return [
        CommuneLine(
            id=commune.id,
            insee_code=commune.insee_code,
            name=commune.name,
            postal_codes=tuple(codes[commune.id]),
            department_code=commune.department_code,
            population=commune.population,
            latitude=commune.latitude,
            longitude=commune.longitude,
            position=commune.position,
        )
        for commune in communes
    ]


def _names_or_serves(token: str) -> ColumnElement[bool]:
    found = [_has_word(Commune.sort_key, word) for word in {token, _ABBREVIATIONS.get(token, token)}]
    if token.isascii() and token.isdigit():
        found.append(Commune.id.in_(select(CommunePostalCode.commune_id).where(_begins(token))))
    return or_(*found)


def _begins(digits: str) -> ColumnElement[bool]:
    if len(digits) > _POSTAL_CODE_LENGTH:
        return false()
    first, last = digits.ljust(_POSTAL_CODE_LENGTH, "0"), digits.ljust(_POSTAL_CODE_LENGTH, "9")
    return CommunePostalCode.postal_code.between(first, last)


def _has_word(column: Any, word: str) -> ColumnElement[bool]:
    start = like_pattern(word)[1:]
    return or_(column.like(start, escape=LIKE_ESCAPE), column.like(f"% {start}", escape=LIKE_ESCAPE))


def _postal_codes(session: Session, communes: list[int]) -> defaultdict[int, list[str]]:
    codes: defaultdict[int, list[str]] = defaultdict(list)
    statement = select(CommunePostalCode.commune_id, CommunePostalCode.postal_code)
    ordered = statement.where(CommunePostalCode.commune_id.in_(communes)).order_by(CommunePostalCode.postal_code)
    for commune, code in session.execute(ordered):
        codes[commune].append(code)
    return codes


def naf_label(session: Session, code: str) -> str | None:
    """The label of a NAF sub-class, written 88.10A, 8810A or 8810a; None when there is no such code."""
    compact = code.strip().upper().replace(".", "").replace(" ", "")
    return session.scalar(select(NafCode.label).where(NafCode.code == f"{compact[:2]}.{compact[2:]}"))


def naf_codes(session: Session) -> list[Choice]:
    """The sub-classes that are still proposed: a few hundred, so that words are compared in Python."""
    rows = session.execute(
        select(NafCode.code, NafCode.label).where(NafCode.withdrawn_on.is_(None)).order_by(NafCode.code)
    )
    return [Choice(*row) for row in rows]


def legal_forms(session: Session) -> list[Choice]:
    """The legal forms that are still proposed, by label."""
    rows = session.execute(
        select(LegalForm.code, LegalForm.label).where(LegalForm.withdrawn_on.is_(None)).order_by(LegalForm.label)
    )
    return [Choice(*row) for row in rows]


def headcount_bands(session: Session) -> dict[str, tuple[str, SizeClass | None]]:
    """The label and the size of each band, from the smallest to the largest."""
    rows = session.execute(
        select(HeadcountBand).order_by(func.coalesce(HeadcountBand.minimum, -1), HeadcountBand.code)
    ).scalars()
    return {band.code: (band.label, band.size) for band in rows}


def legal_form_label(session: Session, code: str) -> str | None:
    """The label of a legal form, withdrawn or not."""
    return session.scalar(select(LegalForm.label).where(LegalForm.code == code))


def trade_labels(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The labels of these ROME codes, withdrawn or not; those that are unknown are left out."""
    rows = session.execute(select(RomeTrade.code, RomeTrade.label).where(RomeTrade.code.in_(codes)))
    return {row.code: row.label for row in rows}


def rome_search(session: Session, text: str, *, limit: int = 20) -> list[Trade]:
    """The trades whose label has a word beginning with each word of `text`, or whose code begins so; one query."""
    tokens = search_tokens(text)
    if not tokens:
        return []
    wanted = [
        or_(
            _has_word(RomeTrade.sort_key, token),
            func.lower(RomeTrade.code).like(f"{_plain(token)}%", escape=LIKE_ESCAPE),
        )
        for token in tokens
    ]
    statement = select(RomeTrade.code, RomeTrade.label).where(RomeTrade.withdrawn_on.is_(None), *wanted)
    return [Trade(*row) for row in session.execute(statement.order_by(RomeTrade.sort_key, RomeTrade.code).limit(limit))]


def _plain(token: str) -> str:
    return like_pattern(token)[1:-1]


def holidays_between(
    session: Session, first: date, last: date, *, zone: HolidayZone = HolidayZone.NATIONAL
) -> list[Holiday]:
    """The days off from `first` to `last`, both included: the national ones and those of `zone`."""
    statement = (
        select(PublicHoliday.day, PublicHoliday.label, PublicHoliday.zone)
        .where(PublicHoliday.day.between(first, last), PublicHoliday.zone.in_({HolidayZone.NATIONAL, zone}))
        .order_by(PublicHoliday.day, PublicHoliday.label)
    )
    return [Holiday(*row) for row in session.execute(statement)]


def loaded_sources(session: Session) -> dict[str, ReferenceSource]:
    """What was loaded, by file name."""
    return {source.name: source for source in session.scalars(select(ReferenceSource))}


def known_rows(session: Session, model: type[Base], shape: Shape) -> dict[Key, Known]:
    """All rows of a table by their key, as `shape` orders them; of a commune, its postal codes as well."""
    table = Base.metadata.tables[model.__tablename__]
    stored = [name for name in shape.fields if name in table.c]
    rows = session.execute(select(*(table.c[name] for name in (*shape.key, *stored, *_mark(model)))))
    width, end = len(shape.key), len(shape.key) + len(stored)
    known = {tuple(row[:width]): Known(tuple(row[width:end]), any(row[end:])) for row in rows}
    if "postal_codes" not in shape.fields:
        return known
    return _with_postal_codes(session, known, at=shape.fields.index("postal_codes"))


def _mark(model: type[Base]) -> tuple[str, ...]:
    return ("withdrawn_on",) if issubclass(model, Withdrawable) else ()


def _with_postal_codes(session: Session, known: dict[Key, Known], *, at: int) -> dict[Key, Known]:
    codes: defaultdict[Key, list[str]] = defaultdict(list)
    statement = select(Commune.insee_code, CommunePostalCode.postal_code).join_from(Commune, CommunePostalCode)
    for insee_code, code in session.execute(statement):
        codes[(insee_code,)].append(code)
    return {
        key: Known((*old.values[:at], tuple(sorted(codes[key])), *old.values[at:]), old.withdrawn)
        for key, old in known.items()
    }


def commune_ids(session: Session) -> dict[str, int]:
    """The row number of each commune, by INSEE code."""
    return {row.insee_code: row.id for row in session.execute(select(Commune.insee_code, Commune.id))}
