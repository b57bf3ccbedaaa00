"""Many streams, one timeline: pages put end to end are the whole story, once each, in order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.partners.page.merging import BEYOND, Cursor, cursor_of, cursor_words, merge
from crm.web.paging import decode, encode

START = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fake:
    """A moment."""

    at: datetime
    key: int


def stream_of(moments):
    """A stream that answers as the registry asks."""
    ordered = sorted(moments, key=lambda one: (one.at, one.key), reverse=True)
    return lambda before, limit: [one for one in ordered if before is None or (one.at, one.key) < before][:limit]


# Few instants, so that many moments share theirs.
_hours = st.lists(st.integers(0, 4), max_size=12)


@given(st.lists(_hours, min_size=1, max_size=4), st.integers(1, 7))
def test_pages_end_to_end_are_the_whole_story(hours, size):
    given_moments = [[Fake(START + timedelta(hours=h), key) for key, h in enumerate(one, 1)] for one in hours]
    streams = [(f"s{rank}", stream_of(one)) for rank, one in enumerate(given_moments)]
    whole = merge(streams, None, 1000).moments
    assert len(whole) == sum(map(len, given_moments))
    assert [m.at for _, m in whole] == sorted((m.at for _, m in whole), reverse=True)
    read, cursor = [], None
    for _ in range(len(whole) + 1):
        page = merge(streams, cursor, size)
        read += page.moments
        if page.after is None:
            break
        cursor = cursor_of(decode(encode(cursor_words(page.after)), (str, str, int)))
    assert tuple(read) == whole


@pytest.mark.parametrize(
    "words",
    [
        None,
        ("hier", "s", 1),
        ("2026-11-01T00:00:00", "s", 1),
        ("2026-11-01T00:00:00+00:00", "s", -1),
        ("2026-11-01T00:00:00+00:00", "s", BEYOND + 1),
        ("0001-01-01T00:00:00+14:00", "s", 1),
    ],
)
def test_what_is_no_cursor_is_none(words):
    assert cursor_of(words) is None


def test_a_stream_that_is_gone_hides_nothing():
    streams = [("s", stream_of([Fake(START, 1)]))]
    assert merge(streams, Cursor(START, "gone", 5), 10).moments == (("s", Fake(START, 1)),)
