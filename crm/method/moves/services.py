"""Writes of moves: the one door by which a card changes step or state, and the undo of the last one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict, DomainError
from crm.method.ageing import in_step_since
from crm.method.enums import CardState, MoveKind, Proof
from crm.method.gates import STATE_AFTER, Asked, Passed, Standing, Verdict, evaluate
from crm.method.models import Initiative, Partnership, Transition, TransitionProof
from crm.method.moves import queries
from crm.method.moves.queries import Card
from crm.method.proofs import partnership_proofs, project_proofs
from crm.method.queries import open_partnership
from crm.method.refusals import AlreadyPartners, MoveRefused, ProofsLacking
from crm.partners.models import Partner
from crm.wording import N_

SAY_WHY = N_("Dites pourquoi : cela reste lisible.")
STALE_CARD = N_("Cette carte a bougé entre-temps : voici où elle en est.")


def look(session: Session, card: Card, asked: Asked, *, actor: Actor, now: datetime) -> Verdict:
    """What would become of this move. Writes nothing."""
    present = _present(session, card, now) if asked.kind is MoveKind.FORWARD else frozenset()
    return evaluate(
        queries.standing_of(card),
        asked,
        present=present,
        weights=queries.weights(session, card.structure_id),
        permissions=actor.permissions,
        today=clock.day_of(now),
    )


def move(session: Session, card: Card, asked: Asked, *, version: int | None, actor: Actor, now: datetime) -> Transition:
    """
    Move a card read with `for_update`: forward, back, pause, resume, abandon, finish, reopen.

    Raises NotAllowed, Conflict when it moved since it was shown, MoveRefused, ProofsLacking.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=card.structure_id)
    if version is not None and version != card.version:
        raise Conflict(STALE_CARD, current=card.version)
    verdict = look(session, card, asked, actor=actor, now=now)
    if verdict.refusal is not None:
        raise MoveRefused(verdict.refusal)
    if not verdict.goes_on:
        raise ProofsLacking(verdict)
    return _write(session, card, asked, verdict.passed, actor=actor, now=now)


def enter(
    session: Session,
    initiative: Initiative,
    partner: Partner,
    asked: Asked,
    *,
    owner_id: int | None,
    role: str = "",
    actor: Actor,
    now: datetime,
) -> Partnership:
    """
    Begin a partnership at step 4, or take one over at any step from 4. The project is read with `for_update`.

    Raises NotAllowed, AlreadyPartners, MoveRefused, ProofsLacking.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=initiative.structure_id)
    known = open_partnership(session, initiative.id, partner.id)
    if known is not None:
        raise AlreadyPartners(known)
    if initiative.state in {CardState.ABANDONED, CardState.FINISHED}:
        raise DomainError(N_("Ce projet est clos : rouvrez-le d'abord."))
    card = _new(initiative, partner.id, asked, owner_id=owner_id, role=role, actor=actor, now=now)
    facts = queries.partnership_facts(session, [card], structure_id=card.structure_id, now=now)[0]
    verdict = evaluate(
        Standing(False, None),
        asked,
        present=partnership_proofs(facts),
        weights=queries.weights(session, initiative.structure_id),
        permissions=actor.permissions,
        today=clock.day_of(now),
    )
    if verdict.refusal is not None:
        raise MoveRefused(verdict.refusal)
    if not verdict.goes_on:
        raise ProofsLacking(verdict)
    session.add(card)
    session.flush()
    _note(session, card, asked, _Before(), verdict.passed, actor=actor, now=now)
    session.flush()
    return card


def take_over_many(
    session: Session,
    initiative: Initiative,
    partner_ids: Sequence[int],
    asked: Asked,
    *,
    owner_id: int | None,
    actor: Actor,
    now: datetime,
) -> list[Partnership]:
    """
    Take these partners over into one project, but those that already have an open partnership there.

    The project is read with `for_update`. A constant number of reads. Raises NotAllowed, MoveRefused.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=initiative.structure_id)
    there = queries.partners_of(session, initiative)
    cards = [
        _new(initiative, key, asked, owner_id=owner_id, role="", actor=actor, now=now)
        for key in dict.fromkeys(partner_ids)
        if key not in there
    ]
    facts = queries.partnership_facts(session, cards, structure_id=initiative.structure_id, now=now)
    weights = queries.weights(session, initiative.structure_id)
    for card, known in zip(cards, facts, strict=True):
        verdict = evaluate(
            Standing(False, None),
            asked,
            present=partnership_proofs(known),
            weights=weights,
            permissions=actor.permissions,
            today=clock.day_of(now),
        )
        if verdict.refusal is not None:
            raise MoveRefused(verdict.refusal)
        session.add(card)
        session.flush()
        _note(session, card, asked, _Before(), verdict.passed, actor=actor, now=now)
    session.flush()
    return cards


