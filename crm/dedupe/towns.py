"""How near each other two cards are."""

from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from crm.dedupe.normalise import Normal

# Two spellings of a town or of a street (« Oudun », « Loudun »).
_SAME_TOWN = 85.0
_SAME_STREET = 80.0


class Nearness(StrEnum):
    """From the same door to another département; unknown when a card says too little."""

    ADDRESS = "address"
    TOWN = "town"
    POSTAL_CODE = "postal_code"
    DEPARTMENT = "department"
    NOWHERE = "nowhere"
    ONE_UNKNOWN = "one_unknown"
    OTHER_TOWN = "other_town"
    OTHER_DEPARTMENT = "other_department"


#: The cards contradict each other on the place.
ELSEWHERE = frozenset({Nearness.OTHER_TOWN, Nearness.OTHER_DEPARTMENT})


@dataclass(frozen=True, slots=True)
class _Towns:
    both_known: bool
    alike: bool


def nearness(a: Normal, b: Normal) -> Nearness:
    """The nearest that both cards prove. Symmetric."""
    towns = _towns(a, b)
    same_code = bool(a.postal_code) and a.postal_code == b.postal_code
    departments_differ = bool(a.department and b.department) and a.department != b.department
    if departments_differ:
        return Nearness.OTHER_DEPARTMENT
    if towns.alike or same_code:
        if _same_street(a, b):
            return Nearness.ADDRESS
        if towns.alike or not towns.both_known:
            return Nearness.TOWN
        # A rural postal code covers a dozen communes.
        return Nearness.POSTAL_CODE
    if towns.both_known or _codes_differ(a.postal_code, b.postal_code):
        return Nearness.OTHER_TOWN
    if a.department and a.department == b.department:
        return Nearness.DEPARTMENT
    knows_a, knows_b = bool(a.department or a.city), bool(b.department or b.city)
    return Nearness.ONE_UNKNOWN if knows_a or knows_b else Nearness.NOWHERE


def _towns(a: Normal, b: Normal) -> _Towns:
    if bool(a.city) != bool(b.city) and _is_in_name(a.city or b.city, b if a.city else a):
        return _Towns(both_known=True, alike=True)
    if not (a.city and b.city):
        return _Towns(both_known=False, alike=False)
    return _Towns(both_known=True, alike=fuzz.ratio(" ".join(a.city), " ".join(b.city)) >= _SAME_TOWN)


def _is_in_name(city: tuple[str, ...], normal: Normal) -> bool:
    return frozenset(city).issubset(word for name in normal.names for word in (name.spoken or name.words))


def _codes_differ(one: str, other: str) -> bool:
    # Codes that do not end in 0 are often those of a « cedex », which lies in the same town as another code.
    return one.endswith("0") and other.endswith("0") and one != other


def _same_street(a: Normal, b: Normal) -> bool:
    if not (a.street and b.street) or (a.number and b.number and a.number != b.number):
        return False
    return fuzz.token_sort_ratio(" ".join(a.street), " ".join(b.street)) >= _SAME_STREET
