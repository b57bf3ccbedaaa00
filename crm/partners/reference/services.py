"""
Loads reference data: each file is compared with its table, then written with a fixed number of statements.

Codes that a newer file no longer has are marked withdrawn, never deleted: partners may carry them. Only what
nothing can carry is deleted: which trades a sector employs, days off of the years that the file covers.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from crm import clock
from crm.db import Base
from crm.partners.reference import reading
from crm.partners.reference.changes import Difference, FilePlan, all_covered, compare, same_years
from crm.partners.reference.enums import Verdict
from crm.partners.reference.models import (
    Commune,
    CommunePostalCode,
    Department,
    HeadcountBand,
    LegalForm,
    NafCode,
    NafTrade,
    PublicHoliday,
    ReferenceSource,
    RomeTrade,
    Withdrawable,
)
from crm.partners.reference.queries import commune_ids, known_rows, loaded_sources
from crm.partners.reference.reading import Key, Row, Shape, UnreadableReference
from crm.wording import N_

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Target:
    """A file, its table, and the field of each row that names a row of another table (with that table's file)."""

    shape: Shape
    model: type[Base]
    refers: tuple[str, Shape] | None = None
    covered: Callable[[Mapping[Key, Row]], Callable[[Key], bool]] = lambda _rows: all_covered


#: In the order in which they are written: a row comes after the one it names.
TARGETS = (
    Target(reading.DEPARTMENTS, Department),
    Target(reading.COMMUNES, Commune, refers=("department_code", reading.DEPARTMENTS)),
    Target(reading.NAF, NafCode),
    Target(reading.ROME, RomeTrade),
    Target(reading.NAF_TRADES, NafTrade, refers=("rome_code", reading.ROME)),
    Target(reading.HOLIDAYS, PublicHoliday, covered=same_years),
    Target(reading.LEGAL_FORMS, LegalForm),
    Target(reading.HEADCOUNTS, HeadcountBand),
)
_MODELS = {target.shape.file: target.model for target in TARGETS}


def open_folder(folder: Path) -> dict[str, bytes]:
    """
    The files of a folder that are reference data, and `sources.csv`, which says where they come from.

    Raises UnreadableReference when there is none, or when one cannot be read.
    """
    found = {}
    for shape in (reading.SOURCES, *(target.shape for target in TARGETS)):
        path = folder / shape.file
        try:
            if path.is_file():
                with path.open("rb") as file:
                    found[shape.file] = file.read(reading.MOST_BYTES + 1)
        except OSError:
            raise UnreadableReference(N_("%(file)s : le fichier ne se laisse pas lire."), file=shape.file) from None
    if not found.keys() - {reading.SOURCES.file}:
        raise UnreadableReference(
            N_("Aucun fichier de référence dans %(folder)s (attendus : %(names)s)."),
            folder=str(folder),
            names=", ".join(target.shape.file for target in TARGETS),
        )
    return found


def plan(session: Session, files: Files) -> tuple[FilePlan, ...]:
    """What loading would do, nothing written. Raises UnreadableReference."""
    briefs = _briefs(session, files)
    news = {brief.file: files[brief.file] for brief in briefs if brief.verdict is Verdict.NEWS}
    return tuple(_full(session, brief, files, news) for brief in briefs)


def is_news(session: Session, files: Files) -> bool:
    """Whether loading would write anything. Compares dates and hashes only: one query, no file taken apart."""
    return any(brief.verdict in (Verdict.NEWS, Verdict.CREDITS) for brief in _briefs(session, files))


def load(session: Session, files: Files, *, now: datetime) -> tuple[FilePlan, ...]:
    """Write what `plan` says, in the transaction of the caller. Raises UnreadableReference before any write."""
    plans = plan(session, files)
    sources = _sources(files)
    for target in TARGETS:
        for done in plans:
            if done.file == target.shape.file and done.verdict is Verdict.NEWS:
                _write(session, target, done, clock.day_of(now))
    credited = [
        {
            "name": done.file,
            **dict(zip(reading.SOURCES.fields, sources[(done.file,)].values, strict=True)),
            "sha256": done.sha256,
            "rows": len(done.rows),
            "loaded_at": now,
        }
        for done in plans
        if done.verdict in (Verdict.NEWS, Verdict.CREDITS)
    ]
    _upsert(session, ReferenceSource, ("name",), credited)
    return plans


def _sources(files: Files) -> dict[Key, Row]:
    if reading.SOURCES.file not in files:
        raise UnreadableReference(
            N_("%(file)s manque : il dit d'où vient chaque fichier et sous quelle licence."), file=reading.SOURCES.file
        )
    return reading.read(reading.SOURCES, files[reading.SOURCES.file])


def _briefs(session: Session, files: Files) -> list[FilePlan]:
    """The verdict on each file present, without taking it apart."""
    sources = _sources(files)
    loaded = loaded_sources(session)
    briefs = []
    for file in (target.shape.file for target in TARGETS if target.shape.file in files):
        if (file,) not in sources:
            raise UnreadableReference(
                N_("%(sources)s ne dit pas d'où vient %(file)s."), sources=reading.SOURCES.file, file=file
            )
        given = dict(zip(reading.SOURCES.fields, sources[(file,)].values, strict=True))
        sha256 = hashlib.sha256(files[file]).hexdigest()
        briefs.append(FilePlan(file, _verdict(loaded.get(file), given, sha256), sha256))
    return briefs


def _verdict(known: ReferenceSource | None, given: Mapping[str, Any], sha256: str) -> Verdict:
    if known is None:
        return Verdict.NEWS
    if given["dated_on"] < known.dated_on:
        return Verdict.OLDER  # the files that come with a release do not undo newer ones loaded by hand
    if known.sha256 != sha256:
        return Verdict.NEWS
    same = all(getattr(known, name) == value for name, value in given.items())
    return Verdict.SAME if same else Verdict.CREDITS


def _full(session: Session, brief: FilePlan, files: Files, news: Files) -> FilePlan:
    if brief.verdict not in (Verdict.NEWS, Verdict.CREDITS):
        return brief
    target = next(target for target in TARGETS if target.shape.file == brief.file)
    rows = reading.read(target.shape, files[brief.file])
    if brief.verdict is Verdict.CREDITS:
        return replace(brief, rows=rows)
    if target.refers:
        _check_names(session, target, rows, news)
    known = known_rows(session, target.model, target.shape)
    difference = compare(known, rows, covered=target.covered(rows))
    return replace(brief, rows=rows, difference=difference)


def _check_names(session: Session, target: Target, rows: Mapping[Key, Row], news: Files) -> None:
    """Refuse a row that names a code which neither the database nor what is being loaded knows."""
    if target.refers is None:
        return
    field, other = target.refers
    named = set(known_rows(session, _MODELS[other.file], other))
    if other.file in news:
        named |= reading.read(other, news[other.file]).keys()
    everything = (*target.shape.key, *target.shape.fields)
    for key, row in rows.items():
        code = (*key, *row.values)[everything.index(field)]
        if (code,) not in named:
            raise UnreadableReference(
                N_("%(file)s, ligne %(line)s : le code « %(code)s » n'est pas dans %(other)s."),
                file=target.shape.file,
                line=row.line,
                code=code,
                other=other.file,
            )


def _write(session: Session, target: Target, done: FilePlan, day: date) -> None:
    written = [*done.difference.added, *done.difference.changed]
    records = [_record(target.shape, key, done.rows[key]) for key in written]
    postal_codes = {record["insee_code"]: record.pop("postal_codes") for record in records if "postal_codes" in record}
    if issubclass(target.model, Withdrawable):
        for record in records:
            record["withdrawn_on"] = None
    _upsert(session, target.model, target.shape.key, records)
    _retire(session, target, done.difference, day)
    if postal_codes:
        _write_postal_codes(session, postal_codes)


def _record(shape: Shape, key: Key, row: Row) -> dict[str, Any]:
    return dict(zip((*shape.key, *shape.fields), (*key, *row.values), strict=True))


def _table(model: type[Base]) -> sa.Table:
    return Base.metadata.tables[model.__tablename__]


def _upsert(session: Session, model: type[Base], key: Iterable[str], records: list[dict[str, Any]]) -> None:
    """One statement, many rows. Two loads at once meet on the unique key and agree."""
    if not records:
        return
    key = tuple(key)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(_table(model))
    replaced = {name: statement.excluded[name] for name in records[0] if name not in key}
    if replaced:
        statement = statement.on_conflict_do_update(index_elements=key, set_=replaced)
    else:
        statement = statement.on_conflict_do_nothing()
    session.execute(statement, records)


def _retire(session: Session, target: Target, difference: Difference, day: date) -> None:
    if not difference.gone:
        return
    table = _table(target.model)
    here = sa.and_(*(table.c[name] == sa.bindparam(f"old_{name}") for name in target.shape.key))
    keys = [{f"old_{name}": part for name, part in zip(target.shape.key, key, strict=True)} for key in difference.gone]
    if issubclass(target.model, Withdrawable):
        session.execute(sa.update(table).where(here).values(withdrawn_on=day), keys)
    else:
        session.execute(sa.delete(table).where(here), keys)


def _write_postal_codes(session: Session, postal_codes: Mapping[str, tuple[str, ...]]) -> None:
    ids = commune_ids(session)
    table = _table(CommunePostalCode)
    touched = [{"old_commune": ids[insee_code]} for insee_code in postal_codes]
    session.execute(sa.delete(table).where(table.c.commune_id == sa.bindparam("old_commune")), touched)
    pairs = [
        {"postal_code": code, "commune_id": ids[insee_code]}
        for insee_code, codes in postal_codes.items()
        for code in codes
    ]
    _upsert(session, CommunePostalCode, ("postal_code", "commune_id"), pairs)
