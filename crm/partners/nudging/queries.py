"""Facts of the nudges about partners, how their subjects are named, and the public holidays."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from crm import clock
from crm.access.policy import Actor, Permission, can
from crm.partners.enums import FollowStage
from crm.partners.models import Contact, Follow, Partner
from crm.partners.nudging.nudges import CONTACT_GONE, LONGEST_NEWS, CheckFact, GoneFact
from crm.partners.reference.queries import holidays_between
from crm.reminders.notices.queries import open_subjects
from crm.reminders.subjects import SubjectRef

#: Delays that a structure may add to a day of leaving, at most.
_LONGEST_DELAY = 400


def check_facts(session: Session, _now: datetime, subjects: Collection[int] | None) -> list[CheckFact]:
    """The partners that somebody follows, since when nobody checked them: since they are here, if never."""
    statement = _followed(
        Follow.structure_id, Follow.owner_id, Follow.partner_id, Follow.checked_on, Partner.created_at
    )
    if subjects is not None:
        statement = statement.where(Follow.partner_id.in_(subjects))
    return [
        CheckFact(row.structure_id, row.owner_id, row.partner_id, row.checked_on or clock.day_of(row.created_at))
        for row in session.execute(statement)
    ]


def gone_facts(session: Session, now: datetime, subjects: Collection[int] | None) -> list[GoneFact]:
    """Those who lately left a partner that somebody follows, and whether somebody took over."""
    other = aliased(Contact)
    earliest = clock.day_of(now) - timedelta(days=LONGEST_NEWS + _LONGEST_DELAY)
    newest = (
        select(func.max(other.created_at))
        .where(other.partner_id == Contact.partner_id, other.left_on.is_(None), other.binned_at.is_(None))
        .correlate(Contact)
        .scalar_subquery()
    )
    statement = (
        _followed(
            Follow.structure_id,
            Follow.owner_id,
            Contact.id,
            Contact.left_on,
            Contact.successor_id,
            newest.label("newest"),
        )
        .join(Contact, Contact.partner_id == Partner.id)
        .where(
            Contact.binned_at.is_(None),
            Contact.left_on.is_not(None),
            or_(Contact.left_on >= earliest, Contact.id.in_(open_subjects(CONTACT_GONE.key, "contact_id"))),
        )
    )
    if subjects is not None:
        statement = statement.where(Contact.id.in_(subjects))
    return [
        GoneFact(
            row.structure_id,
            row.owner_id,
            row.id,
            row.left_on,
            row.successor_id is not None or (row.newest is not None and clock.day_of(row.newest) >= row.left_on),
        )
        for row in session.execute(statement)
    ]


def gone_from(session: Session, partners: Collection[int]) -> list[int]:
    """Those whose leaving of these partners somebody is reminded of."""
    armed = open_subjects(CONTACT_GONE.key, "contact_id")
    return list(session.scalars(select(Contact.id).where(Contact.partner_id.in_(partners), Contact.id.in_(armed))))


def _followed(*columns: Any) -> Select[Any]:
    chosen: Select[Any] = select(*columns)
    return (
        chosen.select_from(Follow)
        .join(Partner, Partner.id == Follow.partner_id)
        .where(Follow.stage == FollowStage.FOLLOWED, Follow.owner_id.is_not(None), Partner.binned_at.is_(None))
    )


def about_contacts(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, SubjectRef]:
    """How the reminders name people: with their partner, whose page is opened."""
    if not can(actor, Permission.CONTACT_READ) or not can(actor, Permission.PARTNER_READ):
        return {}
    statement = (
        select(Contact.id, Contact.first_name, Contact.last_name, Partner.name, Partner.public_id)
        .join(Contact.partner)
        .where(Contact.id.in_(identifiers), Contact.binned_at.is_(None), Partner.binned_at.is_(None))
    )
    return {
        row.id: SubjectRef(
            f"{row.first_name} {row.last_name}".strip() + f" · {row.name}", "partners.show", row.public_id
        )
        for row in session.execute(statement)
    }


def holidays(session: Session, first: date, last: date) -> set[date]:
    """The public holidays of all France, when they are loaded."""
    return {holiday.day for holiday in holidays_between(session, first, last)}
