"""Writes of surveys: a link made, cancelled, answered."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.links.following.services import DeadLink
from crm.accounts.links.words import key_of
from crm.method.models import Partnership
from crm.method.roadmap.services import check_contact
from crm.method.surveys import queries
from crm.method.surveys.models import Survey
from crm.method.surveys.rules import SERVES_FOR, Again, SurveyState, state_of
from crm.partners.refusals import FieldRefused
from crm.wording import N_

#: The path of the page that a link opens, as in views.py.
PATH = "/enquete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the partner says. `satisfaction`: 1 to 5."""

    satisfaction: int
    again: Again
    went_well: str = ""
    to_improve: str = ""


def ask(
    session: Session, partnership: Partnership, contact_id: int | None, recipient: str, *, actor: Actor, now: datetime
) -> str:
    """
    Make a link for one person at the partner; its address, which is stored nowhere.

    Raises FieldRefused, NotAllowed.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=partnership.structure_id)
    if contact_id is None and not recipient:
        raise FieldRefused(N_("Dites à qui le lien est destiné."), field="recipient")
    check_contact(session, partnership, contact_id, before=None, field="contact_id")
    word = secrets.token_urlsafe(32)
    session.add(
        Survey(
            partnership_id=partnership.id,
            contact_id=contact_id,
            recipient=recipient,
            token_hash=key_of(word),
            created_at=now,
            expires_at=now + SERVES_FOR,
            author_id=actor.user_id,
        )
    )
    session.flush()
    return f"{session.info['public_url']}{PATH}/{word}"


def revoke(session: Session, survey: Survey, partnership: Partnership, *, actor: Actor, now: datetime) -> bool:
    """
    Cancel a link read with `for_update`; whether it was still waiting. An answer already given stays.

    Raises NotAllowed.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=partnership.structure_id)
    if state_of(queries.times_of(survey), now) is not SurveyState.WAITING:
        return False
    survey.revoked_at = now
    session.flush()
    return True


def answer(session: Session, word: str, given: Answer, *, now: datetime) -> None:
    """Write the one answer of a link; of two at once the second finds it dead. Raises DeadLink."""
    found = queries.opened(session, word, now=now, for_update=True)
    if found is None:
        raise DeadLink
    survey = found.survey
    survey.answered_at = now
    survey.satisfaction, survey.again = given.satisfaction, given.again
    survey.went_well, survey.to_improve = given.went_well, given.to_improve
    session.flush()
