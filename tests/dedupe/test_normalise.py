import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.dedupe.lexicon import Level
from crm.dedupe.normalise import Card, normalise
from crm.dedupe.places import department_code, department_of


def name_of(text, **facts):
    return normalise(Card(names=(text,), **facts)).names[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SARL Dupont & Fils", ("dupont", "fils")),
        ("S.A.R.L. DUPONT ET FILS", ("dupont", "fils")),
        ("Sté des Eaux", ("eaux",)),
        ("Association L’Envol", ("envol",)),
        ("St Joseph Services", ("saint", "joseph", "service")),
        ("Cie générale du Bât.", ("compagnie", "general", "batiment")),
        ("ACI L'Arc", ("arc",)),
        # Nothing but small words: they are the name.
        ("La Société", ("societe",)),
        ("EI", ("ei",)),
    ],
)
def test_the_words_of_a_name(text, words):
    assert name_of(text).words == words


@pytest.mark.parametrize(
    ("text", "institution", "level", "words", "areas"),
    [
        ("CCAS", "ccas", Level.TOWN, (), set()),
        ("Centre communal d'action sociale", "ccas", Level.TOWN, (), set()),
        ("CCAS d'Antony", "ccas", Level.TOWN, ("antony",), set()),
        ("CA du Val Doré", "communaute agglomeration", Level.TOWN, ("val", "dore"), set()),
        ("Communauté d’Agglomération de Dore", "communaute agglomeration", Level.TOWN, ("dore",), set()),
        ("Mairie de Sceaux", "commune", Level.TOWN, ("sceaux",), set()),
        ("Ville de Sceaux", "commune", Level.TOWN, ("sceaux",), set()),
        ("Conseil Générale de la Somme", "departement", Level.DEPARTMENT, (), {"80"}),
        ("CG 80", "departement", Level.DEPARTMENT, (), {"80"}),
        ("Conseil départemental de Seine-Saint-Denis", "departement", Level.DEPARTMENT, (), {"93"}),
        ("Région Ile-de-France", "region", Level.REGION, (), {"ile de france"}),
        ("Agence Pôle Emploi de Béthune", "pole emploi", Level.TOWN, ("bethune",), set()),
        # Two letters inside a name are a chance meeting.
        ("Les Amis du CA", "", None, ("amis", "ca"), set()),
    ],
)  # fmt: skip
def test_institutions_are_told_from_their_place(text, institution, level, words, areas):
    name = name_of(text)

    assert (name.institution, name.level, name.words, name.areas) == (institution, level, words, areas)


@pytest.mark.parametrize(
    ("text", "department", "words", "areas"),
    [
        ("Entraide 93", "93", ("entraide",), {"93"}),
        ("Entraide 93", "", ("entraide",), {"93"}),
        ("Entraide 93", "38", ("entraide", "93"), set()),
        ("Entraide 4712", "", ("entraide", "4712"), set()),
        ("Entraide Haute-Garonne", "", ("entraide",), {"31"}),
        ("Entraide du Nord", "59", ("entraide",), {"59"}),
        ("Entraide du Nord", "62", ("entraide", "nord"), set()),
        ("Entraide IDF", "", ("entraide",), {"ile de france"}),
        ("Haute-Garonne", "", ("haute", "garonne"), set()),
    ],
)
def test_territories_inside_names(text, department, words, areas):
    name = name_of(text, department=department)

    assert (name.words, name.areas) == (words, areas)


def test_a_name_of_several_names():
    names = normalise(Card(names=("La Vigne / Pôle Récolte (ex. Les Ceps), OPCA",), city="Tours")).names

    assert [(name.words, name.is_part) for name in names] == [
        (("vigne", "pole", "recolte"), False),
        (("vigne",), True),
        (("pole", "recolte"), True),
        (("ceps",), True),
    ]


def test_a_town_in_parentheses_is_no_name():
    names = normalise(Card(names=("La Vigne (Tours)",), city="Tours")).names

    assert [name.words for name in names] == [("vigne",)]


def test_the_facts_of_a_card():
    normal = normalise(
        Card(
            names=("La Vigne",),
            siret="400 690 319 00035",
            phones=("01 99 00 12 34 / 06.39.98.00.12", "?"),
            emails=("Contact@La-Vigne.example.org", "x@gmail.com", "pas un courriel"),
            website="https://www.la-vigne.example.org/accueil",
            street="BP 12 - 14 bis, rue des Grands Champs",
            postal_code="1 400",
            city="ST ETIENNE CEDEX 2",
        )
    )

    assert (normal.siren, normal.siret) == ("400690319", "40069031900035")
    assert normal.phones == {"+33199001234", "+33639980012"}
    assert normal.emails == {"contact@la-vigne.example.org", "x@gmail.com"}
    assert normal.domains == {"la-vigne.example.org"}
    assert (normal.number, normal.street) == ("14", ("grand", "champ"))
    assert (normal.postal_code, normal.department, normal.city) == ("01400", "01", ("saint", "etienne"))


def test_a_wrong_identifier_is_unknown():
    normal = normalise(Card(names=("La Vigne",), siret="40069031900036", siren="400690319"))

    assert (normal.siret, normal.siren) == ("", "400690319")


@pytest.mark.parametrize(
    "website", ["http://[", "   ", "localhost", "www.facebook.com/lavigne", "-", "a\0b.fr", "a b.fr"]
)
def test_a_website_that_says_nothing(website):
    assert normalise(Card(names=("La Vigne",), website=website)).domains == frozenset()


@pytest.mark.parametrize(
    ("text", "code"),
    [("59", "59"), ("1", "01"), ("2a", "2A"), ("nord", "59"), ("974", "974"), ("zz", ""), ("", "")],
)
def test_departments(text, code):
    assert department_code(text) == code


@pytest.mark.parametrize(
    ("postal_code", "code"),
    [
        ("59000", "59"),
        ("20090", "2A"),
        ("20200", "2B"),
        ("97400", "974"),
        ("99999", ""),
        ("abcde", ""),
        ("", ""),
    ],
)
def test_the_department_of_a_postal_code(postal_code, code):
    assert department_of(postal_code) == code


def test_a_normal_card_stays_as_it_is():
    normal = normalise(Card(names=("La Vigne",)))

    assert normalise(normal) is normal


@given(st.text(max_size=400), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_normalised(name, city, street, website):
    normal = normalise(Card(names=(name, ""), city=city, street=street, website=website, phones=(name,)))

    assert all(found.words or found.institution for found in normal.names)
