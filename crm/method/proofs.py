"""Which proofs are there, from what is known of a project or of a partnership. Pure. Source: docs/rules/method.md."""

from dataclasses import dataclass, field
from datetime import date

from crm.method.enums import FIRST_OF_PARTNERSHIP, EvidenceKind, Proof
from crm.partners.enums import Willingness
from crm.partners.reference.enums import SizeClass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """What is known of a project. Numbers of findings: opportunities and threats count with a source only."""

    places: int = 0
    trades: int = 0
    sector: str = ""
    has_pilot: bool = False
    opportunities: int = 0
    threats: int = 0
    listenings: int = 0
    strengths: int = 0
    weaknesses: int = 0
    debated_on: date | None = None
    debated_with: str = ""
    offer: str = ""
    difference: str = ""
    resources: str = ""
    priority_actions: int = 0
    approved_by: str = ""
    approved_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipFacts:
    """
    What is known of a partnership. `project_step` is 4 once the strategy is passed; a portfolio is exempt from it.

    `meetings` were held face to face and have a report; `roadmap` counts lines with who and when.
    """

    project_step: int = 1
    in_portfolio: bool = False
    meetings: int = 0
    deciders: int = 0
    needs: int = 0
    willingness: Willingness | None = None
    roadmap: int = 0
    budget_lines: int = 0
    without_budget: bool = False
    agreed_by: bool = False
    agreed_on: date | None = None
    signed: frozenset[EvidenceKind] = field(default=frozenset())
    has_our_pilot: bool = False
    has_their_pilot: bool = False
    indicators: int = 0
    launched: int = 0


def project_proofs(facts: ProjectFacts) -> frozenset[Proof]:
    """The proofs that a project has."""
    held = {
        Proof.PERIMETER: bool(facts.places or facts.trades or facts.sector.strip()),
        Proof.PILOT: facts.has_pilot,
        Proof.OPPORTUNITY: facts.opportunities > 0,
        Proof.THREAT: facts.threats > 0,
        Proof.LISTENING: facts.listenings > 0,
        Proof.STRENGTH: facts.strengths > 0,
        Proof.WEAKNESS: facts.weaknesses > 0,
        Proof.DEBATED: facts.debated_on is not None and bool(facts.debated_with.strip()),
        Proof.PRE_PROJECT: facts.has_pilot
        and all(text.strip() for text in (facts.offer, facts.difference, facts.resources)),
        Proof.PRIORITY_ACTION: facts.priority_actions > 0,
        Proof.APPROVED: facts.approved_on is not None and bool(facts.approved_by.strip()),
    }
    return frozenset(proof for proof, there in held.items() if there)


def partnership_proofs(facts: PartnershipFacts) -> frozenset[Proof]:
    """The proofs that a partnership has."""
    held = {
        Proof.STRATEGY_PASSED: facts.in_portfolio or facts.project_step >= FIRST_OF_PARTNERSHIP,
        Proof.MEETING: facts.meetings > 0,
        Proof.DECIDER: facts.deciders > 0,
        Proof.NEED: facts.needs > 0,
        Proof.WILLING: facts.willingness in {Willingness.INTERESTED, Willingness.COMMITTED},
        Proof.ROADMAP: facts.roadmap > 0,
        Proof.BUDGET: facts.without_budget or facts.budget_lines > 0,
        Proof.AGREEMENT: facts.agreed_by and facts.agreed_on is not None,
        Proof.SIGNED: bool(facts.signed),
        Proof.PILOTS: facts.has_our_pilot and facts.has_their_pilot,
        Proof.INDICATOR: facts.indicators > 0,
        Proof.LAUNCHED: facts.launched > 0,
    }
    return frozenset(proof for proof, there in held.items() if there)


def offered_evidence(size: SizeClass | None) -> tuple[EvidenceKind, ...]:
    """What may be asked of a partner of that size: a very small one signs no charter."""
    return tuple(kind for kind in EvidenceKind if not (kind is EvidenceKind.CHARTER and size is SizeClass.VERY_SMALL))
