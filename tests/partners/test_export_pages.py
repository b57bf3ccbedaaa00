"""The list as a file: what the screen shows, no more than one may take out, noted, in bounded memory."""

import csv
import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from crm.access.policy import Role
from crm.audit.models import AuditEvent
from crm.partners.enums import ChannelKind, Priority
from crm.partners.export import queries
from crm.partners.export.cells import unprotect
from crm.partners.models import PartnerChannel, PartnerName
from tests.counting import statements
from tests.factories import THEN
from tests.pages import forms_of

HOSTILE = ("<img src=x onerror=alert(1)>", "=1+1", "😀" * 100, "L'amie > caline !")


@pytest.fixture
def developer(make, browser):
    """Somebody who may export, signed in."""
    user = make.user(roles=[Role.DEVELOPER])
    browser.enter(user, make.home)
    return user


def rows_of(answer):
    """The cells of a CSV that was downloaded, without their protecting apostrophe."""
    text = answer.get_data().decode("utf-8-sig")
    return [[unprotect(cell) for cell in line] for line in csv.reader(io.StringIO(text, newline=""), delimiter=";")]


def test_the_page_says_how_many_and_keeps_the_filters(make, browser, developer):
    make.partner("Garage du Parc")
    make.partner("Boulangerie du Parc")
    page = browser.get("/partenaires/exporter?q=garage&sort=city").text
    assert "1 partenaire, celui de la liste filtrée" in page
    form = next(one for one in forms_of(page) if one.action == "/partenaires/exporter/fichier")
    assert (form.method, form.values["q"], form.values["sort"]) == ("get", "garage", "city")
    assert (form.values["format"], form.values["width"]) == ("xlsx", "shown")


def test_hostile_names_come_out_as_text_in_both_files(make, browser, developer):
    for name in HOSTILE:
        make.partner(name)
    answer = browser.get("/partenaires/exporter/fichier?format=csv")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=partenaires-")
    lines = rows_of(answer)
    assert {line[0] for line in lines[1:]} == set(HOSTILE)
    assert b"\n'=1+1;" in answer.get_data()
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get("/partenaires/exporter/fichier").get_data()))
    read = book.get_sheet_by_index(0).to_python()
    assert {line[0] for line in read[1:]} == set(HOSTILE)
    assert read[0] == lines[0]


def test_the_file_holds_what_the_list_shows(make, browser, developer):
    make.partner("Garage du Parc", phone="+33199000001")
    make.partner("Boulangerie du Parc", binned_at=THEN)
    make.partner("Garage de la Gare", city="Sceaux")
    lines = rows_of(
        browser.get("/partenaires/exporter/fichier?format=csv&q=garage&sort=city&columns=city&columns=phone")
    )
    assert lines == [
        ["Nom", "Ville", "Téléphone"],
        ["Garage du Parc", "Antony", "01 99 00 00 01"],
        ["Garage de la Gare", "Sceaux", ""],
    ]


def test_another_structures_follow_is_not_exported(make, browser, developer):
    partner, elsewhere = make.partner("Garage du Parc"), make.structure("Ailleurs")
    stranger = make.user(structure=elsewhere, last_name="Vallois")
    make.follow(
        partner, structure=elsewhere, owner_id=stranger.id, priority=Priority.HIGH, do_not_solicit_reason="secret"
    )
    text = browser.get("/partenaires/exporter/fichier?format=csv&width=complete").get_data().decode()
    assert "Garage du Parc" in text
    for word in ("Vallois", "secret", "Haute"):
        assert word not in text


def test_a_complete_export_holds_the_lists_of_the_form(make, browser, developer):
    partner = make.partner("Garage du Parc", signing_days=45)
    make.add(PartnerName(partner_id=partner.id, name="Garage Central"))
    make.add(PartnerChannel(partner_id=partner.id, kind=ChannelKind.PHONE, value="+33199000002", label="standard"))
    make.follow(partner, do_not_solicit=True, do_not_solicit_reason="À leur demande")
    head, line = rows_of(browser.get("/partenaires/exporter/fichier?format=csv&width=complete"))
    held = dict(zip(head, line, strict=True))
    assert held["Anciens noms"] == "Garage Central"
    assert held["Autres téléphones"] == "01 99 00 00 02 (standard)"
    assert held["Délai de signature (jours)"] == "45"
    assert (held["Ne plus solliciter"], held["Raison de ne plus solliciter"]) == ("oui", "À leur demande")
    assert len(head) == len(set(head))


def test_each_export_is_noted_without_what_was_searched(make, browser, developer, session):
    make.partner("Garage du Parc")
    for _ in range(2):
        assert browser.get("/partenaires/exporter/fichier?format=csv&q=secret").status_code == 200
    noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "export")).all()
    assert [(one.actor_id, one.object_type, one.reason) for one in noted] == [
        (developer.id, "partners", "csv shown"),
        (developer.id, "partners", "csv shown"),
    ]


def test_who_may_not_export_takes_nothing_and_leaves_no_note(make, browser, session):
    browser.enter(make.user(roles=[Role.COUNSELLOR]), make.home)
    make.partner()
    for path in ("/partenaires/exporter", "/partenaires/exporter/fichier?format=csv"):
        assert browser.get(path).status_code == 403
    assert session.scalar(select(func.count()).where(AuditEvent.action == "export")) == 0


def test_batches_follow_each_other_and_the_queries_do_not_grow_with_rows(make, browser, developer, monkeypatch):
    path = "/partenaires/exporter/fichier?format=csv&width=complete"
    names = [f"Garage {number:02}" for number in range(7)]
    for number, name in enumerate(names):
        make.follow(make.partner(name, updated_at=THEN - timedelta(days=number)))
    browser.get(path)  # notes when the session was last seen
    with statements(browser.app) as one_batch:
        assert [line[0] for line in rows_of(browser.get(path))[1:]] == names
    make.partner("Garage 99")
    with statements(browser.app) as more:
        assert len(rows_of(browser.get(path))) == 9
    assert len(more) == len(one_batch)
    monkeypatch.setattr(queries, "BATCH", 3)
    assert [line[0] for line in rows_of(browser.get(path))[1:]] == [*names, "Garage 99"]
    assert [line[0] for line in rows_of(browser.get(path + "&sort=changed"))[2:]] == names
