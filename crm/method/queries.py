"""Reads of projects and partnerships. Each structure reads its own."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.access.policy import Actor, Permission, can, require
from crm.audit.words import Reference
from crm.errors import NotFound
from crm.method.enums import CardState
from crm.method.models import Initiative, Partnership
from crm.partners.models import Partner
from crm.sentences import Sentence
from crm.wording import N_

#: What is over, or never was, stands in no one's way.
OPEN = (CardState.ACTIVE, CardState.PAUSED)


def get_initiative(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Initiative:
    """
    The project of that public id in the actor's structure, its places, trades and units with it; locked on demand.

    Raises NotFound.
    """
    require(actor, Permission.PROJECT_READ)
    statement = (
        select(Initiative)
        .where(Initiative.public_id == public_id, Initiative.structure_id == actor.structure_id)
        .options(selectinload(Initiative.places), selectinload(Initiative.trades), selectinload(Initiative.units))
    )
    found = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_partnership(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Partnership:
    """
    The partnership of that public id in the actor's structure, with its project and partner; locked on demand.

    Raises NotFound, also for one whose entry was undone, or whose partner is in the bin.
    """
    require(actor, Permission.PROJECT_READ)
    statement = (
        select(Partnership)
        .join(Partnership.partner)
        .where(
            Partnership.public_id == public_id,
            Partnership.structure_id == actor.structure_id,
            Partnership.state != CardState.WITHDRAWN,
            Partner.binned_at.is_(None),
        )
        .options(joinedload(Partnership.initiative, innerjoin=True), joinedload(Partnership.partner, innerjoin=True))
    )
    found = session.scalars(statement.with_for_update(of=Partnership) if for_update else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_card(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Initiative | Partnership:
    """The project or the partnership of that public id: what moves. Raises NotFound."""
    try:
        return get_partnership(session, public_id, actor=actor, for_update=for_update)
    except NotFound:
        return get_initiative(session, public_id, actor=actor, for_update=for_update)


def open_partnership(session: Session, initiative_id: int, partner_id: int) -> str | None:
    """The public id of the open partnership of that partner on that project; None when there is none."""
    return session.scalar(
        select(Partnership.public_id)
        .where(
            Partnership.initiative_id == initiative_id,
            Partnership.partner_id == partner_id,
            Partnership.state.in_(OPEN),
        )
        .limit(1)
    )


def told_initiatives(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names these projects; those out of sight are left out."""
    if not can(actor, Permission.PROJECT_READ):
        return {}
    statement = select(Initiative.id, Initiative.title, Initiative.public_id).where(
        Initiative.id.in_(identifiers), Initiative.structure_id == actor.structure_id
    )
    return {row.id: Reference(row.title, "projects.show", row.public_id) for row in session.execute(statement)}


def told_partnerships(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names these partnerships: by their partner; those out of sight are left out."""
    if not can(actor, Permission.PROJECT_READ):
        return {}
    statement = (
        select(Partnership.id, Partner.name, Partnership.public_id)
        .join(Partner, Partner.id == Partnership.partner_id)
        .where(
            Partnership.id.in_(identifiers),
            Partnership.structure_id == actor.structure_id,
            Partnership.state != CardState.WITHDRAWN,
            Partner.binned_at.is_(None),
        )
    )
    return {row.id: Reference(row.name, "partnerships.show", row.public_id) for row in session.execute(statement)}


def open_twice(session: Session, survivor: int, losers: Sequence[int], actor: Actor) -> list[Sentence]:
    """Projects of the actor's structure where several of these partners have an open partnership: one query."""
    statement = (
        select(Initiative.title)
        .join(Partnership, Partnership.initiative_id == Initiative.id)
        .where(
            Partnership.partner_id.in_([survivor, *losers]),
            Partnership.state.in_(OPEN),
            Initiative.structure_id == actor.structure_id,
        )
        .group_by(Initiative.id, Initiative.title)
        .having(func.count() > 1)
        .order_by(Initiative.title)
    )
    msgid = N_("Dans le projet « %(title)s », deux partenariats en cours : après la fusion, gardez-en un.")
    return [Sentence(msgid, {"title": title}) for title in session.scalars(statement)]


def structures_partnering(session: Session, identifiers: Collection[int]) -> dict[int, set[int]]:
    """The structures that have, or had, a partnership with each of these partners: it keeps them out of the bin."""
    statement = select(Partnership.partner_id, Partnership.structure_id).distinct()
    found: dict[int, set[int]] = {}
    for row in session.execute(
        statement.where(Partnership.partner_id.in_(identifiers), Partnership.state != CardState.WITHDRAWN)
    ):
        found.setdefault(row.partner_id, set()).add(row.structure_id)
    return found
