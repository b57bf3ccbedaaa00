import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm.partners.identifiers import (
    IdentifierKind,
    is_siren,
    is_siret,
    read_identifier,
    read_siret,
    show_siret,
)

SIREN = "400690319"
SIRET = "40069031900035"
#: A made-up company whose number begins with zeros.
ZERO_SIREN = "005420120"
ZERO_SIRET = "00542012000015"


def luhn_digit(digits):
    """The check digit to add, written apart from the code under test."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


sirens = (
    st.text("0123456789", min_size=8, max_size=8)
    .map(lambda digits: digits + luhn_digit(digits))
    .filter(lambda siren: siren != "000000000" and siren != "356000000")
)
sirets = st.builds(
    lambda siren, site: siren + site + luhn_digit(siren + site),
    sirens,
    st.text("0123456789", min_size=4, max_size=4),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (SIRET, SIRET),
        ("400 690 319 00035", SIRET),
        ("400.690.319.00035", SIRET),
        ("400\N{NO-BREAK SPACE}690\N{NARROW NO-BREAK SPACE}319 00035", SIRET),
        (" 400-690-319-00035 ", SIRET),
        ("SIRET : 400 690 319 00035", SIRET),
        ("n° SIRET 40069031900035", SIRET),
        ("'40069031900035", SIRET),
        ("\ufeff40069031900035\u200b", SIRET),
        ("４００６９０３１９０００３５", SIRET),
        ("40069031900035.0", SIRET),
        ("40069031900035,00", SIRET),
        ("4,0069031900035E+13", SIRET),
        ("4.0069031900035e13", SIRET),
        (ZERO_SIRET, ZERO_SIRET),
        ("542012000015", ZERO_SIRET),
        ("542012000015.0", ZERO_SIRET),
        ("5,42012000015E+11", ZERO_SIRET),
        ("400690319", SIREN),
        ("400 690 319", SIREN),
        ("400690319.0", SIREN),
        ("4,00690319E+08", SIREN),
        ("5420120", ZERO_SIREN),
        ("FR 40 400690319", SIREN),
        ("FR40400690319", SIREN),
        ("4,00690319E+13", SIREN),
        ("4,0069031900E+13", SIREN),
        ("5,420120E+11", ZERO_SIREN),
    ],
)
def test_what_can_be_read(text, value):
    found = read_identifier(text)

    assert found.value == value
    assert found.error is None
    assert found.kind is (IdentifierKind.SIRET if len(value) == 14 else IdentifierKind.SIREN)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("40069031900036", "le SIREN est juste"),
        ("40069031800035", "un chiffre au moins est faux"),
        ("400690318", "Ce SIREN n'existe pas"),
        ("4006903190003", "13 chiffres au lieu de 14"),
        ("40069032", "8 chiffres au lieu de 9"),
        ("400690319000351", "ici 15"),
        ("4006", "ici 4"),
        ("00000000000000", "que des zéros"),
        ("000000000", "que des zéros"),
        ("40O690319", "que des chiffres"),
        ("en cours", "que des chiffres"),
        ("4,00690E+13", "des chiffres sont perdus"),
        ("4,00690318E+13", "des chiffres sont perdus"),
        ("4,00690319E+99", "des chiffres sont perdus"),
        ("1" * 10_000, "trop long"),
        ("=1+1", "que des chiffres"),
        ("٤٠٠٦٩٠٣١٩", "que des chiffres"),
    ],
)
def test_what_is_refused_says_why(text, words):
    found = read_identifier(text)

    assert found.value is None
    assert found.kind is None
    assert words in str(found.error)


@pytest.mark.parametrize("text", [None, "", "   ", "\N{NO-BREAK SPACE}", "SIRET :"])
def test_nothing_typed_is_no_error(text):
    found = read_siret(text)

    assert (found.value, found.error, found.notes) == (None, None, ())


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (SIRET, []),
        ("400 690 319 00035", []),
        ("542012000015.0", ["Décimales", "Zéro perdu"]),
        ("4,0069031900035E+13", ["Notation scientifique"]),
        ("400690319", ["C'est un SIREN"]),
        ("4,00690319E+13", ["a perdu les 5 derniers chiffres"]),
        ("FR40400690319", ["TVA", "C'est un SIREN"]),
    ],
)
def test_what_was_mended_is_said(text, notes):
    found = read_siret(text)

    assert [words in str(note) for words, note in zip(notes, found.notes, strict=True)] == [True] * len(notes)


def test_the_exception_of_la_poste():
    assert is_siret("35600000000002") is False
    assert is_siret("35600000000006"), "its digits sum to 20, though it fails Luhn's control"
    assert is_siret("35600000000048"), "the head office follows the general rule"
    assert read_identifier("356 000 000 00006").siren == "356000000"
    # The exception is La Poste's alone.
    assert is_siret("40069031900030") is False


def test_the_company_of_a_site():
    assert read_identifier(SIRET).siren == SIREN
    assert read_identifier(SIRET).siret == SIRET
    assert read_identifier(SIREN).siret is None
    assert read_identifier("?").siren is None


def test_shown_with_its_spaces():
    assert show_siret(SIRET) == "400\u00a0690\u00a0319\u00a000035"
    assert show_siret(SIREN) == "400\u00a0690\u00a0319"


@given(sirets, st.sampled_from(["", " ", ".", "-", "\N{NO-BREAK SPACE}"]), st.sampled_from(["", ".0", ",00"]))
def test_a_damaged_siret_comes_back(siret, separator, tail):
    typed = separator.join([siret[:3], siret[3:6], siret[6:9], siret[9:]]) if not tail else siret + tail

    assert read_identifier(typed).value == siret


@given(sirets)
def test_a_siret_that_went_through_a_number_comes_back(siret):
    shortened = str(int(siret))
    assume(len(shortened) >= 12)

    assert read_identifier(shortened).value == siret
    assert read_identifier(f"{float(siret):.1f}").value == siret


@given(sirets)
def test_a_siret_shown_in_scientific_notation_gives_its_siren_or_an_error(siret):
    assume(len(str(int(siret))) >= 12)
    found = read_identifier(f"{float(siret):.8E}".replace(".", ","))

    # Rounding may reach the ninth digit; then nothing false is given.
    assert found.value in {None, siret[:9], siret}
    if siret[0] != "0" and int(siret[9]) < 5:
        assert found.siren == siret[:9]


@given(sirets, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(siret, place, shift):
    wrong = siret[:place] + str((int(siret[place]) + shift) % 10) + siret[place + 1 :]
    assume(wrong[:9] != "356000000")

    assert read_identifier(wrong).value is None


@given(st.text(max_size=80))
def test_any_text_gives_a_value_or_an_error_but_never_both(text):
    found = read_identifier(text)

    assert not (found.value and found.error)
    if found.value:
        assert is_siret(found.value) if found.siret else is_siren(found.value)
        assert read_identifier(found.value).value == found.value
    if found.error:
        assert str(found.error)
