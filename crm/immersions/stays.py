"""Rules R4, R5 and R29: what other stays, past or planned, leave to this one."""

from collections.abc import Iterator
from datetime import date

from crm.immersions.facts import Case, Stay, Wanted, plain
from crm.immersions.findings import Answer, Mark, found, shown
from crm.immersions.gauges import (
    conventions_here,
    days_left,
    first_day_with_room,
    most_conventions,
    next_start,
    starts_here,
)
from crm.immersions.periods import DAY, Period, last_day_of_months
from crm.immersions.thresholds import Limits
from crm.sentences import Sentence
from crm.wording import N_


def check_conventions(case: Case, wanted: Wanted, start: date, limits: Limits) -> Answer:
    """R4, for every window that holds the first day (R6)."""
    if wanted.renewal_of is not None:
        return Mark.NOT_APPLICABLE
    starts = starts_here(case)
    said = []
    if (count := most_conventions(starts, start, limits)) >= limits.conventions:
        msgid = N_(
            "Déjà %(count)s conventions chez cet accueil en %(months)s mois, périodes prévues comprises : au plus "
            "%(most)s. Commencer au plus tôt le %(next)s, ou chez un autre accueil."
        )
        values = {"count": count, "months": limits.window_months, "most": limits.conventions}
        said.append(Sentence(msgid, {**values, "next": shown(next_start(starts, start, limits))}))
    for stay in _same_aim(case, wanted, start, limits):
        msgid = N_(
            "La convention du %(first)s au %(last)s chez cet accueil a le même objet et les mêmes objectifs. Changer "
            "l'un ou l'autre, ou renouveler celle-là si ses objectifs n'ont pas été atteints."
        )
        said.append(Sentence(msgid, {"first": shown(stay.period.first), "last": shown(stay.period.last)}))
    return found(said)


def _same_aim(case: Case, wanted: Wanted, start: date, limits: Limits) -> Iterator[Stay]:
    """The conventions that one window holds together with this one, for the same purpose and objectives."""
    for stay in conventions_here(case):
        earlier, later = sorted((stay.period.first, start))
        together = later <= last_day_of_months(earlier, limits.window_months)
        if together and stay.purpose == wanted.purpose and plain(stay.objectives) == plain(wanted.objectives):
            yield stay


def check_days_in_host(case: Case, wanted: Wanted, period: Period, limits: Limits) -> Answer:
    """R5, for every window that holds any day of the period (R6)."""
    here = [stay.period for stay in case.stays_here]
    left = days_left(here, period.first, limits)
    if period.days <= left:
        return None
    figures = {"days": period.days, "left": left, "most": limits.days_in_host, "months": limits.window_months}
    if left:
        msgid = N_(
            "%(days)s jours demandés, %(left)s possibles chez cet accueil : au plus %(most)s en %(months)s mois, "
            "périodes prévues comprises. Finir au plus tard le %(latest)s."
        )
        return found([Sentence(msgid, {**figures, "latest": shown(period.first + DAY * (left - 1))})])
    following = first_day_with_room(here, period.first, limits)
    if following is None:
        msgid = N_(
            "Plus aucun jour chez cet accueil : au plus %(most)s en %(months)s mois, périodes prévues comprises. "
            "Choisir un autre accueil."
        )
        return found([Sentence(msgid, figures)])
    msgid = N_(
        "Plus aucun jour chez cet accueil : au plus %(most)s en %(months)s mois, périodes prévues comprises. "
        "Commencer au plus tôt le %(next)s, ou chez un autre accueil."
    )
    return found([Sentence(msgid, {**figures, "next": shown(following)})])


def check_overlaps(case: Case, wanted: Wanted, period: Period, limits: Limits) -> Answer:
    """R29, at whatever host."""
    msgid = N_(
        "Une autre immersion a lieu du %(first)s au %(last)s (SIRET %(siret)s). Finir avant, ou commencer après."
    )
    return found(
        Sentence(msgid, {"first": shown(stay.period.first), "last": shown(stay.period.last), "siret": stay.host_siret})
        for stay in sorted(case.stays, key=lambda stay: (stay.period, stay.id))
        if stay.period.overlaps(period)
    )
