import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.dedupe.keys import LONGEST_KIND, LONGEST_VALUE, Key, KeyKind, keys, spelled
from crm.dedupe.normalise import Card


def card(name, **facts):
    return Card(names=(name,), **facts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (card("Menuiserie Aubertin"), card("SARL AUBERTIN menuiserie")),
        (card("Menuiserie Aubertin"), card("Menuiserie Auberrtin")),
        (card("Menuiserie Aubertin"), card("Mneuiserie Aubretin")),
        (card("Menuiserie Aubertin"), card("MenuiserieAubertin")),
        (card("Menuiserie Aubertin"), card("Aubertin")),
        (card("Tremplin Insertion Industrie"), card("T2I")),
        (card("Territoires Solidaires 38"), card("TS 38")),
        (card("CCAS d'Antony", department="92"), card("CCAS", postal_code="92160")),
        (card("Un nom", phones=("0199001234",)), card("Tout autre", phones=("+33 1 99 00 12 34",))),
        (card("Un nom", emails=("a@x.example.org",)), card("Tout autre", website="x.example.org")),
        (card("Un nom", siret="40069031900035"), card("Tout autre", siren="400690319")),
        (
            card("Un nom", street="12 rue des Lilas", postal_code="92160"),
            card("Tout autre", street="12, r. des Lilas", postal_code="92160"),
        ),
    ],
)
def test_likely_duplicates_share_a_key(one, other):
    assert keys(one) & keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (card("Menuiserie Aubertin"), card("Garage Morel")),
        (card("A", emails=("x@gmail.com",)), card("B", emails=("y@gmail.com",))),
        (card("Un nom", siret=""), card("Tout autre", siret="")),
    ],
)
def test_unlike_ones_share_none(one, other):
    assert not keys(one) & keys(other)


def test_what_is_empty_makes_no_key():
    assert keys(Card(names=())) == frozenset()
    assert keys(card("???")) == frozenset()


def test_a_name_alone_makes_keys_of_names_only():
    assert {key.kind for key in keys(card("Menuiserie Aubertin"))} == {
        KeyKind.NAME,
        KeyKind.SOUND,
        KeyKind.ACRONYM,
        KeyKind.WORD,
        KeyKind.GRAM,
    }
    assert Key(KeyKind.WORD, "aubertin") in keys(card("Menuiserie Aubertin"))


@pytest.mark.parametrize(("acronym", "letters"), [("t2i", "tii"), ("c2di", "cddi"), ("3pa", "pppa"), ("tp", "tp")])
def test_figures_in_acronyms(acronym, letters):
    assert spelled(acronym) == letters


def test_kinds_fit_their_column():
    assert max(len(kind) for kind in KeyKind) <= LONGEST_KIND


@given(st.text(max_size=300), st.text(max_size=200), st.text(max_size=200))
def test_values_fit_their_column(name, street, city):
    found = keys(card(name, street=street, city=city, department="92", website=name, postal_code=city))

    assert all(0 < len(key.value) <= LONGEST_VALUE for key in found)
    # PostgreSQL refuses a text that holds this character.
    assert not any("\0" in key.value for key in found)
