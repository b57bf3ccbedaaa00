"""The pure rules of contacts and needs: search keys, marks of addresses, vCards, horizons."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.partners.contacts.keys import CONTACT_KEY_LENGTH, contact_search_key, email_hash
from crm.partners.contacts.vcard import Card, file_name, write_card
from crm.partners.enums import NeedState
from crm.partners.needs.horizon import Pressing, horizon, next_on, next_states
from crm.partners.search import search_tokens

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "=1+1",
    "🙂" * 300,
    "L'amie > caline !",
    "a;b,c\\d\nEND:VCARD\r\nTEL:1",
    "\u2028x",
]


def read_card(text):
    """(name, value) pairs as a reader of RFC 2426 sees them."""
    assert text.endswith("\r\n")
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    return [tuple(line.split(":", 1)) for line in lines]


def plain(value):
    """An escaped value read back."""
    found, escaped = "", False
    for character in value:
        if escaped:
            found, escaped = found + {"n": "\n"}.get(character, character), False
        elif character == "\\":
            escaped = True
        else:
            found += character
    return found


def kept(text):
    """What a card keeps of a text."""
    joined = "\n".join(text.splitlines())
    return "".join(c for c in joined if c == "\n" or not (ord(c) < 32 or 127 <= ord(c) < 160))


@given(st.text(), st.text(), st.text())
def test_a_card_reads_back_and_holds_no_line_of_a_name(first, last, company):
    card = write_card(
        Card(identifier="abc", first_name=first, last_name=last, company=company, phones=("+33199001234",))
    )
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    pairs = read_card(card)
    assert [name for name, _ in pairs] == ["BEGIN", "VERSION", "UID", "N", "FN", "ORG", "TEL;TYPE=WORK,VOICE", "END"]
    values = dict(pairs)
    assert plain(values["ORG"]) == kept(company)
    assert plain(values["N"]) == f"{kept(last)};{kept(first)};;;"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_one_value(name):
    pairs = read_card(write_card(Card(identifier="x", first_name="", last_name=name, company=name, function=name)))
    assert [key for key, _ in pairs].count("END") == 1
    assert [key for key, _ in pairs if key.startswith("TEL")] == []
    assert plain(dict(pairs)["TITLE"]) == kept(name)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Zoé L'Hénaff", "zoe-l-henaff.vcf"),
        ('"; filename=x.exe', "filename-x-exe.vcf"),
        ("🙂", "contact.vcf"),
        ("../../etc", "etc.vcf"),
        ("é" * 300, "e" * 60 + ".vcf"),
    ],
)
def test_the_file_has_a_plain_name(name, file):
    assert file_name(name) == file


@given(st.text(max_size=80), st.text(max_size=120))
def test_a_contact_is_found_by_each_word_of_their_name(name, function):
    key = contact_search_key(full_name=name, function=function, phones=["+33199001234"], emails=["a@exemple.test"])
    assert len(key) <= CONTACT_KEY_LENGTH
    assert key == contact_search_key(
        full_name=name, function=function, phones=["+33199001234"], emails=["a@exemple.test"]
    )
    assert "0199001234" in key
    if len(key) < CONTACT_KEY_LENGTH - 20:
        assert all(token in key for token in search_tokens(name))


def test_the_mark_of_an_address_depends_on_the_key_and_not_on_capitals():
    mark = email_hash("Jeanne@Exemple.test ", key="k" * 40)
    assert mark == email_hash("jeanne@exemple.test", key="k" * 40)
    assert mark != email_hash("jeanne@exemple.test", key="l" * 40)
    assert mark != email_hash("jeann@exemple.test", key="k" * 40)
    assert "jeanne" not in mark
    assert len(mark) == 64


@pytest.mark.parametrize(
    ("horizon_on", "month", "today", "expected"),
    [
        (None, None, date(2026, 11, 23), None),
        (date(2026, 12, 1), None, date(2026, 11, 23), date(2026, 12, 1)),
        (None, 4, date(2026, 11, 23), date(2027, 4, 1)),
        (None, 11, date(2026, 11, 30), date(2026, 11, 1)),
        (None, 11, date(2026, 12, 1), date(2027, 11, 1)),
        (None, 12, date(2026, 11, 23), date(2026, 12, 1)),
        (None, 2, date(2028, 2, 29), date(2028, 2, 1)),
    ],
)
def test_the_day_that_counts(horizon_on, month, today, expected):
    assert next_on(horizon_on, month, today) == expected


@pytest.mark.parametrize(
    ("horizon_on", "month", "state", "pressing"),
    [
        (None, None, NeedState.OPEN, Pressing.WHENEVER),
        (date(2026, 11, 22), None, NeedState.OPEN, Pressing.LATE),
        (date(2026, 11, 22), None, NeedState.MET, Pressing.NOT_YET),
        (date(2026, 11, 23), None, NeedState.IN_PROGRESS, Pressing.SOON),
        (date(2027, 1, 22), None, NeedState.OPEN, Pressing.SOON),
        (date(2027, 1, 23), None, NeedState.OPEN, Pressing.NOT_YET),
        (None, 11, NeedState.OPEN, Pressing.SOON),
        (None, 10, NeedState.OPEN, Pressing.NOT_YET),
    ],
)
def test_how_a_need_presses(horizon_on, month, state, pressing):
    assert horizon(horizon_on, month, state, date(2026, 11, 23)).pressing is pressing


@given(st.integers(1, 12), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_season_is_never_late_and_comes_within_a_year(month, today):
    on = next_on(None, month, today)
    assert on.month == month
    assert 0 <= (on.year - today.year) * 12 + on.month - today.month < 12
    assert horizon(None, month, NeedState.OPEN, today).pressing is not Pressing.LATE


@pytest.mark.parametrize("state", list(NeedState))
def test_every_state_leads_to_another_and_back(state):
    assert state not in next_states(state)
    assert all(next_states(one) for one in next_states(state))
