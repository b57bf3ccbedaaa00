"""What a French postal code tells. Source: La Poste, base officielle des codes postaux; INSEE for the codes."""

import re

_POSTAL_CODE = re.compile(r"[0-9]{5}")
_MAINLAND = frozenset(f"{number:02}" for number in range(1, 96) if number != 20)
# Overseas départements, then the collectivities served by La Poste; Monaco (980) is no part of France.
_OVERSEAS = frozenset({"971", "972", "973", "974", "975", "976", "977", "978", "986", "987", "988"})
#: The first postal code of Haute-Corse.
_NORTH_CORSICA = "20200"


def is_postal_code(text: str) -> bool:
    """Whether the text is five digits."""
    return _POSTAL_CODE.fullmatch(text) is not None


def department_of(postal_code: str) -> str:
    """
    The code of the département (`92`, `2A`, `974`); empty when the postal code names none.

    A few dozen communes are served from the neighbouring département: their code is the neighbour's.
    """
    if not is_postal_code(postal_code):
        return ""
    if postal_code.startswith("20"):
        return "2A" if postal_code < _NORTH_CORSICA else "2B"
    if postal_code[:3] in _OVERSEAS:
        return postal_code[:3]
    return postal_code[:2] if postal_code[:2] in _MAINLAND else ""
