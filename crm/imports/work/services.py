"""Writes of whoever compares or writes an import: take it, say what became of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from crm.imports.enums import ImportState, Outcome
from crm.imports.models import Import, ImportedPartner
from crm.partners.models import Partner
from crm.wording import N_

BROKEN = N_("Une erreur de notre part a arrêté cet import ; rien n'a été écrit. Signalez-la, puis recommencez.")
AUTHOR_LEFT = N_("La personne qui a préparé cet import n'a plus le droit d'importer.")
DIED = N_("Cet import s'est arrêté trois fois en route ; rien n'a été écrit.")
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An import that this process alone works on until its lease ends."""

    import_id: int
    public_id: str
    state: ImportState
    attempt: int
    structure_id: int
    author_id: int
    file_name: str
    headings: tuple[str, ...]
    mapping: str
    content: bytes = field(repr=False)


def take(session: Session, *, now: datetime, lease: timedelta) -> Taken | None:
    """The oldest import that waits for work and that nobody holds; None when there is none."""
    statement = (
        select(Import)
        .where(
            Import.state.in_([ImportState.COMPARING, ImportState.WRITING]),
            or_(Import.lease_until.is_(None), Import.lease_until <= now),
        )
        .order_by(Import.id)
        .limit(1)
        .options(undefer(Import.content))
        .with_for_update(skip_locked=True)
    )
    one = session.scalars(statement).first()
    if one is None:
        return None
    if one.content is None or one.attempt >= MOST_ATTEMPTS:
        one.state, one.error, one.lease_until = ImportState.FAILED, DIED, None
        session.flush()
        return take(session, now=now, lease=lease)
    one.attempt += 1
    one.lease_until = now + lease
    session.flush()
    return Taken(
        import_id=one.id,
        public_id=one.public_id,
        state=one.state,
        attempt=one.attempt,
        structure_id=one.structure_id,
        author_id=one.author_id,
        file_name=one.file_name,
        headings=tuple(json.loads(one.headings)),
        mapping=one.mapping,
        content=one.content,
    )


def still_ours(session: Session, taken: Taken) -> bool:
    """Whether nobody took it meanwhile; held until the transaction ends."""
    one = session.get_one(Import, taken.import_id, with_for_update=True, populate_existing=True)
    return one.state is taken.state and one.attempt == taken.attempt


def compared(session: Session, taken: Taken, plan: str, totals: Mapping[Outcome, int]) -> None:
    """It can be looked at."""
    if not still_ours(session, taken):
        return
    one = session.get_one(Import, taken.import_id)
    one.plan, one.state = plan, ImportState.READY
    one.totals, one.attempt, one.lease_until = _dump(totals), 0, None
    session.flush()


def written(
    session: Session,
    taken: Taken,
    made: Sequence[tuple[int, Partner]],
    totals: Mapping[Outcome, int],
    report: str,
    *,
    now: datetime,
) -> None:
    """Everything is written, in this very transaction."""
    one = session.get_one(Import, taken.import_id)
    one.state, one.done_at, one.lease_until, one.report = ImportState.DONE, now, None, report
    one.totals = _dump(totals)
    session.add_all(ImportedPartner(import_id=one.id, partner_id=partner.id, line=line) for line, partner in made)
    session.flush()


def failed(session: Session, taken: Taken, reason: str) -> None:
    """It cannot be done; nothing was written."""
    if still_ours(session, taken):
        one = session.get_one(Import, taken.import_id)
        one.state, one.error, one.lease_until = ImportState.FAILED, reason[:300], None
        session.flush()


def _dump(totals: Mapping[Outcome, int]) -> str:
    return json.dumps({outcome.value: totals.get(outcome, 0) for outcome in Outcome})
