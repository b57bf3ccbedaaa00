"""A line of a roadmap, a review, a session of coordination: facts in, what stands out. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm import clock
from crm.reminders.nudges import ALL_DONE, Notice, Nudge
from crm.wording import N_


@dataclass(frozen=True, slots=True)
class ItemFact:
    """A dated line of a roadmap, who carries it here, and whether nobody has to do it any more."""

    structure_id: int
    user_id: int
    partner_id: int
    item_id: int
    due_on: date
    done: bool


def item_due(fact: ItemFact, delay_days: int, now: datetime) -> Notice:
    """A line whose day has come, so many days after it. Another day is another occurrence."""
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.partner_id,
        f"{fact.due_on.isoformat()}:{fact.item_id}",
        _later(fact.due_on, delay_days),
        is_due=not fact.done and _later(fact.due_on, delay_days) <= clock.day_of(now),
        done_before=ALL_DONE if fact.done else "",
    )


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """A partnership that lives, who owns it, and the day of its last review: that of its last step without any."""

    structure_id: int
    user_id: int
    partner_id: int
    partnership_id: int
    last_on: date


def review_due(fact: ReviewFact, delay_days: int, now: datetime) -> Notice:
    """No review for so many days. Writing one is doing it."""
    due_on = _later(fact.last_on, delay_days)
    occurrence = f"{fact.last_on.isoformat()}:{fact.partnership_id}"
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.partner_id,
        occurrence,
        due_on,
        is_due=due_on <= clock.day_of(now),
        done_before=fact.last_on.isoformat(),
    )


@dataclass(frozen=True, slots=True)
class SessionFact:
    """A session of coordination, and who prepares it here."""

    structure_id: int
    user_id: int
    partner_id: int
    session_id: int
    held_on: date


def session_comes(fact: SessionFact, delay_days: int, now: datetime) -> Notice:
    """A session, so many days before its day, until that day. Once it is over there is nothing left to prepare."""
    today = clock.day_of(now)
    due_on = fact.held_on - timedelta(days=min(delay_days, (fact.held_on - date.min).days))
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.partner_id,
        f"{fact.held_on.isoformat()}:{fact.session_id}",
        due_on,
        is_due=due_on <= today <= fact.held_on,
        done_before=fact.held_on.isoformat() + ALL_DONE if fact.held_on < today else "",
    )


def _later(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


ITEM_DUE = Nudge(
    key="method.roadmap",
    label=N_("Feuille de route : ligne arrivée à échéance"),
    help=N_("Une ligne encore à faire, ce nombre de jours après sa date, à la personne qui la porte chez nous."),
    column="partner_id",
    delay_days=0,
    judge=item_due,
    watches={"partners": "id"},
    around={"roadmap_items": "partnership_id", "partnerships": "id"},
    order=70,
)

REVIEW_DUE = Nudge(
    key="method.review",
    label=N_("Partenariat : bilan à faire"),
    help=N_("Un partenariat à l'étape 7 sans bilan depuis ce nombre de jours."),
    column="partner_id",
    delay_days=365,
    judge=review_due,
    watches={"partners": "id"},
    around={"partnership_reviews": "partnership_id", "partnerships": "id"},
    order=71,
)

SESSION_COMES = Nudge(
    key="method.session",
    label=N_("Partenariat : séance de coordination à préparer"),
    help=N_("Ce nombre de jours avant une séance, au pilote chez nous."),
    column="partner_id",
    delay_days=7,
    judge=session_comes,
    watches={"partners": "id"},
    around={"coordination_sessions": "partnership_id", "partnerships": "id"},
    order=72,
)
