"""When an exchange took place, or will: wall clocks of Paris. Pure: instants come as arguments."""

from datetime import UTC, datetime, timedelta

from crm import clock

#: Before it, a year was mistyped.
EARLIEST = datetime(1990, 1, 1)  # noqa: DTZ001  a wall-clock reading, compared with others before they get their zone

_SATURDAY = 5  # date.weekday()


def instant_in_paris(local: datetime) -> datetime:
    """
    The instant (aware, UTC) of a wall-clock reading in Paris.

    An hour that comes twice (last Sunday of October) is the first of the two: it is never in the future when the
    other is not. An hour that does not exist (last Sunday of March) is read with the winter's offset, as a clock that
    nobody has put forward yet: 2:30 is what the others call 3:30.
    Raises ValueError if `local` already has a zone, or lies before 1990.
    """
    if local.tzinfo is not None:
        raise ValueError(f"{local!r} already has a zone")
    if local < EARLIEST:
        raise ValueError(f"{local!r} is before {EARLIEST:%d/%m/%Y}")
    return local.replace(tzinfo=clock.PARIS, fold=0).astimezone(UTC)


def wall_clock_in_paris(instant: datetime) -> datetime:
    """What a clock in Paris shows at an aware instant, to the minute, without zone: the default of the form."""
    return instant.astimezone(clock.PARIS).replace(tzinfo=None, second=0, microsecond=0, fold=0)


def likely_meeting(now: datetime) -> datetime:
    """Ten o'clock in Paris, on the next day from Monday to Friday: when a meeting is likely to be held."""
    day = wall_clock_in_paris(now) + timedelta(days=1)
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)
    return day.replace(hour=10, minute=0)
