"""
The 31 rules of an immersion, one row each: what it says, how hard it is, where it comes from, how far that was read.

Articles are those of the Code du travail unless another code is named. `read_on` None: to be read by the structure's
own adviser.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from crm.immersions.enums import Severity, Status
from crm.immersions.thresholds import READ
from crm.wording import N_

_BLOCK, _WARN, _ADVISE = Severity.BLOCK, Severity.WARN, Severity.ADVISE
_LAW, _PAGE, _PRACTICE, _GUIDE = Status.LAW, Status.PAGE, Status.PRACTICE, Status.GUIDE
_PAGE_OF_STATE = N_("page du service de l'État")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `overridable`: a director may pass over it, with a reason that is kept."""

    number: int
    text: str
    severity: Severity
    source: str
    status: Status
    read_on: date | None = None
    overridable: bool = False
    evaluated: bool = True

    @property
    def name(self) -> str:
        """« R8 »."""
        return f"R{self.number}"


def _elsewhere(
    number: int, text: str, severity: Severity, source: str, status: Status, read_on: date | None = None
) -> Rule:
    """A rule that needs what the check is not given: other records, a case file, somebody's word."""
    return Rule(number, text, severity, source, status, read_on, evaluated=False)


RULES: tuple[Rule, ...] = (
    Rule(1, N_("Un seul objet, parmi les trois de la loi"), _BLOCK, "L5135-1", _LAW, READ),
    Rule(2, N_("Au plus un mois de date à date, présence continue ou non"), _BLOCK, "D5135-3", _LAW, READ),
    Rule(3, N_("Un seul renouvellement, même objet et mêmes objectifs, non atteints"), _BLOCK, "D5135-3", _LAW, READ),
    Rule(4, N_("Chez un même accueil, deux conventions différentes en douze mois"), _BLOCK, "D5135-3", _LAW, READ),
    Rule(5, N_("Chez un même accueil, soixante jours en douze mois"), _BLOCK, "D5135-3", _LAW, READ),
    Rule(6, N_("Les douze mois glissent, périodes déjà prévues comprises"), _BLOCK, "D5135-3", _LAW, READ),
    Rule(7, N_("Le même accueil est le même SIRET"), _WARN, N_("notre lecture"), _PRACTICE, READ),
    Rule(
        8, N_("CDDI ou CUI : au plus le quart du contrat"), _BLOCK,
        N_("D5134-50-2 pour le CUI-CAE ; page d'un réseau d'AI pour le CDDI"), _PAGE, overridable=True,
    ),
    Rule(9, N_("Plus de 35 heures par semaine"), _WARN, N_("pratique"), _PRACTICE),
    Rule(10, N_("Au plus 48 heures par semaine et 10 heures par jour"), _BLOCK, "L3121-18, L3121-20", _LAW),
    Rule(11, N_("Seize ans au moins au premier jour"), _BLOCK, N_("pratique"), _PRACTICE),
    Rule(
        12, N_("Mineurs : signature, durées, pauses, repos, nuit, jours fériés"), _BLOCK,
        "L3162-1, L3162-3, L3163-1, L3164-2, L3164-6", _PAGE, READ,
    ),
    Rule(13, N_("Un dimanche ou un jour férié travaillé"), _WARN, N_("règles de la structure d'accueil"), _PRACTICE),
    Rule(14, N_("Pas de début avant aujourd'hui"), _BLOCK, N_("pratique des prescripteurs"), _PRACTICE),
    _elsewhere(15, N_("Pas de début avant les signatures et la validation"), _BLOCK, "L5135-4", _LAW, READ),
    Rule(16, N_("Qui signe, et en quelle qualité"), Severity.DERIVE, "L5135-4, D5135-1", _LAW, READ),
    _elsewhere(17, N_("Des adresses e-mail distinctes"), _WARN, N_("pratique"), _PRACTICE),
    Rule(
        18, N_("Qui porte les accidents du travail"), Severity.DERIVE,
        N_("Code de la sécurité sociale, L412-8 ; page du service de l'État"), _PAGE,
    ),
    Rule(19, N_("Qui peut prescrire"), _BLOCK, "L5135-2, D5135-7", _PAGE, READ),
    _elsewhere(
        20, N_("Ni poste permanent, ni pic saisonnier, ni remplacement"), Severity.ATTEST, "L5135-7", _PAGE
    ),
    _elsewhere(
        21, N_("Accident : 24 heures pour prévenir, 48 pour déclarer"), Severity.REMIND, _PAGE_OF_STATE, _PRACTICE
    ),
    _elsewhere(22, N_("Doublon d'une immersion en cours de préparation"), _WARN, N_("pratique"), _PRACTICE),
    Rule(23, N_("Première convention de plus de deux semaines"), _ADVISE, N_("DGEFP, 2015"), _PAGE),
    Rule(24, N_("Fin proche de celle du PASS IAE ou du CDDI"), _ADVISE, N_("guide FNARS, fiche 9"), _GUIDE),
    _elsewhere(25, N_("Accueil complet ou trop sollicité"), _WARN, N_("guide FNARS, étape 4"), _GUIDE),
    _elsewhere(26, N_("Mise à disposition au même endroit depuis moins d'un an"), _WARN, N_("pratique"), _PRACTICE),
    _elsewhere(27, N_("Heures de mission en même temps"), _WARN, N_("pratique"), _PRACTICE),
    _elsewhere(28, N_("Droit au travail vérifié au dossier"), Severity.ATTEST, N_("pratique"), _PRACTICE),
    Rule(29, N_("Deux immersions de la même personne en même temps"), _BLOCK, N_("bon sens"), _PRACTICE),
    Rule(30, N_("Sur le temps de travail, pendant le contrat"), _BLOCK, "R16", _PRACTICE),
    Rule(
        31, N_("Onze heures de repos par jour, six jours par semaine"), _BLOCK, "L3131-1, L3132-1", Status.TO_CONFIRM
    ),
)  # fmt: skip


def by_number(rules: Iterable[Rule]) -> Mapping[int, Rule]:
    """The rows by number, in order."""
    return MappingProxyType({rule.number: rule for rule in sorted(rules, key=lambda rule: rule.number)})


RULEBOOK = by_number(RULES)
