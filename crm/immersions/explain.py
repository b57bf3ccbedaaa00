"""A verdict as JSON and in words: what `passerelle pmsmp-check` answers, what a screen says before dates are typed."""

from collections.abc import Sequence
from typing import Any

from crm.immersions.case import read_case
from crm.immersions.fields import Malformed
from crm.immersions.findings import shown
from crm.immersions.gauges import Left
from crm.immersions.pmsmp import Said, Verdict, check
from crm.immersions.rulebook import Rule
from crm.sentences import Sentence
from crm.wording import N_


def answers(document: object) -> object:
    """One answer for each case of a document, in order: a list for a list, an object for a case alone."""
    if isinstance(document, list):
        return [answer(case) for case in document]
    return answer(document)


def answer(case: object) -> dict[str, Any]:
    """The verdict of a case, or what is malformed in it. Never raises, whatever JSON gave."""
    name = _id_of(case)
    try:
        if isinstance(case, dict) and name is None:
            raise Malformed("id : chaque cas a un nom ou un numéro. L'ajouter.")
        read = read_case(case)
    except Malformed as fault:
        return {"id": name, "error": str(fault)}
    return {"id": name, **as_json(check(read), asked=read.wanted is not None)}


def as_json(verdict: Verdict, *, asked: bool = True) -> dict[str, Any]:
    """
    A verdict in the words of the JSON format, rules in numeric order.

    `allowed` is null when nothing was asked and nothing refused.
    """
    left = verdict.left
    return {
        "allowed": verdict.allowed if asked or not verdict.allowed else None,
        "refusals": [{**_said(said), "overridable": said.overridable} for said in verdict.refusals],
        "warnings": [_said(said) for said in verdict.warnings],
        "advice": [_said(said) for said in verdict.advice],
        "not_applicable": _names(verdict.not_applicable),
        "not_checked": _names(verdict.not_checked),
        "left": {
            "conventions": left.conventions,
            "days_in_host": left.days_in_host,
            "latest_end": left.latest_end.isoformat() if left.latest_end else None,
            "contract_days": left.contract_days,
        },
        "at_mp_borne_by": verdict.at_mp_borne_by.value if verdict.at_mp_borne_by else None,
        "signatories": [{"capacities": [capacity.value for capacity in one.capacities]} for one in verdict.signatories],
    }


def gauge_sentences(left: Left) -> tuple[Sentence, ...]:
    """What is left, in words: at this host, on the contract, until when."""
    said = [
        Sentence(
            N_("Chez cet accueil, conventions : %(conventions)s ; jours : %(days)s, jusqu'au %(until)s."),
            {"conventions": left.conventions, "days": left.days_in_host, "until": shown(left.window_end)},
        )
    ]
    if left.contract_days is not None:
        said.append(Sentence(N_("Sur le contrat, jours : %(days)s."), {"days": left.contract_days}))
    values = {"start": shown(left.from_day)}
    if left.latest_end is None:
        said.append(Sentence(N_("Aucune période ne peut commencer le %(start)s."), values))
    else:
        values["end"] = shown(left.latest_end)
        said.append(Sentence(N_("Une période commencée le %(start)s finit au plus tard le %(end)s."), values))
    return tuple(said)


def _said(said: Said) -> dict[str, Any]:
    return {"rule": said.rule.name, "message": said.message}


def _names(rules: Sequence[Rule]) -> list[str]:
    return [rule.name for rule in rules]


def _id_of(case: object) -> str | int | None:
    name = case.get("id") if isinstance(case, dict) else None
    return name if isinstance(name, str | int) and not isinstance(name, bool) else None
