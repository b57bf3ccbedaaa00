"""
How likely two cards are one organisation at one site, and why.

A wrong merge costs more than a missed one: what is unknown proves nothing, a contradiction weighs more
than an agreement, and hard facts (SIRET, SIREN) come before any resemblance. Evidence is added on the
logistic scale; the weights were set by hand and measured on French records.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from crm.dedupe.names import Meeting, best_meeting
from crm.dedupe.normalise import Card, Normal, normalise
from crm.dedupe.towns import ELSEWHERE, Nearness, nearness
from crm.sentences import Sentence
from crm.wording import N_

#: From here on a resemblance is worth a hint while a partner is being typed.
SHOW = 0.35
#: From here on an imported row is put aside as doubtful, for someone to decide.
DOUBT = 0.5
#: From here on an imported row is taken for the partner it resembles.
MATCH = 0.85

# Two cards that share nothing but a key are rarely one.
_PRIOR = -2.5
# Two cards that are both silent on the place speak of organisations that have no local branch (« FSE »).
_PLACE_EVIDENCE = {
    Nearness.ADDRESS: 3.5,
    Nearness.TOWN: 1.5,
    Nearness.POSTAL_CODE: 0.5,
    Nearness.DEPARTMENT: 1.0,
    Nearness.NOWHERE: 0.5,
    Nearness.ONE_UNKNOWN: -1.0,
    Nearness.OTHER_TOWN: -3.0,
    Nearness.OTHER_DEPARTMENT: -4.0,
}
_PLACE_REASONS = {
    Nearness.ADDRESS: Sentence(N_("même adresse")),
    Nearness.TOWN: Sentence(N_("même commune")),
    Nearness.POSTAL_CODE: Sentence(N_("même code postal")),
    Nearness.DEPARTMENT: Sentence(N_("même département")),
    Nearness.OTHER_TOWN: Sentence(N_("communes différentes")),
    Nearness.OTHER_DEPARTMENT: Sentence(N_("départements différents")),
}
_SAME_SIREN = 4.0

# What contradicts itself is for a person to decide, however much the rest agrees.
_ELSEWHERE_CEILING = 0.8
_UNLIKE_NAMES = 0.6
_UNLIKE_NAMES_CEILING = 0.7
_OTHER_COMPANY_CEILING = 0.05


class Verdict(StrEnum):
    """What to do with the pair."""

    SAME = "same"
    GROUP = "group"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """
    What comparing two cards gave.

    `probability`: 0 to 1; 0 for two sites of a group, which resemble each other and are not one.
    `reasons`: French sentences, the weightiest first, those that speak against included.
    """

    probability: float
    verdict: Verdict
    reasons: tuple[Sentence, ...]


_SAME_SITE = Likeness(probability=1.0, verdict=Verdict.SAME, reasons=(Sentence(N_("même SIRET")),))
_OTHER_SITE = Likeness(
    probability=0.0, verdict=Verdict.GROUP, reasons=(Sentence(N_("autre site du même groupe (même SIREN)")),)
)


def compare(first: Card | Normal, second: Card | Normal) -> Likeness:
    """
    Compare two companies. The order does not matter; one more fact in common never lowers the probability.

    Hard facts decide alone: one SIRET is one site; one SIREN with two SIRETs is a group, never a
    duplicate; two SIRENs are two companies.
    """
    a, b = normalise(first), normalise(second)
    if a.siret and a.siret == b.siret:
        return _SAME_SITE
    same_company = bool(a.siren) and a.siren == b.siren
    if same_company and a.siret and b.siret:
        return _OTHER_SITE
    other_company = bool(a.siren and b.siren) and not same_company
    meeting, near = best_meeting(a, b), nearness(a, b)
    evidence = [
        (meeting.evidence, meeting.reason),
        (_PLACE_EVIDENCE[near], _PLACE_REASONS.get(near)),
        *_contacts(a, b),
    ]
    if same_company:
        evidence.append((_SAME_SIREN, Sentence(N_("même SIREN"))))
    if other_company:
        evidence.append((-_SAME_SIREN, Sentence(N_("SIREN différents"))))
    ceiling = _ceiling(meeting, near, same_company=same_company, other_company=other_company)
    probability = min(_logistic(_PRIOR + sum(weight for weight, _ in evidence)), ceiling)
    evidence.sort(key=lambda item: -abs(item[0]))
    return Likeness(
        probability=round(probability, 4),
        verdict=_verdict(probability),
        reasons=tuple(reason for _, reason in evidence if reason is not None),
    )


def _contacts(a: Normal, b: Normal) -> Iterator[tuple[float, Sentence | None]]:
    yield _shared(a.phones, b.phones, 2.5, -0.5, Sentence(N_("même téléphone")))
    yield _shared(a.emails, b.emails, 2.5, -0.2, Sentence(N_("même courriel")))
    yield _shared(a.domains, b.domains, 1.5, -0.5, Sentence(N_("même site web ou domaine")))


def _shared(
    one: frozenset[str], other: frozenset[str], agree: float, differ: float, reason: Sentence
) -> tuple[float, Sentence | None]:
    if one & other:
        return agree, reason
    return (differ if one and other else 0.0), None


def _ceiling(meeting: Meeting, near: Nearness, *, same_company: bool, other_company: bool) -> float:
    ceilings = [meeting.ceiling]
    if other_company:
        ceilings.append(_OTHER_COMPANY_CEILING)
    if near in ELSEWHERE:
        ceilings.append(_ELSEWHERE_CEILING)
    if meeting.evidence < 0.0 and meeting.similarity < _UNLIKE_NAMES and not same_company:
        ceilings.append(_UNLIKE_NAMES_CEILING)
    return min(ceilings)


def _verdict(probability: float) -> Verdict:
    if probability >= MATCH:
        return Verdict.LIKELY
    return Verdict.DOUBTFUL if probability >= DOUBT else Verdict.DIFFERENT


def _logistic(evidence: float) -> float:
    return 1.0 / (1.0 + math.exp(-evidence))
