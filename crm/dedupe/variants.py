"""A company that goes by several names (legal name, sign, former names) is compared under each of them."""

from collections.abc import Sequence
from dataclasses import replace

from crm.dedupe.normalise import Card, Normal
from crm.dedupe.scoring import Likeness, compare_all


def under_each_name(card: Card) -> tuple[Card, ...]:
    """The card once for each of its names, the first name first. A card of one name, or none, is itself."""
    names = tuple(dict.fromkeys(name for name in card.names if name))
    return tuple(replace(card, names=(name,)) for name in names) if len(names) > 1 else (card,)


def likenesses(ones: Sequence[Card | Normal], others: Sequence[Sequence[Card | Normal]]) -> list[Likeness]:
    """
    How likely one company, under one of its names, is each of the others under one of theirs.

    `ones`: the company under each of its names; `others`: the same of each other company. Of the likenesses of two
    companies the most probable is theirs: two signs that differ prove nothing when the legal names agree.
    """
    every = [card for cards in others for card in cards]
    best: list[Likeness] = []
    for one in ones:
        found = iter(compare_all(one, every))
        under_this = [max((next(found) for _ in cards), key=_probability) for cards in others]
        best = [max(pair, key=_probability) for pair in zip(best, under_this, strict=True)] if best else under_this
    return best


def _probability(likeness: Likeness) -> float:
    return likeness.probability
