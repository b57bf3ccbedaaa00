"""Writes of an action on many partners, and its undo. One row after the other, so that each has its line of audit."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.errors import DomainError, NotAllowed, NotFound
from crm.partners.bin import services as bins
from crm.partners.bulk.planning import MOST, Order, Plan, mark_of, plan
from crm.partners.bulk.queries import Selection, get_action, targets
from crm.partners.enums import FollowStage
from crm.partners.listing.enums import BulkKind
from crm.partners.listing.models import BulkAction, BulkChange
from crm.partners.models import Follow, FollowTag, Partner, Tag
from crm.partners.refusals import FieldRefused
from crm.partners.tags import services as tags
from crm.partners.tags.names import key_of
from crm.wording import N_


class PlanChanged(DomainError):
    """What was announced is no longer what would be done: somebody changed something meanwhile."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How many partners are as they were, and how many somebody changed meanwhile, left as they are."""

    given_back: int
    left: int


def prepare(
    session: Session,
    selection: Selection,
    order: Order,
    *,
    actor: Actor,
    now: datetime,
    for_update: bool = False,
) -> Plan:
    """
    What the order would change. Writes nothing.

    Raises FieldRefused (field 'owner', 'tag', 'until' or 'kind'), DomainError for too many partners, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    is_bin = order.kind is BulkKind.BIN
    if is_bin:
        require(actor, Permission.PARTNER_BIN)
    _refuse(session, order, actor=actor, today=clock.day_of(now))
    found = targets(session, selection, actor=actor, today=clock.day_of(now), for_update=for_update, bins=is_bin)
    if not found:
        raise DomainError(N_("Aucun partenaire n'est coché : revenez à la liste et cochez-en."))
    if len(found) > MOST:
        raise DomainError(N_("%(most)s partenaires au plus à la fois : resserrez la liste par un filtre."), most=MOST)
    return plan(found, order)


def do(
    session: Session, selection: Selection, order: Order, *, name: str, expected: str, actor: Actor, now: datetime
) -> tuple[BulkAction, int]:
    """
    Do what `prepare` announced, `expected` being its mark; the action, and how many partners it changed.

    `name` is the tag's as typed. Raises PlanChanged, and all that `prepare` raises.
    """
    made = prepare(session, selection, order, actor=actor, now=now, for_update=True)
    if actor.structure_id is None:
        raise NotAllowed
    if mark_of(made, order) != expected:
        raise PlanChanged(N_("La liste a changé entre-temps : voici ce qui serait fait maintenant."))
    if not made.changed:
        raise DomainError(N_("Il n'y a rien à changer."))
    action = BulkAction(structure_id=actor.structure_id, author_id=actor.user_id, kind=order.kind, done_at=now)
    session.add(action)
    session.flush()
    keys = [one.partner_id for one in made.changed]
    if order.kind is BulkKind.BIN:
        changes = _bin(session, keys, actor, now)
    else:
        tag = _tag(session, order, name, actor, now)
        changes = _change(_follows(session, keys, actor), order, tag, _worn(session, tag), session, now)
    session.add_all(
        BulkChange(action_id=action.id, partner_id=key, before=json.dumps(before), after=json.dumps(after))
        for key, before, after in changes
    )
    session.flush()
    return action, len(changes)


def undo(session: Session, public_id: str, *, actor: Actor, now: datetime) -> Undone:
    """
    Put each partner back as it was, unless somebody changed since what the action had written.

    Raises NotFound, DomainError when it is undone already, NotAllowed.
    """
    action = get_action(session, public_id, actor=actor)
    if action.kind is BulkKind.TAKE_OVER:
        raise NotFound  # another domain undoes it
    if action.undone_at is not None:
        raise DomainError(N_("Cette action est déjà annulée."))
    changes = session.scalars(
        select(BulkChange).where(BulkChange.action_id == action.id).order_by(BulkChange.partner_id)
    ).all()
    keys = [one.partner_id for one in changes]
    if action.kind is BulkKind.BIN:
        given_back = _unbin(session, keys, action.done_at, actor, now)
    else:
        given_back = _give_back(session, changes, actor, now)
    action.undone_at = now
    session.flush()
    return Undone(given_back, len(changes) - given_back)


def _refuse(session: Session, order: Order, *, actor: Actor, today: date) -> None:
    people = {None, *(one.id for one in colleagues(session, actor=actor))}
    if order.kind is BulkKind.OWNER and order.owner_id not in people:
        raise FieldRefused(N_("Cette personne ne fait pas partie de votre structure."), field="owner")
    if order.kind is BulkKind.PAUSE:
        if order.until is None:
            raise FieldRefused(N_("Dites jusqu'à quand dure la pause."), field="until")
        if order.until <= today:
            raise FieldRefused(N_("La fin de la pause doit être à venir."), field="until")
    if order.kind in {BulkKind.TAG, BulkKind.UNTAG} and not order.tag:
        raise FieldRefused(N_("Donnez un nom à l'étiquette."), field="tag")


Change = tuple[int, dict[str, Any], dict[str, Any]]


def _bin(session: Session, keys: Sequence[int], actor: Actor, now: datetime) -> list[Change]:
    partners = session.scalars(select(Partner).where(Partner.id.in_(keys)).order_by(Partner.id).with_for_update())
    return [
        (partner.id, {"binned": False}, {"binned": True})
        for partner in partners.all()
        if bins.bin_partner(session, partner, actor=actor, now=now)
    ]


def _unbin(session: Session, keys: Sequence[int], done_at: datetime, actor: Actor, now: datetime) -> int:
    # Binned again since, or its SIRET taken by another: somebody's later choice stays.
    statement = select(Partner).where(Partner.id.in_(keys), Partner.binned_at == done_at).order_by(Partner.id)
    count = 0
    for partner in session.scalars(statement.with_for_update()).all():
        try:
            count += bins.restore_partner(session, partner, actor=actor, now=now)
        except NotAllowed:
            raise
        except DomainError:
            continue
    return count


def _tag(session: Session, order: Order, name: str, actor: Actor, now: datetime) -> Tag | None:
    if order.kind is BulkKind.TAG:
        return tags.named(session, [name], actor=actor, now=now)[0]
    if order.kind is BulkKind.UNTAG:
        return session.scalars(
            select(Tag).where(Tag.key == key_of(name), Tag.structure_id == actor.structure_id)
        ).one_or_none()
    return None


def _follows(session: Session, keys: Sequence[int], actor: Actor) -> list[Follow]:
    statement = (
        select(Follow)
        .where(Follow.partner_id.in_(keys), Follow.structure_id == actor.structure_id)
        .order_by(Follow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def _worn(session: Session, tag: Tag | None) -> dict[int, FollowTag]:
    if tag is None:
        return {}
    return {row.follow_id: row for row in session.scalars(select(FollowTag).where(FollowTag.tag_id == tag.id))}


def _change(
    follows: Sequence[Follow],
    order: Order,
    tag: Tag | None,
    worn: dict[int, FollowTag],
    session: Session,
    now: datetime,
) -> list[Change]:
    changes: list[Change] = []
    for follow in follows:
        if order.kind is BulkKind.OWNER:
            after: dict[str, Any] = {"owner_id": order.owner_id}
        elif order.kind is BulkKind.PAUSE:
            after = {"stage": FollowStage.PAUSED.value, "paused_until": str(order.until)}
        elif tag is not None:
            after = {"tag_id": tag.id, "worn": order.kind is BulkKind.TAG}
        else:
            continue
        before = _state(follow, after, worn)
        _write(session, follow, after, worn, now)
        changes.append((follow.partner_id, before, after))
    return changes


def _give_back(session: Session, changes: Sequence[BulkChange], actor: Actor, now: datetime) -> int:
    follows = {one.partner_id: one for one in _follows(session, [one.partner_id for one in changes], actor)}
    people = {one.id for one in colleagues(session, actor=actor)}
    tag_ids = {json.loads(one.after).get("tag_id") for one in changes}
    tag = session.scalars(select(Tag).where(Tag.id.in_(tag_ids), Tag.structure_id == actor.structure_id)).one_or_none()
    worn = _worn(session, tag)
    count = 0
    for change in changes:
        before, after = json.loads(change.before), json.loads(change.after)
        follow = follows.get(change.partner_id)
        lost_tag = "tag_id" in after and tag is None
        gone_owner = before.get("owner_id") is not None and before["owner_id"] not in people
        if follow is None or lost_tag or gone_owner or _state(follow, after, worn) != after:
            continue
        _write(session, follow, before, worn, now)
        count += 1
    return count


def _state(follow: Follow, like: dict[str, Any], worn: dict[int, FollowTag]) -> dict[str, Any]:
    """What the follow holds now of the same things as `like`, as JSON keeps them."""
    if "owner_id" in like:
        return {"owner_id": follow.owner_id}
    if "stage" in like:
        until = str(follow.paused_until) if follow.paused_until else None
        return {"stage": follow.stage.value, "paused_until": until}
    return {"tag_id": like["tag_id"], "worn": follow.id in worn}


def _write(session: Session, follow: Follow, values: dict[str, Any], worn: dict[int, FollowTag], now: datetime) -> None:
    if "owner_id" in values:
        follow.owner_id = values["owner_id"]
    elif "stage" in values:
        follow.stage = FollowStage(values["stage"])
        follow.paused_until = date.fromisoformat(values["paused_until"]) if values["paused_until"] else None
    elif values["worn"]:
        session.add(FollowTag(follow_id=follow.id, tag_id=values["tag_id"]))
    else:
        session.delete(worn[follow.id])
    follow.updated_at = now
