"""Reads of tags: each structure has its own."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.audit.words import Reference
from crm.errors import NotFound
from crm.partners.models import Follow, FollowTag, Partner, Tag


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag and how many live partners bear it."""

    public_id: str
    name: str
    count: int


def lines(session: Session, *, actor: Actor) -> list[TagLine]:
    """The tags of the actor's structure, in the order of their names, in one query."""
    require(actor, Permission.PARTNER_READ)
    statement = (
        select(Tag.public_id, Tag.name, func.count(Partner.id))
        .outerjoin(FollowTag, FollowTag.tag_id == Tag.id)
        .outerjoin(Follow, Follow.id == FollowTag.follow_id)
        .outerjoin(Partner, and_(Partner.id == Follow.partner_id, Partner.binned_at.is_(None)))
        .where(_ours(actor))
        .group_by(Tag.id)
        .order_by(Tag.key)
    )
    return [TagLine(public_id, name, count) for public_id, name, count in session.execute(statement)]


def get(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Tag:
    """The tag of that public id in the actor's structure. Raises NotFound."""
    require(actor, Permission.PARTNER_READ)
    statement = select(Tag).where(Tag.public_id == public_id, _ours(actor))
    tag = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if tag is None:
        raise NotFound
    return tag


def of_follow(session: Session, follow: Follow | None, *, actor: Actor) -> list[str]:
    """The names of the tags on a partner as the actor's structure follows it, in order."""
    require(actor, Permission.PARTNER_READ)
    if follow is None:
        return []
    statement = (
        select(Tag.name)
        .join(FollowTag, FollowTag.tag_id == Tag.id)
        .where(FollowTag.follow_id == follow.id, _ours(actor))
        .order_by(Tag.key)
    )
    return list(session.scalars(statement))


def used_with(session: Session, tag: Tag, other: Tag | None) -> tuple[int, int]:
    """How many partners bear `tag`, and how many of these bear `other` too; those in the bin left out."""
    bearing = (
        select(Follow.id)
        .join(FollowTag, FollowTag.follow_id == Follow.id)
        .join(Partner, Partner.id == Follow.partner_id)
        .where(FollowTag.tag_id == tag.id, Partner.binned_at.is_(None))
    )
    count = session.scalar(select(func.count()).select_from(bearing.subquery())) or 0
    if other is None:
        return count, 0
    both = select(func.count()).where(FollowTag.tag_id == other.id, FollowTag.follow_id.in_(bearing))
    return count, session.scalar(both) or 0


def told_tags(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names these tags."""
    statement = select(Tag.id, Tag.name).where(Tag.id.in_(identifiers), _ours(actor))
    return {row.id: Reference(row.name) for row in session.execute(statement)}


def told_tags_worn(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names these tags put on partners: « the tag · the partner »."""
    statement = (
        select(FollowTag.id, Tag.name, Partner.name.label("partner"), Partner.public_id)
        .join(Tag, Tag.id == FollowTag.tag_id)
        .join(Follow, Follow.id == FollowTag.follow_id)
        .join(Partner, Partner.id == Follow.partner_id)
        .where(FollowTag.id.in_(identifiers), _ours(actor), Partner.binned_at.is_(None))
    )
    return {
        row.id: Reference(f"{row.name} · {row.partner}", "partners.show", row.public_id)
        for row in session.execute(statement)
    }


def _ours(actor: Actor) -> ColumnElement[bool]:
    return Tag.structure_id == actor.structure_id
