"""What the method registers with the others: the words of the trail, what follows a merged partner."""

from datetime import datetime
from typing import Any

from crm.access.policy import Permission
from crm.accounts.registry import add_leaving
from crm.audit.words import add_table
from crm.dedupe.merging.conflicts import Moving, add_conflict_check, add_moving
from crm.method import queries
from crm.method.board.filters import SAVED_PAGE, address, from_address
from crm.method.enums import STEP_NAMES
from crm.method.nudging.nudges import STALLED
from crm.method.nudging.queries import stalled_facts
from crm.method.partnerships import queries as partnerships
from crm.method.partnerships import services as partnership_services
from crm.method.trail_words import TOLD, initiative_told, partnership_told
from crm.partners import queries as partners
from crm.partners.bin.keeping import add_hold
from crm.partners.bulk.doors import Door, add_door
from crm.partners.listing.pages import SavedPage, add_saved_page
from crm.partners.registry import Moment, Panel, Stream, Viewing, add_panel, add_stream
from crm.reminders.nudges import add_nudge
from crm.wording import N_


def wire() -> None:
    """Say in words what happens to projects and partnerships, and what a merge does to them."""
    add_table("initiatives", initiative_told(queries.told_initiatives))
    add_table("partnerships", partnership_told(queries.told_partnerships))
    for table, told in TOLD.items():
        add_table(table, told)
    add_moving(Moving("partnerships.partner_id", N_("Partenariats"), 20))
    add_moving(Moving("budget_lines.funder_id", N_("Financements de projets"), 21))
    add_moving(Moving("action_partners.partner_id", N_("Participations à des actions"), 22))
    add_moving(Moving("partnerships.agreed_by_id", N_("Accords donnés"), 23))
    add_moving(Moving("partnerships.their_pilot_id", N_("Partenariats pilotés"), 24))
    add_moving(Moving("roadmap_items.theirs_id", N_("Lignes de feuilles de route"), 25))
    add_moving(Moving("satisfaction_surveys.contact_id", N_("Enquêtes de satisfaction"), 26))
    add_conflict_check("partnerships", queries.open_twice)
    add_hold("method", queries.structures_partnering)
    add_leaving("method.partnerships", partnership_services.hand_over)
    add_saved_page(
        SavedPage(
            SAVED_PAGE,
            N_("Tableau des sept étapes"),
            N_("Les filtres et les lignes du tableau, sous un nom."),
            "board.index",
            Permission.PROJECT_READ,
            lambda text: address(from_address(text)),
        )
    )
    add_nudge(STALLED, stalled_facts, partners.subjects)
    label = N_("Les reprendre comme partenariats")
    add_door(Door("takeover", label, "takeover.take_over", Permission.PROJECT_EDIT))
    add_panel(
        Panel(
            key="method.partnerships",
            title=N_("Partenariats"),
            place="side",
            order=25,
            permission=Permission.PROJECT_READ,
            template="method/_panel.html",
            load=_partnerships,
        )
    )
    add_stream(
        Stream(
            key="partenariats",
            label=N_("Partenariats"),
            order=30,
            permission=Permission.PROJECT_READ,
            template="method/_moment.html",
            load=_moves,
        )
    )


def _partnerships(session: Any, viewing: Viewing) -> dict[str, Any]:
    lines = partnerships.of_partner(session, viewing.partner_id, actor=viewing.actor)
    return {"lines": lines, "steps": STEP_NAMES}


def _moves(session: Any, viewing: Viewing, before: tuple[datetime, int] | None, limit: int) -> list[Moment]:
    return partnerships.moments(session, viewing.partner_id, actor=viewing.actor, before=before, limit=limit)
