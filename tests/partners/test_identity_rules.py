"""Pure rules behind a partner's form: lines of phones, periods of roles, names of people, codes and words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.partners.channel_lines import Channel, read_email_lines, read_phone_lines, show_lines
from crm.partners.enums import ChannelKind, PartnerRoleKind
from crm.partners.identifiers import is_siren, is_siret, read_siret, show_siret
from crm.partners.individuals import looks_like_a_person
from crm.partners.phones import national_digits, read_phone, show_phone
from crm.partners.reference.matching import Choice, legal_form_code, matching, naf_code, read_town, trade_code
from crm.partners.roles.periods import Period, open_roles, ticked
from crm.partners.search import like_pattern, search_key, search_tokens

TODAY = date(2026, 11, 23)
CLIENT, HOST = PartnerRoleKind.CLIENT, PartnerRoleKind.HOST

#: Numbers kept for fiction, as they are stored.
phones = st.integers(0, 9999).map(lambda number: f"+3319900{number:04}")
labels = st.text(st.characters(categories=["L"]), max_size=12).map(lambda text: text.strip())
days = st.one_of(st.none(), st.integers(-400, 400).map(lambda number: TODAY + timedelta(days=number)))
periods = st.builds(Period, st.sampled_from(PartnerRoleKind), days, days).filter(lambda one: one.in_order)


@st.composite
def sirets(draw):
    """SIRETs whose SIREN is right too: nine and five digits, each ended by its check digit."""

    def check_digit(digits: str) -> str:
        """Luhn's."""
        doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(digits))]
        return str(-sum(number - 9 * (number > 9) for number in doubled) % 10)

    body = f"{draw(st.integers(1, 99_999_999)):08}"
    siren = body + check_digit(body)
    start = siren + f"{draw(st.integers(0, 9999)):04}"
    return start + check_digit(start)


@given(st.lists(st.builds(Channel, st.just(ChannelKind.PHONE), phones, labels), unique_by=lambda one: one.value))
def test_phones_shown_are_read_again_the_same(channels):
    channels = channels[:30]
    assert list(read_phone_lines(show_lines(channels, ChannelKind.PHONE)).value) == channels


@given(st.text(max_size=200))
def test_no_text_upsets_the_boxes_of_lines(text):
    for read in (read_phone_lines(text), read_email_lines(text)):
        assert read.error is None or not read.value
        assert all(one.value for one in read.value)


@pytest.mark.parametrize(
    ("line", "value", "label"),
    [
        ("01 99 00 12 34 standard", "+33199001234", "standard"),
        ("01.99.00.12.34 : accueil", "+33199001234", "accueil"),
        ("0199001234", "+33199001234", ""),
        ("01 99 00 12 34 2e étage", "+33199001234", "2e étage"),
        ("+33 1 99 00 12 34 (atelier)", "+33199001234", "atelier"),
    ],
)
def test_a_line_is_a_phone_and_whose_it_is(line, value, label):
    assert read_phone_lines(line).value == (Channel(ChannelKind.PHONE, value, label),)


def test_a_wrong_line_is_named_and_nothing_is_kept():
    read = read_phone_lines("01 99 00 12 34\n01 99")
    assert read.value == ()
    assert read.error is not None
    assert "01 99" in str(read.error.values)
    assert read_email_lines("accueil@exemple.test\nfactures").error is not None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("M. Dupont", True),
        ("Mme Claire Vasseur", True),
        ("MONSIEUR DUPONT", True),
        ("M. et Mme Dupont", True),
        ("Madame Renard, fleuriste et paysagiste", False),
        ("M6 Publicité", False),
        ("Mme", False),
        ("Garage Dupont", False),
        ("Mairie d'Antony", False),
    ],
)
def test_names_of_people(name, expected):
    assert looks_like_a_person(name) is expected


@given(st.lists(periods, max_size=6), st.frozensets(st.sampled_from(PartnerRoleKind)))
def test_exactly_what_is_ticked_is_open(before, wanted):
    after = ticked(before, wanted, TODAY)
    assert open_roles(after, TODAY) == wanted
    assert all(one.in_order for one in after)
    assert ticked(after, wanted, TODAY) == after


