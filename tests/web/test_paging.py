"""Cursors come from addresses: what is not ours is the first page, never a fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.web.paging import cut, decode, encode


@given(st.tuples(st.text(max_size=80), st.integers(min_value=0, max_value=2**63 - 1)))
def test_a_cursor_comes_back_as_it_went(key):
    assert decode(encode(key), (str, int)) == key


@given(st.text(max_size=200))
def test_anything_else_is_no_cursor(text):
    key = decode(text, (str, int))
    assert key is None or ([type(part) for part in key] == [str, int])


@pytest.mark.parametrize("key", [["a"], [1, "a"], ["a", 2**70], ["a", 1.5], ["a", True], {"a": 1}, "a", None])
def test_a_cursor_of_another_shape_is_refused(key):
    assert decode(encode(key) if isinstance(key, list) else "e30", (str, int)) is None


def test_a_page_is_cut_at_its_size():
    rows = [("a", 1), ("b", 2), ("c", 3)]
    page = cut(rows, 2, key=lambda row: row)
    assert page.rows == rows[:2]
    assert decode(page.after, (str, int)) == ("b", 2)
    assert cut(rows, 3, key=lambda row: row).after is None
    assert cut([], 3, key=lambda row: row).after is None
