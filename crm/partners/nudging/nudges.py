"""A followed partner whose file nobody checked, a contact who left: facts in, what stands out. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm import clock
from crm.reminders.nudges import ALL_DONE, Notice, Nudge
from crm.wording import N_

#: Beyond, a contact gone long ago (an old list imported, for instance) is nobody's news.
LONGEST_NEWS = 180


@dataclass(frozen=True, slots=True)
class CheckFact:
    """A partner that a structure follows, its owner, and when somebody last said that the file is right."""

    structure_id: int
    user_id: int
    partner_id: int
    checked_on: date


def not_checked(fact: CheckFact, delay_days: int, now: datetime) -> Notice:
    """Nobody said that the file is right for so many days. Saying so is doing it."""
    due_on = fact.checked_on + timedelta(days=delay_days)
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.partner_id,
        fact.checked_on.isoformat(),
        due_on,
        is_due=due_on <= clock.day_of(now),
        done_before=fact.checked_on.isoformat(),
    )


@dataclass(frozen=True, slots=True)
class GoneFact:
    """
    Somebody who left a partner that a structure follows, and the owner of that follow.

    `replaced`: a successor was named, or somebody was added there since.
    """

    structure_id: int
    user_id: int
    contact_id: int
    left_on: date
    replaced: bool


def contact_gone(fact: GoneFact, delay_days: int, now: datetime) -> Notice:
    """A contact left and nobody took over. Naming somebody is doing it; after half a year it is no news."""
    due_on = fact.left_on + timedelta(days=delay_days)
    today = clock.day_of(now)
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.contact_id,
        fact.left_on.isoformat(),
        due_on,
        is_due=not fact.replaced and due_on <= today <= due_on + timedelta(days=LONGEST_NEWS),
        done_before=ALL_DONE if fact.replaced else "",
    )


NOT_CHECKED = Nudge(
    key="partners.not_checked",
    label=N_("Vérifier la fiche"),
    help=N_("Un partenaire suivi dont personne n'a dit que la fiche est juste, depuis ce nombre de jours."),
    column="partner_id",
    delay_days=365,
    judge=not_checked,
    watches={"follows": "partner_id", "partners": "id"},
    order=50,
)

CONTACT_GONE = Nudge(
    key="partners.contact_gone",
    label=N_("Contact parti : trouver qui le remplace"),
    help=N_("Un contact d'un partenaire suivi est parti, et personne n'a pris sa suite, après ce nombre de jours."),
    column="contact_id",
    delay_days=0,
    judge=contact_gone,
    watches={"contacts": "id"},
    around={"contacts": "partner_id", "follows": "partner_id", "partners": "id"},
    order=30,
)
