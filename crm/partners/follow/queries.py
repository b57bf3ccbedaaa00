"""Reads of how a structure follows a partner."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import Session, selectinload

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import User
from crm.partners.enums import FollowStage
from crm.partners.models import Follow
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
    """How the viewer's structure follows the partner, in three queries at most; None when it does not."""
    actor = viewing.actor
    require(actor, Permission.PARTNER_READ)
    given = {"partner": viewing.partner_id, "structure": actor.structure_id}
    row = session.execute(_followed(), given).one_or_none()
    if row is None:
        return None
    follow, first_name, last_name = row
    return Followed(
        follow,
        f"{first_name} {last_name}" if first_name is not None else None,
        [tag.name for tag in follow.tags],
        follow.checked_on == viewing.today,
        follow.stage is FollowStage.FOLLOWED and _has_nothing_to_do(session, viewing.partner_id, actor),
    )


@cache
def _followed() -> Select[Follow, str, str]:
    """How a `structure` follows a `partner`, who does, its tags, which the head of the page has read. Built once."""
    return (
        select(Follow, User.first_name, User.last_name)
        .outerjoin(User, User.id == Follow.owner_id)
        .where(Follow.partner_id == bindparam("partner", type_=Integer))
        .where(Follow.structure_id == bindparam("structure", type_=Integer))
        .options(selectinload(Follow.tags))
    )


def _has_nothing_to_do(session: Session, partner_id: int, actor: Actor) -> bool:
    """Whether no colleague has anything to do there; not said to who only sees what is theirs."""
    if not (can(actor, Permission.TODO_PLAN) or can(actor, Permission.TODO_DO_ANY)):
        return False
    statement = select(Todo.id).where(
        Todo.structure_id == actor.structure_id, Todo.partner_id == partner_id, Todo.done_at.is_(None)
    )
    return session.scalars(statement.limit(1)).first() is None
