"""Writes of what a partner is to the collectif, and from when to when."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict, NotFound
from crm.partners.enums import PartnerRoleKind
from crm.partners.identity.queries import period_of
from crm.partners.models import Partner, PartnerRole
from crm.partners.refusals import FieldRefused
from crm.partners.roles.periods import Period, ticked
from crm.wording import N_


def tick(partner: Partner, wanted: Collection[PartnerRoleKind], today: date) -> bool:
    """Make exactly these roles open today, the lists of the partner being loaded. True when that changed something."""
    rows = list(partner.roles)
    before = [period_of(row) for row in rows]
    after = ticked(before, wanted, today)
    if after == before:
        return False
    # The rules keep the order: what is left of the present rows stands first.
    left = iter(rows)
    for period in after:
        row = next(left, None)
        while row is not None and (row.role, row.since) != (period.role, period.since):
            partner.roles.remove(row)
            row = next(left, None)
        if row is None:
            partner.roles.append(PartnerRole(role=period.role, since=period.since, until=period.until))
        else:
            row.until = period.until
    for row in left:
        partner.roles.remove(row)
    return True


def keep(
    session: Session,
    partner: Partner,
    periods: Sequence[tuple[int | None, Period | None]],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Keep these periods: (identifier of the row, None for a new one; its period, None to remove it).

    The partner was read with `for_update` and its lists. Raises Conflict, FieldRefused, NotAllowed.
    """
    require(actor, Permission.PARTNER_EDIT)
    if version != partner.version:
        raise Conflict(N_("Cette fiche a été modifiée entre-temps."), current=partner.version)
    held = {row.id: row for row in partner.roles}
    before = [period_of(row) for row in partner.roles]
    for key, period in periods:
        row = held.get(key) if key is not None else None
        if key is not None and row is None:
            raise NotFound
        if period is None:
            if row is not None:
                partner.roles.remove(row)
            continue
        if not period.in_order:
            message = N_("La fin vient avant le début.")
            raise FieldRefused(message, field=f"until_{key}" if key is not None else "until")
        if row is None:
            partner.roles.append(PartnerRole(role=period.role, since=period.since, until=period.until))
        else:
            row.since, row.until = period.since, period.until
    if before != [period_of(row) for row in partner.roles]:
        partner.updated_at = now
    session.flush()
