"""Writes of what a structure chooses."""

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict, DomainError
from crm.reminders.models import NudgeSetting
from crm.reminders.nudges import registered
from crm.reminders.settings.queries import Chosen, chosen, rows_of, structure_of
from crm.wording import N_


class NoWorkingDay(DomainError):
    """A structure that never works would never be told anything."""


def choose(session: Session, wanted: Chosen, *, edition: int | None, actor: Actor) -> None:
    """Keep what the structure wants. The next sweep follows. Raises NotAllowed, Conflict, NoWorkingDay."""
    require(actor, Permission.STRUCTURE_EDIT)
    structure = structure_of(session, actor=actor, for_update=True)
    now = chosen(session, structure)
    if edition != now.edition:
        raise Conflict(N_("Ces réglages ont été modifiés entre-temps."), current=now.edition)
    if not wanted.working_days:
        raise NoWorkingDay(N_("Cochez au moins un jour travaillé : sans lui, aucun rappel ne partirait jamais."))
    structure.working_days = wanted.working_days
    structure.solicitation_days = wanted.solicitation_days
    structure.solicitation_threshold = wanted.solicitation_threshold
    rows = rows_of(session, structure)
    for one in registered():
        key, setting = one.nudge.key, wanted.nudges[one.nudge.key]
        if setting == now.nudges[key]:
            continue
        row = rows.get(key)
        if row is None:
            row = NudgeSetting(structure_id=structure.id, rule=key)
            session.add(row)
        row.enabled = setting.enabled
        row.delay_days = None if setting.delay_days == one.nudge.delay_days else setting.delay_days
    session.flush()
