import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.partners.search import LIKE_ESCAPE, fold, like_pattern, search_key, search_tokens, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Pôle Emploi", "pole emploi"),
        ("L’Œuvre-Sociale", "l oeuvre sociale"),
        ("L'amie > caline !", "l amie caline"),
        ("Straße ŁÓDŹ", "strasse lodz"),
        ("S.A.R.L. Dupont & Fils", "sarl dupont et fils"),
        ("T.T.E", "tte"),
        ("St. Étienne", "st etienne"),
        ("  a \t\n\N{NO-BREAK SPACE} b  ", "a b"),
        ("co\u00adopé\u200brative", "cooperative"),
        ("Ecole n° 1", "ecole n 1"),
        ("🎉🎉", "🎉🎉"),
        ("<img onerror>", "img onerror"),
        ("=1+1", "1 1"),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_sort_key_fits_its_column(name):
    assert len(sort_key(name)) <= 200


def test_names_are_sorted_as_french_readers_do():
    names = ["Zébulon", "école Ader", "Ecole Béa", "La Poste", "eau vive", "Œuvres", "Lapins"]

    assert sorted(names, key=sort_key) == [
        "eau vive", "école Ader", "Ecole Béa", "La Poste", "Lapins", "Œuvres", "Zébulon",
    ]  # fmt: skip


KEY = search_key(
    names=("Les Jardins d'Antan", "JARDINS D'ANTAN", "Atelier 12 34 56"),
    city="Saint-Étienne",
    postal_code="42000",
    siret="40069031900035",
    phones=("+33199001234", "+3225551212"),
)


@pytest.mark.parametrize(
    "query",
    [
        "jardins", "JARDINS d’antan", "antan jardin", "etienne", "42000", "42000 jardins",
        "01 99 00 12 34", "01.99.00", "0199", "199001234", "+33 1 99 00 12 34", "+33 (0)1 99 00 12 34",
        "400 690 319", "400 690 319 00035", "400 690 3", "40069031900035",
        "atelier 12 34 56", "12 34 56", "555",
    ],
)  # fmt: skip
def test_what_finds_a_partner(query):
    tokens = search_tokens(query)

    assert tokens
    assert all(token in KEY for token in tokens)


@pytest.mark.parametrize("query", ["jardinz", "01 99 00 12 35", "400 690 318", "75001"])
def test_what_does_not_find_it(query):
    assert not all(token in KEY for token in search_tokens(query))


def test_a_query_has_eight_words_at_most_each_once():
    assert search_tokens("a b c d e f g h i j") == tuple("abcdefgh")
    assert search_tokens("emploi Emploi EMPLOI") == ("emploi",)
    assert search_tokens("x" * 100_000) == ("x" * 200,)
    assert search_tokens(" !? ") == ()


def test_two_numbers_side_by_side_stay_two_words():
    assert search_tokens("92160 75001") == ("92160", "75001")
    assert search_tokens("dupont 92160") == ("dupont", "92160")


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_name_finds_itself(name, city):
    key = search_key(names=(name,), city=city)

    assert all(token in key for token in (*search_tokens(name), *search_tokens(city)))


@given(st.lists(st.text()))
def test_a_search_key_fits_its_column(names):
    assert len(search_key(names=names, siret="40069031900035")) <= 1000


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_like_pattern_means_contains(before, token, after):
    # SQLite ends a text at NUL, and folds case by itself in LIKE.
    before, token, after = (fold(part).replace("\0", "") for part in (before, token, after))
    row = sqlite3.connect(":memory:").execute(
        "SELECT ? LIKE ? ESCAPE ?", (f"{before}{token}{after}", like_pattern(token), LIKE_ESCAPE)
    )

    assert row.fetchone() == (1,)


@pytest.mark.parametrize("token", ["%", "_", "\\", "a%b", "100_"])
def test_a_like_pattern_takes_nothing_for_a_joker(token):
    row = sqlite3.connect(":memory:").execute("SELECT 'axxb 100x' LIKE ? ESCAPE ?", (like_pattern(token), LIKE_ESCAPE))

    assert row.fetchone() == (0,)
