"""Reads of partners. Identity is everybody's in the collectif; a follow is read by its own structure only."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from crm.access.policy import Actor, Permission, can, require
from crm.audit.words import Reference
from crm.errors import Moved, NotFound
from crm.partners.models import Contact, Follow, Partner
from crm.reminders.subjects import SubjectRef


def get(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Partner:
    """
    The live partner of that public id, locked when `for_update`.

    Raises Moved when it was merged into another, NotFound, in the bin included.
    """
    require(actor, Permission.PARTNER_READ)
    partner = session.scalars(_live(for_update), {"public_id": public_id}).one_or_none()
    if partner is None:
        raise merged(session, Partner, public_id) or NotFound
    return partner


@cache
def _live(for_update: bool) -> Select[Partner]:
    statement = select(Partner).where(Partner.public_id == bindparam("public_id"), Partner.binned_at.is_(None))
    return statement.with_for_update() if for_update else statement


def merged(session: Session, model: type[Partner | Contact], public_id: str) -> Moved | None:
    """Where the address of one that was merged leads; None when this is none."""
    kept = aliased(model)
    statement = select(kept.public_id).join(model, model.merged_into_id == kept.id).where(model.public_id == public_id)
    found = session.scalar(statement)
    return Moved(old=public_id, new=found) if found else None


def follow_of(session: Session, partner: Partner, *, actor: Actor, for_update: bool = False) -> Follow | None:
    """How the actor's structure follows the partner; None when it does not."""
    require(actor, Permission.PARTNER_READ)
    statement = select(Follow).where(Follow.partner_id == partner.id, Follow.structure_id == actor.structure_id)
    return session.scalars(statement.with_for_update() if for_update else statement).one_or_none()


def subjects(session: Session, identifiers: Collection[int], actor: Actor | None) -> dict[int, SubjectRef]:
    """How a list of todos names these partners; those in the bin, or out of sight, are left out."""
    if actor is not None and not can(actor, Permission.PARTNER_READ):
        return {}
    statement = select(Partner.id, Partner.name, Partner.public_id, Partner.phone).where(
        Partner.id.in_(identifiers), Partner.binned_at.is_(None)
    )
    return {
        row.id: SubjectRef(row.name, "partners.show", row.public_id, row.phone) for row in session.execute(statement)
    }


def told_partners(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names these partners; those in the bin, or out of sight, are left out."""
    return {
        key: Reference(one.label, one.endpoint, one.public_id)
        for key, one in subjects(session, identifiers, actor).items()
    }


def told_follows(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names the partners that the actor's structure follows so."""
    statement = select(Follow.id, Follow.partner_id).where(
        Follow.id.in_(identifiers), Follow.structure_id == actor.structure_id
    )
    partner_of = {row.id: row.partner_id for row in session.execute(statement)}
    seen = told_partners(session, set(partner_of.values()), actor) if partner_of else {}
    return {key: seen[partner_id] for key, partner_id in partner_of.items() if partner_id in seen}
