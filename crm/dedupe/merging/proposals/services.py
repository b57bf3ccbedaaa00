"""Writes: proposing a merge to the other structures that work with the records, and their answers."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.dedupe.merging import queries as merging
from crm.dedupe.merging import services as merges
from crm.dedupe.merging.enums import ProposalState
from crm.dedupe.merging.journal import plains
from crm.dedupe.merging.models import Merge, MergeAnswer, MergeProposal
from crm.dedupe.merging.people import queries as people
from crm.dedupe.merging.people import services as people_merges
from crm.dedupe.merging.proposals import queries
from crm.dedupe.merging.refusals import AlreadyMerged, InTheBin, SidesChanged
from crm.errors import DomainError, NotAllowed, NotFound
from crm.wording import N_


def merge_or_propose(
    session: Session,
    public_ids: Sequence[str],
    result: Mapping[str, Any],
    *,
    seen: str,
    actor: Actor,
    now: datetime,
) -> Merge | MergeProposal:
    """Merge these partners; when other structures work with them, propose it to those. Raises what `merge` does."""
    require(actor, Permission.DUPLICATE_MERGE)
    chosen = merging.chosen(session, public_ids, actor=actor, for_update=True)
    others = queries.asked(session, [one.id for one in chosen], actor=actor)
    if not others:
        return merges.merge(session, public_ids, result, seen=seen, actor=actor, now=now)
    if merges.mark_of(merging.sides(session, chosen, actor=actor)) != seen:
        raise SidesChanged
    return _propose(session, public_ids, result, others, seen=seen, actor=actor, now=now)


def merge_or_propose_people(
    session: Session,
    public_ids: Sequence[str],
    result: Mapping[str, Any],
    *,
    remains: str,
    has_left: bool,
    seen: str,
    actor: Actor,
    now: datetime,
) -> Merge | MergeProposal:
    """The same of contacts: asked are the other structures that work with their companies."""
    require(actor, Permission.DUPLICATE_MERGE)
    chosen = people.chosen(session, public_ids, actor=actor, for_update=True)
    others = queries.asked(session, {one.partner_id for one in chosen}, actor=actor)
    if not others:
        return people_merges.merge(
            session, public_ids, result, remains=remains, has_left=has_left, seen=seen, actor=actor, now=now
        )
    if people_merges.mark_of(people.sides(session, chosen, actor=actor)) != seen:
        raise SidesChanged
    if remains not in {one.public_id for one in chosen}:
        raise NotFound
    about = json.dumps({"remains": remains, "has_left": has_left})
    return _propose(session, public_ids, result, others, seen=seen, actor=actor, now=now, about=about)


def _propose(
    session: Session,
    public_ids: Sequence[str],
    result: Mapping[str, Any],
    others: Mapping[int, str],
    *,
    seen: str,
    actor: Actor,
    now: datetime,
    about: str | None = None,
) -> MergeProposal:
    if actor.structure_id is None:
        raise NotAllowed
    proposal = MergeProposal(
        structure_id=actor.structure_id,
        author_id=actor.user_id,
        partners=json.dumps(list(dict.fromkeys(public_ids))),
        seen=seen,
        values=json.dumps(plains(result), ensure_ascii=False),
        people=about,
        created_at=now,
    )
    session.add(proposal)
    session.flush()
    session.add_all(MergeAnswer(proposal_id=proposal.id, structure_id=key, reason="") for key in others)
    session.flush()
    return proposal


def answer(
    session: Session, public_id: str, *, agrees: bool, reason: str, actor: Actor, now: datetime
) -> MergeProposal:
    """
    Say what the actor's structure thinks of a proposal; the last agreement merges.

    Raises NotFound, DomainError when it is closed, answered or when a refusal has no reason, NotAllowed.
    """
    require(actor, Permission.DUPLICATE_MERGE)
    proposal = queries.get(session, public_id, actor=actor, for_update=True)
    answers = session.scalars(
        select(MergeAnswer).where(MergeAnswer.proposal_id == proposal.id).order_by(MergeAnswer.id)
    ).all()
    ours = next((one for one in answers if one.structure_id == actor.structure_id), None)
    if ours is None:
        raise DomainError(N_("C'est votre structure qui propose cette fusion : la réponse vient des autres."))
    if proposal.state is not ProposalState.OPEN or ours.agrees is not None:
        raise DomainError(N_("Cette proposition a déjà sa réponse."))
    if not agrees and not reason:
        raise DomainError(N_("Dites pourquoi vous refusez : l'autre structure le lira."))
    ours.agrees, ours.reason = agrees, reason
    ours.answered_by_id, ours.answered_at = actor.user_id, now
    if not agrees:
        proposal.state, proposal.closed_at = ProposalState.REFUSED, now
    elif all(one.agrees for one in answers):
        proposal.state, proposal.closed_at = _done(session, proposal, actor, now), now
    session.flush()
    return proposal


def _done(session: Session, proposal: MergeProposal, actor: Actor, now: datetime) -> ProposalState:
    given: dict[str, Any] = {
        "seen": proposal.seen,
        "actor": actor,
        "now": now,
        "author_id": proposal.author_id,
        "structure_id": proposal.structure_id,
    }
    ids, values = json.loads(proposal.partners), json.loads(proposal.values)
    try:
        if proposal.people is not None:
            people_merges.merge(session, ids, values, **given | json.loads(proposal.people))
        else:
            merges.merge(session, ids, values, **given)
    except (SidesChanged, AlreadyMerged, InTheBin, NotFound):
        return ProposalState.STALE
    return ProposalState.DONE
