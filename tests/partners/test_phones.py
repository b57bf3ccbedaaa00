import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.partners.phones import national_digits, read_phone, read_phones, show_phone


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("01 99 00 12 34", "+33199001234"),
        ("01.99.00.12.34", "+33199001234"),
        ("01-99-00-12-34", "+33199001234"),
        ("01/99/00/12/34", "+33199001234"),
        ("0199001234", "+33199001234"),
        ("199001234", "+33199001234"),
        ("199001234.0", "+33199001234"),
        ("'0199001234", "+33199001234"),
        ("+33 1 99 00 12 34", "+33199001234"),
        ("+33 (0)1 99 00 12 34", "+33199001234"),
        ("0033 1 99 00 12 34", "+33199001234"),
        ("33199001234", "+33199001234"),
        ("01\N{NO-BREAK SPACE}99\N{NARROW NO-BREAK SPACE}00 12 34", "+33199001234"),
        ("Tél. : 01 99 00 12 34", "+33199001234"),
        ("01 99 00 12 34 (standard)", "+33199001234"),
        ("06 39 98 00 12", "+33639980012"),
        ("0 800 99 00 12", "+33800990012"),
        ("0262 99 00 12", "+262262990012"),
        ("0690 00 12 34", "+590690001234"),
        ("+32 2 555 12 12", "+3225551212"),
        ("00 352 27 12 34 56", "+35227123456"),
    ],
)
def test_what_can_be_read(text, value):
    assert read_phone(text).value == value
    assert read_phone(text).error is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("01 99 00 12", "n'est pas un numéro de téléphone complet"),
        ("01 99 00 12 34 56", "n'est pas un numéro de téléphone complet"),
        ("3949", "numéro court"),
        ("voir site", "« voir site » n'est pas un numéro"),
        ("+999 12 34", "n'est pas un numéro"),
        ("1,99E+08", "n'est pas un numéro"),
        ("<img onerror>", "n'est pas un numéro"),
        ("0" * 500, "trop long"),
    ],
)
def test_what_is_refused_says_why(text, words):
    assert read_phone(text).value is None
    assert words in str(read_phone(text).error)


@pytest.mark.parametrize("text", [None, "", " \N{NO-BREAK SPACE}"])
def test_nothing_typed_is_no_error(text):
    assert read_phone(text).value is None
    assert read_phone(text).error is None
    assert read_phones(text) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("01 99 00 12 34 / 06 39 98 00 12", ["+33199001234", "+33639980012"]),
        ("01.99.00.12.34 ou 06.39.98.00.12", ["+33199001234", "+33639980012"]),
        ("0199001234;0199001234", ["+33199001234"]),
        ("01/99/00/12/34", ["+33199001234"]),
        ("01 99 00 12 34 / 12 34 56 78", ["+33199001234", None]),
        ("rien", [None]),
    ],
)
def test_several_numbers_in_one_cell(text, values):
    assert [phone.value for phone in read_phones(text)] == values


@pytest.mark.parametrize(
    ("value", "shown", "dialled"),
    [
        ("+33199001234", "01 99 00 12 34", "0199001234"),
        ("+262262990012", "0262 99 00 12", "0262990012"),
        ("+3225551212", "+32 2 555 12 12", "3225551212"),
    ],
)
def test_shown_and_dialled(value, shown, dialled):
    assert show_phone(value) == shown
    assert national_digits(value) == dialled


@pytest.mark.parametrize("value", [None, ""])
def test_no_number_shows_nothing(value):
    assert show_phone(value) == ""


def test_old_data_stays_readable():
    assert show_phone("standard 12") == "standard 12"
    assert show_phone("+rien") == "+rien"


national = st.from_regex(r"[1-9][0-9]{8}", fullmatch=True)


@given(
    national,
    st.sampled_from(["0{}", "{}", "+33{}", "+33 (0){}", "0033{}"]),
)
def test_however_a_french_number_is_typed_it_is_the_same(digits, style):
    phone = read_phone(style.format(digits))

    assert phone.value is not None
    assert national_digits(phone.value) == "0" + digits


@given(national)
def test_what_is_shown_reads_back(digits):
    value = read_phone("0" + digits).value
    assert value is not None

    assert read_phone(show_phone(value)).value == value


@given(st.text(max_size=80))
def test_any_text_gives_a_value_or_an_error_but_never_both(text):
    phone = read_phone(text)

    assert not (phone.value and phone.error)
    assert phone.value is None or phone.value.startswith("+")
    for each in read_phones(text):
        assert bool(each.value) != bool(each.error)
