import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.mapping import HEADINGS, Field, guess_mapping


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Raison sociale", Field.NAME),
        ("DÉNOMINATION", Field.NAME),
        ("Nom de l’entreprise *", Field.NAME),
        ("name_as_printed", Field.NAME),
        ("Enseigne", Field.TRADE_NAME),
        ("Type de structure", Field.KIND),
        ("N° SIRET", Field.SIRET),
        ("n°siret", Field.SIRET),
        ("SIRET (14 chiffres)", Field.SIRET),
        ("CP", Field.POSTAL_CODE),
        ("C.P.", Field.POSTAL_CODE),
        ("Code_postal", Field.POSTAL_CODE),
        ("Ville", Field.CITY),
        ("Adresse", Field.STREET),
        ("Départements", Field.DEPARTMENT),
        ("Tél.", Field.PHONE),
        ("Téléphones", Field.PHONE),
        ("E-mail", Field.EMAIL),
        ("Adresse e-mail", Field.EMAIL),
        ("Courriel", Field.EMAIL),
        ("Site web", Field.WEBSITE),
        ("Secteur d'activité", Field.SECTOR),
    ],
)
def test_a_heading_is_known(heading, field):
    assert guess_mapping([heading]).fields == {field: 0}


@pytest.mark.parametrize("heading", ["", "Remarques", "Date", "x" * 100_000])
def test_a_heading_is_left_aside(heading):
    assert guess_mapping([heading]).fields == {}


def test_the_best_worded_column_wins_then_the_leftmost():
    mapping = guess_mapping(["Société", "Nom", "Raison sociale", "Tél. portable", "Téléphone", "Ville", "Ville"])

    assert mapping.fields == {Field.NAME: 2, Field.PHONE: 4, Field.CITY: 5}
    assert mapping.unknown == ("Société", "Nom", "Tél. portable", "Ville")


def test_no_wording_stands_for_two_facts():
    wordings = [wording for known in HEADINGS.values() for wording in known]

    assert len(wordings) == len(set(wordings))


@given(st.lists(st.text(max_size=30)))
def test_any_headings_can_be_guessed(headings):
    mapping = guess_mapping(headings)

    assert all(0 <= place < len(headings) for place in mapping.fields.values())
    assert len(set(mapping.fields.values())) == len(mapping.fields)
