"""The whole identity of a partner, typed without JavaScript: kept, refused with choices, mended, undone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.partners.enums import AddressKind, PartnerKind, PartnerRoleKind
from crm.partners.identity.queries import load_lists
from crm.partners.models import Partner, PartnerRole
from crm.partners.reference.enums import Position, SizeClass
from crm.partners.reference.models import (
    Commune,
    CommunePostalCode,
    Department,
    HeadcountBand,
    LegalForm,
    NafCode,
    RomeTrade,
)
from crm.partners.search import sort_key
from tests.factories import THEN

NEW = "/partenaires/nouveau"
TYPED = {"name": "Garage du Parc", "kind": "company"}
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def ines(make, browser):
    """A development manager, signed in."""
    user = make.user()
    browser.enter(user, make.home)
    return user


def commune(make, code: str, name: str, *postal_codes: str) -> None:
    made = make.add(
        Commune(
            insee_code=code,
            name=name,
            sort_key=sort_key(name),
            department_code=code[:2],
            region_code="11",
            epci_code="",
            epci_name="",
            position=Position.UNKNOWN,
        )
    )
    for postal_code in postal_codes:
        make.add(CommunePostalCode(postal_code=postal_code, commune_id=made.id))


@pytest.fixture
def reference(make):
    """A few codes of each nomenclature."""
    for code in ("92", "93", "97"):
        make.add(Department(code=code, label=code, region_code="11", main_town_code="92050"))
    commune(make, "92002", "Antony", "92160")
    commune(make, "93066", "Saint-Denis", "93200", "93210")
    commune(make, "97411", "Saint-Denis", "97400")
    section = {"section_code": "I", "section_label": "Hébergement et restauration"}
    for code, label in (("56.10A", "Restauration traditionnelle"), ("56.10C", "Restauration de type rapide")):
        make.add(NafCode(code=code, label=label, division_code="56", division_label="Restauration", **section))
    make.add(LegalForm(code="9220", label="Association déclarée"))
    make.add(HeadcountBand(code="03", label="6 à 9 salariés", minimum=6, maximum=9, size=SizeClass.VERY_SMALL))
    for code, label in (("G1602", "Personnel de cuisine"), ("G1603", "Personnel polyvalent en restauration")):
        make.add(RomeTrade(code=code, label=label, sort_key=sort_key(label)))


def the_partner(session) -> Partner:
    return load_lists(session, session.scalars(select(Partner).where(Partner.name == "Garage du Parc")).one())


EVERYTHING = TYPED | {
    "city": "antony",
    "naf": "traditionnelle",
    "legal_form": "association",
    "headcount_band": "03",
    "trades": "g1602\r\npolyvalent",
    "former_names": "Garage Vasseur\r\nAuto Parc",
    "other_phones": "01 99 00 12 34 standard",
    "other_emails": "factures@exemple.test comptabilité",
    "invoice_street": "3 rue Basse",
    "invoice_city": "Sceaux",
    "registration_number": "W921000000",
    "registered_on": "2001-02-03",
    "collective_agreement": "Services de l'automobile",
    "signatory": "La gérante",
    "signing_days": "15",
    "has_clauses": "y",
    "role_client": "y",
    "role_host": "y",
}


def test_everything_typed_in_words_is_kept_as_codes_and_shown(ines, browser, session, reference):
    answer = browser.submit(NEW, EVERYTHING)
    assert answer.status_code == 303, answer.text
    kept = the_partner(session)
    assert (kept.city, kept.postal_code, kept.commune_code) == ("Antony", "92160", "92002")
    assert (kept.naf_code, kept.legal_form_code) == ("56.10A", "9220")
    assert (kept.headcount_band, kept.size) == ("03", SizeClass.VERY_SMALL)
    assert {one.rome_code for one in kept.trades} == {"G1602", "G1603"}
    assert [one.name for one in kept.former_names] == ["Garage Vasseur", "Auto Parc"]
    assert {(one.value, one.label) for one in kept.channels} == {
        ("+33199001234", "standard"),
        ("factures@exemple.test", "comptabilité"),
    }
    assert [(one.kind, one.city) for one in kept.addresses] == [(AddressKind.INVOICE, "Sceaux")]
    assert (kept.registered_on, kept.signing_days, kept.has_clauses) == (date(2001, 2, 3), 15, True)
    assert {one.role for one in kept.roles} == {PartnerRoleKind.CLIENT, PartnerRoleKind.HOST}
    assert {"vasseur", "0199001234"} <= set(kept.search_key.split())
    page = browser.get(answer.location).text.replace("&#39;", "'")
    for words in ("Garage Vasseur", "01 99 00 12 34", "Restauration traditionnelle", "Association déclarée"):
        assert words in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Taille déduite de l'effectif : Très petite entreprise." in page


def test_the_whole_form_saved_untouched_changes_nothing(ines, browser, session, snapshot, reference):
    location = browser.submit(NEW, EVERYTHING).location
    before = snapshot()
    assert browser.submit(f"{location}/modifier", {}).status_code == 303
    after = snapshot()
    assert {name: rows for name, rows in after.items() if name != "form_submissions"} == {
        name: rows for name, rows in before.items() if name != "form_submissions"
    }


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("naf", "restauration", "56.10A Restauration traditionnelle ; 56.10C Restauration de type rapide"),
        ("naf", "99.99Z", "n'existe pas"),
        ("naf", "zzz", "Rien ne correspond à « zzz »"),
        ("legal_form", "1234", "aucune forme juridique"),
        ("trades", "personnel", "G1602 Personnel de cuisine ; G1603"),
        ("trades", "Z9999", "aucun métier"),
        ("city", "St Denis", "Saint-Denis (93200) ; Saint-Denis (97400)"),
        ("parent", "Personne du tout", "créez d'abord sa fiche"),
        ("name", "Mme Vasseur", "On dirait un particulier"),
        ("other_phones", "01 99", "est un numéro court"),
        ("other_emails", "factures", "Ce n'est pas une adresse e-mail"),
        ("invoice_postal_code", "9", "5 chiffres"),
        ("signing_days", "400", "de 0 à 366"),
        ("headcount_band", "99", "choix valide"),
        ("size", HOSTILE, "choix valide"),
        ("naf", HOSTILE, "Rien ne correspond"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_it(ines, browser, snapshot, reference, name, typed, sentence):
    before = snapshot()
    answer = browser.submit(NEW, TYPED | {"sector": "Automobile"} | {name: typed})
    page = answer.text.replace("&#39;", "'")
    assert answer.status_code == 422
    assert f'id="{name}-erreur"' in page
    assert sentence in page
    assert 'value="Automobile"' in page
    assert HOSTILE not in page
    assert snapshot() == before


def test_a_company_may_bear_the_name_of_a_person(ines, browser, session):
    typed = {"name": "Mme Vasseur", "kind": "craft"}
    assert 'name="is_professional"' in browser.submit(NEW, typed).text
    answer = browser.submit(NEW, typed | {"is_professional": "y"})
    assert answer.status_code == 303
    assert browser.submit(f"{answer.location}/modifier", {"city": "Sceaux"}).status_code == 303


def test_a_town_that_the_reference_lacks_stays_as_typed(ines, browser, session, reference):
    assert browser.submit(NEW, TYPED | {"city": "Trifouillis", "postal_code": "92999"}).status_code == 303
    kept = the_partner(session)
    assert (kept.city, kept.commune_code) == ("Trifouillis", None)


def test_a_group_has_no_circle(ines, browser, make, session, snapshot):
    top = make.partner("Groupe Lumen")
    below = make.partner("Lumen Sud", parent_id=top.id)
    twin = make.partner("Lumen Sud", city="Sceaux")
    url = f"/partenaires/{top.public_id}/modifier"
    assert "Plusieurs partenaires portent ce nom" in browser.submit(url, {"parent": "lumen sud"}).text
    before = snapshot()
    answer = browser.submit(url, {"parent": "Lumen Sud (Antony)"})
    assert answer.status_code == 422
    assert "déjà dans le groupe" in answer.text
    assert browser.submit(url, {"parent": f"/partenaires/{top.public_id}"}).status_code == 422
    assert snapshot() == before
    assert browser.submit(url, {"parent": "LUMEN SUD (sceaux)"}).status_code == 303
    assert session.get(Partner, top.id).parent_id == twin.id
    assert session.get(Partner, below.id).parent_id == top.id


def test_a_list_changed_meanwhile_is_a_conflict(ines, browser, make, session):
    partner = make.partner("Garage du Parc")
    make.follow(partner)
    url = f"/partenaires/{partner.public_id}/modifier"
    form = browser.form(url)
    assert browser.submit(url, {"former_names": "Auto Parc"}).status_code == 303
    answer = browser.client.post(url, data=form.values | {"former_names": "Garage Vasseur"})
    assert answer.status_code == 409
    assert "Garage Vasseur" in answer.text
    assert "Auto Parc" in answer.text


def test_the_dates_of_roles_are_kept_removed_and_put_back(ines, browser, make, session, snapshot):
    partner = make.partner("Garage du Parc")
    url = f"/partenaires/{partner.public_id}/roles"
    assert browser.submit(url, {"role": "host", "since": "2020-01-01", "until": "2021-01-01"}).status_code == 303
    row = session.scalars(select(PartnerRole)).one()
    assert (row.role, row.since, row.until) == (PartnerRoleKind.HOST, date(2020, 1, 1), date(2021, 1, 1))
    before = snapshot()
    assert browser.submit(url, {f"since_{row.id}": "2022-01-01"}).status_code == 422
    assert browser.submit(url, {"since": "2022-01-01"}).status_code == 422
    stale = browser.form(url).values | {"version": "99", f"since_{row.id}": "2019-01-01"}
    assert browser.client.post(url, data=stale).status_code == 409
    assert snapshot() == before
    session.rollback()
    answer = browser.submit(url, {f"remove_{row.id}": "y"})
    assert answer.status_code == 303
    assert session.scalars(select(PartnerRole)).all() == []
    session.rollback()
    assert browser.submit(answer.location, {}, action=f"{url}/remettre").status_code == 303
    again = session.scalars(select(PartnerRole)).one()
    assert (again.role, again.since, again.until) == (PartnerRoleKind.HOST, date(2020, 1, 1), date(2021, 1, 1))


@pytest.mark.parametrize("typed", [{"role": "king"}, {"role": "host", "since": "hier"}])
def test_a_forged_role_is_refused(ines, browser, make, snapshot, typed):
    url = f"/partenaires/{make.partner().public_id}/roles"
    token = {name: browser.form(url).values[name] for name in ("csrf_token", "nonce")}
    before = snapshot()
    assert browser.client.post(f"{url}/remettre", data=token | typed).status_code == 400
    assert snapshot() == before


def test_unticking_keeps_the_past(ines, browser, make, session):
    partner = make.partner("Garage du Parc")
    make.follow(partner)
    since = date(2024, 1, 1)
    make.add(PartnerRole(partner_id=partner.id, role=PartnerRoleKind.CLIENT, since=since))
    url = f"/partenaires/{partner.public_id}/modifier"
    values = browser.form(url).values
    assert values.pop("role_client") == "y"
    assert browser.client.post(url, data=values).status_code == 303
    row = session.scalars(select(PartnerRole)).one()
    assert row.since == since
    assert row.until is not None
    assert row.until == clock.today() - timedelta(days=1)
    assert "role_client" not in browser.form(url).values


@pytest.mark.parametrize(
    ("address", "query", "expected"),
    [
        ("/reference/communes", "anto", "Antony"),
        ("/reference/activites", "5610c", "56.10C Restauration de type rapide"),
        ("/reference/formes-juridiques", "asso", "9220 Association déclarée"),
        ("/reference/metiers", "cuisine", "G1602 Personnel de cuisine"),
        ("/partenaires/proposes", "garage", f"Garage {HOSTILE} (Antony)"),
    ],
)
def test_what_is_proposed_while_typing(ines, browser, make, reference, address, query, expected):
    make.partner(f"Garage {HOSTILE}")
    answer = browser.get(address, query_string={"q": query})
    assert answer.content_type == "application/json"
    assert [one["value"] for one in answer.json] == [expected]
    for odd in ("", "%", "\0", "x" * 5000, "'"):
        assert browser.get(address, query_string={"q": odd}).status_code == 200


def test_what_is_in_the_bin_is_not_proposed(ines, browser, make, now):
    make.partner("Garage du Parc", binned_at=now)
    assert browser.get("/partenaires/proposes?q=garage").json == []


def test_other_phones_and_former_names_tell_duplicates_too(ines, browser, make, app):
    """What was the phone of a known partner is now a second one of the partner typed."""
    with make.transaction() as session:
        known = Partner(
            name="Boulangerie Lumen",
            kind=PartnerKind.COMPANY,
            city="Antony",
            postal_code="92160",
            department="92",
            phone="+33199000007",
            sort_key="boulangerie lumen",
            search_key="boulangerie lumen",
            created_at=THEN,
        )
        session.add(known)
    typed = TYPED | {"city": "Antony", "postal_code": "92160"}
    typed |= {"former_names": "Boulangerie Lumen", "other_phones": "01 99 00 00 07"}
    answer = browser.submit(NEW, typed)
    assert answer.status_code == 422
    assert "Boulangerie Lumen" in answer.text
    assert "confirmed" in answer.text
