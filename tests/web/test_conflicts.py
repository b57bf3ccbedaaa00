"""Two editors, field by field: who changed what, and what is left to choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from crm.web.conflicts import choose
from crm.web.forms import settled, typed_fields

CASES = [
    # base, mine, theirs -> who is kept without asking
    ("a", "a", "a", "mine"),
    ("a", "b", "a", "mine"),
    ("a", "a", "b", "theirs"),
    ("a", "b", "b", "mine"),
    ("a", "b", "c", None),
    (None, "b", "c", None),
    (None, "b", "b", "mine"),
    ("", "", "x", "theirs"),
]


@pytest.mark.parametrize(("base", "mine", "theirs", "kept"), CASES)
def test_who_changed_the_field(base, mine, theirs, kept):
    assert choose(base, mine, theirs) == kept


@given(st.text(), st.text(), st.text())
def test_nothing_written_by_either_is_dropped_without_asking(base, mine, theirs):
    kept = {"mine": mine, "theirs": theirs, None: None}[choose(base, mine, theirs)]
    changed = {text for text in (mine, theirs) if text != base}
    assert kept is None or not changed or kept in changed
    if len(changed) == 2:
        assert kept is None


def test_the_choice_of_the_page_is_applied():
    posted = MultiDict(
        {
            "name": "le mien",
            "city": "Antony",
            "theirs-name": "le leur",
            "theirs-city": "Sceaux",
            "choice-name": "theirs",
            "choice-city": "mine",
        }
    )
    assert settled(posted)["name"] == "le leur"
    assert settled(posted)["city"] == "Antony"


def test_what_was_typed_leaves_tokens_and_passwords_out():
    posted = MultiDict(
        {
            "csrf_token": "t",
            "nonce": "n",
            "version": "3",
            "_base": "{}",
            "password": "secret",
            "name": "Vasseur",
            "city": "",
        }
    )
    assert typed_fields(posted) == [("name", "Vasseur")]
