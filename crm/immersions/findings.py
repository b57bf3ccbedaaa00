"""What a rule answers: nothing to say, a sentence with its figures, or that it could not or need not be looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from crm.immersions.enums import Severity
from crm.sentences import Sentence

#: Beyond, the days of a list are counted rather than named.
_NAMED = 3


class Mark(Enum):
    """A rule that says nothing, and why."""

    NOT_APPLICABLE = auto()
    NOT_CHECKED = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What a rule found.

    Each sentence says the figures and the way out. `severity` None: that of the rule's row.
    """

    sentences: tuple[Sentence, ...]
    severity: Severity | None = None


#: None: the rule was looked at and is kept.
Answer = Finding | Mark | None


def found(sentences: Iterable[Sentence]) -> Finding | None:
    """A finding if there is anything to say."""
    said = tuple(sentences)
    return Finding(said) if said else None


def shown(day: date) -> str:
    """
    A day as people read it, the same in both languages.

    >>> shown(date(2026, 4, 14))
    '14/04/2026'
    """
    return f"{day:%d/%m}/{day.year:04d}"


def shown_days(days: Iterable[date]) -> str:
    """The first few of them, and how many more."""
    texts = [shown(day) for day in days]
    more = f" (+ {len(texts) - _NAMED})" if len(texts) > _NAMED else ""
    return ", ".join(texts[:_NAMED]) + more


def shown_hours(minutes: int) -> str:
    """
    A length of time.

    >>> shown_hours(2190), shown_hours(600)
    ('36 h 30', '10 h')
    """
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"
