"""What a structure chose, as its settings page shows it."""

import zlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.models import Structure
from crm.errors import NotFound
from crm.reminders.models import NudgeSetting
from crm.reminders.nudges import Setting, registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Everything on the page. `working_days` as the column: « 12345 »; `nudges` by key."""

    working_days: str
    solicitation_days: int
    solicitation_threshold: int
    nudges: dict[str, Setting]

    @property
    def edition(self) -> int:
        """One number for all of it: another one when anything changed since the page was opened."""
        return zlib.crc32(repr(self).encode()) % 10**9


def structure_of(session: Session, *, actor: Actor, for_update: bool = False) -> Structure:
    """The actor's structure. Raises NotAllowed, NotFound."""
    require(actor, Permission.STRUCTURE_EDIT)
    statement = select(Structure).where(Structure.id == actor.structure_id)
    found = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def rows_of(session: Session, structure: Structure) -> dict[str, NudgeSetting]:
    """What the structure changed of the nudges, by key."""
    rows = session.scalars(select(NudgeSetting).where(NudgeSetting.structure_id == structure.id))
    return {row.rule: row for row in rows}


def chosen(session: Session, structure: Structure) -> Chosen:
    """What holds now: what was changed, else each rule's own values."""
    rows = rows_of(session, structure)
    found = {}
    for one in registered():
        row = rows.get(one.nudge.key)
        delay = one.nudge.delay_days if row is None or row.delay_days is None else row.delay_days
        found[one.nudge.key] = Setting(row is None or row.enabled, delay)
    return Chosen(
        working_days=structure.working_days,
        solicitation_days=structure.solicitation_days,
        solicitation_threshold=structure.solicitation_threshold,
        nudges=found,
    )
