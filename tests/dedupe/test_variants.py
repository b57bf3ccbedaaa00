"""A company is found by each of its names."""

from dataclasses import replace

import pytest

from crm.dedupe.normalise import Card
from crm.dedupe.scoring import compare
from crm.dedupe.variants import likenesses, under_each_name

TWO = Card(names=("Avelia Intérim", "Tempolia Services"), city="Antony", postal_code="92160")


def test_a_card_of_one_name_is_itself() -> None:
    for names in ((), ("",), ("Avelia",), ("Avelia", "Avelia", "")):
        card = Card(names=names)
        assert len(under_each_name(card)) == 1
    assert under_each_name(Card(names=("Avelia",))) == (Card(names=("Avelia",)),)


def test_a_card_of_two_names_is_seen_under_both() -> None:
    assert under_each_name(TWO) == (
        replace(TWO, names=("Avelia Intérim",)),
        replace(TWO, names=("Tempolia Services",)),
    )


@pytest.mark.parametrize("name", TWO.names)
def test_either_name_is_enough(name: str) -> None:
    typed = Card(names=(name,), city="Antony")
    (found,) = likenesses([typed], [under_each_name(TWO)])
    assert found == compare(typed, replace(TWO, names=(name,)))
    assert found.probability > 0.9
    assert likenesses(under_each_name(TWO), [[typed]]) == [compare(replace(TWO, names=(name,)), typed)]


def test_nobody_is_like_nobody() -> None:
    assert likenesses([TWO], []) == []
