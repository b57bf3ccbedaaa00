"""Facts of the nudges about exchanges, and how their subjects are named."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, can
from crm.interactions.enums import MEETINGS
from crm.interactions.models import Interaction
from crm.interactions.nudging.nudges import REPORT_MISSING, ReportFact, SilenceFact
from crm.partners.enums import FollowStage
from crm.partners.models import Follow, Partner
from crm.reminders.notices.queries import open_subjects
from crm.reminders.subjects import SubjectRef


def report_facts(session: Session, now: datetime, subjects: Collection[int] | None) -> list[ReportFact]:
    """The meetings held of which nothing is written, and what became of those that somebody was reminded of."""
    written = func.trim(Interaction.report) != ""
    armed = Interaction.id.in_(open_subjects(REPORT_MISSING.key, "interaction_id"))
    statement = (
        select(
            Interaction.structure_id,
            Interaction.author_id,
            Interaction.id,
            Interaction.held_at,
            Interaction.report,
        )
        .join(Partner, Partner.id == Interaction.partner_id)
        .where(
            Interaction.kind.in_(MEETINGS),
            Interaction.held_at <= now,
            Interaction.cancelled_at.is_(None),
            Interaction.binned_at.is_(None),
            Partner.binned_at.is_(None),
            or_(~written, armed),
        )
    )
    if subjects is not None:
        statement = statement.where(Interaction.id.in_(subjects))
    return [
        ReportFact(row.structure_id, row.author_id, row.id, row.held_at, bool(row.report.strip()))
        for row in session.execute(statement)
    ]


def silence_facts(session: Session, _now: datetime, subjects: Collection[int] | None) -> list[SilenceFact]:
    """The followed partners of each owner, with the structure's last exchange, one to come included."""
    latest = func.max(Interaction.held_at).label("latest")
    statement = (
        select(Follow.structure_id, Follow.owner_id, Follow.partner_id, Partner.created_at, latest)
        .join(Partner, Partner.id == Follow.partner_id)
        .outerjoin(
            Interaction,
            and_(
                Interaction.partner_id == Follow.partner_id,
                Interaction.structure_id == Follow.structure_id,
                Interaction.cancelled_at.is_(None),
                Interaction.binned_at.is_(None),
            ),
        )
        .where(Follow.stage == FollowStage.FOLLOWED, Follow.owner_id.is_not(None), Partner.binned_at.is_(None))
        .group_by(Follow.structure_id, Follow.owner_id, Follow.partner_id, Partner.created_at)
    )
    if subjects is not None:
        statement = statement.where(Follow.partner_id.in_(subjects))
    return [
        SilenceFact(row.structure_id, row.owner_id, row.partner_id, clock.day_of(row.latest or row.created_at))
        for row in session.execute(statement)
    ]


def about_interactions(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, SubjectRef]:
    """How the reminders name the exchanges of the actor's structure: by the partner they were with, to be written."""
    if not can(actor, Permission.INTERACTION_READ) or not can(actor, Permission.PARTNER_READ):
        return {}
    statement = (
        select(Interaction.id, Partner.name, Interaction.public_id)
        .join(Partner, Partner.id == Interaction.partner_id)
        .where(
            Interaction.id.in_(identifiers),
            Interaction.structure_id == actor.structure_id,
            Interaction.binned_at.is_(None),
            Partner.binned_at.is_(None),
        )
    )
    return {row.id: SubjectRef(row.name, "interactions.edit", row.public_id) for row in session.execute(statement)}
