"""Writes of how a structure follows a partner."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.errors import Conflict, DomainError, NotAllowed
from crm.partners.enums import FollowStage, Priority, Willingness
from crm.partners.models import Follow, Partner
from crm.partners.queries import follow_of
from crm.partners.refusals import FieldRefused
from crm.partners.tags import services as tags
from crm.wording import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowDetails:
    """What only the follow's own page says. `reason` is kept only with `do_not_solicit`; `tags` are names."""

    priority: Priority = Priority.NORMAL
    do_not_solicit: bool = False
    reason: str = ""
    threshold: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowData:
    """
    How the actor's structure follows the partner. `paused_until` is kept only while the stage is a pause.

    Without a `source`, or without `details`, what is already written stays.
    """

    stage: FollowStage = FollowStage.FOLLOWED
    owner_id: int | None = None
    willingness: Willingness | None = None
    paused_until: date | None = None
    source: str | None = None
    details: FollowDetails | None = None


def edition(partner: Partner, follow: Follow | None) -> int:
    """
    One number for what the partner's form shows: it grows whenever the identity or the structure's follow changes.

    Both versions only grow, so their sum tells that neither moved.
    """
    return partner.version + (follow.version if follow else 0)


def refuse(session: Session, kept: Follow | None, data: FollowData, *, actor: Actor, now: datetime) -> None:
    """
    Refuse an owner from elsewhere (one who left stays until replaced), a pause without an end to come, and to stop
    soliciting without a reason. `kept` is the follow that `data` would change. Raises FieldRefused.
    """
    same_owner = kept is not None and kept.owner_id == data.owner_id
    if data.owner_id is not None and data.owner_id != actor.user_id and not same_owner:
        known = {person.id for person in colleagues(session, actor=actor)}
        if data.owner_id not in known:
            message = N_("Cette personne ne fait pas partie de votre structure.")
            raise FieldRefused(message, field="owner")
    if data.details is not None and data.details.do_not_solicit and not data.details.reason:
        raise FieldRefused(N_("Dites pourquoi ne plus les solliciter : la suite en dépend."), field="reason")
    if data.stage is not FollowStage.PAUSED:
        return
    if data.paused_until is None:
        raise FieldRefused(N_("Dites jusqu'à quand dure la pause."), field="paused_until")
    same_end = kept is not None and kept.paused_until == data.paused_until
    if not same_end and data.paused_until <= clock.day_of(now):
        raise FieldRefused(N_("La fin de la pause doit être à venir."), field="paused_until")


def keep(
    session: Session, partner: Partner, kept: Follow | None, data: FollowData, *, actor: Actor, now: datetime
) -> Follow:
    """
    Write what `refuse` let through: change `kept`, or begin to follow.

    For who has already asked for PARTNER_EDIT, and holds the partner's row.
    """
    follow = kept or Follow(partner_id=partner.id, structure_id=actor.structure_id, source="")
    if kept is None:
        session.add(follow)
    follow.stage, follow.owner_id, follow.willingness = data.stage, data.owner_id, data.willingness
    follow.paused_until = data.paused_until if data.stage is FollowStage.PAUSED else None
    if data.source is not None:
        follow.source = data.source
    if (details := data.details) is not None:
        follow.priority, follow.do_not_solicit = details.priority, details.do_not_solicit
        follow.do_not_solicit_reason = details.reason if details.do_not_solicit else ""
        follow.solicitation_threshold = details.threshold
    if kept is not None and session.is_modified(follow):
        follow.updated_at = now
    session.flush()
    if details is not None and tags.put(session, follow, details.tags, actor=actor, now=now) and kept is not None:
        follow.updated_at = now
        session.flush()
    return follow


def change(
    session: Session, partner: Partner, data: FollowData, *, version: int | None, actor: Actor, now: datetime
) -> Follow:
    """
    Say how the actor's structure follows a partner read with `for_update`.

    `version` is the follow's when the form was opened, 0 for none. Raises Conflict, FieldRefused, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    if actor.structure_id is None:
        raise NotAllowed
    kept = follow_of(session, partner, actor=actor, for_update=True)
    current = kept.version if kept else 0
    if version != current:
        raise Conflict(N_("Ce suivi a été modifié entre-temps."), current=current)
    refuse(session, kept, data, actor=actor, now=now)
    return keep(session, partner, kept, data, actor=actor, now=now)


def check(session: Session, partner: Partner, *, actor: Actor, now: datetime) -> date | None:
    """
    Say that the file of a partner read with `for_update` is right today; the day it was said before.

    Raises DomainError when the structure does not follow it, NotAllowed.
    """
    follow = _followed(session, partner, actor)
    before = follow.checked_on
    follow.checked_on = clock.day_of(now)
    _touch(session, follow, now)
    return before


def uncheck(session: Session, partner: Partner, before: date | None, *, actor: Actor, now: datetime) -> None:
    """Undo `check` of the same day: the file was last right on `before`. Raises DomainError, NotAllowed."""
    follow = _followed(session, partner, actor)
    today = clock.day_of(now)
    if follow.checked_on != today or (before is not None and before > today):
        raise DomainError(N_("La vérification a changé entre-temps : il n'y a rien à annuler."))
    follow.checked_on = before
    _touch(session, follow, now)


def hand_over(session: Session, user_id: int, heir_id: int, *, actor: Actor, now: datetime) -> int:
    """
    Give the partners that a leaver followed in the actor's structure to a colleague; how many there were.

    Those in the bin go along, and come back to somebody who is there. One row after the other, for the audit.
    Raises NotAllowed.
    """
    require(actor, Permission.ACCOUNT_ASSIST)
    follows = session.scalars(
        select(Follow)
        .where(Follow.structure_id == actor.structure_id, Follow.owner_id == user_id)
        .order_by(Follow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for follow in follows:
        follow.owner_id, follow.updated_at = heir_id, now
    session.flush()
    return len(follows)


def _followed(session: Session, partner: Partner, actor: Actor) -> Follow:
    require(actor, Permission.PARTNER_EDIT)
    follow = follow_of(session, partner, actor=actor, for_update=True)
    if follow is None:
        raise DomainError(N_("Votre structure ne suit pas ce partenaire : commencez par le suivre."))
    return follow


def _touch(session: Session, follow: Follow, now: datetime) -> None:
    if session.is_modified(follow):
        follow.updated_at = now
    session.flush()
