"""When a need is for: one day, or the same month each year."""

from dataclasses import dataclass
from datetime import date

from crm.partners.enums import NeedState
from crm.wording import N_, Labelled

#: A season is spoken of this long before it comes: time to find somebody and to prepare.
SOON_DAYS = 60


class Pressing(Labelled):
    """How a need stands on a day."""

    LATE = "late", N_("Dépassé")
    SOON = "soon", N_("Bientôt")
    NOT_YET = "not_yet", N_("Plus tard")
    WHENEVER = "whenever", N_("Sans date")


@dataclass(frozen=True, slots=True)
class Horizon:
    """When a need comes up: `on`, its next day (the first of the month for a season), None when nobody said."""

    on: date | None
    pressing: Pressing


def next_on(horizon_on: date | None, season_month: int | None, today: date) -> date | None:
    """
    The day that counts: the horizon, or the first day of the season that is on or comes next.

    During its month a season is this year's; the day after, next year's.
    """
    if horizon_on is not None:
        return horizon_on
    if season_month is None:
        return None
    return date(today.year + (1 if season_month < today.month else 0), season_month, 1)


def horizon(horizon_on: date | None, season_month: int | None, state: NeedState, today: date) -> Horizon:
    """How a need stands today. What is met or dropped presses nobody; a season is never late, it comes back."""
    on = next_on(horizon_on, season_month, today)
    if on is None:
        return Horizon(None, Pressing.WHENEVER)
    if state in {NeedState.MET, NeedState.DROPPED}:
        return Horizon(on, Pressing.NOT_YET)
    if horizon_on is not None and on < today:
        return Horizon(on, Pressing.LATE)
    return Horizon(on, Pressing.SOON if (on - today).days <= SOON_DAYS else Pressing.NOT_YET)


def next_states(state: NeedState) -> tuple[NeedState, ...]:
    """What a need may become in one tap, the likeliest first."""
    return {
        NeedState.OPEN: (NeedState.IN_PROGRESS, NeedState.MET, NeedState.DROPPED),
        NeedState.IN_PROGRESS: (NeedState.MET, NeedState.DROPPED, NeedState.OPEN),
        NeedState.MET: (NeedState.OPEN,),
        NeedState.DROPPED: (NeedState.OPEN,),
    }[state]
