"""Writes of what a structure settles about conventions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.conventions.delegations import write_kinds
from crm.conventions.enums import ConventionKind
from crm.conventions.models import ClauseTemplate, SigningDelegation
from crm.conventions.refusals import END_BEFORE_START, STRANGER, ConventionRefused
from crm.errors import Conflict, NotAllowed
from crm.wording import N_

_STALE_TEMPLATE = N_("Cet article a été modifié entre-temps.")
_STALE_DELEGATION = N_("Cette délégation a été modifiée entre-temps.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationData:
    """Who may sign, from when to when (both included), for what kinds (none: all), by what act."""

    user_id: int
    starts_on: date
    ends_on: date | None = None
    kinds: Iterable[ConventionKind] = ()
    act: str = ""


def save_template(
    session: Session,
    template: ClauseTemplate | None,
    *,
    title: str,
    text: str,
    kind: ConventionKind | None,
    version: int | None,
    actor: Actor,
) -> ClauseTemplate:
    """Write an article to copy, a new one at the end. Raises Conflict, NotAllowed."""
    require(actor, Permission.CONVENTION_VALIDATE)
    if template is None:
        last = session.scalar(
            select(func.max(ClauseTemplate.position)).where(ClauseTemplate.structure_id == actor.structure_id)
        )
        template = ClauseTemplate(structure_id=_home(actor), position=0 if last is None else last + 1)
    elif version != template.version:
        raise Conflict(_STALE_TEMPLATE, current=template.version)
    template.title, template.text, template.kind = title, text, kind
    session.add(template)
    session.flush()
    return template


def drop_template(session: Session, template: ClauseTemplate, *, actor: Actor) -> None:
    """Take an article away; conventions keep their copy. Raises NotAllowed."""
    require(actor, Permission.CONVENTION_VALIDATE, structure_id=template.structure_id)
    session.delete(template)
    session.flush()


def save_delegation(
    session: Session, delegation: SigningDelegation | None, data: DelegationData, *, version: int | None, actor: Actor
) -> SigningDelegation:
    """Write a line of the register. Raises Conflict, ConventionRefused, NotAllowed."""
    require(actor, Permission.CONVENTION_VALIDATE)
    if delegation is None:
        delegation = SigningDelegation(structure_id=_home(actor))
    elif version != delegation.version:
        raise Conflict(_STALE_DELEGATION, current=delegation.version)
    if data.ends_on is not None and data.ends_on < data.starts_on:
        raise ConventionRefused(END_BEFORE_START, "ends_on")
    if data.user_id != delegation.user_id and data.user_id not in {one.id for one in colleagues(session, actor=actor)}:
        raise ConventionRefused(STRANGER, "user")
    delegation.user_id, delegation.act = data.user_id, data.act
    delegation.starts_on, delegation.ends_on = data.starts_on, data.ends_on
    delegation.kinds = write_kinds(data.kinds)
    session.add(delegation)
    session.flush()
    return delegation


def _home(actor: Actor) -> int:
    if actor.structure_id is None:
        raise NotAllowed
    return actor.structure_id
