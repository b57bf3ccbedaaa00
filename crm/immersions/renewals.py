"""Rule R3: a convention is renewed once, for the same purpose and objectives, when they were not reached."""

from collections.abc import Iterator
from datetime import date

from crm.immersions.facts import Case, Stay, Wanted, plain
from crm.immersions.findings import shown
from crm.immersions.periods import DAY
from crm.immersions.thresholds import Limits
from crm.sentences import Sentence
from crm.wording import N_


def renewal_faults(case: Case, wanted: Wanted, limits: Limits) -> tuple[Sentence, ...]:
    """
    Why this renewal is refused whatever its last day; nothing for what is not a renewal.

    Source: D5135-3, second paragraph. The days between the two, and the wish for a reason, are our reading.
    """
    if wanted.renewal_of is None:
        return ()
    renewed = next((stay for stay in case.stays if stay.id == wanted.renewal_of), None)
    if renewed is None:
        msgid = N_("La période à renouveler (%(id)s) n'est pas parmi les périodes données. L'ajouter.")
        return (Sentence(msgid, {"id": wanted.renewal_of}),)
    faults = [*_already_renewed(case, renewed), *_not_the_same(case, wanted, renewed)]
    if not wanted.renewal_reason.strip():
        faults.append(Sentence(N_("Un renouvellement demande un motif. L'écrire.")))
    if wanted.start:
        faults += _badly_placed(wanted.start, renewed, limits)
    return tuple(faults)


def _already_renewed(case: Case, renewed: Stay) -> Iterator[Sentence]:
    if renewed.renewal_of is not None:
        msgid = N_("La période %(id)s est déjà un renouvellement : il n'y en a qu'un. Faire une autre convention.")
        yield Sentence(msgid, {"id": renewed.id})
    if any(stay.renewal_of == renewed.id for stay in case.stays if stay.id != renewed.id):
        msgid = N_("La période %(id)s a déjà été renouvelée : une fois au plus. Faire une autre convention.")
        yield Sentence(msgid, {"id": renewed.id})


def _not_the_same(case: Case, wanted: Wanted, renewed: Stay) -> Iterator[Sentence]:
    if renewed.host_siret != case.host_siret:
        msgid = N_("La période renouvelée était dans un autre établissement (SIRET %(siret)s). Y revenir.")
        yield Sentence(msgid, {"siret": renewed.host_siret})
    if wanted.purpose != renewed.purpose:
        yield Sentence(N_("Un renouvellement garde le même objet. Le reprendre, ou faire une autre convention."))
    if plain(wanted.objectives) != plain(renewed.objectives):
        yield Sentence(N_("Un renouvellement garde les mêmes objectifs. Les reprendre, ou faire une autre convention."))
    if renewed.objectives_reached:
        yield Sentence(N_("Les objectifs ont été atteints : rien à renouveler. Faire une autre convention."))
    elif renewed.objectives_reached is None:
        yield Sentence(
            N_("Dire d'abord si les objectifs ont été atteints : on ne renouvelle que s'ils ne l'ont pas été.")
        )


def _badly_placed(start: date, renewed: Stay, limits: Limits) -> Iterator[Sentence]:
    earliest, latest = renewed.period.last + DAY, renewed.period.last + DAY * limits.renewal_gap_days
    if not earliest <= start <= latest:
        msgid = N_(
            "La période renouvelée finit le %(end)s : le renouvellement commence entre le %(earliest)s et le "
            "%(latest)s."
        )
        yield Sentence(msgid, {"end": shown(renewed.period.last), "earliest": shown(earliest), "latest": shown(latest)})
