"""What people do to names: the same organisation written otherwise, and names that only look alike."""

import pytest

from crm.dedupe.normalise import Card, normalise
from crm.dedupe.scoring import DOUBT, SHOW, TOGETHER, compare

#: Two ways of writing one organisation: name and town of either.
ONE = [
    # short forms of what everybody says
    ("ML Valnord", "", "Mission locale Valnord", ""),
    ("ML Brive", "Brive", "Mission Locale de Brive", "Brive"),
    ("PE Denain", "Denain", "Pôle emploi Denain", "Denain"),
    ("Agence France Travail Denain", "", "Pôle Emploi de Denain", ""),
    ("ANPE", "Denain", "France Travail", "Denain"),
    ("CRAM Bretagne", "", "CARSAT Bretagne", ""),
    ("DIRECCTE Bretagne", "", "DREETS Bretagne", ""),
    ("CCAS d'Antony", "", "Centre communal d'action sociale d'Antony", ""),
    ("CC du Val Doré", "", "Communauté de communes du Val Doré", ""),
    ("CCI Valnord", "", "Chambre de commerce et d'industrie Valnord", ""),
    ("CMA 62", "", "Chambre de métiers et de l'artisanat du Pas-de-Calais", ""),
    ("CG62", "", "Conseil départemental du Pas-de-Calais", ""),
    ("MDE de Denain", "", "Maison de l'emploi de Denain", ""),
    ("PLIE du Valnord", "", "Plan local pour l'insertion et l'emploi du Valnord", ""),
    ("GEIQ Valbois", "", "Groupement d'employeurs pour l'insertion et la qualification Valbois", ""),
    ("AI Valbois", "Tours", "Association intermédiaire Valbois", "Tours"),
    ("EI Valbois", "Tours", "Entreprise d'insertion Valbois", "Tours"),
    ("ESAT Valbois", "Tours", "Établissement et service d'aide par le travail Valbois", "Tours"),
    ("MFR Valbois", "", "Maison familiale rurale Valbois", ""),
    ("MJC Valbois", "", "Maison des jeunes et de la culture Valbois", ""),
    ("OPH Valbois", "", "Office public de l'habitat Valbois", ""),
    ("Entraide IDF", "Paris", "Entraide Île-de-France", "Paris"),
    # fingers, scanners, narrow columns
    ("ATELIERSQUILLEBOIS", "Tours", "Ateliers Quillebois", "Tours"),
    ("A.T.E.Q.", "Tours", "ATEQ", "Tours"),
    ("Quillebois Ateliers", "Tours", "Ateliers Quillebois", "Tours"),
    ("Quillebois (Ateliers)", "Tours", "Ateliers Quillebois", "Tours"),
    ("Ateliers Quilkebois", "Tours", "Ateliers Quillebois", "Tours"),
    ("Ate1iers Quilleb0is", "Tours", "Ateliers Quillebois", "Tours"),
    ("St Quillebois Services", "Tours", "Saint-Quillebois service", "TOURS"),
    ("Ste Quilleboise de Nettoyage", "Tours", "Société quilleboise de nettoyage", "Tours"),
    ("Les 3 Quillebois", "Tours", "Les Trois Quillebois", "Tours"),
    ("Fédération des acteurs de la quille", "Tours", "Fédération des acteurs de la qu", "Tours"),
    ("Quillebois & Cie", "Tours", "QUILLEBOIS ET COMPAGNIE", "Tours"),
    ("Ets Quillebois", "Tours", "Établissements Quillebois", "Tours"),
    # the town in the name
    ("Ateliers Quillebois Tours", "", "Ateliers Quillebois", "Tours"),
    # a rare name, and nothing else
    ("Ateliers Quillebois", "", "SARL Ateliers Quillebois", ""),
    ("Ste Quilleboise de Nettoyage", "", "Quilleboise de nettoyage SAS", "Tours"),
]


@pytest.mark.parametrize(("name", "town", "other", "other_town"), ONE)
def test_one_organisation_written_two_ways(name, town, other, other_town):
    likeness = compare(Card(names=(name,), city=town), Card(names=(other,), city=other_town))

    assert likeness.probability >= TOGETHER, likeness
    assert "noms différents" not in {str(reason) for reason in likeness.reasons}


