from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.dedupe.normalise import Card
from crm.dedupe.scoring import DOUBT, MATCH, SHOW, Verdict, compare, compare_all

SAME, GROUP, LIKELY = Verdict.SAME, Verdict.GROUP, Verdict.LIKELY
DOUBTFUL, DIFFERENT = Verdict.DOUBTFUL, Verdict.DIFFERENT

#: Two sites of one made-up company, and one of another.
SITE, OTHER_SITE, OTHER_COMPANY = "40069031900035", "40069031900019", "73282932000074"


def card(name, **facts):
    return Card(names=(name,), **facts)


CASES = [
    # hard facts
    (card("Garage Morel", siret=SITE), card("Tout autre nom", siret=SITE), SAME),
    (card("Garage Morel", siret=SITE), card("Garage Morel", siret=OTHER_SITE), GROUP),
    (card("Morel", siret=SITE, city="Tours"), card("Morel", siret=OTHER_COMPANY, city="Tours"), DIFFERENT),
    (card("Morel", siret=SITE, city="Tours"), card("Morel", siren=SITE[:9], city="Tours"), LIKELY),
    # a name and a place
    (card("Garage Morel", city="Tours"), card("SARL GARAGE MOREL", city="TOURS CEDEX 1"), LIKELY),
    (card("Garage Morel", city="Tours"), card("Garage Morell", postal_code="37000", city="Tours"), LIKELY),
    (card("Garage Morel", department="37"), card("Garage Morel", postal_code="37000"), LIKELY),
    (card("Garage Morel", city="Tours"), card("Garage Morel", city="Nantes"), DIFFERENT),
    (card("Garage Morel", department="37"), card("Garage Morel", department="44"), DIFFERENT),
    (card("Garage Morel", city="Tours"), card("Garage Morel"), DOUBTFUL),
    (card("Garage Morel"), card("Garage Morel"), LIKELY),
    (card("Garage Morel", city="Tours"), card("Garage Lefort", city="Tours"), DIFFERENT),
    (card("Garage Morel Tours", city="Tours"), card("Garage Morel", city="Tours"), LIKELY),
    # a move, or another agency: a person decides
    (
        card("Garage Morel", city="Tours", phones=("0299001234",), emails=("a@morel.example.org",)),
        card("Garage Morel", city="Nantes", phones=("0299001234",), emails=("a@morel.example.org",)),
        DOUBTFUL,
    ),
    # one door and one switchboard house several organisations
    (
        card("Centre Ressources", street="1 place du Marché", postal_code="37000", phones=("0299001234",)),
        card("Vélo Partagé", street="1 pl. du Marché", postal_code="37000", phones=("0299001234",)),
        DOUBTFUL,
    ),
    # companies and what they own
    (card("Brassac", city="Cholet"), card("Brassac Environnement", city="Cholet"), DOUBTFUL),
    (card("Groupe Vermeil"), card("Fondation Vermeil"), DIFFERENT),
    (card("Vermeil", city="Tours"), card("Vermeil Solaire", city="Tours"), DOUBTFUL),
    # acronyms
    (card("Tremplin Insertion Industrie", city="Tours"), card("T2I", city="Tours"), DOUBTFUL),
    (card("Fonds Paritaire des Parcours Réussis"), card("FPPR"), DOUBTFUL),
    (card("Tremplin Vigne Bois (TVB)", city="Tours"), card("Tremplin Bois Vigne", city="Tours"), LIKELY),
    (card("La Vigne / Pôle Récolte", department="37"), card("Association La Vigne", department="37"), LIKELY),
    # institutions: the territory is the identity
    (card("CCAS", city="Tours"), card("C.C.A.S. de Tours"), LIKELY),
    (card("CCAS", city="Tours"), card("CCAS", city="Joué-lès-Tours"), DIFFERENT),
    (card("CCAS", department="37"), card("CCAS", department="44"), DIFFERENT),
    (card("CCAS"), card("CCAS"), DOUBTFUL),
    (card("PLIE", department="37"), card("PLIE", department="37"), DOUBTFUL),
    (card("Mission locale", city="Tours"), card("Mission Locale", department="37"), DOUBTFUL),
    (card("Mission locale de Tours"), card("Mission locale de Blois"), DIFFERENT),
    (card("DIRECCTE", department="37"), card("DIRECCTE", department="44"), DIFFERENT),
    (card("DIRECCTE"), card("DIRECCTE"), DOUBTFUL),
    (card("Conseil général", department="37"), card("CG 37"), LIKELY),
    (card("Conseil général", department="37"), card("Conseil général", department="44"), DIFFERENT),
    (card("Conseil général de la Somme"), card("Conseil départemental", department="80"), LIKELY),
    (card("Conseil régional de Picardie"), card("Conseil régional de Bretagne"), DIFFERENT),
    (card("Mairie de Sceaux"), card("Ville de Sceaux", department="92"), LIKELY),
    (card("CA Val Doré", city="Tours"), card("Communauté d'agglomération du Val Doré", city="Tours"), LIKELY),
    (card("CCAS", city="Tours"), card("PLIE", city="Tours"), DIFFERENT),
    # networks and their regions
    (card("ENTRAIDE 93"), card("Entraide Île-de-France"), DIFFERENT),
    (card("Entraide Rhône-Alpes"), card("Entraide"), DOUBTFUL),
    (card("Entraide IDF"), card("Entraide Ile de France"), LIKELY),
    # nothing known
    (card(""), card(""), DIFFERENT),
    (card("???", city="Tours"), card("!!!", city="Tours"), DIFFERENT),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "verdict"), CASES, ids=lambda value: getattr(value, "names", [value])[0])
