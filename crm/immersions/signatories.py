"""Rules R16, R18 and R19: who signs and in which capacity, who bears work accidents, who may prescribe."""

from dataclasses import dataclass
from datetime import date

from crm.immersions.enums import Capacity, PrescriberKind
from crm.immersions.facts import Case
from crm.immersions.findings import Finding, shown
from crm.immersions.periods import age_on
from crm.immersions.thresholds import Limits
from crm.sentences import Sentence
from crm.wording import N_

#: Public prescribers: another organisation than the one that employs or accompanies the person.
OUTSIDE = frozenset({PrescriberKind.FT, PrescriberKind.ML, PrescriberKind.CAP_EMPLOI, PrescriberKind.DEPARTEMENT})
#: Structures that prescribe for the people whom they accompany.
SIAE = frozenset({PrescriberKind.AI, PrescriberKind.ACI, PrescriberKind.EI})
#: Those that a delegation convention makes prescribers.
BY_DELEGATION = frozenset({PrescriberKind.EBE, PrescriberKind.GEIQ})

_WHO_MAY = N_(
    "Peuvent prescrire : France Travail, une mission locale, Cap emploi, le Département, une AI, un ACI ou une EI pour "
    "les personnes de son parcours."
)


@dataclass(frozen=True, slots=True)
class Signatory:
    """One organisation or person, who signs once, each capacity named."""

    capacities: tuple[Capacity, ...]


def signatories_of(case: Case, limits: Limits) -> tuple[Signatory, ...]:
    """
    Who signs: organisations first, then the employee, the host, and the legal representative of a minor.

    A structure that prescribes also accompanies, and employs on working time. A public prescriber is another
    organisation: ours then signs as support structure, and as employer on working time. No date of birth: no legal
    representative is named.
    """
    own = [Capacity.SUPPORT]
    if case.wanted and case.wanted.on_working_time:
        own.append(Capacity.EMPLOYER)
    if case.prescriber in OUTSIDE:
        organisations = [Signatory((Capacity.PRESCRIBER,)), Signatory(tuple(own))]
    else:
        organisations = [Signatory((Capacity.PRESCRIBER, *own))]
    people = [Capacity.EMPLOYEE, Capacity.HOST]
    if is_minor(case, case.first_day, limits):
        people.append(Capacity.LEGAL_REPRESENTATIVE)
    return (*organisations, *(Signatory((capacity,)) for capacity in people))


def is_minor(case: Case, day: date, limits: Limits) -> bool:
    """Whether the person is known to be a minor on that day."""
    return case.birth_date is not None and age_on(case.birth_date, day) < limits.full_age


def accidents_borne_by(case: Case) -> Capacity:
    """The employer on working time, else the prescriber (L412-8 of the Code de la sécurité sociale)."""
    return Capacity.EMPLOYER if case.wanted and case.wanted.on_working_time else Capacity.PRESCRIBER


def check_prescriber(case: Case) -> Finding | None:
    """Rule R19, on the first day of the immersion."""
    if case.prescriber in OUTSIDE | SIAE:
        return None
    if case.prescriber not in BY_DELEGATION:
        said = Sentence(N_("Une ETTI ne prescrit pas d'immersion."))
    elif case.delegation_until is None:
        said = Sentence(
            N_("Cette structure (%(kind)s) n'est pas une SIAE : il lui faut une convention de délégation."),
            {"kind": case.prescriber.value},
        )
    elif case.delegation_until < case.first_day:
        said = Sentence(
            N_("La délégation finit le %(end)s, avant le %(start)s. La renouveler."),
            {"end": shown(case.delegation_until), "start": shown(case.first_day)},
        )
    else:
        return None
    return Finding((said, Sentence(_WHO_MAY)))
