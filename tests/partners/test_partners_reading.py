"""What is read of a postal code, an e-mail address and a website, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.partners.online import read_email, read_website
from crm.partners.places import department_of


@pytest.mark.parametrize(
    ("postal_code", "department"),
    [
        ("92160", "92"),
        ("01000", "01"),
        ("20000", "2A"),
        ("20199", "2A"),
        ("20200", "2B"),
        ("20620", "2B"),
        ("97110", "971"),
        ("97400", "974"),
        ("97600", "976"),
        ("98800", "988"),
        ("98000", ""),  # Monaco
        ("97900", ""),
        ("96000", ""),
        ("00100", ""),
        ("9216", ""),
        ("٩٢١٦٠", ""),
        ("92160 ", ""),
        ("", ""),
    ],
)
def test_a_postal_code_tells_its_department(postal_code, department):
    assert department_of(postal_code) == department


@given(st.text(max_size=8))
def test_any_text_gives_a_department_that_fits_its_column(text):
    assert len(department_of(text)) in (0, 2, 3)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("contact@Exemple.TEST", "contact@exemple.test"),
        (" mailto:a.b+c@exemple.test ", "a.b+c@exemple.test"),
        ("", None),
        ("   ", None),
    ],
)
def test_an_email_is_kept(typed, kept):
    found = read_email(typed)
    assert (found.value, found.error) == (kept, None)


@pytest.mark.parametrize(
    "typed", ["contact", "a@b", "a b@exemple.test", "a@exemple.test\nBcc: b@exemple.test", "@exemple.test", "a" * 300]
)
def test_what_is_no_email_is_refused(typed):
    found = read_email(typed)
    assert found.value is None
    assert found.error is not None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.exemple.test", "https://www.exemple.test"),
        ("exemple.test:8080/page", "https://exemple.test:8080/page"),
        ("http://exemple.test/a?b=c", "http://exemple.test/a?b=c"),
        ("HTTPS://Exemple.test", "HTTPS://Exemple.test"),
        ("", None),
    ],
)
def test_a_website_is_kept(typed, kept):
    found = read_website(typed)
    assert (found.value, found.error) == (kept, None)


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)//exemple.test",
        "data:text/html,x",
        "ftp://exemple.test",
        "//",
        "exemple",
        "http://",
        "https://un nom.test",
        "https://moi:secret@exemple.test",
        'https://exemple.test/"onclick=',
        "https://[exemple.test",
        "https://exemple.test:99999",
        "https://ex..test",
        "x." + "a" * 300,
    ],
)
def test_what_is_no_website_is_refused(typed):
    found = read_website(typed)
    assert found.value is None
    assert found.error is not None


@given(st.text(max_size=40))
def test_a_website_kept_is_never_anything_but_http(text):
    value = read_website(text).value
    assert value is None or value.lower().startswith(("http://", "https://"))
