"""
How likely two cards are one organisation at one site, and why.

A wrong merge costs more than a missed one: what is unknown proves nothing, a contradiction weighs more than an agreement,
and hard facts (SIRET, SIREN) come before any resemblance. Evidence is added on the logistic scale; the weights were set by
hand and measured on French records, see `docs/rules/duplicates.md`.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from crm.dedupe.names import Meeting, best_meeting
from crm.dedupe.normalise import Card, Normal, normalise
from crm.dedupe.towns import Place, compare_places
from crm.sentences import Sentence
from crm.wording import N_

#: From here on a resemblance is worth a hint while a partner is being typed.
SHOW = 0.35
#: From here on an imported row is put aside as doubtful, for someone to decide.
DOUBT = 0.5
#: From here on an imported row is taken for the partner it resembles.
MATCH = 0.85


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
    `probability` from 0 to 1 (0 for two sites of a group: they resemble each other and are not one).

    `reasons`: French sentences, the weightiest first, those against included.
    """

    probability: float
    verdict: Verdict
    reasons: tuple[Sentence, ...]
