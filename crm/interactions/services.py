"""Writes of exchanges."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import DomainError, NotAllowed
from crm.interactions.enums import Direction, InteractionKind, Nature
from crm.interactions.models import Interaction
from crm.interactions.queries import contact_of
from crm.partners.models import Partner
from crm.reminders import services as reminders
from crm.wording import N_

LONGEST_REPORT = 4000  # characters


class UnclearInteraction(DomainError):
    """What is said of the exchange cannot stand. `field` is 'held_at', 'contact' or 'report'."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What is to be done next, by the one who logs, on which day."""

    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionData:
    """An exchange as typed. `held_at` is aware; `contact` is the public id of one of the partner's people."""

    kind: InteractionKind
    direction: Direction
    nature: Nature
    held_at: datetime
    report: str
    contact: str | None = None
    shared: bool = False
    follow_up: FollowUp | None = None


def log(session: Session, partner: Partner, data: InteractionData, *, actor: Actor, now: datetime) -> Interaction:
    """
    Record an exchange of the actor's structure, and plan what follows: both, or neither.

    Raises NotAllowed, UnclearInteraction, or reminders.services.UnclearTodo for the follow-up.
    """
    require(actor, Permission.INTERACTION_LOG)
    if actor.structure_id is None or actor.user_id is None:
        raise NotAllowed
    if data.held_at > now:
        raise UnclearInteraction(
            N_("Cet échange est dans le futur : il se note une fois qu'il a eu lieu."), field="held_at"
        )
    report = data.report.strip()
    if not report:
        raise UnclearInteraction(N_("Notez au moins une ligne."), field="report")
    if len(report) > LONGEST_REPORT:
        raise UnclearInteraction(N_("Trop long : 4 000 caractères au plus."), field="report")
    interaction = Interaction(
        structure_id=actor.structure_id,
        partner_id=partner.id,
        contact_id=_contact_id(session, partner, data.contact, actor),
        author_id=actor.user_id,
        kind=data.kind,
        direction=data.direction,
        nature=data.nature,
        held_at=data.held_at,
        report=report,
        shared=data.shared,
        created_at=now,
    )
    session.add(interaction)
    session.flush()
    if data.follow_up is not None:
        reminders.plan(
            session,
            what=data.follow_up.what,
            due_on=data.follow_up.due_on,
            assignee_id=actor.user_id,
            partner_id=partner.id,
            actor=actor,
            now=now,
        )
    return interaction


def _contact_id(session: Session, partner: Partner, public_id: str | None, actor: Actor) -> int | None:
    if not public_id:
        return None
    require(actor, Permission.CONTACT_READ)
    contact = contact_of(session, partner.id, public_id)
    if contact is None:
        raise UnclearInteraction(N_("Cette personne n'est pas un contact de ce partenaire."), field="contact")
    return contact.id
