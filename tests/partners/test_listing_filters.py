"""What the list is asked for: one address for one list, whatever was typed; words that forgive mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.partners.enums import PartnerKind, PartnerRoleKind, Priority, Willingness
from crm.partners.listing.enums import Following, Sort
from crm.partners.listing.filters import MOST_KM, NOTHING, Filters, address, from_address, from_pairs, pairs
from crm.partners.listing.vocabulary import closest, words_of
from crm.partners.reference.enums import SizeClass

WORDS = ("q", "kind", "role", "stage", "owner", "tag", "size", "trade", "near", "within", "willingness", "priority")
some_pairs = st.lists(
    st.tuples(
        st.sampled_from([*WORDS, "department", "sort", "columns", "after", "autre"]),
        st.text(max_size=80)
        | st.sampled_from(
            [*map(str, PartnerKind), *map(str, SizeClass), *map(str, Sort), *map(str, Following), "me", "a,b", "12"]
        ),
    ),
    max_size=20,
)


@given(some_pairs)
def test_a_canonical_address_gives_the_same_list_back(given_pairs):
    filters = from_pairs(given_pairs)
    assert from_address(address(from_address(address(filters)))) == from_address(address(filters))
    assert address(from_address(address(filters))) == address(filters)


@given(some_pairs)
def test_no_address_upsets_a_database(given_pairs):
    for _word, value in pairs(from_pairs(given_pairs)):
        assert value.isprintable()
        value.encode()


@given(some_pairs, st.randoms())
def test_the_order_of_an_address_means_nothing_between_filters(given_pairs, chance):
    single = list({word: (word, value) for word, value in given_pairs}.values())
    mixed = list(single)
    chance.shuffle(mixed)
    assert address(from_pairs(mixed)) == address(from_pairs(single))


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", NOTHING),
        ("q=+garage++", Filters(q="garage")),
        ("q=&stage=&owner=", NOTHING),
        ("?kind=siae&kind=company&kind=xyz", Filters(kinds=(PartnerKind.SIAE, PartnerKind.COMPANY))),
        ("role=host&size=TPE", Filters(roles=(PartnerRoleKind.HOST,), sizes=(SizeClass.VERY_SMALL,))),
        ("stage=do_not_solicit&sort=changed", Filters(following=Following.DO_NOT_SOLICIT, sort=Sort.CHANGED)),
        ("willingness=committed", Filters(willingness=(Willingness.COMMITTED,))),
        ("priority=high", Filters(priorities=(Priority.HIGH,))),
        ("near=Antony&within=99999", Filters(near="Antony", within=MOST_KM)),
        ("near=Antony&within=-3", Filters(near="Antony")),
        ("columns=city&columns=siret", Filters(columns=("city", "siret"))),
        ("columns=city,stage,owner,phone", NOTHING),
        ("q=a%00b", Filters(q="a b")),
        ("&".join(f"tag={number}" for number in range(600)), NOTHING),
    ],
)
def test_reading_an_address(text, filters):
    assert from_address(text) == filters


def test_what_narrows_the_list_and_what_does_not():
    assert not from_address("sort=city&columns=siret&within=50").narrows
    assert from_address("q=x").narrows
    assert from_address("near=Antony").narrows
    assert from_address("near=Antony&kind=siae&kind=company&q=x").count == 2


KNOWN = [("boulangerie", 5), ("boulanger", 2), ("garage", 1), ("marage", 3), ("lumen", 1), ("gare", 9)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("boulangeire", "boulangerie"),
        ("bouulangerie", "boulangerie"),
        ("bolangeri", "boulangerie"),
        ("lumne", "lumen"),
        ("larage", "marage"),
        ("gra", None),
        ("0146000000", None),
        ("vasseur", None),
        ("lxmxn", None),
    ],
)
def test_the_nearest_word(typed, meant):
    assert closest(typed, KNOWN) == meant


@given(st.text(max_size=200))
def test_words_hold_no_number_and_fit_their_column(text):
    for word in words_of(text):
        assert 3 <= len(word) <= 60
        assert not any(c.isdigit() for c in word)
