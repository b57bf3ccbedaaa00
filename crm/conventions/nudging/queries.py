"""Facts of the nudges about conventions."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from crm.conventions.enums import Stage
from crm.conventions.models import Commitment, Convention, ConventionDate
from crm.conventions.nudging.nudges import COMMITMENT, DATE, ENDING, NOTICE, DutyFact, EndFact
from crm.conventions.queries import HAS_SUCCESSOR, terms_of
from crm.partners.models import Partner
from crm.reminders.notices.queries import open_subjects


def ending_facts(session: Session, _now: datetime, subjects: Collection[int] | None) -> list[EndFact]:
    """The signed conventions that end one day, and what became of those that somebody was reminded of."""
    wanted = or_(
        and_(Convention.final_on.is_not(None), Convention.stage == Stage.SIGNED),
        Convention.id.in_(open_subjects(ENDING.key, "convention_id")),
    )
    return _ends(session, wanted, subjects)


def notice_facts(session: Session, _now: datetime, subjects: Collection[int] | None) -> list[EndFact]:
    """The signed conventions that renew themselves, and what became of those that somebody was reminded of."""
    wanted = or_(
        and_(Convention.tacit_months > 0, Convention.stage == Stage.SIGNED),
        Convention.id.in_(open_subjects(NOTICE.key, "convention_id")),
    )
    return _ends(session, wanted, subjects)


def _ends(session: Session, wanted: Any, subjects: Collection[int] | None) -> list[EndFact]:
    statement = (
        select(Convention, HAS_SUCCESSOR)
        .join(Partner, Partner.id == Convention.partner_id)
        .where(Convention.owner_id.is_not(None), Partner.binned_at.is_(None), wanted)
    )
    if subjects is not None:
        statement = statement.where(Convention.id.in_(subjects))
    found = []
    for one, successors in session.execute(statement):
        terms = terms_of(one)
        if terms is None:
            continue
        settled = (
            successors > 0
            or one.terminated_on is not None
            or one.binned_at is not None
            or one.stage is not Stage.SIGNED
        )
        found.append(EndFact(one.structure_id, one.owner_id, one.id, terms, settled))
    return found


def date_facts(session: Session, _now: datetime, subjects: Collection[int] | None) -> list[DutyFact]:
    """The reviews and reports of conventions that are not terminated, and those that were done since a reminder."""
    armed = Convention.id.in_(open_subjects(DATE.key, "convention_id"))
    return _duties(session, ConventionDate, ConventionDate.done_on, armed, subjects)


def commitment_facts(session: Session, _now: datetime, subjects: Collection[int] | None) -> list[DutyFact]:
    """The dated promises of conventions that are not terminated, and those that were kept since a reminder."""
    armed = Convention.id.in_(open_subjects(COMMITMENT.key, "convention_id"))
    return _duties(session, Commitment, Commitment.kept_on, armed, subjects)


def _duties(session: Session, model: Any, done: Any, armed: Any, subjects: Collection[int] | None) -> list[DutyFact]:
    statement: Select[Any] = (
        select(Convention.structure_id, Convention.owner_id, Convention.id, model.id, model.due_on, done)
        .join(Convention, Convention.id == model.convention_id)
        .join(Partner, Partner.id == Convention.partner_id)
        .where(
            Convention.owner_id.is_not(None),
            Convention.binned_at.is_(None),
            Convention.terminated_on.is_(None),
            Partner.binned_at.is_(None),
            model.due_on.is_not(None),
            or_(done.is_(None), armed),
        )
    )
    if subjects is not None:
        statement = statement.where(Convention.id.in_(subjects))
    return [
        DutyFact(structure_id, owner_id, convention_id, duty_id, due_on, done_on is not None)
        for structure_id, owner_id, convention_id, duty_id, due_on, done_on in session.execute(statement)
    ]


def renewed_by(session: Session, renewals: Collection[int]) -> list[int]:
    """Those of these conventions, named by their renewals, whose end somebody is reminded of."""
    armed = open_subjects(ENDING.key, "convention_id")
    return list(session.scalars(select(Convention.id).where(Convention.id.in_(renewals), Convention.id.in_(armed))))
