"""What is known of cards when they want to move, and their history. A constant number of queries for many cards."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from crm import clock
from crm.conventions.enums import BINDING, ConventionKind
from crm.conventions.models import Convention
from crm.conventions.queries import in_state
from crm.interactions.enums import InteractionKind
from crm.interactions.models import Interaction
from crm.method.ageing import SILENT_AFTER, Moved
from crm.method.enums import ActionState, EvidenceKind, FindingKind, Weight
from crm.method.enums import Proof as ProofKind
from crm.method.gates import Standing, strongest
from crm.method.guide.models import GateRule, StepDelay
from crm.method.models import Initiative, InitiativePlace, InitiativeTrade, Partnership, Transition
from crm.method.partnerships.models import Action, BudgetLine, Evidence, Indicator, RoadmapItem
from crm.method.projects.models import Finding, Listening, Strategy, StrategyAction
from crm.method.proofs import PartnershipFacts, ProjectFacts
from crm.method.queries import OPEN
from crm.partners.enums import ContactRole, NeedState
from crm.partners.models import Contact, ContactPost, Follow, Need

#: « Face à face »: a call, a letter, a video or a crowd is no meeting of this kind.
FACE_TO_FACE = (InteractionKind.VISIT, InteractionKind.APPOINTMENT)

Card = Initiative | Partnership


def standing_of(card: Card) -> Standing:
    """Where a card is, as the gates need it."""
    return Standing(isinstance(card, Initiative), card.step, card.state, card.paused_until)


def weights(session: Session, structure_id: int) -> dict[ProofKind, Weight]:
    """What each missing proof does in a structure. One query."""
    rows = session.execute(select(GateRule.proof, GateRule.weight).where(GateRule.structure_id == structure_id))
    return strongest((row.proof, row.weight) for row in rows)


def delays(session: Session, structure_id: int) -> dict[int, int]:
    """After how many days worked without an exchange a card of each step is « à relancer ». One query."""
    rows = session.execute(select(StepDelay.step, StepDelay.days).where(StepDelay.structure_id == structure_id))
    return dict.fromkeys(range(1, 8), SILENT_AFTER) | {row.step: row.days for row in rows}


def project_facts(session: Session, initiative: Initiative) -> ProjectFacts:
    """What is known of one project. Two queries."""
    key = initiative.id

    def number(column: Any, *conditions: Any) -> Any:
        return select(func.count()).where(column == key, *conditions).scalar_subquery()

    def findings(kind: FindingKind, *conditions: Any) -> Any:
        return number(Finding.initiative_id, Finding.kind == kind, *conditions)

    sourced = func.trim(Finding.source) != ""
    numbers = session.execute(
        select(
            number(InitiativePlace.initiative_id),
            number(InitiativeTrade.initiative_id),
            findings(FindingKind.OPPORTUNITY, sourced),
            findings(FindingKind.THREAT, sourced),
            number(Listening.initiative_id),
            findings(FindingKind.STRENGTH),
            findings(FindingKind.WEAKNESS),
            number(StrategyAction.initiative_id, StrategyAction.priority.is_not(None)),
        )
    ).one()
    strategy = session.scalars(select(Strategy).where(Strategy.initiative_id == key)).one_or_none() or Strategy()
    places, trades, opportunities, threats, listenings, strengths, weaknesses, actions = numbers
    return ProjectFacts(
        places=places,
        trades=trades,
        sector=initiative.sector,
        has_pilot=initiative.pilot_id is not None,
        opportunities=opportunities,
        threats=threats,
        listenings=listenings,
        strengths=strengths,
        weaknesses=weaknesses,
        debated_on=initiative.debated_on,
        debated_with=initiative.debated_with,
        offer=strategy.offer or "",
        difference=strategy.difference or "",
        resources=strategy.resources or "",
        priority_actions=actions,
        approved_by=strategy.approved_by or "",
        approved_on=strategy.approved_on,
    )


def partnership_facts(
    session: Session, partnerships: Sequence[Partnership], *, structure_id: int, now: datetime
) -> list[PartnershipFacts]:
    """What is known of these partnerships of one structure, in their order. A dozen queries, whatever their number."""
    keys = [one.id for one in partnerships if one.id is not None]
    partners = {one.partner_id for one in partnerships}
    projects = {one.initiative_id for one in partnerships}
    steps = {
        row.id: row
        for row in session.execute(
            select(Initiative.id, Initiative.step, Initiative.is_portfolio).where(Initiative.id.in_(projects))
        )
    }
    meetings = _meetings(session, partners, structure_id, now)
    deciders = _deciders(session, partners)
    needs = _counts(
        session, Need.partner_id, partners, Need.structure_id == structure_id, Need.state != NeedState.DROPPED
    )
    follows = select(Follow.partner_id, Follow.willingness).where(
        Follow.partner_id.in_(partners), Follow.structure_id == structure_id
    )
    willing = {row.partner_id: row.willingness for row in session.execute(follows)}
    somebody = or_(RoadmapItem.ours_id.is_not(None), RoadmapItem.theirs_id.is_not(None), RoadmapItem.theirs != "")
    roadmap = _counts(session, RoadmapItem.partnership_id, keys, RoadmapItem.due_on.is_not(None), somebody)
    budget = _counts(session, BudgetLine.partnership_id, keys)
    signed = signed_evidence(session, partnerships, structure_id=structure_id, today=clock.day_of(now))
    indicators = _counts(session, Indicator.partnership_id, keys)
    of_project = _counts(session, Indicator.initiative_id, projects, Indicator.partnership_id.is_(None))
    under_way = Action.state.in_([ActionState.LAUNCHED, ActionState.DONE])
    launched = _counts(session, Action.partnership_id, keys, under_way)
    return [
        PartnershipFacts(
            project_step=steps[one.initiative_id].step,
            in_portfolio=steps[one.initiative_id].is_portfolio,
            meetings=meetings.get(one.partner_id, 0),
            deciders=deciders.get(one.partner_id, 0),
            needs=needs.get(one.partner_id, 0),
            willingness=willing.get(one.partner_id),
            roadmap=roadmap.get(one.id, 0),
            budget_lines=budget.get(one.id, 0),
            without_budget=one.without_budget,
            agreed_by=one.agreed_by_id is not None or bool(one.agreed_by.strip()),
            agreed_on=one.agreed_on,
            signed=signed[one.id] if one.id is not None else frozenset(),
            has_our_pilot=one.our_pilot_id is not None,
            has_their_pilot=one.their_pilot_id is not None or bool(one.their_pilot.strip()),
            indicators=indicators.get(one.id, 0) + of_project.get(one.initiative_id, 0),
            launched=launched.get(one.id, 0),
        )
        for one in partnerships
    ]


def signed_evidence(
    session: Session, partnerships: Sequence[Partnership], *, structure_id: int, today: date
) -> dict[int, frozenset[EvidenceKind]]:
    """
    What shows that the partner is committed, by partnership: what was noted on it, and the conventions of the
    structure with the partner that were signed and still bind. Two queries.
    """
    found: dict[int, set[EvidenceKind]] = {one.id: set() for one in partnerships if one.id is not None}
    statement = select(Evidence.partnership_id, Evidence.kind).where(Evidence.partnership_id.in_(found))
    for row in session.execute(statement):
        found[row.partnership_id].add(row.kind)
    bound: dict[int, set[EvidenceKind]] = {}
    conventions = select(Convention.partner_id, Convention.kind).where(
        Convention.partner_id.in_({one.partner_id for one in partnerships}),
        Convention.structure_id == structure_id,
        Convention.binned_at.is_(None),
        or_(*(in_state(one, today) for one in sorted(BINDING))),
    )
    for partner_id, kind in session.execute(conventions):
        is_charter = kind is ConventionKind.CHARTER
        bound.setdefault(partner_id, set()).add(EvidenceKind.CHARTER if is_charter else EvidenceKind.CONVENTION)
    for one in partnerships:
        if one.id is not None:
            found[one.id] |= bound.get(one.partner_id, set())
    return {key: frozenset(kinds) for key, kinds in found.items()}


def _counts(session: Session, column: Any, keys: Collection[int], *conditions: Any) -> dict[int, int]:
    statement = select(column, func.count()).where(column.in_(keys), *conditions).group_by(column)
    return {row[0]: row[1] for row in session.execute(statement)}


def _meetings(session: Session, partners: Collection[int], structure_id: int, now: datetime) -> dict[int, int]:
    return _counts(
        session,
        Interaction.partner_id,
        partners,
        Interaction.structure_id == structure_id,
        Interaction.kind.in_(FACE_TO_FACE),
        Interaction.held_at <= now,
        Interaction.cancelled_at.is_(None),
        Interaction.binned_at.is_(None),
        Interaction.report != "",
    )


def _deciders(session: Session, partners: Collection[int]) -> dict[int, int]:
    there = _counts(
        session,
        Contact.partner_id,
        partners,
        Contact.role == ContactRole.DECIDER,
        Contact.left_on.is_(None),
        Contact.binned_at.is_(None),
    )
    elsewhere = _counts(
        session,
        ContactPost.partner_id,
        partners,
        ContactPost.role == ContactRole.DECIDER,
        ContactPost.left_on.is_(None),
        ContactPost.contact_id.in_(select(Contact.id).where(Contact.binned_at.is_(None))),
    )
    return {key: there.get(key, 0) + elsewhere.get(key, 0) for key in there | elsewhere}


def partners_of(session: Session, initiative: Initiative) -> set[int]:
    """The partners that have an open partnership in this project. One query."""
    statement = select(Partnership.partner_id).where(
        Partnership.initiative_id == initiative.id, Partnership.state.in_(OPEN)
    )
    return set(session.scalars(statement))


def history(session: Session, card: Card) -> list[Transition]:
    """Every move of a card with the proofs that lacked, oldest first. Two queries."""
    statement = select(Transition).where(_of(card)).order_by(Transition.id).options(selectinload(Transition.proofs))
    return list(session.scalars(statement))


def last_move(session: Session, card: Card) -> Transition | None:
    """The last line of a card's history, an undoing included."""
    return session.scalars(select(Transition).where(_of(card)).order_by(Transition.id.desc()).limit(1)).one_or_none()


def _of(card: Card) -> ColumnElement[bool]:
    if isinstance(card, Initiative):
        return Transition.initiative_id == card.id
    return Transition.partnership_id == card.id


def as_moved(moves: Iterable[Transition]) -> list[Moved]:
    """Moves, as ageing reads them."""
    return [Moved(one.id, one.kind, one.from_step, one.to_step, one.at, one.undoes_id) for one in moves]


def histories(session: Session, structure_id: int) -> Mapping[tuple[str, int], list[Moved]]:
    """The moves of every card of a structure: what medians are made of. One query."""
    rows = session.execute(
        select(
            case((Transition.initiative_id.is_not(None), "project"), else_="partnership"),
            func.coalesce(Transition.initiative_id, Transition.partnership_id),
            Transition.id,
            Transition.kind,
            Transition.from_step,
            Transition.to_step,
            Transition.at,
            Transition.undoes_id,
        )
        .where(Transition.structure_id == structure_id)
        .order_by(Transition.id)
    )
    found: dict[tuple[str, int], list[Moved]] = {}
    for what, card, number, kind, before, after, at, undoes in rows:
        found.setdefault((what, card), []).append(Moved(number, kind, before, after, at, undoes))
    return found
