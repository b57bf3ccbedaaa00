"""Writes: the follows of merged partners by one structure become one, tags included."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.dedupe.merging import merge as engine
from crm.dedupe.merging.follows.uniting import united
from crm.dedupe.merging.journal import Journal
from crm.partners.models import Follow, FollowTag


def unite(session: Session, survivor: int, losers: Sequence[int], journal: Journal) -> None:
    """
    Put into the follow that stays what the others of the same structure say.

    The others are not deleted: they stay with the partner that goes, hidden, and come back with it.
    """
    order = [survivor, *losers]
    statement = select(Follow).where(Follow.partner_id.in_(order)).order_by(Follow.id).with_for_update()
    follows = sorted(session.scalars(statement), key=lambda one: (order.index(one.partner_id), one.id))
    kept: dict[int, Follow] = {}
    for follow in follows:
        first = kept.setdefault(follow.structure_id, follow)
        if first is follow:
            continue
        columns = [column.name for column in Follow.__table__.columns]
        changed = united(
            {name: getattr(first, name) for name in columns}, {name: getattr(follow, name) for name in columns}
        )
        for name, value in changed.items():
            engine.set_column(session, journal, first, name, value)
        _tags(session, first, follow, journal)
    session.flush()


def _tags(session: Session, kept: Follow, other: Follow, journal: Journal) -> None:
    worn = set(session.scalars(select(FollowTag.tag_id).where(FollowTag.follow_id == kept.id)))
    more = select(FollowTag.tag_id).where(FollowTag.follow_id == other.id).order_by(FollowTag.id)
    for tag_id in session.scalars(more).all():
        if tag_id in worn:
            continue
        row = FollowTag(follow_id=kept.id, tag_id=tag_id)
        session.add(row)
        session.flush()
        journal.create("follow_tags", row.id)
