"""Writes of tags: put on a partner, renamed, made one with another, deleted; and given back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict, DomainError, NotAllowed
from crm.partners.models import Follow, FollowTag, Tag
from crm.partners.refusals import FieldRefused
from crm.partners.tags.names import key_of, read_tag
from crm.wording import N_


class TagTaken(FieldRefused):
    """Another tag already has this name: `other` can be made one with this one."""

    def __init__(self, other: Tag) -> None:
        message = N_("L'étiquette « %(name)s » existe déjà : fusionnez les deux au lieu de renommer.")
        super().__init__(message, field="name", name=other.name)
        self.other = other


@dataclass(frozen=True, slots=True)
class Gone:
    """A tag that is no more, with what gives it back: the follows that bore it, and those given `into` instead."""

    public_id: str
    name: str
    follows: tuple[int, ...]
    into: str = ""
    added: tuple[int, ...] = ()


def named(session: Session, names: Sequence[str], *, actor: Actor, now: datetime) -> list[Tag]:
    """The tags of these names in the actor's structure, those that were not there made. Raises NotAllowed."""
    require(actor, Permission.PARTNER_EDIT)
    if actor.structure_id is None:
        raise NotAllowed
    wanted = {key_of(name): name for name in reversed(names)}
    known = _by_key(session, wanted, actor)
    for key, name in wanted.items():
        if key in known:
            continue
        made = Tag(structure_id=actor.structure_id, name=name, key=key, created_at=now)
        try:
            with session.begin_nested():
                session.add(made)
                session.flush()
            known[key] = made
        except IntegrityError:  # a colleague made it at the same moment
            known |= _by_key(session, [key], actor)
    return [known[key_of(name)] for name in names]


def put(session: Session, follow: Follow, names: Sequence[str], *, actor: Actor, now: datetime) -> bool:
    """Make these the tags of a follow that the caller has locked; whether anything changed."""
    worn = {row.tag_id: row for row in session.scalars(select(FollowTag).where(FollowTag.follow_id == follow.id))}
    wanted = {tag.id for tag in named(session, names, actor=actor, now=now)}
    if wanted == set(worn):
        return False
    for tag_id in sorted(wanted - set(worn)):
        session.add(FollowTag(follow_id=follow.id, tag_id=tag_id))
    for tag_id in sorted(set(worn) - wanted):
        session.delete(worn[tag_id])
    session.flush()
    return True


def rename(session: Session, tag: Tag, name: str, *, version: int | None, actor: Actor) -> Tag:
    """Change the name of a tag read with `for_update`. Raises FieldRefused, TagTaken, Conflict, NotAllowed."""
    require(actor, Permission.PARTNER_EDIT, structure_id=tag.structure_id)
    if version != tag.version:
        raise Conflict(N_("Cette étiquette a été modifiée entre-temps."), current=tag.version)
    typed = read_tag(name)
    if typed.error is not None:
        raise FieldRefused(typed.error.msgid, field="name", **typed.error.values)
    key = key_of(typed.names[0])
    other = _by_key(session, [key], actor).get(key)
    if other is not None and other.id != tag.id:
        raise TagTaken(other)
    try:
        with session.begin_nested():
            tag.name, tag.key = typed.names[0], key
            session.flush()
    except IntegrityError:
        taken = _by_key(session, [key], actor).get(key)
        if taken is None:
            raise
        raise TagTaken(taken) from None
    return tag


def merge(session: Session, tag: Tag, into: Tag, *, actor: Actor, now: datetime) -> Gone:
    """Give `into` to every partner that bears `tag`, then delete `tag`. Raises DomainError, NotAllowed."""
    require(actor, Permission.PARTNER_EDIT, structure_id=tag.structure_id)
    require(actor, Permission.PARTNER_EDIT, structure_id=into.structure_id)
    if tag.id == into.id:
        raise FieldRefused(N_("Choisissez une autre étiquette que celle-ci."), field="into")
    follows = _bearing(session, tag)
    already = {row.follow_id for row in _rows(session, into)}
    added = [follow for follow in follows if follow.id not in already]
    session.add_all([FollowTag(follow_id=follow.id, tag_id=into.id) for follow in added])
    gone = Gone(
        tag.public_id, tag.name, tuple(one.id for one in follows), into.public_id, tuple(one.id for one in added)
    )
    _remove(session, tag, follows, now)
    return gone


def delete(session: Session, tag: Tag, *, actor: Actor, now: datetime) -> Gone:
    """Take a tag off every partner, and delete it. Raises NotAllowed."""
    require(actor, Permission.PARTNER_EDIT, structure_id=tag.structure_id)
    follows = _bearing(session, tag)
    gone = Gone(tag.public_id, tag.name, tuple(one.id for one in follows))
    _remove(session, tag, follows, now)
    return gone


def give_back(session: Session, gone: Gone, *, actor: Actor, now: datetime) -> Tag:
    """
    Undo `merge` or `delete`: the tag is there again, on the partners that bore it and are still followed.

    `gone` is ours, not something typed. Raises DomainError when its name was taken meanwhile, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    if actor.structure_id is None:
        raise NotAllowed
    key = key_of(gone.name)
    again = session.scalars(select(Tag).where(Tag.public_id == gone.public_id)).first()
    if again is not None or key in _by_key(session, [key], actor):
        raise DomainError(N_("L'étiquette « %(name)s » existe de nouveau : il n'y a rien à annuler."), name=gone.name)
    tag = Tag(public_id=gone.public_id, structure_id=actor.structure_id, name=gone.name, key=key, created_at=now)
    session.add(tag)
    session.flush()
    follows = _locked(session, gone.follows, actor)
    session.add_all([FollowTag(follow_id=follow.id, tag_id=tag.id) for follow in follows])
    into = session.scalars(select(Tag).where(Tag.public_id == gone.into, Tag.structure_id == actor.structure_id))
    if gone.into and (kept := into.first()) is not None:
        for row in _rows(session, kept):
            if row.follow_id in gone.added:
                session.delete(row)
    for follow in follows:
        follow.updated_at = now
    session.flush()
    return tag


def _remove(session: Session, tag: Tag, follows: Iterable[Follow], now: datetime) -> None:
    for row in _rows(session, tag):
        session.delete(row)
    for follow in follows:
        follow.updated_at = now
    session.flush()
    session.delete(tag)
    session.flush()


def _bearing(session: Session, tag: Tag) -> list[Follow]:
    statement = (
        select(Follow)
        .where(Follow.id.in_(select(FollowTag.follow_id).where(FollowTag.tag_id == tag.id)))
        .order_by(Follow.id)
        .with_for_update()
    )
    return list(session.scalars(statement))


def _locked(session: Session, identifiers: Collection[int], actor: Actor) -> list[Follow]:
    # Read whole and kept by identifier: thousands of them are too many parameters for a statement.
    ours = select(Follow).where(Follow.structure_id == actor.structure_id).order_by(Follow.id).with_for_update()
    wanted = set(identifiers)
    return [follow for follow in session.scalars(ours) if follow.id in wanted] if wanted else []


def _rows(session: Session, tag: Tag) -> list[FollowTag]:
    return list(session.scalars(select(FollowTag).where(FollowTag.tag_id == tag.id).order_by(FollowTag.id)))


def _by_key(session: Session, keys: Iterable[str], actor: Actor) -> dict[str, Tag]:
    statement = select(Tag).where(Tag.structure_id == actor.structure_id, Tag.key.in_(list(keys)))
    return {tag.key: tag for tag in session.scalars(statement)}
