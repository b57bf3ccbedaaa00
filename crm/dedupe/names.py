"""
How far two names speak of one organisation.

Words are aligned one to one, a slip of the finger allowed in long ones; words shared by many names weigh
half. Institutions (« CCAS », « Conseil général ») are told apart by their territory alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from crm.dedupe.keys import spelled
from crm.dedupe.lexicon import COMMON_WORDS, FREQUENT_WORDS, GIVEN_NAMES, NETWORKS, OTHER_ENTITY_WORDS, SIDES, Level
from crm.dedupe.normalise import Name, Normal
from crm.dedupe.places import department_code
from crm.sentences import Sentence
from crm.wording import N_

#: No ceiling: the other evidence may prove anything.
SURE = 1.0
#: The most that a name allows when only a person can tell.
TO_CHECK = 0.7
#: Two given names, two sides of a town.
OPPOSED = 0.55
#: One name has a word more, of those that tell a subsidiary from its company.
OTHER_ENTITY = 0.8
#: One name is cut short, or the other is that of a subsidiary nobody listed.
CONTAINED = 0.84
#: Two territories: whatever else agrees, not one organisation.
CONTRADICTED = 0.1

# Foundations and federations are few, and each is called as no other.
_LITTLE = (FREQUENT_WORDS | NETWORKS) - {"fondation", "federation"}
# Similarity -> evidence on the logistic scale, straight between two points.
_CURVE = ((0.0, -4.0), (0.5, -3.5), (0.6, -2.5), (0.7, -0.5), (0.8, 1.0), (0.85, 2.0), (0.9, 3.0), (1.0, 5.0))
# What an acronym of so many letters proves: two letters meet by chance.
_ACRONYMS = {2: 1.0, 3: 2.0}
_LONG_ACRONYM = 3.0

_SAME = Sentence(N_("même nom"))
_CONTAINED = Sentence(N_("un nom contient l'autre"))
_ACRONYM = Sentence(N_("un nom est le sigle de l'autre"))
_UNLIKE = Sentence(N_("noms différents"))
_OTHER_AREA = Sentence(N_("noms de territoires différents"))
_ONE_AREA = Sentence(N_("un seul des deux noms précise le territoire"))
_INSTITUTION_SAME = Sentence(N_("même institution, même territoire"))
_INSTITUTION_TO_CHECK = Sentence(N_("même institution, territoire à vérifier"))
_INSTITUTION_OTHER = Sentence(N_("même institution, territoires différents"))
#: Said of two names of institutions, and of names that say a territory.
INSTITUTION_REASONS = frozenset({_INSTITUTION_SAME, _INSTITUTION_TO_CHECK, _INSTITUTION_OTHER})
TERRITORY_REASONS = frozenset({_OTHER_AREA, _ONE_AREA})


@dataclass(frozen=True, slots=True)
class Meeting:
    """
    What comparing names proved.

    `evidence`: on the logistic scale. `ceiling`: the highest probability it leaves. `similarity`: of the
    words, 0 to 1.
    """

    evidence: float
    ceiling: float
    similarity: float
    reason: Sentence


def best_meeting(a: Normal, b: Normal) -> Meeting:
    """The best that any name of `a` and any name of `b` prove. Symmetric."""
    pairs = product(a.names, b.names)
    meetings = [_meet(one, other, a, b) for one, other in pairs if not (one.is_part and other.is_part)]
    if not meetings:
        return Meeting(-1.0, TO_CHECK, 0.0, _UNLIKE)
    return max(meetings, key=lambda m: (min(m.ceiling, SURE) > CONTRADICTED, m.evidence, m.ceiling, m.reason.msgid))


def is_to_check(meeting: Meeting) -> bool:
    """Whether two institutions are of one kind, and nothing tells which."""
    return meeting.reason is _INSTITUTION_TO_CHECK


def says_little(a: Normal, b: Normal) -> bool:
    """Whether one of the two names is that of a network, or made of words that thousands of names hold."""
    return any(bool(normal.names) and _LITTLE.issuperset(_own_words(normal.names[0], a, b)) for normal in (a, b))


def is_network(a: Normal, b: Normal) -> bool:
    """Whether one of the two bears the name of a network, with common words at most."""
    return any(
        bool(normal.names)
        and not NETWORKS.isdisjoint(normal.names[0].spoken)
        and _LITTLE.issuperset(_own_words(normal.names[0], a, b))
        for normal in (a, b)
    )


def _meet(one: Name, other: Name, a: Normal, b: Normal) -> Meeting:
    if one.institution and one.institution == other.institution:
        return _meet_institutions(one, other, a, b)
    if one.institution and other.institution:
        return Meeting(-5.0, CONTRADICTED, 0.0, _UNLIKE)
    meeting = _compare_words(_own_words(one, a, b), _own_words(other, a, b), one, other)
    if one.institution or other.institution:
        # « Amiens Métropole » and « CA d'Amiens »: one says what it is, the other does not.
        return replace(meeting, evidence=meeting.evidence - 0.5, ceiling=min(meeting.ceiling, TO_CHECK))
    meeting = _with_areas(meeting, one, other, a, b)
    if one.is_part or other.is_part:
        return replace(meeting, evidence=meeting.evidence - 0.7, ceiling=min(meeting.ceiling, 0.95))
    return meeting


def _own_words(name: Name, a: Normal, b: Normal) -> tuple[str, ...]:
    """The words without the towns of both cards: « Garage Morel Loudun » is the Garage Morel of Loudun."""
    towns = {*a.city, *b.city}
    return tuple(word for word in (*name.institution.split(), *name.words) if word not in towns) or name.words


def _compare_words(one: Sequence[str], other: Sequence[str], name: Name, other_name: Name) -> Meeting:
    if sorted(one) == sorted(other):
        return Meeting(_exact(_weight(one)), SURE, 1.0, _SAME)
    pairs = _align(one, other)
    left_one, left_other = _leftover(one, [p[1] for p in pairs]), _leftover(other, [p[2] for p in pairs])
    matched = sum(score * (_weight([x]) + _weight([y])) for score, x, y in pairs)
    similarity = matched / (_weight(one) + _weight(other))
    similarity = max(similarity, _glued(one, other))
    if _numbers(one) and _numbers(other) and _numbers(one) != _numbers(other):
        similarity -= 0.15
    best = Meeting(_curve(similarity), SURE, similarity, _percent(similarity))
    if not (left_one and left_other):
        best = max(best, _contained(pairs, left_one or left_other, similarity), key=lambda m: m.evidence)
    if OTHER_ENTITY_WORDS.intersection(left_one) != OTHER_ENTITY_WORDS.intersection(left_other):
        best = replace(best, evidence=best.evidence - 1.0, ceiling=min(best.ceiling, OTHER_ENTITY))
    if any(_opposed(kind, one, other) for kind in (GIVEN_NAMES, SIDES)):
        best = replace(best, evidence=best.evidence - 1.0, ceiling=min(best.ceiling, OPPOSED))
    acronym = _acronym(one, other_name) or _acronym(other, name)
    if acronym and acronym.evidence > best.evidence:
        return acronym
    return best


def _exact(weight: float) -> float:
    # A name made of one common word (« Le Relais », « Collectif ») is borne by several.
    return 3.0 + 2.0 * min(1.0, max(0.0, weight - 0.5))


def _contained(pairs: list[tuple[float, str, str]], leftover: list[str], similarity: float) -> Meeting:
    common = [min(x, y) for _, x, y in pairs]
    if _weight(common) < 1.0:
        return Meeting(-5.0, SURE, similarity, _UNLIKE)
    quality = sum(score for score, _, _ in pairs) / len(pairs)
    share = _weight(leftover) / (_weight(leftover) + _weight(common))
    evidence = _curve(quality * (0.94 - 0.2 * share))
    return Meeting(evidence, CONTAINED, similarity, _CONTAINED)


def _acronym(words: Sequence[str], name: Name) -> Meeting | None:
    if len(words) != 1 or not 2 <= len(words[0]) <= 8:
        return None
    letters = spelled(words[0])
    if letters not in name.letters:
        return None
    evidence = _ACRONYMS.get(len(letters), _LONG_ACRONYM)
    return Meeting(evidence, 0.9, 0.8, _ACRONYM)


def _with_areas(meeting: Meeting, one: Name, other: Name, a: Normal, b: Normal) -> Meeting:
    """Weigh the territories in the names: « FNARS 93 », « FNARS Rhône-Alpes » and « FNARS » are three."""
    if one.areas == other.areas:
        # « TI 38 », « Territoires Insertion 38 »: both say where, a little more than the same département.
        return replace(meeting, evidence=meeting.evidence + 0.7) if one.areas else meeting
    if one.areas and other.areas:
        if one.areas & other.areas:
            return meeting
        return replace(meeting, ceiling=CONTRADICTED, reason=_OTHER_AREA)
    areas, department = (one.areas, b.department) if one.areas else (other.areas, a.department)
    codes = {area for area in areas if department_code(area)}
    if department and codes:
        if department in codes:
            return meeting
        return replace(meeting, ceiling=CONTRADICTED, reason=_OTHER_AREA)
    if meeting.similarity < 0.6:
        return meeting
    return replace(meeting, evidence=meeting.evidence - 0.5, ceiling=min(meeting.ceiling, TO_CHECK), reason=_ONE_AREA)


def _meet_institutions(one: Name, other: Name, a: Normal, b: Normal) -> Meeting:
    different = Meeting(-5.0, CONTRADICTED, 1.0, _INSTITUTION_OTHER)
    to_check = Meeting(3.5, TO_CHECK, 1.0, _INSTITUTION_TO_CHECK)
    same = Meeting(5.5, SURE, 1.0, _INSTITUTION_SAME)
    if a.department and b.department and a.department != b.department:
        return different
    if one.areas and other.areas and not one.areas & other.areas:
        return different
    if one.level is Level.SITE:
        likeness = fuzz.token_sort_ratio(" ".join(one.words), " ".join(other.words))
        is_named = bool(one.words and other.words)
        is_near = bool(a.city and a.city == b.city) or bool(a.postal_code and a.postal_code == b.postal_code)
        return (same if is_near and is_named else to_check) if not is_named or likeness >= 80.0 else different
    where_one, where_other = one.words or a.city, other.words or b.city
    if where_one and where_other:
        if fuzz.token_sort_ratio(" ".join(where_one), " ".join(where_other)) >= 85.0:
            return same
        if _is_cut_short("".join(where_one), "".join(where_other)):
            return same if a.city and a.city == b.city else to_check
        # « Rieux » may be « Rieux-Volvestre », « Tours » is not « Joué-lès-Tours »; and a département has one
        # prefecture, whatever office of it is named.
        is_contained = set(where_one) <= set(where_other) or set(where_other) <= set(where_one)
        return to_check if is_contained or one.level is not Level.TOWN else different
    if one.level is Level.TOWN:
        return to_check
    if one.areas & other.areas or (a.department and a.department == b.department):
        return same
    return to_check


def _is_cut_short(one: str, other: str) -> bool:
    """« Bailleau-le-P » in a narrow column, for « Bailleau-le-Pin »."""
    return min(len(one), len(other)) >= 4 and (one.startswith(other) or other.startswith(one))


def _align(one: Sequence[str], other: Sequence[str]) -> list[tuple[float, str, str]]:
    """Pair the words of two names, the most alike first, each once."""
    scored = [(_alike(x, y), x, y, i, j) for i, x in enumerate(one) for j, y in enumerate(other)]
    # Ties are broken by the two words whatever side they stand on, so that the result is symmetric.
    scored.sort(key=lambda item: (-item[0], min(item[1], item[2]), max(item[1], item[2])))
    pairs: list[tuple[float, str, str]] = []
    used_one: set[int] = set()
    used_other: set[int] = set()
    for score, x, y, i, j in scored:
        if score > 0.0 and i not in used_one and j not in used_other:
            pairs.append((score, x, y))
            used_one.add(i)
            used_other.add(j)
    return pairs


def _alike(x: str, y: str) -> float:
    if x == y:
        return 1.0
    shortest = min(len(x), len(y))
    if shortest < 4 or x.isdigit() or y.isdigit():
        return 0.0
    # A word cut short by a narrow column.
    if x.startswith(y) or y.startswith(x):
        return 0.9
    slips = OSA.distance(x, y, score_cutoff=2)
    if slips == 1 or (slips == 2 and shortest >= 7):
        return 1.0 - slips / max(len(x), len(y))
    return 0.0


def _glued(one: Sequence[str], other: Sequence[str]) -> float:
    """Alike once the spaces are gone (« cœur d'or », « coeurdor »); very short names must be equal."""
    x, y = "".join(one), "".join(other)
    if min(len(x), len(y)) < 5:
        return 0.95 if x == y else 0.0
    ratio = max(fuzz.ratio(x, y), fuzz.ratio("".join(sorted(one)), "".join(sorted(other)))) / 100
    return ratio * 0.98 if ratio >= 0.75 else 0.0


def _opposed(kind: frozenset[str], one: Sequence[str], other: Sequence[str]) -> bool:
    """« Morel Sophie » and « Morel Zoé », « Agence Nord » and « Agence Sud »."""
    of_one, of_other = kind.intersection(one), kind.intersection(other)
    return bool(of_one and of_other and not of_one & of_other)


def _leftover(words: Sequence[str], taken: list[str]) -> list[str]:
    left = list(words)
    for word in taken:
        left.remove(word)
    return left


def _weight(words: Sequence[str]) -> float:
    return sum(0.5 if word in COMMON_WORDS or len(word) == 1 else 1.0 for word in words)


def _numbers(words: Sequence[str]) -> set[str]:
    return {word for word in words if word.isdigit()}


def _curve(similarity: float) -> float:
    low_x, low_y = _CURVE[0]
    for x, y in _CURVE[1:]:
        if similarity <= x:
            return low_y + (y - low_y) * max(0.0, similarity - low_x) / (x - low_x)
        low_x, low_y = x, y
    return low_y


def _percent(similarity: float) -> Sentence:
    percent = {"percent": round(100 * similarity)}
    if similarity >= 0.85:
        return Sentence(N_("nom très proche (%(percent)d %%)"), percent)
    if similarity >= 0.7:
        return Sentence(N_("nom proche (%(percent)d %%)"), percent)
    return _UNLIKE
