"""An end that comes near, a notice to give, a report or a promise that is due: facts in, what stands out. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm import clock
from crm.conventions.terms import Terms, add_months, final_end, notice_by, term_at
from crm.reminders.nudges import ALL_DONE, Notice, Nudge
from crm.wording import N_

#: Months before the last day on which somebody is told; then the day after it.
STEPS = (6, 3, 1)
#: Beyond, a convention that ended (one typed in afterwards, for instance) is nobody's news.
LONGEST_NEWS = 180
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EndFact:
    """
    A signed convention, its owner, its terms. `settled`: it was renewed, terminated or is in the bin.

    Nothing else than the terms is needed to tell when to speak.
    """

    structure_id: int
    user_id: int
    convention_id: int
    terms: Terms
    settled: bool


def steps(end: date) -> tuple[date, ...]:
    """The days on which the end of a convention is spoken of: six, three and one months before, and the day after."""
    before = tuple(add_months(end, -months) for months in STEPS)
    return (*before, end if end == date.max else end + _ONE_DAY)


def ending(fact: EndFact, delay_days: int, now: datetime) -> Notice:
    """The latest step reached. Each step is another occurrence; writing a later end does those of the former one."""
    today = clock.day_of(now)
    end = final_end(fact.terms)
    if end is None:
        return Notice(
            fact.structure_id, fact.user_id, fact.convention_id, "", today, is_due=False, done_before=ALL_DONE
        )
    reached = [(number, day) for number, day in enumerate(steps(end), 1) if _later(day, delay_days) <= today]
    number, day = reached[-1] if reached else (0, steps(end)[0])
    is_news = today <= _later(end, LONGEST_NEWS + delay_days)
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.convention_id,
        f"{end.isoformat()}:{number}",
        _later(day, delay_days),
        is_due=bool(reached) and is_news and not fact.settled,
        done_before=ALL_DONE if fact.settled else end.isoformat(),
    )


def notice(fact: EndFact, delay_days: int, now: datetime) -> Notice:
    """A convention that renews itself: so many days before the last one on which it can be denounced, until then."""
    today = clock.day_of(now)
    term = term_at(fact.terms, today)
    if term is None or not fact.terms.tacit_months:
        return Notice(
            fact.structure_id, fact.user_id, fact.convention_id, "", today, is_due=False, done_before=ALL_DONE
        )
    last_day = notice_by(term.ends_on, fact.terms.notice_months)
    renews = fact.terms.tacit_times is None or term.number < fact.terms.tacit_times
    due_on = last_day - timedelta(days=min(delay_days, (last_day - date.min).days))
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.convention_id,
        term.ends_on.isoformat(),
        due_on,
        is_due=renews and due_on <= today <= last_day and not fact.settled,
        done_before=ALL_DONE if fact.settled else term.ends_on.isoformat(),
    )


@dataclass(frozen=True, slots=True)
class DutyFact:
    """Something dated in a convention: a report, a review, a promise; its own number, and whether it is done."""

    structure_id: int
    user_id: int
    convention_id: int
    duty_id: int
    due_on: date
    done: bool


def date_comes(fact: DutyFact, delay_days: int, now: datetime) -> Notice:
    """A review or a report, so many days before its day."""
    return _due(fact, fact.due_on - timedelta(days=min(delay_days, (fact.due_on - date.min).days)), now)


def commitment_due(fact: DutyFact, delay_days: int, now: datetime) -> Notice:
    """A promise of either side, so many days after its day."""
    return _due(fact, _later(fact.due_on, delay_days), now)


def _due(fact: DutyFact, due_on: date, now: datetime) -> Notice:
    return Notice(
        fact.structure_id,
        fact.user_id,
        fact.convention_id,
        f"{fact.due_on.isoformat()}:{fact.duty_id}",
        due_on,
        is_due=not fact.done and due_on <= clock.day_of(now),
        done_before=ALL_DONE if fact.done else "",
    )


def _later(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


ENDING = Nudge(
    key="conventions.ending",
    label=N_("Convention qui se termine : la renouveler ?"),
    help=N_("Six mois, trois mois et un mois avant la fin, puis le lendemain. Délai : jours de retard sur ces dates."),
    column="convention_id",
    delay_days=0,
    judge=ending,
    watches={"conventions": "id"},
    around={"conventions": "renews_id"},
    order=60,
)

NOTICE = Nudge(
    key="conventions.notice",
    label=N_("Tacite reconduction : dernier moment pour dénoncer"),
    help=N_("Ce nombre de jours avant la date limite de préavis d'une convention qui se reconduit seule."),
    column="convention_id",
    delay_days=30,
    judge=notice,
    watches={"conventions": "id"},
    order=61,
)

DATE = Nudge(
    key="conventions.date",
    label=N_("Convention : point d'étape ou bilan à rendre"),
    help=N_("Ce nombre de jours avant la date d'un point d'étape, d'une demande ou d'un bilan."),
    column="convention_id",
    delay_days=15,
    judge=date_comes,
    watches={"convention_dates": "convention_id", "conventions": "id"},
    order=62,
)

COMMITMENT = Nudge(
    key="conventions.commitment",
    label=N_("Convention : engagement à tenir"),
    help=N_("Un engagement de l'un ou de l'autre, ce nombre de jours après sa date."),
    column="convention_id",
    delay_days=0,
    judge=commitment_due,
    watches={"convention_commitments": "convention_id", "conventions": "id"},
    order=63,
)
