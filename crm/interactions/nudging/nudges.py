"""A meeting without its report, a followed partner nobody speaks to: facts in, what stands out. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm import clock
from crm.reminders.nudges import ALL_DONE, Notice, Nudge
from crm.wording import N_


@dataclass(frozen=True, slots=True)
class ReportFact:
    """A meeting that took place, its author, and whether something was written of it."""

    structure_id: int
    user_id: int
    interaction_id: int
    held_at: datetime
    written: bool


def report_missing(fact: ReportFact, delay_days: int, now: datetime) -> Notice:
    """Nothing was written of a meeting so many times 24 hours after it. Another hour is another occurrence."""
    due_at = fact.held_at + timedelta(days=delay_days)
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.interaction_id,
        fact.held_at.strftime("%Y-%m-%dT%H:%M"),
        clock.day_of(due_at),
        is_due=not fact.written and due_at <= now,
        done_before=ALL_DONE if fact.written else "",
    )


@dataclass(frozen=True, slots=True)
class SilenceFact:
    """
    A followed partner, its owner, and the day of our last exchange with it, one to come included.

    Without any, the day on which the partner came here.
    """

    structure_id: int
    user_id: int
    partner_id: int
    last_on: date


def silent(fact: SilenceFact, delay_days: int, now: datetime) -> Notice:
    """No exchange with a followed partner for so many days. An exchange, held or planned, is doing it."""
    due_on = fact.last_on + timedelta(days=delay_days)
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.partner_id,
        fact.last_on.isoformat(),
        due_on,
        is_due=due_on <= clock.day_of(now),
        done_before=fact.last_on.isoformat(),
    )


REPORT_MISSING = Nudge(
    key="interactions.report",
    label=N_("Compte rendu à écrire"),
    help=N_("Un rendez-vous tenu dont rien n'est écrit, après ce nombre de jours (2 : 48 heures)."),
    column="interaction_id",
    delay_days=2,
    judge=report_missing,
    watches={"interactions": "id"},
    order=20,
)

SILENT = Nudge(
    key="interactions.silent",
    label=N_("Reprendre contact : aucun échange depuis longtemps"),
    help=N_("Un partenaire suivi sans échange, ni tenu ni prévu, depuis ce nombre de jours."),
    column="partner_id",
    delay_days=90,
    judge=silent,
    watches={"interactions": "partner_id", "follows": "partner_id", "partners": "id"},
    order=40,
)
