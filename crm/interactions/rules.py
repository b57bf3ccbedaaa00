"""When an exchange took place, and whom we solicited lately. Pure: instants, today and facts come as arguments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from crm import clock
from crm.sentences import Sentence
from crm.wording import N_

#: How long one of our requests counts as recent (days, the day itself not counted).
RECENT_DAYS = 30
#: How many recent requests are told one by one.
MOST_TOLD = 3
#: Before it, a year was mistyped.
EARLIEST = datetime(1990, 1, 1)  # noqa: DTZ001  a wall-clock reading, compared with others before they get their zone


@dataclass(frozen=True, slots=True)
class Request:
    """One of our requests to a partner: who made it, on which day in Paris."""

    who: str
    by_me: bool
    held_on: date


def recent_requests(requests: Iterable[Request], today: date) -> list[Sentence]:
    """
    What to know before asking again: our requests of the last 30 days, the latest first.

    A warning, never a refusal. `requests` are those of the actor's own structure, of nature « demande » and made
    by us: follow-ups, answers and what the partner asked are no solicitation.
    """
    near = sorted(
        (request for request in requests if 0 <= (today - request.held_on).days <= RECENT_DAYS),
        key=lambda request: request.held_on,
        reverse=True,
    )
    told = [_told(request, (today - request.held_on).days) for request in near[:MOST_TOLD]]
    if len(near) > MOST_TOLD:
        told.append(
            Sentence(
                N_("%(count)s demandes en tout depuis %(days)s jours."),
                {"count": len(near), "days": RECENT_DAYS},
            )
        )
    return told


def _told(request: Request, days: int) -> Sentence:
    if request.by_me:
        sentences = (
            N_("Vous avez déjà sollicité ce partenaire aujourd'hui."),
            N_("Vous avez déjà sollicité ce partenaire hier."),
            N_("Vous avez déjà sollicité ce partenaire il y a %(days)s jours."),
        )
    else:
        sentences = (
            N_("%(who)s a déjà sollicité ce partenaire aujourd'hui."),
            N_("%(who)s a déjà sollicité ce partenaire hier."),
            N_("%(who)s a déjà sollicité ce partenaire il y a %(days)s jours."),
        )
    return Sentence(sentences[min(days, 2)], {"who": request.who, "days": days})


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
