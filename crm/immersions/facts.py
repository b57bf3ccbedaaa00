"""What the rules of immersions are given: frozen values, without a database."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from crm.immersions.enums import ContractKind, PrescriberKind, Purpose
from crm.immersions.periods import Period
from crm.immersions.timetable import Timetable

SIREN_LENGTH = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A work contract, both days included. `start` None: its dates are not known. `end` None: no known end."""

    kind: ContractKind
    start: date | None = None
    end: date | None = None

    @property
    def period(self) -> Period | None:
        """Its days, None as long as one of its two dates is not known."""
        return Period(self.start, self.end) if self.start and self.end else None

    def may_cover(self, first: date, last: date) -> bool:
        """Whether one of these days may be in it: an unknown date excludes nothing."""
        return (self.start is None or self.start <= last) and (self.end is None or self.end >= first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """
    An immersion of the same person, past or already planned.

    An interrupted one ends on the day it really ended. `objectives_reached` None: nobody said.
    """

    id: str
    host_siret: str
    period: Period
    purpose: Purpose
    objectives: str = ""
    renewal_of: str | None = None
    objectives_reached: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    The immersion asked for.

    `purposes` holds what was typed, so that none, two, or an unknown one can be refused. `start` and `end` are None
    until they are typed. `renewal_of` is the id of the stay that it renews.
    """

    start: date | None = None
    end: date | None = None
    purposes: tuple[str, ...] = ()
    objectives: str = ""
    renewal_of: str | None = None
    renewal_reason: str = ""
    on_working_time: bool = False
    timetable: Timetable | None = None

    @property
    def purpose(self) -> Purpose | None:
        """The one purpose, None when there is not exactly one that the law knows."""
        return Purpose(self.purposes[0]) if len(self.purposes) == 1 and self.purposes[0] in set(Purpose) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    Everything that the rules look at, on one day.

    `host_siret`: 14 digits. `departement`: of the host, None when not known. `wanted` None: only what is left is asked.
    `stays`: at every host, in any order. `delegation_until`: last day of the convention by which a body that is no SIAE
    may prescribe.
    """

    today: date
    prescriber: PrescriberKind
    host_siret: str
    departement: str | None = None
    birth_date: date | None = None
    contracts: tuple[Contract, ...] = ()
    pass_iae_end: date | None = None
    wanted: Wanted | None = None
    stays: tuple[Stay, ...] = ()
    delegation_until: date | None = None

    @property
    def first_day(self) -> date:
        """The day from which what is left is counted: that of the immersion, today as long as it is not typed."""
        return self.wanted.start if self.wanted and self.wanted.start else self.today

    @property
    def stays_here(self) -> tuple[Stay, ...]:
        """Those at the same host, which is the same SIRET (rule R7)."""
        return tuple(stay for stay in self.stays if stay.host_siret == self.host_siret)


def plain(objectives: str) -> str:
    """
    Objectives as they are compared: without accents, case, nor spaces that do not count.

    >>> plain("  Préparer  des REPAS ") == plain("preparer des repas")
    True
    """
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", objectives).casefold())
    return " ".join("".join(letter for letter in flat if not unicodedata.combining(letter)).split())
