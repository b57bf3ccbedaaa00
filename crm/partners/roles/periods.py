"""
When a partner was a client, a host, a prescriber: periods of whole days, ends included.

A tick means « open today ». Unticking ends yesterday, so that the box is empty at once; what was ticked the same day
leaves nothing, and ticking again goes on with what ended yesterday: a slip of the thumb leaves no trace.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crm.partners.enums import PartnerRoleKind


@dataclass(frozen=True, slots=True)
class Period:
    """One role from a day to another, both included; None for a day that nobody knows, or that has not come."""

    role: PartnerRoleKind
    since: date | None = None
    until: date | None = None

    def is_open(self, today: date) -> bool:
        """Whether the partner has that role on that day."""
        return (self.since is None or self.since <= today) and (self.until is None or today <= self.until)

    @property
    def in_order(self) -> bool:
        """Whether it begins before it ends."""
        return self.since is None or self.until is None or self.since <= self.until


def open_roles(periods: Iterable[Period], today: date) -> frozenset[PartnerRoleKind]:
    """What the partner is on that day."""
    return frozenset(period.role for period in periods if period.is_open(today))


def ticked(periods: Collection[Period], wanted: Collection[PartnerRoleKind], today: date) -> list[Period]:
    """
    The periods once exactly the `wanted` roles are open today, in an order fit to be kept.

    What does not change is the same value as before.
    """
    kept = [one for period in periods if (one := _kept(period, period.role in wanted, today)) is not None]
    missing = [role for role in PartnerRoleKind if role in wanted and role not in open_roles(kept, today)]
    for role in missing:
        kept = _opened(kept, role, today)
    return kept


def _kept(period: Period, is_wanted: bool, today: date) -> Period | None:
    if is_wanted or not period.is_open(today):
        return period
    if period.since == today:
        return None
    return replace(period, until=today - timedelta(days=1))


def _opened(periods: list[Period], role: PartnerRoleKind, today: date) -> list[Period]:
    yesterday = today - timedelta(days=1)
    for at, period in enumerate(periods):
        if period.role is role and period.until == yesterday:
            return [*periods[:at], replace(period, until=None), *periods[at + 1 :]]
    return [*periods, Period(role, since=today)]
