"""Whether an indicator was set in time. Pure."""

from datetime import date


def set_in_time(set_on: date, first_launch: date | None) -> bool:
    """
    Whether an indicator was there before the first action was launched; that very day is in time.

    The guide asks for it (l.2733): an indicator chosen afterwards finds what one would like to find.
    """
    return first_launch is None or set_on <= first_launch