#: Nothing says that they are one; a person may look.
TO_LOOK_AT = [
    ("Mairie", "", "Mairie", ""),
    ("Centre communal d'action sociale", "", "CCAS", ""),
    ("Mission locale", "", "Mission locale", ""),
    ("Pôle emploi", "", "Pôle emploi", ""),
    ("Carrefour", "", "Carrefour", ""),
    ("Emmaüs", "", "Emmaüs", ""),
    ("Collège Jean Moulin", "", "Collège Jean Moulin", ""),
    ("Garage Martin", "", "Garage Martin", ""),
    ("Ateliers Quillebois Nord", "Tours", "Ateliers Quillebois Sud", "Tours"),
]


@pytest.mark.parametrize(("name", "town", "other", "other_town"), TO_LOOK_AT)
def test_a_bare_common_name_is_a_doubt_and_no_pair(name, town, other, other_town):
    likeness = compare(Card(names=(name,), city=town), Card(names=(other,), city=other_town))

    assert DOUBT <= likeness.probability < TOGETHER, likeness


APART = [
    ("Carrefour", "Tours", "Carrefour", "Blois"),
    ("Mairie", "Tours", "Mairie", "Blois"),
    ("Mission locale de Tours", "", "Mission locale de Blois", ""),
    ("Pôle emploi Tours", "", "Cap emploi Tours", ""),
    ("Collège", "Tours", "Lycée", "Tours"),
    ("École Jean Moulin", "Tours", "École Jean Moulin", "Blois"),
    ("Secours populaire", "", "Secours catholique", ""),
    ("Menuiserie Quillebois Sophie", "Tours", "Menuiserie Quillebois Zoé", "Blois"),
]


@pytest.mark.parametrize(("name", "town", "other", "other_town"), APART)
def test_names_that_only_look_alike(name, town, other, other_town):
    likeness = compare(Card(names=(name,), city=town), Card(names=(other,), city=other_town))

    assert likeness.probability < DOUBT, likeness


def test_two_shops_of_a_network_in_one_town():
    one = Card(names=("Carrefour",), street="1 rue Haute", postal_code="37000", city="Tours")
    other = Card(names=("Carrefour",), street="99 avenue Basse", postal_code="37000", city="Tours")

    assert SHOW <= compare(one, other).probability < TOGETHER


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("12 rue Haute 37000 Tours", "", ""), ("12", ("haute",), "37000", ("tour",))),
        (("12 rue Haute CS 10282 37003 TOURS CEDEX", "", ""), ("12", ("haute",), "37003", ("tour",))),
        (("", "37000", "12 rue Haute"), ("12", ("haute",), "37000", ())),
        (("Tours", "37000,00", "12 rue Haute"), ("12", ("haute",), "37000", ("tour",))),
        (("", "Tours", "37000"), ("", (), "37000", ("tour",))),
        (("", "", "37000 Tours"), ("", (), "37000", ("tour",))),
        (("", "F-37000", "Tours (37)"), ("", (), "37000", ("tour",))),
        (("12 rue du 8 Mai 1945", "37000", "Tours"), ("12", ("mai",), "37000", ("tour",))),
    ],
)
def test_what_stands_in_the_wrong_cell(cells, found):
    street, postal_code, city = cells
    normal = normalise(Card(names=("Quillebois",), street=street, postal_code=postal_code, city=city))

    assert (normal.number, normal.street, normal.postal_code, normal.city) == found


def test_a_mail_among_the_telephones_and_a_telephone_among_the_mails():
    normal = normalise(
        Card(names=("Quillebois",), phones=("a@morel.example.org",), emails=("01 99 00 12 34",), website="")
    )

    assert normal.emails == {"a@morel.example.org"}
    assert normal.phones == {"+33199001234"}


@pytest.mark.parametrize(
    "cell",
    ["Accueil <a@morel.example.org>", "mailto:a@morel.example.org", "a @ morel.example.org", "A@MOREL.EXAMPLE.ORG "],
)
def test_a_mail_is_undressed(cell):
    assert normalise(Card(names=("Quillebois",), emails=(cell,))).emails == {"a@morel.example.org"}


def test_several_mails_in_one_cell():
    normal = normalise(Card(names=("Quillebois",), emails=("a@morel.example.org ; b@orange.fr",)))

    assert normal.emails == {"a@morel.example.org", "b@orange.fr"}


def test_a_page_on_somebody_elses_site_tells_the_name():
    normal = normalise(Card(names=("Quillebois",), website="https://www.facebook.com/les-ateliers-quillebois/"))

    assert (normal.domains, normal.page) == (frozenset(), "les ateliers quillebois")
