"""Writes of how a structure follows a partner."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor
from crm.accounts.queries import colleagues
from crm.partners.enums import FollowStage, Willingness
from crm.partners.models import Follow, Partner
from crm.partners.refusals import FieldRefused
from crm.wording import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowData:
    """
    How the actor's structure follows the partner. `paused_until` is kept only while the stage is a pause.

    Without a `source`, the one already written stays.
    """

    stage: FollowStage = FollowStage.FOLLOWED
    owner_id: int | None = None
    willingness: Willingness | None = None
    paused_until: date | None = None
    source: str | None = None


def edition(partner: Partner, follow: Follow | None) -> int:
    """
    One number for what the partner's form shows: it grows whenever the identity or the structure's follow changes.

    Both versions only grow, so their sum tells that neither moved.
    """
    return partner.version + (follow.version if follow else 0)


def refuse(session: Session, kept: Follow | None, data: FollowData, *, actor: Actor, now: datetime) -> None:
    """
    Refuse an owner from elsewhere (one who left stays until replaced), and a pause without an end to come.

    `kept` is the follow that `data` would change. Raises FieldRefused.
    """
    same_owner = kept is not None and kept.owner_id == data.owner_id
    if data.owner_id is not None and data.owner_id != actor.user_id and not same_owner:
        known = {person.id for person in colleagues(session, actor=actor)}
        if data.owner_id not in known:
            message = N_("Cette personne ne fait pas partie de votre structure.")
            raise FieldRefused(message, field="owner")
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
    if kept is None:
        kept = Follow(partner_id=partner.id, structure_id=actor.structure_id, source="")
        session.add(kept)
    kept.stage, kept.owner_id, kept.willingness = data.stage, data.owner_id, data.willingness
    kept.paused_until = data.paused_until if data.stage is FollowStage.PAUSED else None
    if data.source is not None:
        kept.source = data.source
    session.flush()
    return kept
