"""
How one structure follows a partner that it followed twice: what is said more, or said with more care, wins.

« Ne plus solliciter » always wins: a merge must not bring back somebody who asked for peace.
"""

from collections.abc import Mapping
from typing import Any

from crm.partners.enums import FollowStage, Priority

_STAGES = (FollowStage.POOL, FollowStage.PAUSED, FollowStage.FOLLOWED)
_PRIORITIES = (Priority.LOW, Priority.NORMAL, Priority.HIGH)
_FIRST_SAID = ("owner_id", "willingness", "source", "solicitation_threshold")


def united(kept: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the follow that stays, from its own and those of the one that goes. Only those that change."""
    found: dict[str, Any] = {name: kept[name] or other[name] for name in _FIRST_SAID}
    more_engaged = _STAGES.index(other["stage"]) > _STAGES.index(kept["stage"])
    found |= {name: (other if more_engaged else kept)[name] for name in ("stage", "paused_until")}
    found["priority"] = max(kept["priority"], other["priority"], key=_PRIORITIES.index)
    if other["do_not_solicit"] and not kept["do_not_solicit"]:
        found |= {"do_not_solicit": True, "do_not_solicit_reason": other["do_not_solicit_reason"]}
    days = [day for day in (kept["checked_on"], other["checked_on"]) if day]
    found["checked_on"] = max(days) if days else None
    return {name: value for name, value in found.items() if value != kept[name]}
