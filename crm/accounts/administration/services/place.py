"""Writes on the identity of a structure, its logo, its units and its closing periods."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.administration.logo import Logo
from crm.accounts.administration.queries import below, get_logo, get_structure, units
from crm.accounts.administration.refusals import FieldRefused
from crm.accounts.enums import LegalKind
from crm.accounts.models import ClosingPeriod, Structure, StructureLogo, Unit
from crm.errors import Conflict
from crm.wording import N_

#: A closing of more days is a slip in a year.
LONGEST_CLOSING = 366
#: Years that a closing may be of: a slip of the hand is told.
YEARS = range(2000, 2100)

_STALE = N_("Cette fiche a été modifiée entre-temps.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a structure or a unit is called and is in law; SIRET of 14 digits, or None."""

    name: str
    legal_kind: LegalKind
    siret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days of closing, both included, and why."""

    starts_on: date
    ends_on: date
    label: str = ""


def describe(session: Session, structure: Structure, data: Identity, *, version: int | None, actor: Actor) -> None:
    """Change the identity of the structure, read with `for_update`. Raises NotAllowed, Conflict."""
    require(actor, Permission.STRUCTURE_EDIT, structure_id=structure.id)
    if version != structure.version:
        raise Conflict(_STALE, current=structure.version)
    structure.name, structure.legal_kind, structure.siret = data.name, data.legal_kind, data.siret
    session.flush()


def set_logo(session: Session, logo: Logo, *, actor: Actor) -> None:
    """Replace the logo of the actor's structure."""
    require(actor, Permission.STRUCTURE_EDIT)
    structure = get_structure(session, actor=actor, for_update=True)
    row = get_logo(session, actor=actor)
    if row is None:
        session.add(StructureLogo(structure_id=structure.id, media_type=logo.media_type, content=logo.content))
    else:
        row.media_type, row.content = logo.media_type, logo.content
    session.flush()


def remove_logo(session: Session, *, actor: Actor) -> None:
    """Take the logo of the actor's structure away, if there is one."""
    require(actor, Permission.STRUCTURE_EDIT)
    row = get_logo(session, actor=actor)
    if row is not None:
        session.delete(row)
        session.flush()


def add_unit(session: Session, data: Identity, *, parent_id: int | None, actor: Actor) -> Unit:
    """A new unit of the actor's structure. Raises NotAllowed, FieldRefused (the parent)."""
    require(actor, Permission.STRUCTURE_EDIT)
    structure = get_structure(session, actor=actor, for_update=True)
    unit = Unit(structure_id=structure.id, name=data.name, legal_kind=data.legal_kind, siret=data.siret)
    _place(session, unit, parent_id, actor)
    session.add(unit)
    session.flush()
    return unit


def change_unit(
    session: Session, unit: Unit, data: Identity, *, parent_id: int | None, version: int | None, actor: Actor
) -> None:
    """
    Change a unit of the actor's structure. Raises NotAllowed, Conflict, FieldRefused (the parent).
    """
    _stand_still(session, unit, actor)
    if version != unit.version:
        raise Conflict(_STALE, current=unit.version)
    _place(session, unit, parent_id, actor)
    unit.name, unit.legal_kind, unit.siret = data.name, data.legal_kind, data.siret
    session.flush()


def close_unit(session: Session, unit: Unit, *, actor: Actor, now: datetime) -> None:
    """Close a unit: it stays in what was written with it. Raises NotAllowed, FieldRefused while it has open units."""
    _stand_still(session, unit, actor)
    under = [line for line in units(session, actor=actor) if line.parent_id == unit.id and line.closed_at is None]
    if under:
        names = ", ".join(line.name for line in under)
        raise FieldRefused(N_("Fermez ou déplacez d'abord ce qu'il contient : %(names)s."), names=names)
    unit.closed_at = unit.closed_at or now
    session.flush()


def reopen_unit(session: Session, unit: Unit, *, actor: Actor) -> None:
    """Open a unit again. Raises NotAllowed, FieldRefused under a closed one."""
    _stand_still(session, unit, actor)
    parent = next((line for line in units(session, actor=actor) if line.id == unit.parent_id), None)
    if parent is not None and parent.closed_at is not None:
        raise FieldRefused(N_("Rouvrez d'abord « %(name)s », dont il fait partie."), name=parent.name)
    unit.closed_at = None
    session.flush()


def add_closing(session: Session, days: Days, *, actor: Actor) -> ClosingPeriod:
    """New days of closing of the actor's structure, both included. Raises NotAllowed, FieldRefused."""
    require(actor, Permission.STRUCTURE_EDIT)
    _refuse_days(days.starts_on, days.ends_on)
    structure = get_structure(session, actor=actor)
    period = ClosingPeriod(structure_id=structure.id, starts_on=days.starts_on, ends_on=days.ends_on, label=days.label)
    session.add(period)
    session.flush()
    return period


def change_closing(session: Session, period: ClosingPeriod, days: Days, *, version: int | None, actor: Actor) -> None:
    """Change a closing period read with `for_update`. Raises NotAllowed, Conflict, FieldRefused."""
    require(actor, Permission.STRUCTURE_EDIT, structure_id=period.structure_id)
    if version != period.version:
        raise Conflict(_STALE, current=period.version)
    _refuse_days(days.starts_on, days.ends_on)
    period.starts_on, period.ends_on, period.label = days.starts_on, days.ends_on, days.label
    session.flush()


def remove_closing(session: Session, period: ClosingPeriod, *, actor: Actor) -> None:
    """Delete a closing period; adding it again undoes that. Raises NotAllowed."""
    require(actor, Permission.STRUCTURE_EDIT, structure_id=period.structure_id)
    session.delete(period)
    session.flush()


def _stand_still(session: Session, unit: Unit, actor: Actor) -> None:
    """Lock the whole tree, so that two units never become each other's parents, and read the unit afresh."""
    require(actor, Permission.STRUCTURE_EDIT, structure_id=unit.structure_id)
    get_structure(session, actor=actor, for_update=True)
    session.refresh(unit)


def _place(session: Session, unit: Unit, parent_id: int | None, actor: Actor) -> None:
    """Put the unit under an open one of the same structure that does not stand under it."""
    if parent_id is not None:
        known = units(session, actor=actor)
        open_ones = {line.id for line in known if line.closed_at is None or line.id == unit.parent_id}
        if unit.id is not None and parent_id in below(known, unit.id):
            raise FieldRefused(N_("Un pôle ne peut pas faire partie de lui-même."), field="parent")
        if parent_id not in open_ones:
            raise FieldRefused(N_("Ce pôle est fermé ou n'existe plus : choisissez-en un autre."), field="parent")
    unit.parent_id = parent_id


def _refuse_days(starts_on: date, ends_on: date) -> None:
    for day, field in ((starts_on, "starts_on"), (ends_on, "ends_on")):
        if day.year not in YEARS:
            raise FieldRefused(N_("Vérifiez l'année."), field=field)
    if ends_on < starts_on:
        raise FieldRefused(N_("Le dernier jour vient avant le premier."), field="ends_on")
    if (ends_on - starts_on).days >= LONGEST_CLOSING:
        raise FieldRefused(N_("Une fermeture dure un an au plus : vérifiez les années."), field="ends_on")
