"""The fragment shown while a partner is typed."""

import pytest
from werkzeug.test import TestResponse

from crm.access.policy import Role
from tests.factories import Factory
from tests.pages import Browser

ADDRESS = "/partenaires/ressemblants"


@pytest.fixture
def hints(make: Factory, browser: Browser) -> Browser:
    """A developer, signed in."""
    browser.sign_in(make.user())
    return browser


def ask(browser: Browser, **typed: str) -> TestResponse:
    answer = browser.get(ADDRESS, query_string=typed)
    assert answer.status_code == 200
    return answer


def test_a_likely_duplicate_is_shown_with_link_city_and_reasons(make: Factory, hints: Browser) -> None:
    known = make.partner("Menuiserie Quillebois", phone="+33199000001")
    page = ask(hints, name="Menuiserie Quilebois", phone="01 99 00 00 01", city="Antony").text
    assert f'href="/partenaires/{known.public_id}"' in page
    for said in ("Menuiserie Quillebois", "Antony", "même téléphone", "même commune"):
        assert said in page
    assert f'name="confirmed"\n                   value="{known.public_id}"' in page
    assert "Ce n&#39;est pas la même entreprise" in page or "Ce n'est pas la même entreprise" in page
    assert "<html" not in page


def test_what_was_already_set_apart_stays_so(make: Factory, hints: Browser) -> None:
    known = make.partner("Menuiserie Quillebois")
    typed = {"name": "Menuiserie Quillebois", "city": "Antony"}
    assert "checked" not in ask(hints, **typed).text
    assert "checked" in ask(hints, **typed, confirmed=known.public_id).text


def test_the_same_siret_cannot_be_set_apart(make: Factory, hints: Browser) -> None:
    make.partner("Garage Sarremont", siret="00000420000010", siren="000004200")
    page = ask(hints, name="Autre nom", siret="000 004 200 00010").text
    assert "même SIRET" in page
    assert 'name="confirmed"' not in page
    site = ask(hints, name="Garage Sarremont", siret="000 004 200 00028").text
    assert "autre site du même groupe" in site
    assert "C&#39;est un autre établissement" in site or "C'est un autre établissement" in site
    assert 'name="confirmed"' in site


@pytest.mark.parametrize("name", ["", "Q", "Qu", " Q u ", "--", "Rien qui ressemble"])
def test_nothing_to_say_is_an_empty_fragment(make: Factory, hints: Browser, name: str) -> None:
    make.partner("Qu")
    assert ask(hints, name=name).text.strip() == ""


def test_from_the_third_letter(make: Factory, hints: Browser) -> None:
    make.partner("Adu")
    assert ask(hints, name="Ad", city="Antony").text.strip() == ""
    assert "Adu" in ask(hints, name="Adu", city="Antony").text


def test_a_hostile_name_is_only_text(make: Factory, hints: Browser) -> None:
    make.partner('<script>alert("x")</script> Quillebois {{ 7 * 7 }} %(a)s %')
    page = ask(hints, name='<script>alert("x")</script> Quillebois {{ 7 * 7 }} %(a)s %', city="Antony").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7 * 7 }} %(a)s %" in page


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "x" * 100_000},
        {"name": "Quillebois\0Menuiserie"},
        {"name": "😀😀😀 ﷽﷽﷽"},
        {"name": "%%%___", "siret": "%' OR 1=1 --"},
        {"name": "abc", "siret": "9" * 5000, "postal_code": "0\0 2", "phone": "+++", "email": "@@@"},
        {"name": "abc", "website": "http://[::1", "department": "\u202e99"},
        {"name": "((((([[[[«" * 200},
        {"inconnu": "x"},
    ],
)
def test_junk_is_answered_calmly(hints: Browser, typed: dict[str, str]) -> None:
    ask(hints, **typed)


def test_bytes_that_are_no_text(hints: Browser) -> None:
    assert hints.get(f"{ADDRESS}?name=%ff%fe%00abc&city=%ed%a0%80").status_code == 200


def test_who_may_not_read_partners_is_refused(make: Factory, browser: Browser) -> None:
    browser.sign_in(make.user(roles=[Role.ADMIN]))
    assert browser.get(ADDRESS, query_string={"name": "Menuiserie"}).status_code == 403


def test_signed_out_one_is_sent_to_the_sign_in_page(browser: Browser) -> None:
    assert browser.get(ADDRESS, query_string={"name": "Menuiserie"}).status_code == 303
