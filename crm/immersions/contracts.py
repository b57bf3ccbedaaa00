"""Rules R8, R24 and R30: the immersion and the work contract."""

from collections.abc import Iterator
from datetime import date

from crm.immersions.enums import ContractKind, Severity
from crm.immersions.facts import Case, Contract, Wanted
from crm.immersions.findings import Answer, Finding, Mark, found, shown
from crm.immersions.gauges import CAPPED, cap_of, capped_contracts, last_day_on, left_on
from crm.immersions.periods import DAY, Period
from crm.immersions.thresholds import Limits
from crm.sentences import Sentence
from crm.wording import N_


def check_quarter(case: Case, wanted: Wanted, period: Period, limits: Limits) -> Answer:
    """R8: on each CDDI or CUI that the period touches, stays at any host add up to at most a quarter of its days."""
    concerned = [contract for contract in capped_contracts(case.contracts) if contract.overlaps(period)]
    said = [sentence for contract in concerned for sentence in _over_the_cap(case, contract, period, limits)]
    if said:
        return found(said)
    if any(_is_untold(contract, period) for contract in case.contracts):
        msgid = N_(
            "Contrat ou dates non connus : la part du contrat (%(percent)s %%) n'a pas pu être vérifiée. Les compléter."
        )
        return Finding((Sentence(msgid, {"percent": limits.contract_percent}),), Severity.WARN)
    return None if concerned else Mark.NOT_APPLICABLE


def _over_the_cap(case: Case, contract: Period, period: Period, limits: Limits) -> Iterator[Sentence]:
    left = left_on(contract, case.stays, limits)
    asked = period.days_within(contract.first, contract.last)
    if asked <= left:
        return
    cap, end = cap_of(contract, limits), last_day_on(contract, period.first, left)
    values = {
        "first": shown(contract.first),
        "last": shown(contract.last),
        "days": contract.days,
        "percent": limits.contract_percent,
        "cap": cap,
        "done": cap - left,
        "asked": asked,
    }
    if end is not None and end >= period.first:
        msgid = N_(
            "Contrat du %(first)s au %(last)s, %(days)s jours : %(percent)s %% font %(cap)s jours. Déjà %(done)s, et "
            "%(asked)s demandés. Finir au plus tard le %(latest)s, ou demander une dérogation motivée à la direction."
        )
        yield Sentence(msgid, {**values, "latest": shown(end)})
    else:
        msgid = N_(
            "Contrat du %(first)s au %(last)s, %(days)s jours : %(percent)s %% font %(cap)s jours. Déjà %(done)s, et "
            "%(asked)s demandés : il n'en reste aucun. Demander une dérogation motivée à la direction."
        )
        yield Sentence(msgid, values)


def _is_untold(contract: Contract, period: Period) -> bool:
    """Whether it may be a CDDI or CUI of these days, without enough being known to count."""
    unknown = contract.kind is ContractKind.UNKNOWN or (contract.kind in CAPPED and contract.period is None)
    return unknown and contract.may_cover(period.first, period.last)


def check_near_ends(case: Case, wanted: Wanted, period: Period, limits: Limits) -> Answer:
    """R24: the end of the PASS IAE, or of a CDDI of these days, is near. Silent for every other contract."""
    ends = [
        contract.end
        for contract in case.contracts
        if contract.kind is ContractKind.CDDI and contract.end and contract.may_cover(period.first, period.last)
    ]
    if case.pass_iae_end is None and not ends:
        return Mark.NOT_APPLICABLE
    said = []
    if case.pass_iae_end and _is_near(case.pass_iae_end, period, limits):
        msgid = N_(
            "La période finit le %(end)s, le PASS IAE le %(other)s : éviter l'urgence d'une fin. Avancer la période, "
            "ou préparer la suite dès maintenant."
        )
        said.append(Sentence(msgid, {"end": shown(period.last), "other": shown(case.pass_iae_end)}))
    for end in sorted({end for end in ends if _is_near(end, period, limits)}):
        msgid = N_(
            "La période finit le %(end)s, le CDDI le %(other)s : éviter l'urgence d'une fin de contrat. Avancer la "
            "période, ou préparer la suite dès maintenant."
        )
        said.append(Sentence(msgid, {"end": shown(period.last), "other": shown(end)}))
    return found(said)


def _is_near(end: date, period: Period, limits: Limits) -> bool:
    return abs((end - period.last).days) <= limits.near_end_days


def check_contract_dates(case: Case, wanted: Wanted, period: Period, limits: Limits) -> Answer:
    """R30: on working time, every day lies in a contract; one after another will do."""
    if not wanted.on_working_time:
        return Mark.NOT_APPLICABLE
    uncovered = _first_uncovered(case.contracts, period)
    if uncovered is None:
        return None
    if any(contract.start is None and contract.may_cover(uncovered, period.last) for contract in case.contracts):
        return Mark.NOT_CHECKED
    if uncovered > period.first:
        msgid = N_(
            "Sur le temps de travail, mais aucun contrat le %(day)s. Finir au plus tard le %(latest)s, ou passer "
            "hors temps de travail."
        )
        return found([Sentence(msgid, {"day": shown(uncovered), "latest": shown(uncovered - DAY)})])
    msgid = N_(
        "Sur le temps de travail, mais aucun contrat le %(day)s. Choisir des dates dans le contrat, ou passer hors "
        "temps de travail."
    )
    return found([Sentence(msgid, {"day": shown(uncovered)})])


def _first_uncovered(contracts: tuple[Contract, ...], period: Period) -> date | None:
    """The first day without a contract of known start; a contract without a known end goes on."""
    day = period.first
    while day <= period.last:
        ends = [
            contract.end or period.last
            for contract in contracts
            if contract.start and contract.start <= day and (contract.end is None or contract.end >= day)
        ]
        if not ends:
            return day
        day = max(ends) + DAY
    return None
