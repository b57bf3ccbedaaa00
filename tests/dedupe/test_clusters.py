"""Groups are made of records that resemble each other on the whole, and never by a chain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.dedupe.clusters import clusters


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], [0, 1, 2, 3]),
        ([(0, 1, 0.9)], [0, 0, 2, 3]),
        ([(0, 1, 0.4)], [0, 1, 2, 3]),
        # All three resemble each other.
        ([(0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.3)], [0, 0, 0, 3]),
        # A chain: its two ends have nothing in common.
        ([(0, 1, 0.9), (1, 2, 0.6), (2, 3, 0.9)], [0, 0, 2, 2]),
        ([(2, 3, 0.9), (0, 1, 0.9)], [0, 0, 2, 2]),
    ],
)
def test_groups(pairs, expected):
    assert clusters(4, pairs, [0] * 4, [0] * 4, threshold=0.5) == expected


def test_two_companies_stay_apart_whatever_stands_between():
    pairs = [(0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.9)]

    assert clusters(3, pairs, [111, 0, 222], [0, 0, 0], threshold=0.5) == [0, 0, 2]


def test_two_sites_stay_apart_unless_one_moved():
    chain = [(0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.0)]
    move = [(0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.8)]

    assert clusters(3, chain, [111, 0, 111], [1111, 0, 1112], threshold=0.5) == [0, 0, 2]
    assert clusters(3, move, [111, 0, 111], [1111, 0, 1112], threshold=0.5) == [0, 0, 0]


some_pairs = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0.0, 1.0)).filter(lambda pair: pair[0] != pair[1])
)
numbers = st.lists(st.sampled_from([0, 0, 1, 2]), min_size=8, max_size=8)


@given(some_pairs, numbers)
def test_no_group_holds_two_companies(pairs, sirens):
    found = clusters(8, pairs, sirens, [0] * 8, threshold=0.5)

    for name in set(found):
        members = [record for record in range(8) if found[record] == name]
        assert name == min(members)
        assert len({sirens[record] for record in members} - {0}) <= 1
