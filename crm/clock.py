"""The only "today" and "now" of the application; everything else receives them as arguments."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The zone in which days begin and digests leave. Instants are stored in UTC.
PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in Paris."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """The day in Paris of an aware instant."""
    return instant.astimezone(PARIS).date()
