"""What the needs register with the others."""

from typing import Any

from flask_babel import gettext

from crm.access.policy import Permission
from crm.audit.words import add_table
from crm.partners import registry
from crm.partners.enums import NeedKind
from crm.partners.needs import queries, trail_words
from crm.partners.needs.forms import month_name
from crm.wording import N_


def wire() -> None:
    """Name the needs of the trail; show them on the partner's page."""
    add_table("needs", trail_words.need_told(queries.told_needs))
    registry.add_list_filter(
        registry.ListFilter(
            key="need",
            label=N_("Besoin"),
            order=30,
            permission=Permission.PARTNER_READ,
            choices=lambda _session, _actor: [(kind.value, gettext(kind.label)) for kind in NeedKind],
            clause=queries.needing,
        )
    )
    registry.add_panel(
        registry.Panel(
            key="needs",
            title=N_("Besoins"),
            place="side",
            order=30,
            permission=Permission.PARTNER_READ,
            template="needs/_panel.html",
            load=_load,
        )
    )


def _load(session: Any, viewing: registry.Viewing) -> dict[str, Any]:
    needs = queries.needs_of(session, viewing.partner_id, actor=viewing.actor, today=viewing.today)
    lines = [*needs.current, *needs.over]
    months = {line.season_month: month_name(line.season_month) for line in lines if line.season_month}
    return {"needs": needs, "months": months}