def undo_last(session: Session, card: Card, *, version: int | None, actor: Actor, now: datetime) -> Transition:
    """
    Take back the last move of a card read with `for_update`. The history keeps both.

    The entry of a partnership is taken back only while nobody wrote anything on it. Raises NotAllowed, Conflict,
    DomainError.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=card.structure_id)
    if version is not None and version != card.version:
        raise Conflict(STALE_CARD, current=card.version)
    last = queries.last_move(session, card)
    if last is None or last.kind is MoveKind.UNDONE:
        raise DomainError(N_("Ce mouvement est déjà annulé."))
    entrance = last.from_step is None
    if entrance and (isinstance(card, Initiative) or card.updated_at is not None):
        raise DomainError(N_("On a déjà travaillé sur cette carte : abandonnez-la plutôt."))
    undone = Transition(
        structure_id=card.structure_id,
        initiative_id=last.initiative_id,
        partnership_id=last.partnership_id,
        kind=MoveKind.UNDONE,
        from_step=card.step,
        to_step=last.from_step or card.step,
        from_state=card.state,
        to_state=last.from_state or CardState.WITHDRAWN,
        from_until=card.paused_until,
        until=last.from_until,
        undoes_id=last.id,
        reason="",
        by_id=actor.user_id,
        at=now,
        proofs=[],
    )
    session.add(undone)
    card.step, card.state, card.paused_until = undone.to_step, undone.to_state, undone.until
    session.flush()
    moves = queries.as_moved(queries.history(session, card))
    card.step_since = in_step_since(moves) or card.step_since
    session.flush()
    return undone


def record_entrance(
    session: Session, initiative: Initiative, *, taken_over_on: date | None, actor: Actor, now: datetime
) -> None:
    """The first line of a project's history. The portfolio is taken over at 4: no proof is asked of it."""
    kind = MoveKind.TAKEN_OVER if taken_over_on else MoveKind.ENTERED
    asked = Asked(kind, initiative.step, taken_over_on=taken_over_on)
    _note(session, initiative, asked, _Before(), (), actor=actor, now=now)
    session.flush()


def _present(session: Session, card: Card, now: datetime) -> frozenset[Proof]:
    if isinstance(card, Initiative):
        return project_proofs(queries.project_facts(session, card))
    [facts] = queries.partnership_facts(session, [card], structure_id=card.structure_id, now=now)
    return partnership_proofs(facts)


def _new(
    initiative: Initiative,
    partner_id: int,
    asked: Asked,
    *,
    owner_id: int | None,
    role: str,
    actor: Actor,
    now: datetime,
) -> Partnership:
    return Partnership(
        structure_id=initiative.structure_id,
        initiative_id=initiative.id,
        partner_id=partner_id,
        owner_id=owner_id,
        role=role,
        step=asked.step,
        state=CardState.ACTIVE,
        step_since=now,
        entered_at=now,
        taken_over_on=asked.taken_over_on if asked.kind is MoveKind.TAKEN_OVER else None,
        author_id=actor.user_id,
        created_at=now,
        without_budget=False,
        agreed_by="",
        their_pilot="",
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """What a card was before it moved; nothing when it enters."""

    step: int | None = None
    state: CardState | None = None
    until: date | None = None


def _write(
    session: Session, card: Card, asked: Asked, passed: Sequence[Passed], *, actor: Actor, now: datetime
) -> Transition:
    before = _Before(card.step, card.state, card.paused_until)
    card.state = STATE_AFTER[asked.kind]
    card.paused_until = asked.until if asked.kind is MoveKind.PAUSED else None
    if asked.step is not None and asked.step != card.step:
        card.step, card.step_since = asked.step, now
    made = _note(session, card, asked, before, passed, actor=actor, now=now)
    session.flush()
    return made


def _note(
    session: Session,
    card: Card,
    asked: Asked,
    before: _Before,
    passed: Sequence[Passed],
    *,
    actor: Actor,
    now: datetime,
) -> Transition:
    made = Transition(
        structure_id=card.structure_id,
        initiative_id=card.id if isinstance(card, Initiative) else None,
        partnership_id=card.id if isinstance(card, Partnership) else None,
        kind=asked.kind,
        from_step=before.step,
        to_step=card.step,
        from_state=before.state,
        to_state=card.state,
        from_until=before.until,
        until=card.paused_until,
        taken_over_on=asked.taken_over_on,
        reason=asked.reason.strip(),
        by_id=actor.user_id,
        at=now,
    )
    made.proofs = [
        TransitionProof(proof=one.proof, outcome=one.outcome, reason=one.reason, taken_over_on=one.taken_over_on)
        for one in passed
    ]
    session.add(made)
    return made