def test_verdicts(one, other, verdict):
    likeness = compare(one, other)

    assert likeness.verdict is verdict, likeness


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (card("A", siret=SITE), card("B", siret=SITE), {"même SIRET"}),
        (card("A", siret=SITE), card("B", siret=OTHER_SITE), {"autre site du même groupe (même SIREN)"}),
        (
            card("Garage Morel", city="Tours", phones=("0299001234",)),
            card("Garage Morrel", city="Tours", phones=("0299001234",)),
            {"nom très proche (96 %)", "même commune", "même téléphone"},
        ),
        (card("Le Cep", city="Tours"), card("Le Cep", city="Nantes"), {"même nom", "communes différentes"}),
        (
            card("Garage Morel", street="1 rue Haute", postal_code="37000", emails=("a@morel.example.org",)),
            card("Morel", street="1 rue Haute", postal_code="37000", website="morel.example.org"),
            {"un nom contient l'autre", "même adresse", "même site web ou domaine"},
        ),
        (
            card("Fournil Quillebois", street="1 rue Haute", postal_code="37000", phones=("0299001234",)),
            card("Le Moulin de Quillebois Blanchet", street="1 rue Haute", postal_code="37000", phones=("0299001234",)),
            {"noms en partie semblables", "même adresse", "même téléphone"},
        ),
    ],
)  # fmt: skip
def test_reasons(one, other, reasons):
    assert {str(reason) for reason in compare(one, other).reasons} == reasons


def test_the_weightiest_reason_comes_first():
    one = card("Garage Morel", city="Tours")
    reasons = compare(one, replace(one, city="Nantes")).reasons

    assert [str(reason) for reason in reasons] == ["même nom", "communes différentes"]


def test_the_thresholds_are_in_order():
    assert 0 < SHOW < DOUBT < MATCH < 1


WORDS = """
Garage Morel morell Tours CCAS SARL T2I 93 Rhône-Alpes Fondation (ex. Vigne) / Tremplin Insertion Industrie
Conseil général Somme de l' Services CA
"""
words = st.sampled_from(WORDS.split())
cards = st.builds(
    Card,
    names=st.lists(st.lists(words, max_size=5).map(" ".join), max_size=2).map(tuple),
    siret=st.sampled_from(["", SITE, OTHER_SITE, OTHER_COMPANY, SITE[:9], "12"]),
    phones=st.lists(st.sampled_from(["0299001234", "0299001235"]), max_size=2).map(tuple),
    emails=st.lists(st.sampled_from(["a@morel.example.org", "b@gmail.com"]), max_size=2).map(tuple),
    website=st.sampled_from(["", "morel.example.org"]),
    street=st.sampled_from(["", "1 rue Haute", "2 rue Haute", "rue Haute"]),
    postal_code=st.sampled_from(["", "37000", "37100", "44000"]),
    city=st.sampled_from(["", "Tours", "TOURS CEDEX", "Nantes"]),
    department=st.sampled_from(["", "37", "Loire-Atlantique", "93"]),
)


@given(cards, cards)
def test_the_order_does_not_matter(one, other):
    assert compare(one, other) == compare(other, one)


@given(cards, cards)
def test_the_probability_is_one_and_agrees_with_the_verdict(one, other):
    likeness = compare(one, other)

    assert 0.0 <= likeness.probability <= 1.0
    assert (likeness.probability >= MATCH) == (likeness.verdict in {SAME, LIKELY})
    assert (DOUBT <= likeness.probability < MATCH) == (likeness.verdict is DOUBTFUL)


@given(cards, st.lists(cards, max_size=4))
def test_many_at_once_say_the_same_as_one_by_one(one, others):
    assert compare_all(one, others) == [compare(one, other) for other in others]


@given(cards, cards)
def test_one_more_phone_in_common_never_lowers_it(one, other):
    phone = ("0399001234",)
    both = compare(replace(one, phones=one.phones + phone), replace(other, phones=other.phones + phone))

    assert both.probability >= compare(one, other).probability


@given(cards)
@example(card("de"))
@example(card("Les L'"))
def test_a_card_without_contradiction_resembles_itself(one):
    likeness = compare(one, one)

    if any(name.strip(" /") for name in one.names):
        assert likeness.verdict in {SAME, LIKELY, DOUBTFUL}


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_names_can_be_compared(name, other):
    assert compare(card(name), card(other)) == compare(card(other), card(name))
