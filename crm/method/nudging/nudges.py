"""A partnership under way with nothing dated to do: facts in, what stands out. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm import clock
from crm.reminders.nudges import ALL_DONE, Notice, Nudge
from crm.wording import N_


@dataclass(frozen=True, slots=True)
class StalledFact:
    """
    The partnerships under way of one owner with one partner: since when nothing is planned, and whether something is.

    `since` is the latest day on which a thing was done about the partner, or a partnership changed step.
    """

    structure_id: int
    user_id: int
    partner_id: int
    since: date
    has_todo: bool


def stalled(fact: StalledFact, delay_days: int, now: datetime) -> Notice:
    """Nothing dated to do for so many days. Planning something is doing it."""
    due_on = fact.since + timedelta(days=delay_days)
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.partner_id,
        fact.since.isoformat(),
        due_on,
        is_due=not fact.has_todo and due_on <= clock.day_of(now),
        done_before=ALL_DONE if fact.has_todo else fact.since.isoformat(),
    )


STALLED = Nudge(
    key="method.stalled",
    label=N_("Partenariat à relancer : rien de daté à faire"),
    help=N_("Un partenariat en cours, hors pause, sans rien de prévu avec le partenaire depuis ce nombre de jours."),
    column="partner_id",
    delay_days=7,
    judge=stalled,
    watches={"todos": "partner_id", "partnerships": "partner_id"},
    order=50,
)
