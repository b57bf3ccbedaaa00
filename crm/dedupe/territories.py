"""
What is judged by rules set by hand: names of institutions and territories, and cards that hold little but a name.

« CCAS », « Entraide Rhône-Alpes » are borne everywhere: what tells two apart is where they are, which no likeness
of texts shows. And of a bare name there is nothing to learn from beside the way its words meet.
"""

import math
from itertools import pairwise

from crm.dedupe.names import (
    INSTITUTION_REASONS,
    SURE,
    TERRITORY_REASONS,
    Meeting,
    best_meeting,
    is_network,
    is_to_check,
    says_little,
)
from crm.dedupe.normalise import Normal
from crm.dedupe.towns import ELSEWHERE, Nearness, nearness
from crm.sentences import Sentence

# Evidence on the logistic scale. Two cards that share nothing but a key are rarely one.
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
_SAME_SIREN = 4.0
# A doubt, by which no file is put together.
_SECOND_LOOK = 0.4
_ELSEWHERE_CEILING = 0.8
# A network may have two sites in one town: a person looks before they become one.
_ONE_OF_SEVERAL = 0.9
# On the scale of the rules: a doubt, below what puts two rows together.
_BARE_COMMON_NAME = 0.53
_UNPLACED = frozenset({Nearness.NOWHERE, Nearness.ONE_UNKNOWN})
_UNLIKE_NAMES = 0.6
_UNLIKE_NAMES_CEILING = 0.7
# The rules were set for a match at 0.85 and a doubt at 0.5; the thresholds of the model are elsewhere.
_SCALE = ((0.0, 0.0), (0.35, 0.2), (0.5, 0.35), (0.85, 0.95), (1.0, 1.0))


def overrule(
    a: Normal, b: Normal, probability: float, *, is_bare: bool, is_placeless: bool
) -> tuple[float, Sentence | None]:
    """
    What the names make of a probability learnt from full cards, and why when they change it.

    `is_bare`: one of the two cards knows neither a street, nor a postal code, nor a number of the register;
    `is_placeless`: nor a town.
    """
    meeting = best_meeting(a, b)
    is_institution = meeting.reason in INSTITUTION_REASONS
    if is_institution:
        return _by_rules(a, b, meeting), meeting.reason
    if is_placeless:
        by_rules = _by_rules(a, b, meeting)
        if _same_line(a, b):
            # What they share beside their names is what the model has learnt from.
            by_rules = max(by_rules, min(probability, _scaled(meeting.ceiling)))
        return by_rules, meeting.reason
    reason = meeting.reason if meeting.reason in TERRITORY_REASONS else None
    probability = min(probability, _scaled(meeting.ceiling))
    if is_network(a, b) and not _same_door_or_line(a, b):
        other_door = bool(a.street and b.street) and nearness(a, b) is not Nearness.ADDRESS
        probability = min(probability, _SECOND_LOOK if other_door else _ONE_OF_SEVERAL)
    if is_bare:
        # Of a name and a town the model knows more than the rules; what they find alike is still worth a look.
        probability = max(probability, min(_by_rules(a, b, meeting), _SECOND_LOOK))
    return probability, reason


def _by_rules(a: Normal, b: Normal, meeting: Meeting) -> float:
    near = nearness(a, b)
    evidence = _PRIOR + meeting.evidence + _PLACE_EVIDENCE[near] + _channels(a, b)
    same_company = bool(a.siren) and a.siren == b.siren
    if same_company:
        evidence += _SAME_SIREN
    ceiling = min(meeting.ceiling, _ELSEWHERE_CEILING if near in ELSEWHERE else SURE)
    is_common = is_to_check(meeting) or (meeting.reason not in INSTITUTION_REASONS and says_little(a, b))
    if near in _UNPLACED and is_common and not _same_door_or_line(a, b):
        # « Mairie », « Carrefour », and nothing more: there are thousands.
        ceiling = min(ceiling, _BARE_COMMON_NAME)
    if meeting.evidence < 0.0 and meeting.similarity < _UNLIKE_NAMES and not same_company:
        ceiling = min(ceiling, _UNLIKE_NAMES_CEILING)
    return _scaled(min(1.0 / (1.0 + math.exp(-evidence)), ceiling))


def _same_door_or_line(a: Normal, b: Normal) -> bool:
    return _same_line(a, b) or nearness(a, b) is Nearness.ADDRESS


def _same_line(a: Normal, b: Normal) -> bool:
    return bool(a.phones & b.phones or a.emails & b.emails or (a.siren and a.siren == b.siren))


def _channels(a: Normal, b: Normal) -> float:
    shared = ((a.phones, b.phones, 2.5, -0.5), (a.emails, b.emails, 2.5, -0.2), (a.domains, b.domains, 1.5, -0.5))
    return sum((agree if one & other else differ) for one, other, agree, differ in shared if one and other)


def _scaled(probability: float) -> float:
    for (low, low_to), (high, high_to) in pairwise(_SCALE):
        if probability <= high:
            return low_to + (high_to - low_to) * (probability - low) / (high - low)
    return probability
