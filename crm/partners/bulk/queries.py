"""Reads of the partners of an action on many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import NotFound
from crm.partners.bin.queries import structures_holding
from crm.partners.bulk.planning import MOST, Target
from crm.partners.listing import filters as asked
from crm.partners.listing.models import BulkAction
from crm.partners.listing.queries import matching
from crm.partners.models import Follow, FollowTag, Partner, Tag


@dataclass(frozen=True, slots=True)
class Selection:
    """Partners ticked in the list, by public id, or all those that the list at `address` shows."""

    ids: tuple[str, ...] = ()
    everything: bool = False
    address: str = ""


def targets(
    session: Session, selection: Selection, *, actor: Actor, today: date, for_update: bool = False, bins: bool = False
) -> list[Target]:
    """
    The live partners of the selection, in the order of their names: MOST, and one more when there are more.

    Three queries and those of the list; with `bins`, those that tell who else holds them.
    """
    require(actor, Permission.PARTNER_EDIT)
    statement = (
        select(Partner, Follow)
        .outerjoin(Follow, and_(Follow.partner_id == Partner.id, Follow.structure_id == actor.structure_id))
        .where(Partner.binned_at.is_(None))
        .order_by(Partner.sort_key, Partner.id)
        .limit(MOST + 1)
    )
    if selection.everything:
        filters = asked.from_address(selection.address)
        statement = statement.where(Partner.id.in_(matching(session, filters, actor, today)))
    else:
        statement = statement.where(Partner.public_id.in_(selection.ids[: MOST + 1]))
    rows = session.execute(statement.with_for_update(of=Partner) if for_update else statement).all()
    keys = _tags(session, [follow.id for _, follow in rows if follow])
    held = structures_holding(session, [one.id for one, _ in rows], actor=actor) if bins else {}
    return [_target(partner, follow, keys, held) for partner, follow in rows]


def get_action(session: Session, public_id: str, *, actor: Actor) -> BulkAction:
    """The action of that public id in the actor's structure, locked. Raises NotFound."""
    require(actor, Permission.PARTNER_EDIT)
    statement = select(BulkAction).where(
        BulkAction.public_id == public_id, BulkAction.structure_id == actor.structure_id
    )
    action = session.scalars(statement.with_for_update()).one_or_none()
    if action is None:
        raise NotFound
    return action


def _target(
    partner: Partner, follow: Follow | None, tags: dict[int, frozenset[str]], held: dict[int, list[str]]
) -> Target:
    if follow is None:
        return Target(partner.id, partner.name, partner.public_id, is_followed=False, held=partner.id in held)
    return Target(
        partner.id,
        partner.name,
        partner.public_id,
        owner_id=follow.owner_id,
        stage=follow.stage,
        paused_until=follow.paused_until,
        tags=tags.get(follow.id, frozenset()),
        held=partner.id in held,
    )


def _tags(session: Session, follows: Sequence[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    statement = (
        select(FollowTag.follow_id, Tag.key)
        .join(Tag, Tag.id == FollowTag.tag_id)
        .where(FollowTag.follow_id.in_(follows))
    )
    for follow_id, key in session.execute(statement) if follows else ():
        found.setdefault(follow_id, set()).add(key)
    return {key: frozenset(names) for key, names in found.items()}
