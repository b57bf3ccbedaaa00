"""Whether somebody was asked something lately, and how often this quarter. Pure: facts, today and settings come in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm.sentences import Sentence
from crm.wording import N_

#: How many recent requests are told one by one.
MOST_TOLD = 3
#: How much of a report stands for « pourquoi » (characters).
LONGEST_WHY = 90


@dataclass(frozen=True, slots=True)
class Request:
    """
    One of our requests to a partner: who made it, on which day in Paris, to whom and why.

    `contact` is empty for the company as a whole, or for who may not read its people; `why` is empty when not said.
    """

    who: str
    by_me: bool
    held_on: date
    contact: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Saturation:
    """How many requests a partner received from us since the quarter began, and how many are the most to make."""

    count: int
    threshold: int

    @property
    def is_reached(self) -> bool:
        """Whether one more would be one too many."""
        return self.count >= self.threshold


def recent_requests(requests: Iterable[Request], today: date, *, days: int) -> list[tuple[Sentence, str]]:
    """
    What to know before asking again: our requests of the last `days` days, the latest first, each with its « why ».

    A warning, never a refusal. `requests` are those of the actor's own structure, of nature « demande » and made
    by us: follow-ups, answers and what the partner asked are no solicitation.
    """
    near = sorted(
        (request for request in requests if 0 <= (today - request.held_on).days <= days),
        key=lambda request: request.held_on,
        reverse=True,
    )
    told = [(_told(request, (today - request.held_on).days), request.why) for request in near[:MOST_TOLD]]
    if len(near) > MOST_TOLD:
        all_of_them = N_("%(count)s demandes en tout depuis %(days)s jours.")
        told.append((Sentence(all_of_them, {"count": len(near), "days": days}), ""))
    return told


def told_saturation(saturation: Saturation) -> Sentence | None:
    """« sollicitée 4 fois ce trimestre », nothing before the first time; said louder once the threshold is reached."""
    if not saturation.count:
        return None
    values = {"count": saturation.count, "threshold": saturation.threshold}
    if saturation.is_reached:
        return Sentence(N_("Sollicité %(count)s fois ce trimestre : le seuil est de %(threshold)s."), values)
    return Sentence(N_("Sollicité %(count)s fois ce trimestre, sur %(threshold)s au plus."), values)


def first_day_of_quarter(today: date) -> date:
    """
    The first day of the calendar quarter.

    >>> first_day_of_quarter(date(2026, 11, 22))
    datetime.date(2026, 10, 1)
    """
    return date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)


def shortened(report: str) -> str:
    """
    The first line of a report, cut between two words when it is long.

    >>> shortened("Deux postes en avril.  \\nVu le fournil.")
    'Deux postes en avril.'
    """
    line = next((line for line in (part.strip() for part in report.splitlines()) if line), "")
    if len(line) <= LONGEST_WHY:
        return line
    return f"{line[: LONGEST_WHY - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def _told(request: Request, days: int) -> Sentence:
    if request.by_me and request.contact:
        sentences = (
            N_("Vous avez déjà sollicité %(contact)s aujourd'hui."),
            N_("Vous avez déjà sollicité %(contact)s hier."),
            N_("Vous avez déjà sollicité %(contact)s il y a %(days)s jours."),
        )
    elif request.by_me:
        sentences = (
            N_("Vous avez déjà sollicité ce partenaire aujourd'hui."),
            N_("Vous avez déjà sollicité ce partenaire hier."),
            N_("Vous avez déjà sollicité ce partenaire il y a %(days)s jours."),
        )
    elif request.contact:
        sentences = (
            N_("%(who)s a déjà sollicité %(contact)s aujourd'hui."),
            N_("%(who)s a déjà sollicité %(contact)s hier."),
            N_("%(who)s a déjà sollicité %(contact)s il y a %(days)s jours."),
        )
    else:
        sentences = (
            N_("%(who)s a déjà sollicité ce partenaire aujourd'hui."),
            N_("%(who)s a déjà sollicité ce partenaire hier."),
            N_("%(who)s a déjà sollicité ce partenaire il y a %(days)s jours."),
        )
    values = {"who": request.who, "days": days, "contact": request.contact}
    return Sentence(sentences[min(days, 2)], values)
