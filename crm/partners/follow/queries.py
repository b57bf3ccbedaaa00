"""Reads of how a structure follows a partner."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import User
from crm.partners.enums import FollowStage
from crm.partners.models import Follow, FollowTag, Tag
from crm.partners.registry import Viewing
from crm.reminders.models import Todo


@dataclass(frozen=True, slots=True)
class Followed:
    """What the panel « Suivi » shows. `idle`: followed, not paused, and nothing to do about it."""

    follow: Follow
    owner: str | None
    tags: list[str]
    is_checked_today: bool
    idle: bool


def panel(session: Session, viewing: Viewing) -> Followed | None:
    """How the viewer's structure follows the partner, in three queries; None when it does not."""
    actor = viewing.actor
    require(actor, Permission.PARTNER_READ)
    statement = (
        select(Follow, User)
        .outerjoin(User, User.id == Follow.owner_id)
        .where(Follow.partner_id == viewing.partner_id, Follow.structure_id == actor.structure_id)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    follow, owner = row
    tags = session.scalars(
        select(Tag.name)
        .join(FollowTag, FollowTag.tag_id == Tag.id)
        .where(FollowTag.follow_id == follow.id)
        .order_by(Tag.key)
    ).all()
    return Followed(
        follow,
        owner.name if owner else None,
        list(tags),
        follow.checked_on == viewing.today,
        follow.stage is FollowStage.FOLLOWED and _has_nothing_to_do(session, viewing.partner_id, actor),
    )


def _has_nothing_to_do(session: Session, partner_id: int, actor: Actor) -> bool:
    """Whether no colleague has anything to do there; not said to who only sees what is theirs."""
    if not (can(actor, Permission.TODO_PLAN) or can(actor, Permission.TODO_DO_ANY)):
        return False
    statement = select(Todo.id).where(
        Todo.structure_id == actor.structure_id, Todo.partner_id == partner_id, Todo.done_at.is_(None)
    )
    return session.scalars(statement.limit(1)).first() is None
