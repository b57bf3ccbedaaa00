"""What the board shows of a card, its columns and its lanes. Pure: rows in, columns out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from crm.method.ageing import Stale
from crm.method.board.filters import Lanes
from crm.method.enums import FIRST_OF_PARTNERSHIP, FIRST_STEP, LAST_STEP, CardState
from crm.partners.enums import Willingness

#: Cards drawn in a column before somebody asks for more.
SHOWN = 30
#: The same in one cell of a lane.
SHOWN_IN_LANE = 5
STEPS = tuple(range(FIRST_STEP, LAST_STEP + 1))


class Card(NamedTuple):
    """
    One card: a project in steps 1 to 3, a partnership in 4 to 7. A tuple, for there may be a thousand.

    `name` is the partner's, or the project's title; `project` the title of the project of a partnership, whose
    `partner_id` is a number, 0 for a project. `next_on` and `next_what`: the first dated thing to do. `days` are whole
    days in the step. `stale`: why it is « à relancer », nothing when it is not.
    """

    number: int
    public_id: str
    version: int
    is_project: bool
    step: int
    name: str
    project_id: int
    project: str
    partner_id: int
    owner_id: int | None
    owner: str
    state: CardState
    paused_until: date | None
    since: datetime
    days: int
    willingness: Willingness | None
    stale: tuple[Stale, ...]
    next_on: date | None
    next_what: str

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands in its column: those who wait longest come first."""
        return (self.since.isoformat(), self.number)


@dataclass(frozen=True, slots=True)
class Column:
    """
    A step and its cards. `shown` of them are drawn; `count` answer the filters, of `total` there are.

    `cents`: planned fundings of those that answer. `after`: place of the last one drawn, None when all are.
    """

    step: int
    shown: Sequence[Card]
    count: int
    total: int
    cents: int
    after: tuple[str, int] | None

    @property
    def of_projects(self) -> bool:
        """Whether its cards are projects."""
        return self.step < FIRST_OF_PARTNERSHIP


@dataclass(frozen=True, slots=True)
class Lane:
    """A line across the columns: what it is of (`key`, '' for nobody), its title, its cells by step."""

    key: str
    title: str
    cells: Sequence[Column]
    count: int


def columns(
    cards: Iterable[Card],
    totals: dict[int, int],
    cents: Callable[[Card], int],
    *,
    size: int | None = SHOWN,
    after: tuple[str, int] | None = None,
) -> list[Column]:
    """The seven columns, in order, each in the order of waiting. `after` goes on from a place; no `size` draws all."""
    held: dict[int, list[Card]] = {step: [] for step in STEPS}
    for card in cards:
        held[card.step].append(card)
    made = []
    for step, found in held.items():
        found.sort(key=lambda card: (card.since, card.number))
        rest = found if after is None else [card for card in found if card.place > after]
        shown = rest if size is None else rest[:size]
        goes_on = len(shown) < len(rest)
        amount = sum(map(cents, found))
        made.append(Column(step, shown, len(found), totals.get(step, 0), amount, shown[-1].place if goes_on else None))
    return made


def lanes(
    cards: Sequence[Card], by: Lanes, keys: dict[int, str], cents: Callable[[Card], int], *, size: int | None
) -> list[Lane]:
    """The lines across the columns, by title; nobody's last. `keys`: the public id of a project or of a person."""
    held: dict[tuple[bool, str, str], list[Card]] = {}
    for card in cards:
        if by is Lanes.PROJECT:
            title, number = card.project, card.project_id
        else:
            title, number = card.owner, card.owner_id or 0
        held.setdefault((not title, title, keys.get(number, "")), []).append(card)
    return [
        Lane(key, title, columns(found, {}, cents, size=size), len(found))
        for (_, title, key), found in sorted(held.items(), key=lambda one: (one[0][0], one[0][1].casefold(), one[0][2]))
    ]


def reach(*, is_project: bool) -> range:
    """The steps among which such a card moves. A project ends where its partnerships begin."""
    return range(FIRST_STEP, FIRST_OF_PARTNERSHIP + 1) if is_project else range(FIRST_OF_PARTNERSHIP, LAST_STEP + 1)
