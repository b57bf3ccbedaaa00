"""How an action goes from one state to another, and which days that writes. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from crm.method.enums import ActionState


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an action is, since when."""

    state: ActionState
    launched_on: date | None = None
    ended_on: date | None = None


#: What one tap makes of an action; its form offers every state.
NEXT: dict[ActionState, tuple[ActionState, ...]] = {
    ActionState.PLANNED: (ActionState.LAUNCHED, ActionState.DONE),
    ActionState.LAUNCHED: (ActionState.DONE,),
    ActionState.DONE: (ActionState.LAUNCHED,),
    ActionState.CANCELLED: (ActionState.PLANNED,),
}


def moved(standing: Standing, wanted: ActionState, today: date) -> Standing:
    """
    Where a tap leads, on that day. Days already written stay: what is launched or done keeps when it was.

    Back to planned, nothing was launched; back to launched, nothing has ended.
    """
    launched_on = standing.launched_on or today
    match wanted:
        case ActionState.PLANNED:
            return Standing(wanted)
        case ActionState.LAUNCHED:
            return Standing(wanted, launched_on)
        case ActionState.DONE:
            return Standing(wanted, min(launched_on, standing.ended_on or today), standing.ended_on or today)
        case ActionState.CANCELLED:
            return replace(standing, state=wanted)


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of success, and whether it is there."""

    wording: str
    is_met: bool


def checklist(written: list[Factor], of_guide: list[str]) -> list[Factor]:
    """What is to be ticked: the factors of the action, then those of the guide that it does not have yet."""
    known = {one.wording for one in written}
    return [*written, *(Factor(wording, False) for wording in dict.fromkeys(of_guide) if wording not in known)]
