"""Reads of surveys."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.links.words import key_of
from crm.accounts.models import Structure
from crm.errors import NotFound
from crm.method.enums import CardState
from crm.method.models import Partnership
from crm.method.roadmap.queries import people, place_of
from crm.method.surveys.models import Survey
from crm.method.surveys.rules import LONGEST_WORD, SurveyState, Times, state_of
from crm.partners.models import Partner


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey as the page of a partnership shows it; `who` is a name, '' for one that may not be read."""

    survey: Survey
    who: str
    state: SurveyState


@dataclass(frozen=True, slots=True)
class Opened:
    """A live survey, and the structure that asks: all that its page tells."""

    survey: Survey
    structure: str


def surveys_of(session: Session, partnership: Partnership, *, actor: Actor, now: datetime) -> list[SurveyLine]:
    """The surveys of a partnership, the latest first. Two queries."""
    require(actor, Permission.PROJECT_READ, structure_id=partnership.structure_id)
    found = session.scalars(
        select(Survey).where(Survey.partnership_id == partnership.id).order_by(Survey.id.desc())
    ).all()
    names = people(session, {one.contact_id for one in found}, actor=actor)
    return [
        SurveyLine(one, names.get(one.contact_id or 0, "") or one.recipient, state_of(times_of(one), now))
        for one in found
    ]


def times_of(survey: Survey) -> Times:
    """What happened to a survey, as the rules need it."""
    return Times(survey.expires_at, survey.answered_at, survey.revoked_at)


def get_survey(
    session: Session, public_id: str, *, actor: Actor, for_update: bool = False
) -> tuple[Survey, Partnership]:
    """The survey of that public id and its partnership, in the actor's structure; locked on demand. Raises NotFound."""
    require(actor, Permission.PROJECT_READ)
    statement = select(Survey).where(Survey.public_id == public_id)
    found = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if found is None:
        raise NotFound
    return found, place_of(session, found.partnership_id, actor=actor)


def opened(session: Session, word: str, *, now: datetime, for_update: bool = False) -> Opened | None:
    """The live survey of that word; None when it is unknown, answered, cancelled or too old, or the partner is gone."""
    if len(word) > LONGEST_WORD:
        return None
    statement = (
        select(Survey, Structure.name)
        .join(Partnership, Partnership.id == Survey.partnership_id)
        .join(Partner, Partner.id == Partnership.partner_id)
        .join(Structure, Structure.id == Partnership.structure_id)
        .where(
            Survey.token_hash == key_of(word),
            Partnership.state != CardState.WITHDRAWN,
            Partner.binned_at.is_(None),
        )
    )
    found = session.execute(statement.with_for_update(of=Survey) if for_update else statement).one_or_none()
    if found is None or state_of(times_of(found[0]), now) is not SurveyState.WAITING:
        return None
    return Opened(found[0], found[1])
