"""What one did, in words: one's own acts, twelve months of them, and links to what one may still see."""

import ast
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import crm.models  # noqa: F401  every table must be known
from crm import clock
from crm.access.policy import Role
from crm.accounts.models import Membership
from crm.audit import words
from crm.audit.models import AuditEvent
from crm.db import Base
from crm.partners.models import Contact, Partner
from tests.counting import statements
from tests.factories import THEN

ROOT = Path(__file__).parents[2]


@pytest.fixture
def signed(make, browser):
    """A development manager, signed in."""
    user = make.user()
    browser.enter(user, make.home)
    return user


def acting(make, user, **values):
    """A transaction of that person, now."""
    return make.transaction(make.actor(user, **values), clock.now())


def event(make, user, **values):
    """A line of the trail."""
    given = {"at": clock.now(), "actor_kind": "user", "actor_id": user.id, "structure_id": make.home.id}
    make.add(AuditEvent(**given | {"action": "sign_in", "object_type": "users", "fields": {}} | values))


def test_a_change_is_told_by_the_names_of_its_fields_with_a_link(signed, make, browser):
    partner = make.partner(name="Garage du Parc")
    with acting(make, signed) as database:
        row = database.get(Partner, partner.id)
        row.name, row.city, row.sort_key, row.phone = "Garage du Grand Parc", "Sceaux", "z", "+33146000000"
    for address in ("/compte", "/compte/journal"):
        page = browser.get(address).text
        assert "Partenaire modifié : nom, ville, téléphone" in page
        assert f'<a href="/partenaires/{partner.public_id}">Garage du Grand Parc</a>' in page
        assert "+33146000000" not in page, "what the fields held is not in the trail"


def test_a_thing_that_is_gone_or_in_the_bin_has_no_link(signed, make, browser):
    partner = make.partner(name="Garage du Parc")
    contact = make.contact(make.partner(), last_name="Vasseur")
    with acting(make, signed) as database:
        database.get(Partner, partner.id).binned_at = clock.now()
        database.delete(database.get(Contact, contact.id))
    page = browser.get("/compte/journal").text
    assert "Partenaire modifié : corbeille" in page
    assert "Contact supprimé" in page
    assert "Garage du Parc" not in page
    assert "Vasseur" not in page


def test_acts_of_another_structure_name_it_and_show_nothing_of_it(signed, make, browser):
    next_door = make.structure("La structure voisine")
    make.add(Membership(user_id=signed.id, structure_id=next_door.id, role=Role.DIRECTOR))
    partner = make.partner(name="Garage du Parc")
    with acting(make, signed, structure=next_door):
        pass
    todo = make.todo(partner, signed, due_on=date(2026, 12, 1), structure=next_door, what="Rappeler avant la paie")
    for table, key in (("todos", todo.id), ("interactions", 1)):
        event(make, signed, structure_id=next_door.id, action="create", object_type=table, object_id=key)
    page = browser.get("/compte/journal").text
    assert "Suite planifiée" in page
    assert "· La structure voisine" in page
    assert "Rappeler avant la paie" not in page
    assert "Garage du Parc" not in page


def test_a_role_that_lost_its_right_loses_the_link(make, browser):
    user = make.user(roles=[Role.BOARD])
    browser.enter(user, make.home)
    partner = make.partner(name="Garage du Parc")
    event(make, user, action="update", object_type="partners", object_id=partner.id, fields={"name": ["a", "b"]})
    page = browser.get("/compte/journal").text
    assert "Partenaire modifié : nom" in page
    assert "Garage du Parc" not in page
    assert partner.public_id not in page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TUTOR])
def test_nobody_reads_anybody_elses_acts(make, browser, role):
    user, other = make.user(roles=[role]), make.user(roles=[Role.DIRECTOR])
    event(make, other, action="import", object_type="partners")
    event(make, other, action="refused", result="refused", actor_id=None)
    browser.enter(user, make.home)
    for address in (
        "/compte",
        "/compte/journal",
        f"/compte/journal?user={other.id}&user_id={other.id}&actor={other.id}",
    ):
        page = browser.get(address).text
        assert "Import de partenaires" not in page
        assert "refusé" not in page


def test_twelve_months_and_no_more(signed, make, browser):
    now = clock.now()
    event(make, signed, action="import", at=now - timedelta(days=364))
    event(make, signed, action="structure_chosen", at=now - timedelta(days=366))
    page = browser.get("/compte/journal").text
    assert "Import de partenaires" in page
    assert "Changement de structure" not in page


def test_page_after_page_each_act_once(signed, make, browser):
    for number in range(120):
        event(make, signed, action="create", object_type="partners", object_id=number, at=THEN + timedelta(hours=1))
    seen, pages, address = 0, 0, "/compte/journal"
    while address and pages < 9:
        page = browser.get(address).text
        seen, pages = seen + page.count("Partenaire créé"), pages + 1
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1] if following else ""
    assert (seen, pages) == (120, 3)


@pytest.mark.parametrize("cursor", ["x", "WzFd", "W10", "W251bGxd", "WyItMSJd", "Wy0xXQ", "WzFlOTld", "é", "a" * 2000])
def test_any_cursor_is_answered(signed, browser, cursor):
    assert browser.get("/compte/journal", query_string={"after": cursor}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_acts(signed, make, browser, app):
    def asked():
        with statements(app) as sent:
            assert browser.get("/compte/journal").status_code == 200
        return len(sent)

    partners = [make.partner() for _ in range(30)]
    event(make, signed, action="update", object_type="partners", object_id=partners[0].id, fields={"name": None})
    asked()  # the first page of a session also keeps its token
    few = asked()
    for partner in partners:
        event(make, signed, action="update", object_type="partners", object_id=partner.id, fields={"name": None})
    assert asked() == few


def test_the_page_shows_the_last_ten(signed, make, browser):
    for number in range(15):
        event(make, signed, action="create", object_type="partners", object_id=number)
    assert browser.get("/compte").text.count("Partenaire créé") == 10


def test_an_unknown_act_or_table_is_still_said(signed, make, browser):
    event(make, signed, action="dance", object_type="tables_of_tomorrow", object_id=1)
    event(make, signed, action="update", object_type="tables_of_tomorrow", object_id=1, fields={"x": None})
    assert browser.get("/compte/journal").text.count("Autre action") == 2


def test_what_was_refused_says_so(signed, make, browser):
    event(make, signed, action="refused", result="refused", reason="partner_import")
    page = browser.get("/compte/journal").text
    assert "Accès refusé" in page
    assert "partner_import" not in page


def test_every_audited_table_is_told_in_words(app):
    for mapper in Base.registry.mappers:
        if not getattr(mapper.class_, "__audited__", True):
            continue
        table = mapper.class_.__tablename__
        assert table in words.tables(), f"{table}: register words with crm.audit.words.add_table"
        columns = {column.key for column in mapper.column_attrs}
        told = set(words.tables()[table].fields)
        assert told <= columns, f"{table} has no column {told - columns}"
        silent = columns - told - words.UNSPOKEN
        assert not silent, f"{table}: say {silent} in words, or list them in UNSPOKEN"


def test_every_act_noted_in_the_code_is_told_in_words(app):
    noted = set()
    for file in (ROOT / "crm").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = {"note": 1, "failed": 0}.get(name)
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                noted.add(node.args[place].value)
    assert len(noted) > 3
    assert not noted - set(words.acts()), "say them in words with crm.audit.words.add_acts"
