"""Reads of proposals: whom to ask, what waits for an answer, what became of one's own."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.models import Structure
from crm.dedupe.merging.enums import ProposalState
from crm.dedupe.merging.models import MergeAnswer, MergeProposal
from crm.errors import NotFound
from crm.partners.bin.queries import holders
from crm.partners.models import Contact, Partner

#: Proposals on one page.
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A proposal as a structure sees it. `answer`: what it said, None before; `is_ours`: it proposed it."""

    public_id: str
    names: tuple[str, ...]
    by: str
    state: ProposalState
    created_at: datetime
    is_ours: bool
    is_people: bool
    answer: bool | None
    waits_for: tuple[str, ...]
    reasons: tuple[str, ...]


def asked(session: Session, identifiers: Collection[int], *, actor: Actor) -> dict[int, str]:
    """The other structures that work with these partners, by identifier. None: nobody is to be asked."""
    require(actor, Permission.DUPLICATE_DECIDE)
    keys = {one for holding in holders(session, identifiers).values() for one in holding} - {actor.structure_id}
    if not keys:
        return {}
    rows = session.execute(select(Structure.id, Structure.name).where(Structure.id.in_(keys)).order_by(Structure.name))
    return {row.id: row.name for row in rows}


def get(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> MergeProposal:
    """The proposal of that public id, of the actor's structure or made to it. Raises NotFound."""
    require(actor, Permission.DUPLICATE_DECIDE)
    statement = select(MergeProposal).where(MergeProposal.public_id == public_id, _concerns(actor))
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def told(session: Session, *, actor: Actor, public_id: str = "") -> list[Told]:
    """The proposals that concern the actor's structure, the latest first. Five queries."""
    require(actor, Permission.DUPLICATE_DECIDE)
    statement = select(MergeProposal).where(_concerns(actor)).order_by(MergeProposal.id.desc()).limit(MOST)
    if public_id:
        statement = statement.where(MergeProposal.public_id == public_id)
    proposals = session.scalars(statement).all()
    answers = session.execute(
        select(MergeAnswer, Structure.name)
        .join(Structure, Structure.id == MergeAnswer.structure_id)
        .where(MergeAnswer.proposal_id.in_([one.id for one in proposals]))
        .order_by(Structure.name)
    ).all()
    of: dict[int, list[tuple[MergeAnswer, str]]] = {}
    for answer, name in answers:
        of.setdefault(answer.proposal_id, []).append((answer, name))
    ids = {public_id for one in proposals for public_id in json.loads(one.partners)}
    names = dict(session.execute(select(Partner.public_id, Partner.name).where(Partner.public_id.in_(ids))).all())
    people = select(Contact).where(Contact.public_id.in_(ids))
    names |= {one.public_id: one.full_name for one in session.scalars(people)}
    structures = dict(session.execute(select(Structure.id, Structure.name)).all())
    return [
        Told(
            public_id=one.public_id,
            names=tuple(names[key] for key in json.loads(one.partners) if key in names),
            by=structures.get(one.structure_id, ""),
            state=one.state,
            created_at=one.created_at,
            is_ours=one.structure_id == actor.structure_id,
            is_people=one.people is not None,
            answer=next((a.agrees for a, _ in of.get(one.id, []) if a.structure_id == actor.structure_id), None),
            waits_for=tuple(name for a, name in of.get(one.id, []) if a.agrees is None),
            reasons=tuple(f"{name} : {a.reason}" for a, name in of.get(one.id, []) if a.reason),
        )
        for one in proposals
    ]


def waiting(session: Session, *, actor: Actor) -> int:
    """How many proposals wait for the actor's structure."""
    statement = (
        select(MergeAnswer.id)
        .join(MergeProposal, MergeProposal.id == MergeAnswer.proposal_id)
        .where(
            MergeAnswer.structure_id == actor.structure_id,
            MergeAnswer.agrees.is_(None),
            MergeProposal.state == ProposalState.OPEN,
        )
    )
    return len(session.scalars(statement.limit(MOST)).all())


def _concerns(actor: Actor) -> ColumnElement[bool]:
    made_to = select(MergeAnswer.proposal_id).where(MergeAnswer.structure_id == actor.structure_id)
    return or_(MergeProposal.structure_id == actor.structure_id, MergeProposal.id.in_(made_to))