@given(st.lists(periods, max_size=6))
def test_ticks_left_alone_change_nothing(before):
    assert ticked(before, open_roles(before, TODAY), TODAY) == before


@given(st.lists(periods, max_size=6), st.sampled_from(PartnerRoleKind))
def test_a_slip_of_the_thumb_leaves_no_trace(before, role):
    """Ticked by mistake, or unticked by mistake, then put right the same day."""
    now = open_roles(before, TODAY)
    yesterday = TODAY - timedelta(days=1)
    if (
        any(one.role is role and one.until == yesterday for one in before)
        or [one.role for one in before].count(role) > 1
    ):
        return
    if any(one.role is role and one.is_open(TODAY) and (one.until or one.since == TODAY) for one in before):
        return
    assert ticked(ticked(before, now ^ {role}, TODAY), now, TODAY) == before


def test_ticking_opens_today_and_unticking_ends_yesterday():
    opened = ticked([], {CLIENT}, TODAY)
    assert opened == [Period(CLIENT, TODAY)]
    later = TODAY + timedelta(days=30)
    assert ticked(opened, {HOST}, later) == [Period(CLIENT, TODAY, later - timedelta(days=1)), Period(HOST, later)]


@given(sirets(), st.sampled_from([" ", ".", "-", "\N{NO-BREAK SPACE}", ""]))
def test_a_siret_is_mended_however_it_was_damaged(siret, joint):
    assert is_siret(siret)
    assert is_siren(siret[:9])
    spaced = joint.join([siret[:3], siret[3:6], siret[6:9], siret[9:]])
    for damaged in (spaced, f"SIRET : {spaced}", f"{siret}.0", show_siret(siret), siret.lstrip("0")):
        if len(siret.lstrip("0")) >= 12:
            assert read_siret(damaged).siret == siret, damaged
    rounded = f"{int(siret):.8E}".replace(".", ",")
    mended = read_siret(rounded)
    assert mended.siret is None
    assert mended.siren is None or is_siren(mended.siren)


@given(phones)
def test_a_phone_shown_or_dialled_is_read_again(phone):
    assert read_phone(show_phone(phone)).value == phone
    assert read_phone(national_digits(phone)).value == phone


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5), phones, phones, sirets())
def test_a_key_finds_by_every_name_phone_and_siret(names, main, other, siret):
    """Short exact things come first: names of any length cannot push them out."""
    key = search_key(names=names, city="Antony", siret=siret, phones=[main, other])
    for wanted in (show_phone(main), show_phone(other), show_siret(siret)):
        assert all(token in key for token in search_tokens(wanted))
    if len(key) < 900:
        for name in names:
            assert all(token in key for token in search_tokens(name)), name
    assert like_pattern(key).startswith("%")


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (naf_code, "8810a", "88.10A"),
        (naf_code, "88.10A Aide à domicile", "88.10A"),
        (naf_code, "Aide à domicile", None),
        (legal_form_code, "9220 Association déclarée", "9220"),
        (legal_form_code, "92201", None),
        (trade_code, "k1302 Aide de vie", "K1302"),
        (trade_code, "Aide de vie", None),
    ],
)
def test_codes_are_read_at_the_beginning(read, text, code):
    assert read(text) == code


def test_words_find_their_labels_and_the_exact_one_comes_alone():
    choices = [Choice("1", "Restauration"), Choice("2", "Restauration rapide"), Choice("3", "Élevage de chèvres")]
    assert [one.code for one in matching("restauration", choices)] == ["1"]
    assert [one.code for one in matching("resta rap", choices)] == ["2"]
    assert [one.code for one in matching("rest", choices)] == ["1", "2"]
    assert [one.code for one in matching("chevres elevage", choices)] == ["3"]
    assert not matching("<img>", choices)


@pytest.mark.parametrize(
    ("city", "postal_code", "expected"),
    [
        ("St-Denis", "", ("saint denis", "", "")),
        ("92160 Antony", "", ("antony", "92160", "")),
        ("Antony Cedex 3", "92165", ("antony", "92165", "")),
        ("2a004", "", ("", "", "2A004")),
    ],
)
def test_what_is_typed_of_a_town(city, postal_code, expected):
    town = read_town(city, postal_code)
    assert (town.name, town.postal_code, town.insee_code) == expected
