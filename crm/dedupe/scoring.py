"""
How likely two cards are one organisation at one site, and why.

Hard facts (SIRET, SIREN) come first, then a model learnt from labelled pairs, then what no resemblance may
overrule: institutions and territories (see `names`). One pair or a million take the same path, `probabilities`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crm.dedupe import trees
from crm.dedupe.features import COLUMN, Columns, hopeful, matrix
from crm.dedupe.normalise import Card, Normal, normalise
from crm.dedupe.profiles import profile
from crm.dedupe.reasons import reasons
from crm.dedupe.territories import overrule
from crm.sentences import Sentence
from crm.wording import N_

Numbers = NDArray[Any]

#: From here on a resemblance is worth a hint while a partner is being typed, and a person's look in the queue.
SHOW = 0.2
#: From here on an imported row is put aside as doubtful, for someone to decide.
DOUBT = 0.35
#: From here on a pair stands in one group of the file that `dedupe-file` reads: the best F1 on the training data.
TOGETHER = 0.45
#: From here on an imported row is taken for the partner it resembles: 995 of 1,000 are right.
MATCH = 0.94

# Two companies of one name share at most their head office: only a strong sign makes them suspects.
_OTHER_COMPANY_CEILING = 0.02
_OTHER_COMPANY_SUSPECT = 0.5
# One company, two sites: one that moved, when another strong sign says so. Only a person can tell.
_MOVED_CEILING = 0.9
# Two given names, two sides of a town: whatever else agrees, a person looks.
_OPPOSED_CEILING = 0.44
# Below, names of institutions are too unlike to be looked at twice.
_HOPELESS = 0.003
_BARE = ("bare", "placeless")


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
    Compare two companies. The order does not matter; one more phone in common never lowers the probability.

    Hard facts decide alone: one SIRET is one site; one SIREN with two SIRETs is a group, and at most a suspect when
    another strong sign tells of a move; two SIRENs are two companies, suspects only with another strong sign.
    """
    return compare_all(first, [second])[0]


def compare_all(first: Card | Normal, others: Sequence[Card | Normal]) -> list[Likeness]:
    """As `compare`, with many at once, which costs far less than one by one."""
    if not others:
        return []
    normals = [normalise(first), *(normalise(other) for other in others)]
    columns = Columns.of([profile(normal) for normal in normals])
    one, other = np.zeros(len(others), dtype=np.int64), np.arange(1, len(normals))
    judged = judge(columns, one, other, normals, all_rows=True)
    # What is too unlike to be shown needs its reasons too: somebody may ask why.
    told = reasons(judged.rows, judged.said)
    return [
        _likeness(columns, place, float(found), why)
        for place, (found, why) in enumerate(zip(judged.probabilities, told, strict=True), 1)
    ]


def _likeness(columns: Columns, other: int, found: float, why: tuple[Sentence, ...]) -> Likeness:
    sirens, sirets = columns.numbers["siren"], columns.numbers["siret"]
    if sirets[0] and sirets[0] == sirets[other]:
        return _SAME_SITE
    if sirets[0] and sirets[other] and sirens[0] == sirens[other] and not found:
        return _OTHER_SITE
    found = round(found, 4)
    return Likeness(probability=found, verdict=_verdict(found), reasons=why)


@dataclass(frozen=True, slots=True)
class Judged:
    """The probability of each pair; the features of those looked at, and what names of territories had to say."""

    probabilities: Numbers
    rows: Numbers
    said: dict[int, Sentence]


def judge(
    columns: Columns, one: Numbers, other: Numbers, normals: Sequence[Normal], *, all_rows: bool = False
) -> Judged:
    """
    The probability of each pair of positions. Two sites of a group have 0, unless all says that one moved.

    `normals`: the card at each position; only those that name an institution or a territory are read.
    `all_rows`: features also of the pairs that are given up at first sight, whose probability is 0.
    """
    hope = hopeful(columns, one, other)
    places = np.arange(len(one)) if all_rows else np.flatnonzero(hope)
    one, other = one[places], other[places]
    rows = matrix(columns, one, other)
    found = np.where(hope[places], trees.probability(trees.evidence(rows)), 0.0)
    found = np.where(rows[:, COLUMN["opposed"]] > 0, np.minimum(found, _OPPOSED_CEILING), found)
    said: dict[int, Sentence] = {}
    for place in np.flatnonzero(_by_hand(columns, one, other, found)):
        a, b = int(one[place]), int(other[place])
        is_bare, is_placeless = (bool(columns.numbers[name][a] | columns.numbers[name][b]) for name in _BARE)
        overruled, reason = overrule(
            normals[a], normals[b], float(found[place]), is_bare=is_bare, is_placeless=is_placeless
        )
        # Never below what is not looked at: one more sign would otherwise lower what it lifts over that line.
        found[place] = max(overruled, _HOPELESS)
        if reason is not None:
            said[int(place)] = reason
    probabilities = np.zeros(len(hope))
    probabilities[places] = _by_numbers(columns, one, other, rows, found)
    return Judged(probabilities, rows, said)


def _by_numbers(columns: Columns, one: Numbers, other: Numbers, rows: Numbers, found: Numbers) -> Numbers:
    """What the numbers of the register allow."""
    sirens, sirets = columns.numbers["siren"], columns.numbers["siret"]
    strong = (rows[:, COLUMN["phone"]] > 0) | (rows[:, COLUMN["email"]] > 0)
    ceiling = np.where(strong, _OTHER_COMPANY_SUSPECT, _OTHER_COMPANY_CEILING)
    other_company = (sirens[one] > 0) & (sirens[other] > 0) & (sirens[one] != sirens[other])
    found = np.where(other_company, np.minimum(found, ceiling), found)
    # A company that moves keeps its SIREN and its telephone, and is given another SIRET.
    moved = strong & (rows[:, COLUMN["department"]] >= 0) & (found >= DOUBT)
    other_site = rows[:, COLUMN["site"]] < 0
    found = np.where(other_site, np.where(moved, np.minimum(found, _MOVED_CEILING), 0.0), found)
    same_site = (sirets[one] > 0) & (sirets[one] == sirets[other])
    return np.where(same_site, 1.0, found)


def _by_hand(columns: Columns, one: Numbers, other: Numbers, found: Numbers) -> Numbers:
    """The pairs that rules set by hand judge as well, but those so unlike that nobody would look."""
    bare, territorial = columns.numbers["bare"], columns.numbers["territorial"]
    is_bare = bare[one] | bare[other]
    is_named = territorial[one] | territorial[other]
    institution = columns.numbers["institution"]
    is_one_institution = (institution[one] > 0) & (institution[one] == institution[other])
    everywhere = columns.numbers["everywhere"]
    is_network = everywhere[one] & everywhere[other] & (found >= DOUBT)
    by_hand: Numbers = ((is_bare | is_named) & (found > _HOPELESS)) | is_one_institution | is_network
    return by_hand


def _verdict(probability: float) -> Verdict:
    if probability >= MATCH:
        return Verdict.LIKELY
    return Verdict.DOUBTFUL if probability >= DOUBT else Verdict.DIFFERENT
